//! What workers say of an execution: batches of events, each stored once and in order.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{Worker, held};
use crate::app::App;
use crate::error::{Code, Error, FieldError, Result, Step};
use crate::executions::states::Command;
use crate::limits;
use crate::services::executions::shapes;
use crate::services::executions::steps::{Moment, event, take};
use crate::store::executions::{self as stored, Execution, events, inputs};
use crate::store::{Tx, Weight, fault};

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Batch {
    fence: i64,
    batch: i64,
    events: Vec<Said>,
}

#[derive(Clone, Debug, Deserialize)]
struct Said {
    kind: String,
    data: Json,
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Stored {
    /// The numbers that the first and the last event were given; none where nothing was stored.
    first: Option<i64>,
    last: Option<i64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    duplicate: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    dropped: Option<usize>,
}

/// One event, ready to be stored.
#[derive(Clone)]
struct Ready {
    kind: String,
    text: String,
    question: Option<Question>,
}

#[derive(Clone)]
struct Question {
    request: String,
    schema: Option<String>,
    /// Seconds.
    timeout: Option<i64>,
}

pub(crate) async fn report(app: &App, worker: &Worker, id: &str, body: &Json) -> Result<Stored> {
    let batch: Batch = crate::services::bodies::take("events", body)?;
    let ready = checked(batch.events)?;
    let size = ready.iter().map(|one| one.text.len()).sum();
    let (worker, id, now) = (worker.clone(), id.to_owned(), Moment::now());
    let (fence, number) = (batch.fence, batch.batch);
    let settings = &app.config.executions;
    let most = (settings.events as i64, settings.events_size as i64);
    let weight = Weight { size, long: false };
    app.leases.note(&id, fence, now.millis);
    app.db
        .write(weight, move |tx| {
            let mut execution = held(tx, &worker, &id, fence)?;
            if number <= execution.last_batch {
                return Ok(Stored {
                    duplicate: true,
                    ..Stored::default()
                });
            }
            if number > execution.last_batch + 1 {
                return Err(gap(execution.last_batch + 1));
            }
            execution.last_batch = number;
            store(tx, &mut execution, &ready, most, &now)
        })
        .await
}

fn gap(expected: i64) -> Error {
    let message = format!("Batch {expected} comes first; send it, then this one again");
    Error::new(Code::SequenceGap, message)
}

/// Every fault of every event at once.
fn checked(events: Vec<Said>) -> Result<Vec<Ready>> {
    let (mut ready, mut faults) = (Vec::with_capacity(events.len()), Vec::new());
    for (index, said) in events.into_iter().enumerate() {
        let at = [Step::from("body"), Step::from("events"), Step::from(index)];
        faults.extend(shapes::event_faults(&said.kind, &said.data, &at));
        let text = said.data.to_string();
        let within = |name: &str| [&at[..], &[Step::from("data"), Step::from(name)]].concat();
        if text.len() > limits::EVENT_SIZE {
            let at = [&at[..], &[Step::from("data")]].concat();
            faults.push(shapes::too_large(&at, limits::EVENT_SIZE));
        }
        let schema = said.data.get("schema").filter(|schema| !schema.is_null());
        if said.kind == "input.request"
            && let Some(schema) = schema
            && let Err(reason) = shapes::answer_shape(schema)
        {
            let message = format!("Value error, not a field: {reason}");
            faults.push(FieldError::new("value_error", &within("schema"), message));
        }
        let question = (said.kind == "input.request").then(|| Question {
            request: said.data["request"].as_str().unwrap_or_default().to_owned(),
            schema: schema.map(Json::to_string),
            timeout: said.data["timeout"].as_i64(),
        });
        ready.push(Ready {
            kind: said.kind,
            text,
            question,
        });
        if faults.len() >= limits::FAULTS {
            break;
        }
    }
    if faults.is_empty() {
        Ok(ready)
    } else {
        Err(Error::invalid(faults))
    }
}

fn store(
    tx: &mut Tx<'_>,
    execution: &mut Execution,
    ready: &[Ready],
    (events_most, size_most): (i64, i64),
    now: &Moment,
) -> Result<Stored> {
    let mut stored_now = Stored::default();
    let full = execution.last_seq >= events_most || execution.size >= size_most;
    let (kept, dropped): (Vec<&Ready>, Vec<&Ready>) =
        ready.iter().partition(|one| !(full && one.kind == "log"));
    if !dropped.is_empty() {
        if execution.dropped == 0 {
            let data = json!({ "events": execution.last_seq, "size": execution.size });
            event(tx, execution, "truncated", &data, now)?;
        }
        execution.dropped += dropped.len() as i64;
        stored_now.dropped = Some(dropped.len());
    }
    if !kept.is_empty() {
        stored_now.first = Some(execution.last_seq + 1);
        let entries = kept.iter().map(|one| (one.kind.clone(), one.text.clone()));
        events::append(tx, execution, &now.text, entries)?;
        stored_now.last = Some(execution.last_seq);
    }
    let mut asked = false;
    for (index, one) in ready.iter().enumerate() {
        if let Some(question) = &one.question {
            ask(tx, execution, question, index, now)?;
            asked = true;
        }
    }
    if asked {
        take(tx, execution, Command::AskInput, "input", now)?;
    }
    stored::update_counters(tx, execution)?;
    Ok(stored_now)
}

fn ask(
    tx: &mut Tx<'_>,
    execution: &Execution,
    question: &Question,
    index: usize,
    now: &Moment,
) -> Result<()> {
    let until = question.timeout.map(|seconds| now.millis + seconds * 1_000);
    let schema = question.schema.as_deref();
    inputs::insert(tx, &execution.id, &question.request, schema, until).map_err(|error| {
        if !error
            .cause()
            .is_some_and(|cause| cause.is::<fault::Clash>())
        {
            return error;
        }
        let steps = ["data", "request"].map(Step::from);
        let at = [Step::from("body"), Step::from("events"), Step::from(index)];
        let message = "Value error, this execution has asked under that name already";
        let at = [&at[..], &steps].concat();
        Error::invalid(vec![FieldError::new("value_error", &at, message)])
    })
}
