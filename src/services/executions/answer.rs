//! Answers to what an execution asked.

use serde_json::{Value as Json, json};

use super::steps::{Moment, event, take};
use super::{Shown, may_write, shapes, shown, visible};
use crate::app::App;
use crate::error::{Code, Error, Result};
use crate::executions::states::{Command, State};
use crate::services::access::Caller;
use crate::store::executions::{self as stored, Execution, inputs};
use crate::store::{Tx, Weight};

/// Answers a question, once. The same answer again is fine; another one is 409.
pub(crate) async fn answer(
    app: &App,
    caller: &Caller,
    id: &str,
    request: &str,
    body: Json,
) -> Result<Shown> {
    may_write(caller)?;
    let (caller, id, request) = (caller.clone(), id.to_owned(), request.to_owned());
    let now = Moment::now();
    app.db
        .write(Weight::default(), move |tx| {
            let mut execution = visible(tx, &caller, &id)?;
            let input = inputs::find(tx, &execution.id, &request)?
                .ok_or_else(|| Error::not_found("Request"))?;
            let data = shapes::check_answer(input.schema.as_deref(), &body)?;
            if input.state != "open" {
                let before = input.data.as_deref().map(serde_json::from_str::<Json>);
                return match before {
                    Some(Ok(before)) if before == data => shown(tx, execution),
                    _ => Err(answered(&input.state)),
                };
            }
            close(tx, &mut execution, &request, Some(&data), &now)?;
            shown(tx, execution)
        })
        .await
}

fn answered(state: &str) -> Error {
    let message = if state == "answered" {
        "This request has another answer already"
    } else {
        "This request is over: nobody answered in time"
    };
    Error::new(Code::AlreadyAnswered, message)
}

/// Closes a question, by an answer or because its time is over; the last one lets the execution run on.
pub(super) fn close(
    tx: &mut Tx<'_>,
    execution: &mut Execution,
    request: &str,
    data: Option<&Json>,
    now: &Moment,
) -> Result<()> {
    let text = data.map(Json::to_string);
    inputs::close(tx, &execution.id, request, text.as_deref())?;
    let said = match data {
        Some(data) => json!({ "request": request, "data": data }),
        None => json!({ "request": request, "timed_out": true }),
    };
    event(tx, execution, "input.answer", &said, now)?;
    let open = inputs::find_all(tx, &execution.id)?;
    if execution.state == State::Waiting && open.iter().all(|input| input.state != "open") {
        return take(tx, execution, Command::InputsDone, "input", now);
    }
    stored::update_counters(tx, execution)
}
