//! What workers do: claim executions, report on them, give them back. They see what they hold, and nothing else.

use crate::error::{Code, Error, Result};
use crate::services::access::Caller;
use crate::services::scopes::Scopes;
use crate::store::Read;
use crate::store::executions::{self as stored, Execution};

mod claim;
pub(crate) mod claimers;
mod finish;
mod heartbeat;
mod report;
pub(crate) mod roll;

pub(crate) use claim::{Given, Wanted, claim};
pub(crate) use finish::{finish, release};
pub(crate) use heartbeat::heartbeat;
pub(crate) use report::report;

/// A right to work, as the credential gives it.
#[derive(Clone, Debug)]
pub(crate) struct Worker {
    /// What tells this credential from others.
    pub(crate) holder: String,
    /// None: every task.
    scopes: Option<Scopes>,
    /// The one execution that it may work on; none: all of those tasks.
    only: Option<String>,
}

/// What the server holds by itself: runs of tasks with a `command`.
pub(crate) const SERVER: &str = "server";

impl Worker {
    /// An API key with the scope `worker`, or an admin in person.
    pub(crate) fn of(caller: &Caller) -> Result<Self> {
        let Some(key) = caller.key() else {
            caller.must_be_admin()?;
            return Ok(Worker {
                holder: format!("user:{}", caller.user().unwrap_or_default()),
                scopes: None,
                only: None,
            });
        };
        if !key.scopes.works() || !caller.is_admin() {
            return Err(Error::forbidden("This API key has no scope `worker`"));
        }
        Ok(Worker {
            holder: format!("key:{}", key.id),
            scopes: Some(key.scopes.clone()),
            only: None,
        })
    }

    /// The same, or a program that the server runs, with the fence of its run.
    pub(crate) fn of_any(caller: &Caller) -> Result<(Self, Option<i64>)> {
        let Caller::Run(run) = caller else {
            return Ok((Worker::of(caller)?, None));
        };
        let worker = Worker {
            only: Some(run.execution.clone()),
            ..Worker::server()
        };
        Ok((worker, Some(run.fence)))
    }

    /// The server itself.
    pub(crate) fn server() -> Self {
        Worker {
            holder: SERVER.to_owned(),
            scopes: None,
            only: None,
        }
    }

    fn may_do(&self, task: &str) -> bool {
        self.scopes
            .as_ref()
            .is_none_or(|scopes| scopes.works_on(task))
    }
}

/// The same whether there is no such execution or another worker's: ids and fences tell nothing.
fn not_held() -> Error {
    let message = "Execution not found: there is none of this id, or this worker does not hold it with this fence; take \
                   both from the answer of its claim";
    Error::new(Code::NotFound, message)
}

fn lease_lost() -> Error {
    let message = "The lease is lost: another attempt may be running; stop, and claim again";
    Error::new(Code::LeaseLost, message)
}

/// The execution, held by this worker under this fence.
pub(crate) fn held(db: &Read<'_>, worker: &Worker, id: &str, fence: i64) -> Result<Execution> {
    let execution = known(db, worker, id, fence)?;
    if execution.fence != fence || !execution.state.is_held() {
        return Err(lease_lost());
    }
    Ok(execution)
}

/// The execution, if this worker could have held it under this fence.
fn known(db: &Read<'_>, worker: &Worker, id: &str, fence: i64) -> Result<Execution> {
    let execution = stored::find(db, id)?
        .filter(|execution| worker.may_do(&execution.task))
        .filter(|execution| {
            worker
                .only
                .as_ref()
                .is_none_or(|only| *only == execution.id)
        })
        .ok_or_else(not_held)?;
    let others = execution
        .holder
        .as_ref()
        .is_some_and(|holder| *holder != worker.holder);
    if fence > execution.fence || (fence == execution.fence && others) {
        return Err(not_held());
    }
    Ok(execution)
}
