//! One program's life: started, followed, told to stop, and what came of it.

use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value as Json, json};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Child;
use tokio::sync::mpsc;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};

use super::lines::{self, From};
use super::process::{self, Told};
use crate::app::App;
use crate::error::{Code, Error, Result};
use crate::limits;
use crate::services::access::RunRight;
use crate::services::workers::{self, Given, Worker};

/// The exit code that means "try again": EX_TEMPFAIL of sysexits.h.
const AGAIN: i32 = 75;
/// Lines that wait to be stored; beyond it the program waits.
const WAITING: usize = 1_024;
/// For what a program printed last, once it is dead; a pipe may have gone to one that is not.
const REST: Duration = Duration::from_secs(2);
/// Between two tries of a write that the server itself refused.
pub(super) const PAUSE: Duration = Duration::from_millis(500);

/// Why a program was told to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    Cancelled,
    /// The run is somebody else's by now, or over.
    Lost,
    /// The server stops.
    Closing,
}

/// One run, held by the server.
#[derive(Clone)]
pub(super) struct Run {
    pub(super) app: Arc<App>,
    pub(super) worker: Worker,
    pub(super) id: String,
    pub(super) fence: i64,
}

pub(super) async fn one(app: Arc<App>, given: Given) {
    let run = Run {
        app,
        worker: Worker::server(),
        id: given.id,
        fence: given.fence,
    };
    if let Err(error) = run.live(&given.task, given.input.get()).await {
        tracing::warn!(execution = %run.id, %error, "a run of a command could not be brought to its end");
    }
}

impl Run {
    async fn live(&self, task: &str, input: &str) -> Result<()> {
        let task = self.app.tasks.get(task).map(|(task, _)| Arc::clone(task));
        let task = task.ok_or_else(|| Error::not_found("Task"))?;
        let right = RunRight {
            execution: self.id.clone(),
            fence: self.fence,
        };
        let key = self.app.commands.key(right)?;
        let output = process::outputs(&self.app).join(format!("{}-{}.json", self.id, self.fence));
        let told = Told {
            execution: &self.id,
            key: &key.text,
            output: &output,
        };
        let done = match process::start(&self.app, &task, &told) {
            Ok(child) => self.follow(child, input.to_owned(), &output).await,
            Err(cause) => {
                let program = task
                    .command
                    .iter()
                    .flatten()
                    .next()
                    .cloned()
                    .unwrap_or_default();
                let message = format!("`{program}` could not be started: {cause}");
                self.finish(failed("not_started", message, false)).await
            }
        };
        let _ = tokio::fs::remove_file(&output).await;
        done
    }

    async fn follow(
        &self,
        mut child: Child,
        input: String,
        output: &std::path::Path,
    ) -> Result<()> {
        let group = child.id().unwrap_or_default();
        let (to, lines) = mpsc::channel(WAITING);
        let mut reading: Vec<JoinHandle<()>> = Vec::new();
        if let Some(pipe) = child.stdout.take() {
            reading.push(tokio::spawn(lines::read(From::Stdout, pipe, to.clone())));
        }
        if let Some(pipe) = child.stderr.take() {
            reading.push(tokio::spawn(lines::read(From::Stderr, pipe, to.clone())));
        }
        drop(to);
        if let Some(mut pipe) = child.stdin.take() {
            // One that reads nothing need not.
            reading.push(tokio::spawn(async move {
                let _ = pipe.write_all(input.as_bytes()).await;
            }));
        }
        let told = self.clone();
        let mut telling = tokio::spawn(async move { told.tell(lines).await });
        let (status, stop) = self.wait(&mut child, group).await;
        // Whatever it left behind in its group goes with it.
        process::signal(group, Signal::KILL);
        let last = match timeout(REST, &mut telling).await {
            Ok(Ok(last)) => last,
            _ => None,
        };
        telling.abort();
        reading.iter().for_each(JoinHandle::abort);
        let status = status.map_err(Error::internal)?;
        match stop {
            Some(Stop::Lost) => Ok(()),
            _ if status.success() => match result(output).await {
                Ok(output) => {
                    self.finish(json!({ "state": "succeeded", "output": output }))
                        .await
                }
                Err(reason) => self.finish(failed("invalid_output", reason, false)).await,
            },
            Some(Stop::Cancelled) => self.finish(json!({ "state": "cancelled" })).await,
            Some(Stop::Closing) => {
                workers::release(&self.app, &self.worker, &self.id, self.fence).await?;
                Ok(())
            }
            None => {
                let (code, words) = process::ending(status);
                let again = status.code() == Some(AGAIN);
                let body = failed(&code, last.unwrap_or(words), again);
                self.finish(body).await
            }
        }
    }

