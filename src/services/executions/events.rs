//! Reading the log of an execution: pages, and waiting for what comes next.

use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::value::RawValue;

use super::{Shown, may_read, shown, visible};
use crate::app::App;
use crate::error::{Error, Result};
use crate::services::access::Caller;
use crate::store::executions::events::{self as stored, Entry};

/// One entry, as watchers see it.
#[derive(Debug, Serialize)]
pub(crate) struct Frame {
    pub(crate) seq: i64,
    at: String,
    attempt: i64,
    pub(crate) kind: String,
    data: Box<RawValue>,
}

impl Frame {
    fn new(entry: Entry) -> Result<Self> {
        Ok(Frame {
            seq: entry.seq,
            at: entry.at,
            attempt: entry.attempt,
            kind: entry.kind,
            data: RawValue::from_string(entry.data).map_err(Error::internal)?,
        })
    }
}

/// A page of the log.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) frames: Vec<Frame>,
    pub(crate) state: &'static str,
    /// Nothing comes after this page.
    pub(crate) ended: bool,
}

/// What stands behind `after` now.
pub(crate) async fn page(
    app: &App,
    caller: &Caller,
    id: &str,
    after: i64,
    limit: usize,
) -> Result<Page> {
    may_read(caller)?;
    let (caller, id) = (caller.clone(), id.to_owned());
    app.db
        .read(move |db| {
            // The row first: what is added between the two reads is seen in the next page.
            let execution = visible(db, &caller, &id)?;
            let found = stored::find_all(db, &execution.id, after, limit)?;
            let last = found.last().map_or(after, |entry| entry.seq);
            Ok(Page {
                frames: found.into_iter().map(Frame::new).collect::<Result<_>>()?,
                state: execution.state.word(),
                ended: execution.state.is_terminal() && last >= execution.last_seq,
            })
        })
        .await
}

/// The same, waiting until there is something, or the log has ended, or the time is over.
pub(crate) async fn wait(
    app: &App,
    caller: &Caller,
    id: &str,
    after: i64,
    limit: usize,
    within: Duration,
) -> Result<Page> {
    let until = Instant::now() + within;
    let mut watcher = app.watchers.watch(id);
    loop {
        let page = page(app, caller, id, after, limit).await?;
        let left = until.saturating_duration_since(Instant::now());
        if !page.frames.is_empty() || page.ended || left.is_zero() || !watcher.changed(left).await {
            return Ok(page);
        }
    }
}

/// The execution once its log is longer than `after`, or it has ended, or the time is over.
pub(crate) async fn wait_for(
    app: &App,
    caller: &Caller,
    id: &str,
    after: Option<i64>,
    within: Duration,
) -> Result<Shown> {
    let until = Instant::now() + within;
    let mut watcher = app.watchers.watch(id);
    let mut seen = after;
    loop {
        let (asked, wanted) = (caller.clone(), id.to_owned());
        may_read(caller)?;
        let (found, ended) = app
            .db
            .read(move |db| {
                let execution = visible(db, &asked, &wanted)?;
                let ended = execution.state.is_terminal();
                Ok((shown(db, execution)?, ended))
            })
            .await?;
        let seen = *seen.get_or_insert(found.seq());
        let left = until.saturating_duration_since(Instant::now());
        if found.seq() > seen || ended || left.is_zero() || !watcher.changed(left).await {
            return Ok(found);
        }
    }
}
