//! Reading the log of an execution: pages, and waiting for what comes next.

use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::value::RawValue;

use super::watchers::{Watcher, Woken};
use super::{Shown, may_read, shown, visible};
use crate::app::App;
use crate::error::{Error, Result};
use crate::services::access::Caller;
use crate::services::standing::Standing;
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

/// The same, waiting until there is something, or the log has ended, or the time is over, or the server stops.
pub(crate) async fn wait(
    app: &App,
    standing: &mut Standing,
    id: &str,
    after: i64,
    limit: usize,
    within: Duration,
) -> Result<Page> {
    // Whoever may not see it is refused before anything is remembered for them.
    let first = page(app, standing.caller(), id, after, limit).await?;
    if !first.frames.is_empty() || first.ended || within.is_zero() {
        return Ok(first);
    }
    let mut watcher = app.watchers.watch(id);
    follow(app, standing, &mut watcher, (after, limit), within).await
}

/// The same for one who watches already.
pub(crate) async fn follow(
    app: &App,
    standing: &mut Standing,
    watcher: &mut Watcher,
    (after, limit): (i64, usize),
    within: Duration,
) -> Result<Page> {
    let until = Instant::now() + within;
    loop {
        let caller = standing.again(app).await?;
        let page = page(app, caller, watcher.execution(), after, limit).await?;
        let left = until.saturating_duration_since(Instant::now());
        let found = !page.frames.is_empty() || page.ended;
        if found || left.is_zero() || app.drain.has_begun() {
            return Ok(page);
        }
        pause(app, standing, watcher, left).await;
    }
}

/// The execution once its log is longer than `after`, or it has ended, or the time is over, or the server stops.
pub(crate) async fn wait_for(
    app: &App,
    standing: &mut Standing,
    id: &str,
    after: Option<i64>,
    within: Duration,
) -> Result<Shown> {
    let until = Instant::now() + within;
    let (first, ended) = look(app, standing.caller(), id).await?;
    let seen = after.unwrap_or(first.seq());
    if first.seq() > seen || ended || within.is_zero() {
        return Ok(first);
    }
    let mut watcher = app.watchers.watch(id);
    loop {
        let (found, ended) = look(app, standing.again(app).await?, id).await?;
        let left = until.saturating_duration_since(Instant::now());
        if found.seq() > seen || ended || left.is_zero() || app.drain.has_begun() {
            return Ok(found);
        }
        pause(app, standing, &mut watcher, left).await;
    }
}

/// The execution, and whether it has ended.
async fn look(app: &App, caller: &Caller, id: &str) -> Result<(Shown, bool)> {
    may_read(caller)?;
    let (caller, id) = (caller.clone(), id.to_owned());
    app.db
        .read(move |db| {
            let execution = visible(db, &caller, &id)?;
            let ended = execution.state.is_terminal();
            Ok((shown(db, execution)?, ended))
        })
        .await
}

/// Until there may be something to tell, or the caller is not who they were, or it is over.
async fn pause(app: &App, standing: &mut Standing, watcher: &mut Watcher, left: Duration) {
    let woken = async {
        // What changed of others' rights is no reason to read anything.
        while watcher.woken().await == Woken::Rights && standing.holds(app).await {}
    };
    tokio::select! {
        () = woken => {}
        () = app.drain.begun() => {}
        () = tokio::time::sleep(left) => {}
    }
}
