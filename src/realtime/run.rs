//! An execution on a socket: its log from a place of the client's, then what comes, then its end.

use std::sync::Arc;

use super::bell::Bell;
use super::frames;
use super::runs::{Member, Runs, Taken};
use super::subscription::{FRAMES, Portion, Then, more};
use crate::app::App;
use crate::error::{Code, Result};
use crate::services::access::Caller;
use crate::services::executions::tail::{Tail, tail};
use crate::services::watching::Reason;
use crate::store::changes::Extent;

pub(super) struct Run {
    channel: Box<str>,
    id: Box<str>,
    caller: Caller,
    member: Member,
    /// Everything up to here was sent.
    cursor: i64,
    live: bool,
    /// Seen by its lease alone: each look asks whether it still holds.
    leased: bool,
}

/// The channel of that execution.
pub(super) fn channel(id: &str) -> String {
    format!("execution:{id}")
}

impl Run {
    /// Watching begins here, before anything is read.
    pub(super) fn begin(
        runs: &Arc<Runs>,
        bell: &Arc<Bell>,
        caller: Caller,
        id: &str,
        after: i64,
    ) -> Self {
        Run {
            channel: channel(id).into(),
            id: id.into(),
            caller,
            member: runs.join(id, bell),
            cursor: after,
            live: false,
            leased: false,
        }
    }

    /// Whether it is the caller's to watch, and why the place from which it was to go on is of no use, if it is none.
    pub(super) async fn check(
        &mut self,
        app: &App,
        epoch: Option<&str>,
    ) -> Result<Option<(Reason, Extent)>> {
        let seen = tail(app, &self.caller, &self.id, self.cursor, 0).await?;
        self.leased = seen.leased;
        let reason = if epoch.is_some_and(|epoch| epoch != app.realtime.epoch) {
            Reason::Epoch
        } else if self.cursor > seen.last {
            Reason::Ahead
        } else {
            return Ok(None);
        };
        Ok(Some((reason, extent(&seen))))
    }

    /// Whether this caller may go on watching.
    pub(super) async fn judge(&mut self, app: &App, caller: &Caller) -> Result<bool> {
        self.caller = caller.clone();
        match tail(app, caller, &self.id, self.cursor, 0).await {
            Ok(seen) => {
                self.leased = seen.leased;
                Ok(true)
            }
            Err(error) if is_refusal(error.code()) => Ok(false),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn portion(&mut self, app: &App) -> Result<Portion> {
        if !self.leased
            && let Taken::Seen(found) = self.member.take(self.cursor, FRAMES)
        {
            self.cursor += found.len() as i64;
            return Ok(if found.is_empty() {
                self.all_for_now()
            } else {
                more(found)
            });
        }
        let seen = match tail(app, &self.caller, &self.id, self.cursor, FRAMES).await {
            Ok(seen) => seen,
            Err(error) if is_refusal(error.code()) => return Ok(self.refuse()),
            Err(error) => return Err(error),
        };
        if let Some(last) = seen.entries.last() {
            self.cursor = last.seq;
            let frames = seen.entries.iter();
            return Ok(more(
                frames.map(|entry| frames::event(&self.id, entry)).collect(),
            ));
        }
        if seen.ended {
            return Ok(Portion {
                frames: vec![frames::end(&self.channel, self.cursor, seen.state)],
                then: Then::Finished,
            });
        }
        Ok(self.all_for_now())
    }

    fn all_for_now(&mut self) -> Portion {
        let first = !std::mem::replace(&mut self.live, true);
        let frames = first.then(|| frames::live(&self.channel, self.cursor));
        Portion {
            frames: frames.into_iter().collect(),
            then: Then::Wait,
        }
    }

    /// It is no longer theirs to see, so nothing of it is said.
    pub(super) fn refuse(&self) -> Portion {
        let extent = Extent {
            first: 1,
            last: self.cursor,
        };
        Portion {
            frames: vec![frames::reset(&self.channel, Reason::Access, extent)],
            then: Then::Refused,
        }
    }
}

fn is_refusal(code: Code) -> bool {
    matches!(code, Code::NotFound | Code::Forbidden)
}

fn extent(seen: &Tail) -> Extent {
    Extent {
        first: 1,
        last: seen.last,
    }
}
