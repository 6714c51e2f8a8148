//! A new execution: what was sent is checked against its task, and it is queued, or scheduled for later.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value as Json};

use super::steps::{self, Moment};
use super::{may_write, shapes, shown};
use crate::app::{App, Tasks};
use crate::config::tasks::Task;
use crate::document::did_you_mean;
use crate::error::{Error, FieldError, Result, Step};
use crate::executions::states::State;
use crate::limits;
use crate::models::validate;
use crate::services::access::Caller;
use crate::services::bodies;
use crate::services::idempotency::{Created, ITEM, Key, once};
use crate::services::rooms::must_be;
use crate::store::Weight;
use crate::store::executions::{self as stored, Bodies, Execution};

/// One execution, at most once under an Idempotency-Key.
pub(crate) async fn create(
    app: &App,
    caller: &Caller,
    body: &Json,
    key: Option<Key>,
    size: usize,
) -> Result<Created> {
    may_write(caller)?;
    let task = body.get("task").and_then(Json::as_str).unwrap_or_default();
    may_start(&app.tasks, caller, task)?;
    let now = Moment::now();
    let (new, bodies, labels) = checked(app, caller, body, &now)?;
    let weight = Weight { size, long: false };
    app.db
        .write(weight, move |tx| {
            once(tx, key.as_ref(), &now.text, |tx| {
                let mut execution = new.clone();
                stored::insert(tx, &execution, &bodies, &labels)?;
                steps::begin(tx, &mut execution, &now)?;
                let location = format!("/api/executions/{}", execution.id);
                let item = serde_json::to_vec(&shown(tx, execution)?).map_err(Error::internal)?;
                Ok(Created {
                    answer: [ITEM, &item, b"}"].concat(),
                    location: Some(location),
                    replayed: false,
                })
            })
        })
        .await
}

/// Whether its declaration lets this caller run that task; one that is not declared is for whoever is signed in.
pub(super) fn may_start(tasks: &Tasks, caller: &Caller, name: &str) -> Result<()> {
    match tasks.get(name) {
        Some((task, _)) => must_be(caller, &task.start, "You may not run this task"),
        None => Ok(()),
    }
}

type Checked = (Execution, Bodies, Vec<(String, String)>);

fn checked(app: &App, caller: &Caller, body: &Json, now: &Moment) -> Result<Checked> {
    let task = body.get("task").and_then(Json::as_str).unwrap_or_default();
    let declared = app.tasks.get(task);
    if declared.is_none() && app.config.executions.declared_only {
        return Err(undeclared(app, body, task));
    }
    let members = match declared {
        Some((_, shape)) => validate::object(shape, body)?,
        None => bodies::members("execution", body)?,
    };
    let mut faults = Vec::new();
    let input = text_of(&members, "input", limits::EXECUTION_BODY, &mut faults);
    let labels = labels(&members, &mut faults);
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let text = |name: &str| members.get(name).and_then(Json::as_str).map(str::to_owned);
    let time = |name: &str| {
        let text = members.get(name).and_then(Json::as_str);
        text.and_then(|text| text.parse::<Timestamp>().ok())
            .map(Timestamp::as_millisecond)
    };
    let run_at = time("run_at").unwrap_or(now.millis);
    let new = Execution {
        id: uuid::Uuid::now_v7().to_string(),
        task: task.to_owned(),
        state: if run_at > now.millis {
            State::Scheduled
        } else {
            State::Queued
        },
        user: caller.user().map(str::to_owned),
        priority: members.get("priority").and_then(Json::as_i64).unwrap_or(0),
        run_at,
        start_by: time("start_by"),
        concurrency_key: text("concurrency_key"),
        ..blank(declared.map(|(task, _)| task), now)
    };
    let bodies = Bodies {
        input,
        labels: Json::Object(
            labels
                .iter()
                .map(|(name, value)| (name.clone(), Json::from(value.as_str())))
                .collect(),
        )
        .to_string(),
        ..Bodies::default()
    };
    Ok((new, bodies, labels))
}

/// A task without a section, where all must have one; told with what else is wrong.
fn undeclared(app: &App, body: &Json, task: &str) -> Error {
    let mut faults = match bodies::members("execution", body) {
        Ok(_) => Vec::new(),
        Err(error) => error.fields().to_vec(),
    };
    let at = [Step::from("body"), Step::from("task")];
    if !faults.iter().any(|fault| fault.loc == at) {
        let hint = did_you_mean(task, app.tasks.keys().map(String::as_str));
        let message = format!("Value error, no task `{task}` is declared.{hint}");
        faults.insert(0, FieldError::new("value_error", &at, message));
    }
    Error::invalid(faults)
}

/// What a new one has of its task.
pub(crate) fn blank(task: Option<&Arc<Task>>, now: &Moment) -> Execution {
    let timeout = task.and_then(|task| task.timeout);
    let attempts = task.and_then(|task| task.max_attempts);
    Execution {
        id: String::new(),
        task: String::new(),
        state: State::Queued,
        user: None,
        priority: 0,
        run_at: now.millis,
        start_by: None,
        attempt: 0,
        max_attempts: attempts.map_or(limits::ATTEMPTS, i64::from),
        timeout: timeout.map(|time| time.as_millis() as i64),
        concurrency_key: None,
        fence: 0,
        worker: None,
        holder: None,
        claim_id: None,
        lease_length: None,
        lease_until: None,
        deadline: None,
        cancel_until: None,
        last_seq: 0,
        size: 0,
        last_batch: 0,
        dropped: 0,
        parent: None,
        created_at: now.text.clone(),
        started_at: None,
        finished_at: None,
    }
}

fn text_of(
    members: &Map<String, Json>,
    name: &str,
    most: usize,
    faults: &mut Vec<FieldError>,
) -> String {
    let text = members
        .get(name)
        .map_or_else(|| "{}".to_owned(), Json::to_string);
    if text.len() > most {
        faults.push(shapes::too_large(
            &[Step::from("body"), Step::from(name)],
            most,
        ));
    }
    text
}

fn labels(members: &Map<String, Json>, faults: &mut Vec<FieldError>) -> Vec<(String, String)> {
    let mut labels = Vec::new();
    let Some(sent) = members.get("labels").and_then(Json::as_object) else {
        return labels;
    };
    let at = [Step::from("body"), Step::from("labels")];
    if sent.len() > limits::LABELS {
        let message = format!("Value error, at most {} labels", limits::LABELS);
        faults.push(FieldError::new("value_error", &at, message));
    }
    for (name, value) in sent {
        let at = [at[0].clone(), at[1].clone(), Step::from(name.as_str())];
        match value.as_str() {
            Some(value) if value.len() <= 200 && name.len() <= 100 && !name.contains(':') => {
                labels.push((name.clone(), value.to_owned()));
            }
            Some(_) => faults.push(FieldError::new(
                "value_error",
                &at,
                "Value error, a label is a name without `:` of at most 100 bytes and a text of at most 200",
            )),
            None => faults.push(FieldError::new(
                "string_type",
                &at,
                "Input should be a valid string",
            )),
        }
    }
    labels
}
