//! What config.toml says of tasks, for whoever may run them. The text of a command is the operator's own.

use serde::Serialize;
use serde_json::Value as Json;

use super::create::may_start;
use super::may_read;
use crate::app::App;
use crate::config::tasks::Task;
use crate::error::Result;
use crate::limits;
use crate::openapi;
use crate::services::access::Caller;

/// A declared task as one sees it who wants to run it.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    name: String,
    /// The shape of its input in JSON Schema; null: any object.
    input: Option<Json>,
    /// Of one attempt.
    timeout_seconds: Option<f64>,
    max_attempts: i64,
    concurrency: Option<u32>,
    schedule: Option<String>,
    /// Whether the server runs it, by a program of the operator's.
    command: bool,
}

impl Shown {
    fn new(task: &Task) -> Self {
        let attempts = task.max_attempts.map(i64::from);
        Shown {
            name: task.name.clone(),
            input: task.input.as_ref().map(openapi::input_schema),
            timeout_seconds: task.timeout.map(|time| time.as_secs_f64()),
            max_attempts: attempts.unwrap_or(limits::ATTEMPTS),
            concurrency: task.concurrency,
            schedule: task.schedule.as_ref().map(|cron| cron.text().to_owned()),
            command: task.command.is_some(),
        }
    }
}

/// Those that are declared and that the caller may run, by name.
pub(crate) fn list(app: &App, caller: &Caller) -> Result<Vec<Shown>> {
    may_read(caller)?;
    let all = app.tasks.values().map(|(task, _)| &**task);
    let mut tasks: Vec<&Task> = all
        .filter(|task| may_start(&app.tasks, caller, &task.name).is_ok())
        .collect();
    tasks.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(tasks.into_iter().map(Shown::new).collect())
}