    /// Until the program has ended; looks meanwhile whether it should.
    async fn wait(
        &self,
        child: &mut Child,
        group: u32,
    ) -> (std::io::Result<std::process::ExitStatus>, Option<Stop>) {
        let settings = &self.app.config.executions;
        let beat = settings.lease / 3;
        let mut closing = self.app.commands.closing.subscribe();
        let mut watcher = self.app.watchers.watch(&self.id);
        let (mut stop, mut kill_at) = (None, None);
        let mut next = Instant::now();
        loop {
            let killing = async {
                match kill_at {
                    Some(at) => sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            let wanted = tokio::select! {
                status = child.wait() => return (status, stop),
                () = killing => {
                    process::signal(group, Signal::KILL);
                    kill_at = None;
                    None
                }
                () = closed(&mut closing), if stop.is_none() => Some(Stop::Closing),
                () = sleep_until(next), if stop != Some(Stop::Lost) => {
                    next = Instant::now() + beat;
                    self.beat().await
                }
                _ = watcher.woken(), if stop.is_none() => self.beat().await,
            };
            if let Some(wanted) = wanted
                && stop.is_none_or(|stop| stop != wanted && stop != Stop::Lost)
            {
                if stop.is_none() {
                    process::signal(group, Signal::TERM);
                    kill_at = Some(Instant::now() + self.grace(wanted));
                }
                stop = Some(wanted);
            }
        }
    }

    /// How long it may take to stop: with the server no longer than the server.
    fn grace(&self, stop: Stop) -> Duration {
        let config = &self.app.config;
        match stop {
            Stop::Closing => config
                .executions
                .cancel_grace
                .min(config.server.drain_timeout * 3 / 4),
            Stop::Cancelled | Stop::Lost => config.executions.cancel_grace,
        }
    }

    /// Holds the lease, and hears whether to stop.
    async fn beat(&self) -> Option<Stop> {
        match workers::heartbeat(&self.app, &self.worker, &self.id, self.fence).await {
            Ok(heard) => heard.cancel_requested.then_some(Stop::Cancelled),
            Err(error) if is_over(&error) => Some(Stop::Lost),
            Err(_) => None,
        }
    }

    async fn finish(&self, mut body: Json) -> Result<()> {
        body["fence"] = json!(self.fence);
        loop {
            match workers::finish(&self.app, &self.worker, &self.id, &body).await {
                Ok(_) => return Ok(()),
                Err(error) if is_over(&error) => return Ok(()),
                Err(error) if passes(&error) => {
                    tokio::time::sleep(PAUSE).await;
                    self.beat().await;
                }
                // It asked something and did not wait for the answer: as if it had been lost.
                Err(error) if error.code() == Code::InvalidTransition => {
                    self.app.leases.end(&self.id, self.fence);
                    self.app.clockwork.notify_one();
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
    }
}

async fn closed(closing: &mut watch::Receiver<bool>) {
    if closing.wait_for(|closing| *closing).await.is_err() {
        std::future::pending().await
    }
}

/// Whether the run is not the server's any more.
fn is_over(error: &Error) -> bool {
    matches!(error.code(), Code::LeaseLost | Code::NotFound)
}

/// Whether the same again may go well.
pub(super) fn passes(error: &Error) -> bool {
    matches!(
        error.code(),
        Code::Unavailable | Code::SchemaChanged | Code::Internal
    )
}

fn failed(code: &str, message: String, retryable: bool) -> Json {
    json!({ "state": "failed", "error": { "message": message, "code": code, "retryable": retryable } })
}

/// The JSON that the program left, if it left any.
async fn result(path: &std::path::Path) -> Result<Json, String> {
    let size = match tokio::fs::metadata(path).await {
        Ok(data) => data.len(),
        Err(_) => return Ok(Json::Null),
    };
    if size > limits::EXECUTION_BODY as u64 {
        let most = limits::EXECUTION_BODY;
        return Err(format!(
            "The output in HEARTH_OUTPUT has {size} bytes; at most {most} are kept"
        ));
    }
    let text = tokio::fs::read(path)
        .await
        .map_err(|error| error.to_string())?;
    // Before anybody hears that it is over.
    let _ = tokio::fs::remove_file(path).await;
    if text.iter().all(u8::is_ascii_whitespace) {
        return Ok(Json::Null);
    }
    crate::models::validate::parse(&text)
        .map_err(|error| format!("The output in HEARTH_OUTPUT is no JSON: {error}"))
}
