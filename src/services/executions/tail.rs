//! The log of an execution for those who watch it on a socket: its owner, admins, and the worker that holds it.

use super::{Shown, may_read, not_found, sees, shown};
use crate::app::App;
use crate::error::Result;
use crate::services::access::Caller;
use crate::services::workers::Worker;
use crate::store::Read;
use crate::store::executions::events::{self as stored, Entry};
use crate::store::executions::{self, Execution};

/// What stands behind a place of the log.
#[derive(Debug)]
pub(crate) struct Tail {
    pub(crate) entries: Vec<Entry>,
    pub(crate) state: &'static str,
    /// The newest entry.
    pub(crate) last: i64,
    /// Nothing comes after these entries.
    pub(crate) ended: bool,
    /// It is seen by its lease alone, which may be lost at any time.
    pub(crate) leased: bool,
}

/// At most so many entries behind `after`, if the caller may watch it.
pub(crate) async fn tail(
    app: &App,
    caller: &Caller,
    id: &str,
    after: i64,
    limit: usize,
) -> Result<Tail> {
    let (caller, id) = (caller.clone(), id.to_owned());
    app.db
        .read(move |db| {
            // The row first: what is added between the two reads is seen in the next page.
            let (execution, leased) = watchable(db, &caller, &id)?;
            let entries = match limit {
                0 => Vec::new(),
                _ => stored::find_all(db, &execution.id, after, limit)?,
            };
            let read = entries.last().map_or(after, |entry| entry.seq);
            Ok(Tail {
                entries,
                state: execution.state.word(),
                last: execution.last_seq,
                ended: execution.state.is_terminal() && read >= execution.last_seq,
                leased,
            })
        })
        .await
}

/// The execution as it is now, for whoever may watch it.
pub(crate) async fn watched(app: &App, caller: &Caller, id: &str) -> Result<Shown> {
    let (caller, id) = (caller.clone(), id.to_owned());
    app.db
        .read(move |db| shown(db, watchable(db, &caller, &id)?.0))
        .await
}

fn watchable(db: &Read<'_>, caller: &Caller, id: &str) -> Result<(Execution, bool)> {
    let execution = executions::find(db, id)?.ok_or_else(not_found)?;
    let worker = Worker::of(caller).ok();
    if sees(caller, &execution) && may_read(caller).is_ok() {
        return Ok((execution, false));
    }
    let holds = worker.as_ref().is_some_and(|worker| {
        execution.state.is_held() && execution.holder.as_ref() == Some(&worker.holder)
    });
    if holds {
        return Ok((execution, true));
    }
    if worker.is_none() {
        may_read(caller)?;
    }
    Err(not_found())
}
