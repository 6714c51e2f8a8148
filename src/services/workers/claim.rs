//! Handing out executions: the best ones that wait, each with a lease and a fence of its own.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;

use super::{SERVER, Worker};
use crate::app::App;
use crate::error::{Error, Result};
use crate::executions::states::Command;
use crate::services::executions::steps::{self, Moment, event, take};
use crate::services::standing::Standing;
use crate::store::executions::{self as stored, Execution, claims};
use crate::store::{Event, Read, Tx, Weight};

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Wanted {
    pub(crate) tasks: Vec<String>,
    pub(crate) worker: String,
    pub(crate) max: usize,
    pub(crate) wait_seconds: u64,
    pub(crate) lease_seconds: Option<i64>,
    pub(crate) claim_id: Option<String>,
}

/// What a worker gets.
#[derive(Debug, Serialize)]
pub(crate) struct Given {
    pub(crate) id: String,
    pub(crate) task: String,
    pub(crate) input: Box<RawValue>,
    attempt: i64,
    pub(crate) fence: i64,
    lease_until: String,
    labels: Box<RawValue>,
}

/// Executions for this worker, at once or within the time that it waits; empty when there is no work, or the server
/// stops. Who waited gets work only if they still are who they were: `standing` is None for the server itself.
pub(crate) async fn claim(
    app: &App,
    worker: &Worker,
    mut standing: Option<Standing>,
    mut wanted: Wanted,
) -> Result<Vec<Given>> {
    check(app, worker, &wanted)?;
    let _asking = app.roll.ask(worker, &wanted.worker, &wanted.tasks);
    wanted
        .tasks
        .retain(|task| crate::config::tasks::is_name(task));
    let until = Instant::now() + Duration::from_secs(wanted.wait_seconds);
    loop {
        let mut claimer = app.claimers.wait(&wanted.tasks);
        let given = hand_out(app, worker, &wanted).await?;
        let left = until.saturating_duration_since(Instant::now());
        if !given.is_empty() || left.is_zero() || app.drain.has_begun() {
            claimer.served();
            return Ok(given);
        }
        let woken = async {
            tokio::select! {
                () = claimer.woken() => true,
                () = app.drain.begun() => false,
            }
        };
        if tokio::time::timeout(left, woken).await == Ok(false) {
            return Ok(Vec::new());
        }
        if let Some(standing) = &mut standing {
            Worker::of(standing.again(app).await?)?;
        }
        // One who was refused passes the wake-up on; from here on it was not in vain.
        claimer.served();
    }
}

/// Whether this worker may ask for such work.
fn check(app: &App, worker: &Worker, wanted: &Wanted) -> Result<()> {
    if let Some(task) = wanted.tasks.iter().find(|task| !worker.may_do(task)) {
        let message = format!("This key may not work on `{task}`; its scopes name its tasks");
        return Err(Error::forbidden(message));
    }
    let own = |task: &&String| app.commands.runs(task);
    if worker.holder != SERVER
        && let Some(task) = wanted.tasks.iter().find(own)
    {
        let message =
            format!("`{task}` has a `command`: the server runs it; leave it out of `tasks`");
        return Err(Error::forbidden(message));
    }
    Ok(())
}

async fn hand_out(app: &App, worker: &Worker, wanted: &Wanted) -> Result<Vec<Given>> {
    let plan = Plan {
        holder: worker.holder.clone(),
        wanted: wanted.clone(),
        limits: wanted
            .tasks
            .iter()
            .map(|task| app.tasks.get(task).and_then(|(task, _)| task.concurrency))
            .collect(),
        lease: wanted
            .lease_seconds
            .map_or(app.config.executions.lease.as_millis() as i64, |seconds| {
                seconds * 1_000
            }),
        now: Moment::now(),
    };
    // Most looks find nothing, and must not make anybody wait for the writer.
    let looking = plan.clone();
    if !app.db.read(move |db| looking.is_work(db)).await? {
        return Ok(Vec::new());
    }
    let given = app
        .db
        .write(Weight::default(), move |tx| plan.claim(tx))
        .await?;
    // The lease was noted with the commit; one that was given before is asked for again.
    for one in &given {
        app.leases.note(&one.id, one.fence, Moment::now().millis);
    }
    Ok(given)
}

#[derive(Clone)]
struct Plan {
    holder: String,
    wanted: Wanted,
    /// How many of each task may run at once.
    limits: Vec<Option<u32>>,
    lease: i64,
    now: Moment,
}

impl Plan {
    fn is_work(&self, db: &Read<'_>) -> Result<bool> {
        Ok(!self.given_before(db)?.is_empty() || self.best(db)?.is_some())
    }

    fn given_before(&self, db: &Read<'_>) -> Result<Vec<Execution>> {
        match &self.wanted.claim_id {
            Some(claim) => claims::find_given(db, claim, &self.holder),
            None => Ok(Vec::new()),
        }
    }

    /// The best one of all tasks that this worker can do and that may run now.
    fn best(&self, db: &Read<'_>) -> Result<Option<Execution>> {
        let mut best: Option<Execution> = None;
        for (task, limit) in self.wanted.tasks.iter().zip(&self.limits) {
            if let Some(limit) = limit
                && claims::count_held(db, task)? >= i64::from(*limit)
            {
                continue;
            }
            let rank = |one: &Execution| (-one.priority, one.run_at, one.id.clone());
            if let Some(found) = claims::find_best(db, task)?
                && best.as_ref().is_none_or(|best| rank(&found) < rank(best))
            {
                best = Some(found);
            }
        }
        Ok(best)
    }

    fn claim(&self, tx: &mut Tx<'_>) -> Result<Vec<Given>> {
        let before = self.given_before(tx)?;
        if !before.is_empty() {
            return before.into_iter().map(|one| given(tx, one)).collect();
        }
        let mut list = Vec::new();
        while list.len() < self.wanted.max {
            let Some(mut execution) = self.best(tx)? else {
                break;
            };
            self.lease(tx, &mut execution)?;
            list.push(given(tx, execution)?);
        }
        Ok(list)
    }

    fn lease(&self, tx: &mut Tx<'_>, execution: &mut Execution) -> Result<()> {
        let until = self.now.millis + self.lease;
        execution.fence += 1;
        execution.attempt += 1;
        execution.last_batch = 0;
        execution.worker = Some(self.wanted.worker.clone());
        execution.holder = Some(self.holder.clone());
        execution.claim_id.clone_from(&self.wanted.claim_id);
        execution.lease_length = Some(self.lease);
        execution.lease_until = Some(until);
        execution.deadline = execution.timeout.map(|time| self.now.millis + time);
        execution
            .started_at
            .get_or_insert_with(|| self.now.text.clone());
        let data = json!({
            "fence": execution.fence,
            "worker": self.wanted.worker,
            "until": steps::time(until),
        });
        event(tx, execution, "lease", &data, &self.now)?;
        tx.emit(Event::Leased {
            execution: execution.id.clone(),
            fence: execution.fence,
            until,
        });
        take(tx, execution, Command::Claim, "claim", &self.now)
    }
}

fn given(db: &Read<'_>, execution: Execution) -> Result<Given> {
    let bodies = stored::find_bodies(db, &execution.id)?.unwrap_or_default();
    let raw = |text: String| RawValue::from_string(text).map_err(Error::internal);
    let until = execution.lease_until.unwrap_or_default();
    Ok(Given {
        id: execution.id,
        task: execution.task,
        input: raw(bodies.input)?,
        attempt: execution.attempt,
        fence: execution.fence,
        lease_until: steps::time(until),
        labels: raw(bodies.labels)?,
    })
}
