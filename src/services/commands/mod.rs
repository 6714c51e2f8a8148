//! Tasks with a `command`: the server claims their executions like any worker, runs the program, and says for it what
//! happens. Here the claims and the end; `run` is one program's life.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::app::App;
use crate::auth;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::services::access::{Caller, RunRight};
use crate::services::workers::{self, SERVER, Wanted, Worker};
use crate::store::executions::claims;

mod leftovers;
mod lines;
mod process;
mod run;
mod tell;

pub(crate) use leftovers::clear;

/// What the key of a run begins with.
pub(crate) const MARK: &str = "hr_";
/// A claim waits so long before it asks again.
const WAIT: u64 = 60;
/// After a claim that failed.
const PAUSE: Duration = Duration::from_secs(1);

/// Which tasks the server runs, and the keys of the runs.
pub(crate) struct Commands {
    tasks: Vec<String>,
    at_once: usize,
    /// By the key's hash; in memory, since a run does not outlive the server.
    keys: Arc<Mutex<HashMap<String, Arc<RunRight>>>>,
    closing: watch::Sender<bool>,
}

impl Commands {
    pub(crate) fn new(config: &Config) -> Self {
        let tasks = config.tasks.iter().filter(|task| task.command.is_some());
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Commands {
            tasks: tasks.map(|task| task.name.clone()).collect(),
            at_once: config.executions.commands.unwrap_or(cores),
            keys: Arc::default(),
            closing: watch::Sender::new(false),
        }
    }

    /// Whether the server itself runs that task.
    pub(crate) fn runs(&self, task: &str) -> bool {
        self.tasks.iter().any(|own| own == task)
    }

    /// Who a key of a run stands for.
    pub(crate) fn caller(&self, key: &str) -> Result<Caller> {
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let found = keys.get(&auth::fingerprint(key)).cloned();
        found.map(Caller::Run).ok_or_else(Error::invalid_token)
    }

    /// A key for this run, until it is dropped.
    fn key(&self, right: RunRight) -> Result<RunKey> {
        let text = format!("{MARK}{}", auth::random_text()?);
        let hash = auth::fingerprint(&text);
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.insert(hash.clone(), Arc::new(right));
        Ok(RunKey {
            text,
            hash,
            keys: Arc::clone(&self.keys),
        })
    }

    /// No program is started any more, and those that run are told to stop.
    pub(crate) fn close(&self) {
        self.closing.send_replace(true);
    }
}

/// The key of one run.
struct RunKey {
    text: String,
    hash: String,
    keys: Arc<Mutex<HashMap<String, Arc<RunRight>>>>,
}

impl Drop for RunKey {
    fn drop(&mut self) {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.remove(&self.hash);
    }
}

/// `stop` closes at the same moment.
pub(crate) async fn closing(app: Arc<App>, stop: impl Future<Output = ()>) {
    stop.await;
    app.commands.close();
}

/// Runs programs until the server is told to stop and the last of them has ended.
pub(crate) async fn run(app: Arc<App>) {
    if app.commands.tasks.is_empty() {
        return;
    }
    let slots = Arc::new(Semaphore::new(app.commands.at_once));
    let mut closing = app.commands.closing.subscribe();
    let mut running = JoinSet::new();
    while !*closing.borrow_and_update() {
        let claimed = async {
            let slot = Arc::clone(&slots).acquire_owned().await.ok()?;
            let given = workers::claim(&app, &Worker::server(), None, wanted(&app)).await;
            Some((slot, given))
        };
        let (slot, given) = tokio::select! {
            _ = closing.changed() => break,
            claimed = claimed => match claimed {
                Some(claimed) => claimed,
                None => break,
            },
        };
        match given {
            Ok(given) => {
                if let Some(one) = given.into_iter().next() {
                    let work = run::one(Arc::clone(&app), one);
                    running.spawn(async move {
                        work.await;
                        drop(slot);
                    });
                }
            }
            Err(error) => {
                tracing::warn!(%error, "runs of commands could not be claimed");
                tokio::time::sleep(PAUSE).await;
            }
        }
        while running.try_join_next().is_some() {}
    }
    while running.join_next().await.is_some() {}
    give_back(&app).await;
}

/// One at a time: each waits for a place of its own.
fn wanted(app: &App) -> Wanted {
    Wanted {
        tasks: app.commands.tasks.clone(),
        worker: SERVER.to_owned(),
        max: 1,
        wait_seconds: WAIT,
        lease_seconds: None,
        claim_id: None,
    }
}

/// What was claimed at the very moment of the stop and never ran.
async fn give_back(app: &App) {
    let Ok(held) = app.db.read(claims::find_held).await else {
        return;
    };
    for one in held
        .iter()
        .filter(|one| one.holder.as_deref() == Some(SERVER))
    {
        let _ = workers::release(app, &Worker::server(), &one.id, one.fence).await;
    }
}
