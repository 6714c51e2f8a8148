//! What time does to executions: scheduled ones become due, late ones expire, leases, attempts and graces end, questions
//! go unanswered. It sleeps until the next of these, and is woken when there may be an earlier one.

use std::sync::Arc;
use std::time::Duration;

use super::answer;
use super::schedules;
use super::steps::{Moment, take};
use crate::app::App;
use crate::error::Result;
use crate::executions::states::{Command, State};
use crate::store::executions::{self as stored, Execution, claims, inputs};
use crate::store::{Tx, Weight};

/// At most so many of a kind in one transaction.
const AT_ONCE: usize = 100;
/// It looks again after so long, whatever it knows: clocks jump.
const LONGEST: Duration = Duration::from_secs(5);
/// Between two rounds.
const SHORTEST: Duration = Duration::from_millis(50);
/// The same after one that failed: the disk may be full, and its log, too.
const RETRY: Duration = Duration::from_secs(1);

/// What was held before is held on; then rounds until the process ends.
pub(crate) async fn run(app: Arc<App>) {
    match app.db.read(claims::find_held).await {
        Ok(held) => app.leases.extend(&held, Moment::now().millis),
        Err(error) => tracing::error!(%error, "leases could not be read"),
    }
    let mut declared = false;
    loop {
        // What the file says about schedules comes first: one that it no longer has is due for good.
        declared = declared || is_declared(&app).await;
        let moved = round(&app).await;
        if let Err(error) = &moved {
            tracing::warn!(%error, "executions could not be moved on");
        }
        let calm = declared && moved.is_ok();
        tokio::time::sleep(if calm { SHORTEST } else { RETRY }).await;
        let wait = match next(&app).await {
            Ok(wait) => wait,
            Err(_) => LONGEST,
        };
        let _ = tokio::time::timeout(wait, app.clockwork.notified()).await;
    }
}

async fn is_declared(app: &App) -> bool {
    let done = schedules::declare(app).await;
    if let Err(error) = &done {
        tracing::error!(%error, "schedules could not be written down");
    }
    done.is_ok()
}

async fn next(app: &App) -> Result<Duration> {
    let stored = app.db.read(claims::find_next).await?;
    let next = [stored, app.leases.next()].into_iter().flatten().min();
    let wait = next.map_or(LONGEST, |at| {
        Duration::from_millis(u64::try_from(at - Moment::now().millis).unwrap_or(0))
    });
    Ok(wait.min(LONGEST))
}

/// Everything whose time has come, in small transactions.
pub(crate) async fn round(app: &Arc<App>) -> Result<()> {
    for (execution, fence) in app.leases.over(Moment::now().millis) {
        lose(app, execution, fence).await?;
    }
    schedules::round(app).await?;
    loop {
        let now = Moment::now();
        let millis = now.millis;
        // Most rounds have nothing to write.
        if !app
            .db
            .read(move |db| claims::is_anything_due(db, millis))
            .await?
        {
            return Ok(());
        }
        let moved = app
            .db
            .write(Weight::default(), move |tx| {
                Ok(due(tx, &now)? + late(tx, &now)? + overdue(tx, &now)? + unanswered(tx, &now)?)
            })
            .await?;
        if moved == 0 {
            return Ok(());
        }
    }
}

/// A worker that was not heard of in time has lost its right. A heartbeat that came meanwhile counts.
pub(crate) async fn lose(app: &App, id: String, fence: i64) -> Result<()> {
    let (leases, now) = (Arc::clone(&app.leases), Moment::now());
    let lost = id.clone();
    app.db
        .write(Weight::default(), move |tx| {
            let alive = leases
                .until(&lost, fence)
                .is_some_and(|until| until > now.millis);
            let found = stored::find(tx, &lost)?;
            let Some(mut execution) = found.filter(|found| found.fence == fence && !alive) else {
                return Ok(());
            };
            if !execution.state.is_held() {
                return Ok(());
            }
            let again = execution.attempt < execution.max_attempts;
            if !again && execution.state != State::Cancelling {
                fail(
                    tx,
                    &execution,
                    "lease_lost",
                    "The worker was not heard of any more",
                )?;
            }
            let command = Command::LoseLease { again };
            take(tx, &mut execution, command, "lease_lost", &now)
        })
        .await?;
    app.leases.forget(&id, fence);
    Ok(())
}

fn fail(tx: &mut Tx<'_>, execution: &Execution, code: &str, message: &str) -> Result<()> {
    let error = serde_json::json!({ "message": message, "code": code, "retryable": false });
    stored::update_outcome(tx, &execution.id, None, Some(&error.to_string()))
}

fn each(
    tx: &mut Tx<'_>,
    list: Vec<Execution>,
    now: &Moment,
    command: Command,
    reason: &str,
) -> Result<usize> {
    let count = list.len();
    for mut execution in list {
        take(tx, &mut execution, command, reason, now)?;
    }
    Ok(count)
}

fn due(tx: &mut Tx<'_>, now: &Moment) -> Result<usize> {
    let list = claims::find_due(tx, now.millis, AT_ONCE)?;
    each(tx, list, now, Command::Due, "due")
}

fn late(tx: &mut Tx<'_>, now: &Moment) -> Result<usize> {
    let list = claims::find_late(tx, now.millis, AT_ONCE)?;
    each(tx, list, now, Command::Expire, "start_by")
}

/// Attempts that took too long, and cancels that were not heeded.
fn overdue(tx: &mut Tx<'_>, now: &Moment) -> Result<usize> {
    let list = claims::find_overdue(tx, now.millis, AT_ONCE)?;
    let count = list.len();
    for mut execution in list {
        if execution.state == State::Cancelling {
            take(tx, &mut execution, Command::GraceOver, "grace_over", now)?;
        } else {
            fail(
                tx,
                &execution,
                "timeout",
                "The attempt took longer than it may",
            )?;
            take(tx, &mut execution, Command::TimeOut, "timeout", now)?;
        }
    }
    Ok(count)
}

fn unanswered(tx: &mut Tx<'_>, now: &Moment) -> Result<usize> {
    let list = inputs::find_over(tx, now.millis, AT_ONCE)?;
    let count = list.len();
    for (id, request) in list {
        if let Some(mut execution) = stored::find(tx, &id)? {
            answer::close(tx, &mut execution, &request, None, now)?;
        }
    }
    Ok(count)
}
