//! Tasks that run by themselves: each time of a schedule makes one execution, in the transaction that moves the schedule on.
//! So none runs twice and none is lost, whatever crashes. Times that passed while nobody looked (the server was down, the
//! clock was set forward) run once, as the last of them: a night that was missed is made up for, a week is not run 7 times.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::create;
use super::steps::{self, Moment};
use crate::app::App;
use crate::config::Config;
use crate::config::tasks::Task;
use crate::error::{Error, Result};
use crate::executions::schedule::Schedule as Cron;
use crate::services::access::Caller;
use crate::store::executions::{self as executions, Bodies, Execution};
use crate::store::schedules::{self as stored, Schedule};
use crate::store::{Tx, Weight, accounts};

/// A clock that is so far behind the last run was wrong then: the schedule goes on from now. One that was set back by less
/// waits until the time comes that was not run yet.
const SET_BACK: i64 = 24 * 60 * 60 * 1_000;

/// The tasks that run by themselves.
pub(crate) struct Plan {
    tasks: Vec<Arc<Task>>,
    zone: TimeZone,
}

impl Plan {
    pub(crate) fn of(config: &Config) -> Self {
        let tasks = config.tasks.iter().filter(|task| task.schedule.is_some());
        Plan {
            tasks: tasks.cloned().map(Arc::new).collect(),
            zone: config.server.timezone.clone(),
        }
    }

    fn zone_name(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    fn next(&self, cron: &Cron, after: i64) -> Option<i64> {
        let after = Timestamp::from_millisecond(after).ok()?;
        Some(cron.next(after, &self.zone)?.as_millisecond())
    }

    /// Writes down what config.toml says: a new schedule begins now, a changed one is reckoned anew, one that is gone ends.
    pub(crate) fn declare(&self, tx: &mut Tx<'_>, now: i64) -> Result<()> {
        let known = stored::find_all(tx)?;
        for gone in &known {
            if !self.tasks.iter().any(|task| task.name == gone.task) {
                stored::remove(tx, &gone.task)?;
            }
        }
        for task in &self.tasks {
            let Some(cron) = &task.schedule else { continue };
            let before = known.iter().find(|known| known.task == task.name);
            let same = |known: &&Schedule| {
                known.schedule == cron.text() && known.timezone == self.zone_name()
            };
            if before.is_some_and(|known| same(&known)) {
                continue;
            }
            let fresh = Schedule {
                task: task.name.clone(),
                schedule: cron.text().to_owned(),
                timezone: self.zone_name().to_owned(),
                next_at: self.next(cron, now),
                last_at: before.and_then(|known| known.last_at),
                last_execution: before.and_then(|known| known.last_execution.clone()),
                paused: before.is_some_and(|known| known.paused),
            };
            stored::put(tx, &fresh)?;
        }
        Ok(())
    }

    /// Those whose clock was wrong when they ran last.
    fn misled(&self, known: &[Schedule], now: i64) -> Vec<Schedule> {
        let misled = known.iter().filter(|one| {
            one.last_at.is_some_and(|last| last > now + SET_BACK)
                // It never ran, and waits for longer than from now to the next time.
                || (one.last_at.is_none()
                    && self.cron(&one.task).is_some_and(|cron| {
                        self.next(&cron, now).is_some_and(|soon| one.next_at > Some(soon + SET_BACK))
                    }))
        });
        misled.cloned().collect()
    }

    fn task(&self, name: &str) -> Option<&Arc<Task>> {
        self.tasks.iter().find(|task| task.name == name)
    }

    fn cron(&self, name: &str) -> Option<Cron> {
        self.task(name)?.schedule.clone()
    }

    /// Runs what is due; `ids` are those of the executions, by task. How many were made.
    fn fire(&self, tx: &mut Tx<'_>, ids: &HashMap<String, String>, now: &Moment) -> Result<usize> {
        let due = stored::find_due(tx, now.millis)?;
        let count = due.len();
        for mut one in due {
            let found = self.task(&one.task).and_then(|task| {
                let id = ids.get(&task.name)?;
                Some((task, task.schedule.as_ref()?, id))
            });
            let Some((task, cron, id)) = found else {
                stored::remove(tx, &one.task)?;
                continue;
            };
            let moment = Timestamp::from_millisecond(now.millis).unwrap_or_default();
            let last = cron.last(moment, &self.zone).map(Timestamp::as_millisecond);
            // A clock of seconds may be asked between two of them.
            let at = last.max(one.next_at).unwrap_or(now.millis);
            run(tx, task, id, at, now)?;
            one.last_at = Some(at);
            one.last_execution = Some(id.clone());
            one.next_at = self.next(cron, at.max(now.millis));
            stored::put(tx, &one)?;
        }
        Ok(count)
    }
}

/// One execution of that time.
fn run(tx: &mut Tx<'_>, task: &Arc<Task>, id: &str, at: i64, now: &Moment) -> Result<()> {
    let user = match &task.owner {
        None => None,
        Some(email) => {
            let found = accounts::find_by_email(tx, email)?;
            if found.is_none() {
                tracing::warn!(task = %task.name, owner = %email, "there is no such user; the run belongs to nobody");
            }
            found.map(|user| user.id)
        }
    };
    let mut execution = Execution {
        id: id.to_owned(),
        task: task.name.clone(),
        user,
        run_at: at,
        ..create::blank(Some(task), now)
    };
    let bodies = Bodies {
        input: "{}".to_owned(),
        labels: "{}".to_owned(),
        ..Bodies::default()
    };
    executions::insert(tx, &execution, &bodies, &[])?;
    steps::begin_by(tx, &mut execution, "schedule", now)
}

/// What the start does before the first round.
pub(crate) async fn declare(app: &App) -> Result<()> {
    let (plan, now) = (Arc::clone(&app.plan), Moment::now().millis);
    app.db
        .write(Weight::default(), move |tx| plan.declare(tx, now))
        .await
}

/// Runs what is due, and sets right what a wrong clock led astray.
pub(crate) async fn round(app: &App) -> Result<()> {
    let plan = Arc::clone(&app.plan);
    if plan.tasks.is_empty() {
        return Ok(());
    }
    let now = Moment::now();
    let known = app.db.read(stored::find_all).await?;
    let misled = plan.misled(&known, now.millis);
    let is_due = |one: &Schedule| !one.paused && one.next_at.is_some_and(|at| at <= now.millis);
    if misled.is_empty() && !known.iter().any(is_due) {
        return Ok(());
    }
    let ids = plan
        .tasks
        .iter()
        .map(|task| (task.name.clone(), uuid::Uuid::now_v7().to_string()));
    let ids: HashMap<String, String> = ids.collect();
    app.db
        .write(Weight::default(), move |tx| {
            for one in &misled {
                tracing::warn!(task = %one.task, "the clock was set back; the schedule goes on from now");
                let next_at = plan.cron(&one.task).and_then(|cron| plan.next(&cron, now.millis));
                stored::put(tx, &Schedule { next_at, last_at: None, ..one.clone() })?;
            }
            plan.fire(tx, &ids, &now).map(|_| ())
        })
        .await
}

/// What an admin is shown.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    pub(crate) task: String,
    pub(crate) schedule: String,
    pub(crate) timezone: String,
    pub(crate) owner: Option<String>,
    pub(crate) paused: bool,
    pub(crate) next_at: Option<String>,
    pub(crate) last_at: Option<String>,
    pub(crate) last_execution: Option<String>,
}

