//! The one thread that writes. It takes what queued up during the last commit, runs each job in a savepoint of one
//! transaction, commits, publishes, and only then answers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::connection::{self, Budgeted, Options};
use super::guard::Guard;
use super::queue::{Job, Message};
use super::records::Graph;
use super::tx::Tx;
use super::watch::Watch;
use super::{Event, Listener, fault, hooks};
use crate::error::{Error, Result, panic_text};
use crate::limits;

mod foreign;

use foreign::data_version;

/// The thread's own state.
pub(super) struct Writer {
    writing: Budgeted,
    options: Options,
    listeners: Vec<Listener>,
    watch: Watch,
    guard: Guard,
    graph: Graph,
    /// How far the change log was told.
    published: i64,
    /// `PRAGMA data_version`, which own commits do not move.
    version: Option<i64>,
    /// The same before anything was remembered of what the file holds.
    opened: i64,
    /// After a failed fsync nothing that the connection remembers can be trusted: a new one is opened first.
    broken: bool,
    /// Bytes of the log beyond which writes wait for a gap between reads.
    log_bound: u64,
    stopping: bool,
}

/// Why a transaction was not committed.
struct Refused {
    error: Error,
    /// Whether each of its jobs may fare better alone.
    divisible: bool,
}

impl Writer {
    pub(super) fn new(
        writing: Budgeted,
        options: Options,
        listeners: Vec<Listener>,
        watch: Watch,
        (guard, graph): (Guard, Graph),
        published: i64,
    ) -> Result<Self> {
        let opened = data_version(&writing)?;
        Ok(Writer {
            writing,
            options,
            listeners,
            watch,
            guard,
            graph,
            published,
            version: None,
            opened,
            broken: false,
            log_bound: limits::LOG_SIZE,
            stopping: false,
        })
    }

