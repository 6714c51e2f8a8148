//! One step of an execution: the state machine is asked, the row moves on, and the log says so; all in the job's
//! transaction. Nothing else changes an execution's state.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use crate::clock;
use crate::error::{Code, Error, Result};
use crate::executions::states::{Command, State, next};
use crate::limits;
use crate::store::Tx;
use crate::store::executions::{self as stored, Execution, claims, events, inputs};

/// A moment, made before the job that it belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    pub(crate) text: String,
    /// Since 1970.
    pub(crate) millis: i64,
}

impl Moment {
    pub(crate) fn now() -> Self {
        let now = Timestamp::now();
        Moment {
            text: clock::text(now),
            millis: now.as_millisecond(),
        }
    }
}

/// A time of a row, as it is shown.
pub(crate) fn time(millis: i64) -> String {
    Timestamp::from_millisecond(millis).map_or_else(|_| String::new(), clock::text)
}

pub(crate) fn invalid_transition(from: State) -> Error {
    let word = from.word();
    let message = if from.is_terminal() {
        format!("The execution is over ({word}) and can't do that")
    } else {
        format!("The execution is {word} and can't do that")
    };
    Error::new(Code::InvalidTransition, message)
}

/// The first entry of the log.
pub(crate) fn begin(tx: &mut Tx<'_>, execution: &mut Execution, now: &Moment) -> Result<()> {
    begin_by(tx, execution, "created", now)
}

/// The same, for that reason.
pub(crate) fn begin_by(
    tx: &mut Tx<'_>,
    execution: &mut Execution,
    reason: &str,
    now: &Moment,
) -> Result<()> {
    note(tx, execution, None, reason, now)?;
    stored::update(tx, execution)
}

/// Takes the step, writes the row and the log.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    execution: &mut Execution,
    command: Command,
    reason: &str,
    now: &Moment,
) -> Result<()> {
    let from = execution.state;
    let to = next(from, command).ok_or_else(|| invalid_transition(from))?;
    if to == from {
        return Ok(());
    }
    execution.state = to;
    match command {
        // It runs again after a while that doubles, without all of them coming back at once.
        Command::Fail { again: true } => {
            let doubled = 1_000_i64 << (execution.attempt - 1).clamp(0, 12);
            let wait = doubled.min(limits::BACKOFF.as_millis() as i64) as f64 * spread(execution);
            execution.run_at = now.millis + wait as i64;
        }
        Command::Due => execution.run_at = execution.run_at.min(now.millis),
        Command::Release if to == State::Queued => execution.attempt -= 1,
        // Whoever held it must not come back.
        Command::LoseLease { .. } | Command::TimeOut | Command::GraceOver => execution.fence += 1,
        _ => {}
    }
    let worker = execution.worker.clone();
    if !to.is_held() {
        let_go(tx, execution)?;
    }
    if to.is_terminal() {
        execution.finished_at = Some(now.text.clone());
    }
    let said = execution.worker.take();
    execution.worker = worker;
    note(tx, execution, Some(from), reason, now)?;
    execution.worker = said;
    stored::update(tx, execution)?;
    if from.is_held() && !to.is_held() {
        claims::make_way(tx, execution)?;
    }
    Ok(())
}

/// Between 0.8 and 1.2, another for each attempt of each execution.
fn spread(execution: &Execution) -> f64 {
    let mut hasher = DefaultHasher::new();
    (&execution.id, execution.attempt).hash(&mut hasher);
    0.8 + f64::from(hasher.finish() as u8) / 255.0 * 0.4
}

/// Nobody holds it any more.
fn let_go(tx: &mut Tx<'_>, execution: &mut Execution) -> Result<()> {
    execution.worker = None;
    execution.holder = None;
    execution.claim_id = None;
    execution.lease_length = None;
    execution.lease_until = None;
    execution.deadline = None;
    execution.cancel_until = None;
    inputs::remove_open(tx, &execution.id)
}

fn note(
    tx: &mut Tx<'_>,
    execution: &mut Execution,
    from: Option<State>,
    reason: &str,
    now: &Moment,
) -> Result<()> {
    let mut data = json!({
        "from": from.map(State::word),
        "to": execution.state.word(),
        "reason": reason,
        "attempt": execution.attempt,
    });
    if let Some(worker) = &execution.worker {
        data["worker"] = json!(worker);
    }
    event(tx, execution, "state", &data, now)
}

/// One event of the server's own; the row's counters are written with the row.
pub(crate) fn event(
    tx: &mut Tx<'_>,
    execution: &mut Execution,
    kind: &str,
    data: &Json,
    now: &Moment,
) -> Result<()> {
    let entry = (kind.to_owned(), data.to_string());
    events::append(tx, execution, &now.text, [entry])
}