fn shown(plan: &Plan, one: Schedule) -> Shown {
    Shown {
        owner: plan.task(&one.task).and_then(|task| task.owner.clone()),
        task: one.task,
        schedule: one.schedule,
        timezone: one.timezone,
        paused: one.paused,
        next_at: one.next_at.filter(|_| !one.paused).map(steps::time),
        last_at: one.last_at.map(steps::time),
        last_execution: one.last_execution,
    }
}

/// All schedules; for admins.
pub(crate) async fn list(app: &App, caller: &Caller) -> Result<Vec<Shown>> {
    caller.must_be_admin()?;
    let known = app.db.read(stored::find_all).await?;
    Ok(known.into_iter().map(|one| shown(&app.plan, one)).collect())
}

/// Times that pass while it is paused do not run.
pub(crate) async fn pause(app: &App, caller: &Caller, task: &str, paused: bool) -> Result<Shown> {
    caller.must_be_admin()?;
    let (plan, task, now) = (Arc::clone(&app.plan), task.to_owned(), Moment::now().millis);
    let one = app
        .db
        .write(Weight::default(), move |tx| {
            let mut one = stored::find(tx, &task)?.ok_or_else(|| Error::not_found("Schedule"))?;
            if one.paused && !paused {
                one.next_at = plan.cron(&one.task).and_then(|cron| plan.next(&cron, now));
            }
            one.paused = paused;
            stored::put(tx, &one)?;
            Ok(one)
        })
        .await?;
    // The next time may be an earlier one.
    app.clockwork.notify_one();
    Ok(shown(&app.plan, one))
}
