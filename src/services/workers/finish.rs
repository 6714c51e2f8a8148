//! The end of an attempt: what came of it, or that the worker gives it back. Said twice under one fence, it is the same.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{Worker, known, lease_lost};
use crate::app::App;
use crate::error::{Error, FieldError, Result, Step};
use crate::executions::states::{Command, State};
use crate::limits;
use crate::services::bodies;
use crate::services::executions::shapes;
use crate::services::executions::steps::{Moment, invalid_transition, take};
use crate::store::executions::{self as stored, Execution};
use crate::store::{Read, Weight};

#[derive(Clone, Debug, Deserialize)]
struct Finish {
    fence: i64,
    state: Outcome,
    error: Option<Failure>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Succeeded,
    Failed,
    Cancelled,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Failure {
    message: String,
    code: Option<String>,
    #[serde(default)]
    retryable: bool,
}

impl Finish {
    /// As it is kept.
    fn error(&self) -> Result<Option<String>> {
        let text = self.error.as_ref().map(serde_json::to_string);
        text.transpose().map_err(Error::internal)
    }
}

/// What does not go together, and what is too large.
fn faults(said: &Finish, output: Option<&str>) -> Vec<FieldError> {
    let at = |name: &str| [Step::from("body"), Step::from(name)];
    let mut faults = Vec::new();
    if said.state == Outcome::Succeeded && said.error.is_some() {
        let message =
            "Value error, a run that succeeded has no error: leave it out, or say `failed`";
        faults.push(FieldError::new("value_error", &at("error"), message));
    }
    if said.state == Outcome::Failed && output.is_some_and(|text| text != "null") {
        let message =
            "Value error, a run that failed has no output: say it in `error`, or in events";
        faults.push(FieldError::new("value_error", &at("output"), message));
    }
    if output.is_some_and(|text| text.len() > limits::EXECUTION_BODY) {
        faults.push(shapes::too_large(&at("output"), limits::EXECUTION_BODY));
    }
    faults
}

/// Whether this was said before under this fence: the worker did not hear the answer.
fn is_again(
    db: &Read<'_>,
    said: &Finish,
    output: Option<&str>,
    execution: &Execution,
) -> Result<bool> {
    let retryable = said.error.as_ref().is_some_and(|error| error.retryable);
    let same = match (said.state, execution.state) {
        (Outcome::Succeeded, State::Succeeded)
        | (Outcome::Failed, State::Failed)
        | (Outcome::Cancelled, State::Cancelled) => true,
        // It was to be tried again, and somebody may have cancelled it since.
        (Outcome::Failed, _) => retryable,
        _ => false,
    };
    let kept = stored::find_bodies(db, &execution.id)?.unwrap_or_default();
    let json = |text: Option<&str>| text.map_or(Ok(Json::Null), serde_json::from_str::<Json>);
    let alike = |one: Option<&str>, other: Option<&str>| -> Result<bool> {
        let (one, other) = (json(one), json(other));
        Ok(one.map_err(Error::internal)? == other.map_err(Error::internal)?)
    };
    Ok(same
        && alike(output, kept.output.as_deref())?
        && alike(said.error()?.as_deref(), kept.error.as_deref())?)
}

/// Where an execution stands after a worker's last word.
#[derive(Debug, Serialize)]
pub(crate) struct Ended {
    state: &'static str,
    attempt: i64,
}

pub(crate) async fn finish(app: &App, worker: &Worker, id: &str, body: &Json) -> Result<Ended> {
    let mut body = body.clone();
    // Any JSON at all, which no field of the vocabulary is.
    let output = body.as_object_mut().and_then(|body| body.remove("output"));
    let said: Finish = bodies::take("finish", &body)?;
    let output = output.map(|output| output.to_string());
    let faults = faults(&said, output.as_deref());
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let (worker, wanted, now) = (worker.clone(), id.to_owned(), Moment::now());
    let fence = said.fence;
    let ended = app
        .db
        .write(Weight::default(), move |tx| {
            let mut execution = known(tx, &worker, &wanted, fence)?;
            if execution.fence != fence {
                return Err(lease_lost());
            }
            if execution.state.is_held() {
                let retryable = said.error.as_ref().is_some_and(|error| error.retryable);
                let again = retryable && execution.attempt < execution.max_attempts;
                let (command, reason) = match said.state {
                    Outcome::Succeeded => (Command::Succeed, "succeeded"),
                    Outcome::Failed => (Command::Fail { again }, "failed"),
                    Outcome::Cancelled => (Command::StopCancelled, "cancelled"),
                };
                take(tx, &mut execution, command, reason, &now)?;
                let error = said.error()?;
                stored::update_outcome(tx, &wanted, output.as_deref(), error.as_deref())?;
            } else if !is_again(tx, &said, output.as_deref(), &execution)? {
                return Err(invalid_transition(execution.state));
            }
            Ok(Ended {
                state: execution.state.word(),
                attempt: execution.attempt,
            })
        })
        .await?;
    app.leases.forget(id, fence);
    Ok(ended)
}

/// The worker stops, and somebody else should go on; the attempt does not count.
pub(crate) async fn release(app: &App, worker: &Worker, id: &str, fence: i64) -> Result<Ended> {
    let (worker, wanted, now) = (worker.clone(), id.to_owned(), Moment::now());
    let ended = app
        .db
        .write(Weight::default(), move |tx| {
            let mut execution = known(tx, &worker, &wanted, fence)?;
            if execution.fence != fence {
                return Err(lease_lost());
            }
            if execution.state.is_held() {
                take(tx, &mut execution, Command::Release, "release", &now)?;
            }
            Ok(Ended {
                state: execution.state.word(),
                attempt: execution.attempt,
            })
        })
        .await?;
    app.leases.forget(id, fence);
    Ok(ended)
}
