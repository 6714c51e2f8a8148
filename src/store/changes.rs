//! The change log: what happened to records, in the order of the commits. It is written with the record itself.

use std::sync::Arc;

use bytes::Bytes;
use rusqlite::Row;
use rusqlite::types::ValueRef;

use super::records::Table;
use super::{Event, Read, Tx};
use crate::clock;
use crate::error::Result;
use crate::models::Value;

/// What happened to a record, or to somebody's view of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Op {
    Insert,
    Update,
    Delete,
    /// It is still there, but no longer among those that are watched. Never in the log.
    Leave,
}

impl Op {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Op::Insert => "insert",
            Op::Update => "update",
            Op::Delete => "delete",
            Op::Leave => "leave",
        }
    }

    fn stored(word: &str) -> Self {
        match word {
            "insert" => Op::Insert,
            "delete" => Op::Delete,
            _ => Op::Update,
        }
    }
}

/// One entry.
#[derive(Debug)]
pub struct Change {
    pub(crate) seq: i64,
    pub(crate) at: Box<str>,
    pub(crate) model: Arc<str>,
    pub(crate) op: Op,
    pub(crate) key: Value,
    pub(crate) owner: Option<String>,
    /// JSON, as answers show the record.
    pub(crate) before: Option<Bytes>,
    pub(crate) after: Option<Bytes>,
}

impl PartialEq for Change {
    fn eq(&self, other: &Self) -> bool {
        self.seq == other.seq
    }
}

impl Eq for Change {}

impl Change {
    /// Bytes that it holds, about, together with its frames.
    pub(crate) fn size(&self) -> usize {
        let of = |item: &Option<Bytes>| item.as_ref().map_or(0, Bytes::len);
        512 + of(&self.before) + 2 * of(&self.after)
    }

    /// The id as JSON.
    pub(crate) fn key_json(&self) -> serde_json::Value {
        match &self.key {
            Value::Integer(number) => (*number).into(),
            Value::Text(text) => text.as_str().into(),
            _ => serde_json::Value::Null,
        }
    }
}

/// What happened, on its way into the log.
pub(super) struct Entry<'e> {
    pub(super) op: Op,
    pub(super) key: &'e Value,
    pub(super) owner: Option<String>,
    pub(super) before: Option<Vec<u8>>,
    pub(super) after: Option<&'e [u8]>,
}

const INSERT: &str = "INSERT INTO hearth_changes (at, model, op, key, owner, before, after) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

/// Writes an entry and has it told after the commit.
pub(super) fn insert(tx: &mut Tx<'_>, table: &Table, entry: Entry<'_>) -> Result<()> {
    let at = clock::now();
    let text = |item: &[u8]| String::from_utf8(item.to_vec()).ok();
    let (before, after) = (
        entry.before.and_then(|item| String::from_utf8(item).ok()),
        entry.after.and_then(text),
    );
    let name = &table.model.name;
    let op = entry.op.word();
    tx.execute(
        INSERT,
        (&at, name, op, entry.key, &entry.owner, &before, &after),
    )?;
    let seq = tx.last_row();
    let change = Change {
        seq,
        at: at.into(),
        model: Arc::clone(&table.name),
        op: entry.op,
        key: entry.key.clone(),
        owner: entry.owner,
        before: before.map(Bytes::from),
        after: after.map(Bytes::from),
    };
    tx.emit_change(change);
    Ok(())
}

/// What of the log is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// The oldest that is kept; one above `last` when none is.
    pub(crate) first: i64,
    /// The newest that ever was.
    pub(crate) last: i64,
}

pub(crate) fn extent(db: &Read<'_>) -> Result<Extent> {
    let last = db.row(
        "SELECT seq FROM sqlite_sequence WHERE name = 'hearth_changes'",
        [],
        |row| row.get(0),
    )?;
    let last: i64 = last.unwrap_or(0);
    let first = db.row(
        "SELECT seq FROM hearth_changes ORDER BY seq LIMIT 1",
        [],
        |row| row.get(0),
    )?;
    Ok(Extent {
        first: first.unwrap_or(last + 1),
        last,
    })
}

