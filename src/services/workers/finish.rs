//! The end of an attempt: what came of it, or that the worker gives it back. Said twice under one fence, it is the same.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{Worker, known, lease_lost};
use crate::app::App;
use crate::error::{Error, Result, Step};
use crate::executions::states::Command;
use crate::limits;
use crate::services::bodies;
use crate::services::executions::shapes;
use crate::services::executions::steps::{Moment, take};
use crate::store::Weight;
use crate::store::executions::{self as stored};

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
    if output
        .as_ref()
        .is_some_and(|text| text.len() > limits::EXECUTION_BODY)
    {
        let at = [Step::from("body"), Step::from("output")];
        let fault = shapes::too_large(&at, limits::EXECUTION_BODY);
        return Err(Error::invalid(vec![fault]));
    }
    let error = said.error.as_ref().map(serde_json::to_string).transpose();
    let error = error.map_err(Error::internal)?;
    let texts = [&output, &error].into_iter().flatten();
    let weight = Weight {
        size: texts.map(String::len).sum(),
        long: false,
    };
    let (worker, wanted, now) = (worker.clone(), id.to_owned(), Moment::now());
    let fence = said.fence;
    let ended = app
        .db
        .write(weight, move |tx| {
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
                stored::update_outcome(tx, &wanted, output.as_deref(), error.as_deref())?;
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
