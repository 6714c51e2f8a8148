//! The records of a model on a socket: rows first, or what was missed, then what comes.

use std::sync::Arc;

use super::bell::Bell;
use super::frames;
use super::hub::{Hub, Member, Taken};
use super::subscription::{FRAMES, Portion, Then, more};
use crate::app::App;
use crate::error::Result;
use crate::models::Value;
use crate::services::access::Caller;
use crate::services::change_log;
use crate::services::watching::{Missed, Reason, View};
use crate::store::changes::Extent;
use crate::store::records::Portion as Rows;

/// A place in the log of changes, and whose they are.
pub(super) struct Records {
    channel: Box<str>,
    view: Arc<View>,
    member: Member,
    stage: Stage,
    /// Everything up to here was sent, or was not the watcher's.
    pub(super) cursor: i64,
}

enum Stage {
    /// Rows, as they were at that place of the log; from that id on.
    Rows {
        at: Option<i64>,
        next: Option<Value>,
    },
    /// What was missed.
    Missed,
    Live,
}

impl Records {
    /// Watching begins here, before anything is read. Without `after` it begins with rows, or with what comes.
    pub(super) fn begin(
        hub: &Arc<Hub>,
        bell: &Arc<Bell>,
        view: View,
        snapshot: bool,
        after: Option<i64>,
    ) -> Result<Self> {
        let (member, head) = hub.join(&view.filter, bell)?;
        let stage = match (snapshot, after) {
            (true, _) => Stage::Rows {
                at: None,
                next: None,
            },
            _ => Stage::Missed,
        };
        Ok(Records {
            channel: format!("records:{}", view.filter.model).into(),
            view: Arc::new(view),
            member,
            stage,
            cursor: after.unwrap_or(head),
        })
    }

    /// Why the place from which it was to go on is of no use, if it is none.
    pub(super) async fn check(
        &self,
        app: &App,
        epoch: Option<&str>,
    ) -> Result<Option<(Reason, Extent)>> {
        let (reason, extent) = self.view.check(app, self.cursor, epoch).await?;
        Ok(reason.map(|reason| (reason, extent)))
    }

    /// Whether the caller would still see the same.
    pub(super) fn is_still(&self, caller: &Caller) -> bool {
        self.view.is_still(caller)
    }

    /// What comes next, as far as it is there.
    pub(super) async fn portion(&mut self, app: &App) -> Result<Portion> {
        if let Stage::Rows { at, next } = &mut self.stage {
            let (at, next) = (*at, next.take());
            return self.rows(app, at, next).await;
        }
        match self.member.take(self.cursor, FRAMES) {
            Taken::Over => self.reset(app, Reason::Schema).await,
            Taken::Behind(from) => self.missed(app, from).await,
            Taken::Seen(found, last) => {
                self.cursor = last;
                let mut frames: Vec<_> = found.iter().map(|(entry, op)| entry.frame(*op)).collect();
                if !frames.is_empty() {
                    return Ok(more(frames));
                }
                if matches!(self.stage, Stage::Missed) {
                    self.stage = Stage::Live;
                    frames.push(frames::live(&self.channel, self.cursor));
                }
                Ok(Portion {
                    frames,
                    then: Then::Wait,
                })
            }
        }
    }

    async fn rows(&mut self, app: &App, at: Option<i64>, next: Option<Value>) -> Result<Portion> {
        match self.view.rows(app, at, next).await? {
            Rows::Rows { at, items, next } => {
                let frame = frames::snapshot(&self.channel, at, &items, next.is_some());
                self.stage = match next {
                    Some(_) => Stage::Rows { at: Some(at), next },
                    None => {
                        self.cursor = at;
                        Stage::Missed
                    }
                };
                Ok(more(vec![frame]))
            }
            Rows::Trimmed(extent) => Ok(self.end(Reason::Trimmed, extent)),
        }
    }

    /// Out of the table, since the memory no longer has it.
    async fn missed(&mut self, app: &App, from: i64) -> Result<Portion> {
        match self.view.missed(app, from).await? {
            Missed::Found(list, last) => {
                self.cursor = last;
                let frames = list.iter().map(|(change, op)| frames::change(change, *op));
                Ok(more(frames.collect()))
            }
            Missed::Trimmed(extent) => Ok(self.end(Reason::Trimmed, extent)),
        }
    }

    pub(super) async fn reset(&self, app: &App, reason: Reason) -> Result<Portion> {
        let extent = change_log::extent(app).await?;
        Ok(self.end(reason, extent))
    }

    fn end(&self, reason: Reason, extent: Extent) -> Portion {
        Portion {
            frames: vec![frames::reset(&self.channel, reason, extent)],
            then: Then::End,
        }
    }
}