const SELECT: &str = "SELECT seq, at, model, op, key, owner, before, after FROM hearth_changes WHERE seq > ?1 ORDER BY seq LIMIT ?2";

/// Those behind `after`, in their order. `wants` is asked for the model's name before the rest of a row is read;
/// `take` says whether there is room for more. Returned is the last that was looked at, if there was any.
pub(crate) fn each(
    db: &Read<'_>,
    after: i64,
    limit: usize,
    wants: impl Fn(&str) -> bool,
    take: impl FnMut(Change) -> bool,
) -> Result<Option<i64>> {
    each_of(db, after, limit, None, wants, take)
}

/// The same of one record, where a key is given. There is no index for it: what is written must not pay for what is
/// seldom asked, and the log is short.
pub(crate) fn each_of(
    db: &Read<'_>,
    after: i64,
    limit: usize,
    key: Option<&Value>,
    wants: impl Fn(&str) -> bool,
    mut take: impl FnMut(Change) -> bool,
) -> Result<Option<i64>> {
    let (mut last, mut full) = (None, false);
    db.each(SELECT, (after, limit as i64), |row| {
        if full {
            return Ok(());
        }
        last = Some(row.get(0)?);
        let model = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
        if wants(model) && key.map_or(Ok(true), |key| is(row, key))? {
            full = !take(change(row)?);
        }
        Ok(())
    })?;
    Ok(last)
}

/// Whether the entry is of that record.
fn is(row: &Row<'_>, key: &Value) -> rusqlite::Result<bool> {
    Ok(match (row.get_ref(4)?, key) {
        (ValueRef::Integer(number), Value::Integer(key)) => number == *key,
        (ValueRef::Text(text), Value::Text(key)) => text == key.as_bytes(),
        _ => false,
    })
}

fn change(row: &Row<'_>) -> rusqlite::Result<Change> {
    let text = |place| {
        let item: Option<String> = row.get(place)?;
        Ok::<_, rusqlite::Error>(item.map(Bytes::from))
    };
    let (model, op): (String, String) = (row.get(2)?, row.get(3)?);
    Ok(Change {
        seq: row.get(0)?,
        at: row.get::<_, String>(1)?.into(),
        model: model.into(),
        op: Op::stored(&op),
        key: super::records::value(row.get_ref(4)?)?,
        owner: row.get(5)?,
        before: text(6)?,
        after: text(7)?,
    })
}

/// More at once are not read for those who watch: they read for themselves what they want of them.
const TOLD: usize = 1_000;

/// What other processes have added behind `published`, as it is told.
pub(super) fn news(db: &Read<'_>, published: i64) -> Result<Vec<Event>> {
    let last = extent(db)?.last;
    if last <= published {
        return Ok(Vec::new());
    }
    let mut events = Vec::new();
    if last - published <= TOLD as i64 {
        each(
            db,
            published,
            TOLD,
            |_| true,
            |change| {
                events.push(Event::Changed(Arc::new(change)));
                true
            },
        )?;
    }
    // The newest may be gone already, and the head is what counts.
    let told = events.last().and_then(Event::logged).unwrap_or(published);
    if told < last {
        events.push(Event::Logged(last));
    }
    Ok(events)
}

/// Throws away some of what is behind so many, or older than that; says how many.
pub(crate) fn purge(tx: &mut Tx<'_>, keep: i64, before: &str) -> Result<usize> {
    let extent = extent(tx)?;
    let at_once = extent.first + PURGED;
    let too_many = extent.last - keep;
    tx.execute(
        "DELETE FROM hearth_changes WHERE seq < ?1 AND (seq <= ?2 OR at < ?3)",
        (at_once, too_many, before),
    )
}

/// In one transaction, so that it stays short.
const PURGED: i64 = 1_000;

/// Whether there is anything to throw away.
pub(crate) fn is_over(db: &Read<'_>, keep: i64, before: &str) -> Result<bool> {
    let extent = extent(db)?;
    if extent.first <= extent.last - keep {
        return Ok(true);
    }
    let sql = "SELECT at < ?1 FROM hearth_changes ORDER BY seq LIMIT 1";
    Ok(db.row(sql, [before], |row| row.get(0))?.unwrap_or(false))
}
