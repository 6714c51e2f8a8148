//! Who works: which workers were heard of lately, and what each holds.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use super::Worker;
use crate::app::App;
use crate::error::Result;
use crate::services::access::Caller;
use crate::services::executions::steps::{self, Moment};
use crate::store::executions::{Execution, claims};

/// Who was not heard of for so long, and holds nothing, is gone.
const GONE: i64 = 60 * 60 * 1_000;
/// Beyond it the oldest are forgotten: names are the workers' own.
const KNOWN: usize = 10_000;

/// A credential, and what the worker calls itself.
type Name = (String, String);

#[derive(Clone, Debug, Default)]
struct Heard {
    /// Milliseconds since 1970.
    at: i64,
    tasks: Vec<String>,
    /// Claims that wait for work.
    waiting: usize,
}

/// Who claimed when; in memory.
#[derive(Default)]
pub(crate) struct Roll(Mutex<HashMap<Name, Heard>>);

impl Roll {
    /// It asks for work, until the answer is dropped.
    pub(crate) fn ask<'r>(&'r self, worker: &Worker, name: &str, tasks: &[String]) -> Asking<'r> {
        let name = (worker.holder.clone(), name.to_owned());
        let now = Moment::now().millis;
        let mut all = self.lock();
        if all.len() >= KNOWN {
            all.retain(|_, heard| heard.waiting > 0 || heard.at > now - GONE);
        }
        if all.len() < KNOWN || all.contains_key(&name) {
            let heard = all.entry(name.clone()).or_default();
            heard.at = now;
            heard.tasks = tasks.to_vec();
            heard.waiting += 1;
        }
        Asking { roll: self, name }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Name, Heard>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One claim.
pub(crate) struct Asking<'r> {
    roll: &'r Roll,
    name: Name,
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        if let Some(heard) = self.roll.lock().get_mut(&self.name) {
            heard.at = Moment::now().millis;
            heard.waiting = heard.waiting.saturating_sub(1);
        }
    }
}

/// One worker, as admins see it.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Shown {
    worker: String,
    /// By which API key it works; none: as the user, or it is the server itself.
    key_id: Option<String>,
    user_id: Option<String>,
    /// None: not since the server started.
    last_seen_at: Option<String>,
    /// What it asked for last.
    tasks: Vec<String>,
    waiting: bool,
    executions: Vec<Held>,
}

#[derive(Debug, Serialize)]
struct Held {
    id: String,
    task: String,
    state: &'static str,
    attempt: i64,
    fence: i64,
    lease_until: Option<String>,
}

/// Everybody who was heard of within an hour, or holds something; for admins.
pub(crate) async fn list(app: &App, caller: &Caller) -> Result<Vec<Shown>> {
    caller.must_be_admin()?;
    let held = app.db.read(claims::find_held).await?;
    let now = Moment::now().millis;
    let mut all: BTreeMap<Name, (Shown, i64)> = BTreeMap::new();
    for (name, heard) in app.roll.lock().iter() {
        if heard.waiting > 0 || heard.at > now - GONE {
            let (shown, seen) = all.entry(name.clone()).or_default();
            shown.tasks.clone_from(&heard.tasks);
            shown.waiting = heard.waiting > 0;
            *seen = if heard.waiting > 0 { now } else { heard.at };
        }
    }
    for one in held {
        let name = (
            one.holder.clone().unwrap_or_default(),
            one.worker.clone().unwrap_or_default(),
        );
        let (shown, seen) = all.entry(name).or_default();
        *seen = (*seen).max(app.leases.heard(&one.id, one.fence).unwrap_or(0));
        shown.executions.push(holding(app, one));
    }
    let shown = all.into_iter().map(|((holder, worker), (shown, seen))| {
        let of = |kind: &str| holder.strip_prefix(kind).map(str::to_owned);
        Shown {
            worker,
            key_id: of("key:"),
            user_id: of("user:"),
            last_seen_at: (seen > 0).then(|| steps::time(seen)),
            ..shown
        }
    });
    Ok(shown.collect())
}

fn holding(app: &App, one: Execution) -> Held {
    let until = app.leases.until(&one.id, one.fence).or(one.lease_until);
    Held {
        state: one.state.word(),
        lease_until: until.map(steps::time),
        id: one.id,
        task: one.task,
        attempt: one.attempt,
        fence: one.fence,
    }
}
