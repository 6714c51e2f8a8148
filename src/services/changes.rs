//! The change log for those who ask for it by HTTP: pages of what they may see, and waiting for the next entry. Who sees
//! what is `watching.rs`'s, as on sockets.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::value::RawValue;

use crate::app::App;
use crate::error::{Error, FieldError, Reset, Result, Step};
use crate::limits;
use crate::models::{Value, validate};
use crate::realtime::bell::Bell;
use crate::realtime::hub::{Member, Taken};
use crate::services::access::Caller;
use crate::services::watching::{Reason, View, useless};
use crate::store::changes::{self as log, Change, Extent, Op};
use crate::store::{Read, change_forms};

/// What is asked for.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    /// None: all models that the caller may read.
    pub(crate) model: Option<String>,
    /// The id of one record of that model.
    pub(crate) key: Option<String>,
    /// None: from the oldest that is kept.
    pub(crate) after: Option<i64>,
    pub(crate) epoch: Option<String>,
    pub(crate) limit: usize,
    /// Whether the caller will wait for what comes.
    pub(crate) waits: bool,
}

/// A change as the caller sees it.
#[derive(Debug, Serialize)]
pub(crate) struct Item {
    seq: i64,
    at: Box<str>,
    model: Box<str>,
    op: &'static str,
    key: serde_json::Value,
    /// Of inserts and updates.
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<Box<RawValue>>,
}

impl Item {
    fn new(change: &Change, op: Op) -> Self {
        let item = matches!(op, Op::Insert | Op::Update).then_some(change.after.as_ref());
        let item = item.flatten().and_then(|item| {
            let text = String::from_utf8(item.to_vec()).ok()?;
            RawValue::from_string(text).ok()
        });
        Item {
            seq: change.seq,
            at: change.at.clone(),
            model: (*change.model).into(),
            op: op.word(),
            key: change.key_json(),
            item,
        }
    }
}

/// Somebody on their way through the log.
pub(crate) struct Reader {
    views: Arc<Vec<View>>,
    key: Option<Value>,
    limit: usize,
    bell: Arc<Bell>,
    /// Those who wait are told of what comes, a place for each view.
    members: Vec<Member>,
    /// Everything up to here was looked at.
    pub(crate) cursor: i64,
    /// How far the log goes.
    pub(crate) head: i64,
}

/// What one look found.
struct Found {
    changes: Vec<(Change, Op)>,
    /// Up to where it looked.
    last: i64,
    extent: Extent,
}

impl Reader {
    /// Finds the place from which to go on. An error says why there is none.
    pub(crate) async fn begin(app: &App, caller: &Caller, wanted: &Wanted) -> Result<Self> {
        let (views, key) = views(app, caller, wanted)?;
        let (views, bell) = (Arc::new(views), Arc::<Bell>::default());
        let mut members = Vec::new();
        // Before anything is read, so that nothing is missed.
        for view in views.iter().filter(|_| wanted.waits) {
            members.push(app.realtime.hub.join(&view.filter, &bell)?.0);
        }
        let other = |epoch: &String| *epoch != app.realtime.epoch;
        let other = wanted.epoch.as_ref().is_some_and(other);
        let (looking, after) = (Arc::clone(&views), wanted.after);
        let place = app.db.read(move |db| {
            db.snapshot(|| {
                let extent = log::extent(db)?;
                if other {
                    return Ok((Err(Reason::Epoch), extent));
                }
                Ok((place(db, extent, &looking, after)?, extent))
            })
        });
        let (cursor, extent) = place.await?;
        Ok(Reader {
            cursor: cursor.map_err(|reason| reset(app, reason, extent))?,
            head: extent.last,
            limit: wanted.limit,
            views,
            key,
            bell,
            members,
        })
    }

    /// What there is from the cursor on, as far as that is found soon.
    pub(crate) async fn page(&mut self, app: &App) -> Result<Vec<Item>> {
        if let Some(items) = self.recent(app).await? {
            return Ok(items);
        }
        let began = Instant::now();
        let (mut items, mut size) = (Vec::new(), 0);
        loop {
            let found = self.look(app, self.limit - items.len(), size).await?;
            (self.cursor, self.head) = (found.last, found.extent.last);
            size += found.changes.iter().map(weight).sum::<usize>();
            let fresh = found.changes.iter();
            items.extend(fresh.map(|(change, op)| Item::new(change, *op)));
            let full = items.len() >= self.limit || size >= limits::CHANGES_SIZE;
            if full || self.cursor >= self.head || began.elapsed() > limits::CHANGES_LOOK {
                return Ok(items);
            }
            tokio::task::yield_now().await;
        }
    }

    /// Waits until there may be something, or the time is over.
    pub(crate) async fn changed(&self, within: Duration) {
        if self.cursor >= self.head {
            let _ = tokio::time::timeout(within, self.bell.rung()).await;
        }
    }

