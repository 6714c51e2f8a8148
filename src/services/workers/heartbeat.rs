//! A worker says that it lives: its lease is as long again, in memory alone. It learns whether it should stop, and what
//! people answered.

use serde::Serialize;
use serde_json::value::RawValue;

use super::{Worker, held};
use crate::app::App;
use crate::error::Result;
use crate::executions::states::State;
use crate::services::executions::steps::{self, Moment};
use crate::store::executions::inputs;

#[derive(Debug, Serialize)]
pub(crate) struct Heard {
    lease_until: String,
    pub(crate) cancel_requested: bool,
    /// All that were answered or are over, each time: a lost answer is seen in the next one.
    inputs: Vec<Answered>,
}

#[derive(Debug, Serialize)]
struct Answered {
    request: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    timed_out: bool,
}

pub(crate) async fn heartbeat(app: &App, worker: &Worker, id: &str, fence: i64) -> Result<Heard> {
    let (worker, wanted) = (worker.clone(), id.to_owned());
    let (execution, inputs) = app
        .db
        .read(move |db| {
            let execution = held(db, &worker, &wanted, fence)?;
            let inputs = inputs::find_all(db, &wanted)?;
            Ok((execution, inputs))
        })
        .await?;
    let length = execution.lease_length.unwrap_or_default();
    let now = Moment::now().millis;
    let until = now + length;
    app.leases.hold(id, fence, until, now);
    let closed = inputs.into_iter().filter(|input| input.state != "open");
    Ok(Heard {
        lease_until: steps::time(until),
        cancel_requested: execution.state == State::Cancelling,
        inputs: closed
            .map(|input| Answered {
                request: input.request,
                timed_out: input.state == "timed_out",
                data: input.data.and_then(|data| RawValue::from_string(data).ok()),
            })
            .collect(),
    })
}
