//! Executions: who may see them, and what their owners do with them. What workers do is `services/workers`.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::app::App;
use crate::error::{Error, Result};
use crate::services::access::Caller;
use crate::services::scopes::Scope;
use crate::store::Read;
use crate::store::executions::{self as stored, Bodies, Execution};

mod act;
mod answer;
pub(crate) mod artifacts;
pub(crate) mod create;
pub(crate) mod events;
pub(crate) mod leases;
mod list;
pub(crate) mod schedules;
pub(crate) mod shapes;
pub(crate) mod steps;
pub(crate) mod tail;
#[cfg(test)]
mod tests;
pub(crate) mod timekeeper;
pub(crate) mod watchers;

pub(crate) use act::{cancel, retry, run_now};
pub(crate) use answer::answer;
pub(crate) use create::create;
pub(crate) use list::list;

/// What one who may see it is shown.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    id: String,
    task: String,
    state: &'static str,
    user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<Option<Box<RawValue>>>,
    error: Option<Box<RawValue>>,
    labels: Box<RawValue>,
    priority: i64,
    run_at: String,
    start_by: Option<String>,
    attempt: i64,
    max_attempts: i64,
    concurrency_key: Option<String>,
    parent_id: Option<String>,
    worker: Option<String>,
    last_seq: i64,
    created_at: String,
    started_at: Option<String>,
    finished_at: Option<String>,
}

impl Shown {
    /// `whole`: with input and output, which lists leave out.
    pub(crate) fn new(execution: Execution, bodies: Bodies, whole: bool) -> Result<Self> {
        let raw = |text: String| RawValue::from_string(text).map_err(Error::internal);
        let optional = |text: Option<String>| text.map(raw).transpose();
        let output = optional(bodies.output)?;
        Ok(Shown {
            id: execution.id,
            task: execution.task,
            state: execution.state.word(),
            user_id: execution.user,
            input: if whole {
                Some(raw(bodies.input)?)
            } else {
                None
            },
            output: whole.then_some(output),
            error: optional(bodies.error)?,
            labels: raw(bodies.labels)?,
            priority: execution.priority,
            run_at: steps::time(execution.run_at),
            start_by: execution.start_by.map(steps::time),
            attempt: execution.attempt,
            max_attempts: execution.max_attempts,
            concurrency_key: execution.concurrency_key,
            parent_id: execution.parent,
            worker: execution.worker,
            last_seq: execution.last_seq,
            created_at: execution.created_at,
            started_at: execution.started_at,
            finished_at: execution.finished_at,
        })
    }

    /// Every change adds to the log, so the log's length is the version.
    pub(crate) fn etag(&self) -> String {
        format!("\"{}\"", self.last_seq)
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn seq(&self) -> i64 {
        self.last_seq
    }
}

pub(crate) fn not_found() -> Error {
    Error::not_found("Execution")
}

/// The execution, if this caller may see it: its owner, and admins.
pub(crate) fn visible(db: &Read<'_>, caller: &Caller, id: &str) -> Result<Execution> {
    stored::find(db, id)?
        .filter(|execution| sees(caller, execution))
        .ok_or_else(not_found)
}

fn sees(caller: &Caller, execution: &Execution) -> bool {
    if let Caller::Run(run) = caller {
        return run.execution == execution.id;
    }
    caller.is_admin() || (caller.user().is_some() && caller.user() == execution.user.as_deref())
}

/// Somebody has to be signed in, whatever they ask for.
pub(crate) fn may_read(caller: &Caller) -> Result<()> {
    may(caller, &Scope::Read(None))
}

pub(crate) fn may_write(caller: &Caller) -> Result<()> {
    may(caller, &Scope::Write(None))
}

fn may(caller: &Caller, scope: &Scope) -> Result<()> {
    match caller {
        Caller::Anonymous => Err(Error::not_authenticated()),
        Caller::Run(_) if matches!(scope, Scope::Write(_)) => Err(Error::forbidden(
            "The key of a run reads it and adds files to it; it can do nothing else",
        )),
        _ => caller.must_have(scope),
    }
}

pub(crate) async fn get(app: &App, caller: &Caller, id: &str) -> Result<Shown> {
    may_read(caller)?;
    let (caller, id) = (caller.clone(), id.to_owned());
    app.db
        .read(move |db| shown(db, visible(db, &caller, &id)?))
        .await
}

/// With its bodies.
pub(crate) fn shown(db: &Read<'_>, execution: Execution) -> Result<Shown> {
    let bodies = stored::find_bodies(db, &execution.id)?.ok_or_else(not_found)?;
    Shown::new(execution, bodies, true)
}