    pub(super) fn run(&mut self, jobs: &Receiver<Message>) {
        // Whether the log may hold what the database file does not.
        let mut behind = true;
        while !self.stopping {
            match jobs.recv_timeout(limits::IDLE_TICK) {
                Ok(Message::Job(first)) => {
                    behind = true;
                    self.batch(first, jobs);
                    self.bound_log();
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.watch.look(&self.writing.connection);
                    let _ = self.look_for_foreign_commits();
                    behind = behind && !self.checkpoint(Duration::ZERO);
                }
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        while let Ok(message) = jobs.try_recv() {
            if let Message::Job(job) = message {
                self.batch(job, jobs);
            }
        }
        self.checkpoint(Duration::ZERO);
    }

    /// One transaction of what is waiting now: at most so many jobs, at most so long.
    fn batch(&mut self, first: Box<dyn Job>, jobs: &Receiver<Message>) {
        if !first.waits() {
            return;
        }
        if let Err(error) = self.begin() {
            return first.answer(Err(error));
        }
        let began = Instant::now();
        let (mut done, mut events) = (Vec::new(), Vec::new());
        let mut next = Some(first);
        while let Some(mut job) = next.take() {
            if job.claim() {
                if !self.savepoint(&mut *job, &mut events) {
                    self.roll_back();
                    // Its own error goes to the one who asked for it, and it is not run again; the others are.
                    job.answer(Err(rolled_back()));
                    return done.into_iter().for_each(|job| self.alone(job));
                }
                done.push(job);
            }
            if done.len() == limits::BATCH_JOBS || began.elapsed() > limits::BATCH_TIME {
                break;
            }
            next = match jobs.try_recv() {
                Ok(Message::Job(job)) => Some(job),
                Ok(Message::Stop) => {
                    self.stopping = true;
                    None
                }
                Err(_) => None,
            };
        }
        let committed = self.commit(&events);
        metrics::histogram!("hearth_commit_jobs").record(done.len() as f64);
        metrics::histogram!("hearth_commit_seconds").record(began.elapsed().as_secs_f64());
        match committed {
            Ok(()) => done.into_iter().for_each(|job| job.answer(Ok(()))),
            Err(refused) if refused.divisible => done.into_iter().for_each(|job| self.alone(job)),
            Err(refused) => done
                .into_iter()
                .for_each(|job| job.answer(Err(refused.error.share()))),
        }
    }

    /// A transaction of its own, for what failed together with others.
    fn alone(&mut self, mut job: Box<dyn Job>) {
        if let Err(error) = self.begin() {
            return job.answer(Err(error));
        }
        let mut events = Vec::new();
        if !self.savepoint(&mut *job, &mut events) {
            self.roll_back();
            return job.answer(Err(rolled_back()));
        }
        job.answer(self.commit(&events).map_err(|refused| refused.error));
    }

    fn begin(&mut self) -> Result<()> {
        if self.watch.is_lost() {
            return Err(lost());
        }
        if self.broken {
            self.reopen()?;
        }
        self.writing.budget.time(self.writing.start, None);
        if let Err(cause) = self.control("BEGIN IMMEDIATE") {
            self.broken = fault::wants_reopening(&cause);
            return Err(cause.into());
        }
        let looked = self.look_for_foreign_commits();
        if looked.is_err() {
            self.roll_back();
            self.broken = true;
        }
        looked
    }

    /// False when the whole transaction is lost with the job.
    fn savepoint(&mut self, job: &mut dyn Job, events: &mut Vec<Event>) -> bool {
        if self.control("SAVEPOINT job").is_err() {
            return false;
        }
        self.writing.budget.time(self.writing.start, job.limit());
        let mut tx = Tx::guarded(&self.writing.connection, self.guard.unfit(), &self.graph);
        let ran = job.run(&mut tx);
        let emitted = tx.take_events();
        self.writing.budget.time(self.writing.start, None);
        // A full disk, an I/O error or an interrupted statement may have rolled everything back.
        if self.writing.connection.is_autocommit() {
            return false;
        }
        if ran.is_ok() {
            events.extend(emitted);
            return self.control("RELEASE job").is_ok();
        }
        self.control("ROLLBACK TO job").is_ok() && self.control("RELEASE job").is_ok()
    }

    /// Commits and publishes; only after it anybody may be told that something was written.
    fn commit(&mut self, events: &[Event]) -> Result<(), Refused> {
        hooks::before_commit();
        if let Err(cause) = self.control("COMMIT") {
            self.roll_back();
            self.broken = fault::wants_reopening(&cause);
            tracing::error!(%cause, "a commit failed; nobody was told that it was done");
            return Err(Refused {
                divisible: !self.broken,
                error: cause.into(),
            });
        }
        hooks::after_commit();
        // It may have gone into a log that no name leads to any more.
        self.watch.look(&self.writing.connection);
        if self.watch.is_lost() {
            return Err(Refused {
                divisible: false,
                error: Error::unavailable(
                    "The database file was replaced under the server; this write may or may not be stored",
                    60,
                ),
            });
        }
        self.published = events
            .iter()
            .filter_map(Event::logged)
            .fold(self.published, i64::max);
        self.publish(events);
        hooks::after_publish();
        Ok(())
    }

    fn roll_back(&self) {
        if !self.writing.connection.is_autocommit() {
            let _ = self.control("ROLLBACK");
        }
    }

    fn publish(&self, events: &[Event]) {
        if events.is_empty() {
            return;
        }
        for listener in &self.listeners {
            let tell = |events: &[Event]| catch_unwind(AssertUnwindSafe(|| listener(events)));
            if let Err(panic) = tell(events) {
                tracing::error!(
                    panic = panic_text(&*panic),
                    "a listener panicked; it forgets all that it remembers"
                );
                // The log has what it missed.
                let mut again = vec![Event::Foreign, Event::Logged(self.published)];
                again.extend(events.contains(&Event::Schema).then_some(Event::Schema));
                let _ = tell(&again);
            }
        }
    }

    fn control(&self, sql: &str) -> rusqlite::Result<()> {
        self.writing
            .connection
            .prepare_cached(sql)?
            .execute([])
            .map(|_| ())
    }

    /// Overlapping reads can keep the log from ever beginning anew; beyond a size writes wait a moment for a gap.
    fn bound_log(&mut self) {
        let size = self.watch.log_size();
        if size > self.log_bound {
            let cut = self.checkpoint(limits::LOG_GAP);
            self.log_bound = if cut { 0 } else { size } + limits::LOG_SIZE;
        }
    }

    /// False when somebody who reads keeps the log from being cut.
    fn checkpoint(&self, wait: Duration) -> bool {
        self.watch.is_lost() || self.writing.checkpoint(wait)
    }

    fn reopen(&mut self) -> Result<()> {
        self.writing = connection::writer(&self.options)?;
        self.broken = false;
        self.version = None;
        self.publish(&[Event::Foreign]);
        tracing::warn!("the writer's connection was opened anew after an I/O error");
        Ok(())
    }
}

fn rolled_back() -> Error {
    Error::unavailable("The write was rolled back", 1)
}

fn lost() -> Error {
    Error::unavailable("The database file was replaced under the server", 60)
}