    /// Out of the table.
    async fn look(&self, app: &App, limit: usize, size: usize) -> Result<Found> {
        let (views, key, cursor) = (Arc::clone(&self.views), self.key.clone(), self.cursor);
        let found = app.db.read(move |db| {
            db.snapshot(|| {
                let extent = log::extent(db)?;
                if cursor + 1 < extent.first && cursor < extent.last {
                    return Ok((None, extent));
                }
                let (mut changes, mut size) = (Vec::new(), size);
                let view = |model: &str| views.iter().find(|view| view.filter.model == model);
                let take = |change: Change| {
                    let op = view(&change.model).and_then(|view| view.filter.op(&change));
                    if let Some(op) = op {
                        let found = (change, op);
                        size += weight(&found);
                        changes.push(found);
                    }
                    changes.len() < limit && size < limits::CHANGES_SIZE
                };
                let rows = limits::MISSED_ROWS;
                let wants = |model: &str| view(model).is_some();
                let last = log::each_of(db, cursor, rows, key.as_ref(), wants, take)?;
                Ok((Some((changes, last.unwrap_or(cursor))), extent))
            })
        });
        let (found, extent) = found.await?;
        let (changes, last) = found.ok_or_else(|| reset(app, Reason::Trimmed, extent))?;
        Ok(Found {
            changes,
            last,
            extent,
        })
    }

    /// Out of what was told since they wait; None where that does not go back so far.
    async fn recent(&mut self, app: &App) -> Result<Option<Vec<Item>>> {
        let (mut found, mut place) = (Vec::new(), None);
        for member in &self.members {
            match member.take(self.cursor, self.limit) {
                Taken::Behind(_) => return Ok(None),
                Taken::Over => {
                    let extent = app.db.read(log::extent).await?;
                    return Err(reset(app, Reason::Schema, extent));
                }
                Taken::Seen(entries, last) => {
                    found.extend(entries);
                    place = Some(place.map_or(last, |place: i64| place.min(last)));
                }
            }
        }
        let Some(mut place) = place else {
            return Ok(None);
        };
        found.retain(|(entry, _)| entry.change.seq <= place);
        found.sort_by_key(|(entry, _)| entry.change.seq);
        let (mut items, mut size) = (Vec::new(), 0);
        for (entry, op) in &found {
            if items.len() >= self.limit || size >= limits::CHANGES_SIZE {
                place = items.last().map_or(place, |item: &Item| item.seq);
                break;
            }
            size += entry.change.size();
            items.push(Item::new(&entry.change, *op));
        }
        self.cursor = place;
        self.head = app.realtime.hub.head().max(place);
        Ok(Some(items))
    }
}

fn weight((change, _): &(Change, Op)) -> usize {
    change.size()
}

/// What the caller may watch of what they ask for.
fn views(app: &App, caller: &Caller, wanted: &Wanted) -> Result<(Vec<View>, Option<Value>)> {
    let Some(name) = &wanted.model else {
        if wanted.key.is_some() {
            let at = [Step::from("query"), Step::from("model")];
            let fault = FieldError::new("missing", &at, "Field required beside `key`");
            return Err(Error::invalid(vec![fault]));
        }
        return Ok((all(app, caller)?, None));
    };
    let view = View::of(app, caller, name, None)?;
    let Some(text) = &wanted.key else {
        return Ok((vec![view], None));
    };
    let kind = app.named_table(name)?.model.id;
    let key = validate::id(kind, text).map_err(|mut fault| {
        fault.loc = vec![Step::from("query"), Step::from("key")];
        Error::invalid(vec![fault])
    })?;
    Ok((vec![view.record(&key)], Some(key)))
}

/// Of all models, those that the caller may read; an error when there are some and all are refused.
fn all(app: &App, caller: &Caller) -> Result<Vec<View>> {
    let (mut views, mut refused) = (Vec::new(), None);
    let watched = app.tables.values().filter(|table| table.model.realtime);
    for table in watched {
        match View::of(app, caller, &table.model.name, None) {
            Ok(view) => views.push(view),
            Err(error) => refused = Some(error),
        }
    }
    match refused {
        Some(error) if views.is_empty() => Err(error),
        _ => Ok(views),
    }
}

/// Where to go on.
fn place(
    db: &Read<'_>,
    extent: Extent,
    views: &[View],
    after: Option<i64>,
) -> Result<Result<i64, Reason>> {
    let mut oldest = extent.first - 1;
    for view in views {
        let model = &view.filter.model;
        let reason = match after {
            Some(after) => useless(db, extent, after, model)?,
            None => {
                oldest = oldest.max(change_forms::since(db, model, extent.last)?);
                None
            }
        };
        if let Some(reason) = reason {
            return Ok(Err(reason));
        }
    }
    Ok(Ok(after.unwrap_or(oldest)))
}

fn reset(app: &App, reason: Reason, extent: Extent) -> Error {
    Error::reset(Reset {
        reason: reason.word(),
        first: extent.first,
        seq: extent.last,
        epoch: app.realtime.epoch.clone(),
    })
}
