//! What the owner of an execution does with it: cancel it, try it again, let it run now.

use serde_json::json;

use super::steps::{self, Moment, event, take};
use super::{Shown, create, may_write, shown, visible};
use crate::app::App;
use crate::error::Result;
use crate::executions::states::{Command, State};
use crate::services::access::Caller;
use crate::store::executions::{self as stored, Bodies};
use crate::store::{Tx, Weight};

/// One that waits is cancelled at once; one that runs is told to stop, and has a while for it. Repeated, it is the same.
pub(crate) async fn cancel(
    app: &App,
    caller: &Caller,
    id: &str,
    reason: Option<String>,
) -> Result<Shown> {
    let grace = app.config.executions.cancel_grace.as_millis() as i64;
    change(app, caller, id, move |tx, execution, now| {
        if matches!(execution.state, State::Cancelling | State::Cancelled) {
            return Ok(());
        }
        if crate::executions::states::next(execution.state, Command::Cancel).is_some() {
            let data = json!({ "reason": reason });
            event(tx, execution, "cancel", &data, now)?;
        }
        execution.cancel_until = Some(now.millis + grace);
        take(tx, execution, Command::Cancel, "cancel", now)
    })
    .await
}

/// A scheduled one does not wait for its time. Repeated, it is the same.
pub(crate) async fn run_now(app: &App, caller: &Caller, id: &str) -> Result<Shown> {
    change(app, caller, id, |tx, execution, now| {
        match execution.state {
            State::Queued => Ok(()),
            _ => take(tx, execution, Command::Due, "run_now", now),
        }
    })
    .await
}

async fn change<F>(app: &App, caller: &Caller, id: &str, work: F) -> Result<Shown>
where
    F: Fn(&mut Tx<'_>, &mut stored::Execution, &Moment) -> Result<()> + Send + 'static,
{
    may_write(caller)?;
    let (caller, id, now) = (caller.clone(), id.to_owned(), Moment::now());
    app.db
        .write(Weight::default(), move |tx| {
            let mut execution = visible(tx, &caller, &id)?;
            work(tx, &mut execution, &now)?;
            shown(tx, execution)
        })
        .await
}

/// A new execution of the same task with the same input. Asked for twice, it is the same child. A log that is closed is
/// never opened again.
pub(crate) async fn retry(app: &App, caller: &Caller, id: &str) -> Result<Shown> {
    may_write(caller)?;
    let (caller, id, now) = (caller.clone(), id.to_owned(), Moment::now());
    let child = uuid::Uuid::now_v7().to_string();
    let tasks = std::sync::Arc::clone(&app.tasks);
    app.db
        .write(Weight::default(), move |tx| {
            let parent = visible(tx, &caller, &id)?;
            if let Some(child) = stored::find_child(tx, &parent.id)? {
                return shown(tx, child);
            }
            if !parent.state.is_terminal() {
                return Err(steps::invalid_transition(parent.state));
            }
            create::may_start(&tasks, &caller, &parent.task)?;
            let bodies = stored::find_bodies(tx, &parent.id)?.unwrap_or_default();
            let labels = serde_json::from_str::<serde_json::Map<_, _>>(&bodies.labels);
            let labels: Vec<(String, String)> = labels
                .unwrap_or_default()
                .into_iter()
                .filter_map(|(name, value)| Some((name, value.as_str()?.to_owned())))
                .collect();
            let task = tasks.get(&parent.task).map(|(task, _)| task);
            let mut execution = stored::Execution {
                id: child.clone(),
                task: parent.task.clone(),
                user: parent.user.clone(),
                priority: parent.priority,
                concurrency_key: parent.concurrency_key.clone(),
                parent: Some(parent.id.clone()),
                ..create::blank(task, &now)
            };
            let bodies = Bodies {
                input: bodies.input,
                labels: bodies.labels,
                ..Bodies::default()
            };
            stored::insert(tx, &execution, &bodies, &labels)?;
            steps::begin(tx, &mut execution, &now)?;
            shown(tx, execution)
        })
        .await
}
