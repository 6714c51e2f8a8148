//! The one thread that writes. It takes what queued up during the last commit, runs each job in a savepoint of one
//! transaction, commits, publishes, and only then answers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::connection::{self, Budgeted, Options};
use super::tx::Tx;
use super::watch::Watch;
use super::{Event, Listener, fault};
use crate::error::{Error, Result};
use crate::limits;

/// A job in the queue, whatever its answer's type.
trait Job: Send {
    /// Runs inside the transaction, perhaps more than once. An error rolls its savepoint back.
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), Ran>;
    /// `verdict` is what became of the whole transaction.
    fn answer(self: Box<Self>, verdict: Result<(), Error>);
    fn limit(&self) -> Option<Duration>;
}

/// How a job failed, for the loop's eyes; the error itself stays with the job.
struct Ran;

struct Work<F, T> {
    work: F,
    limit: Option<Duration>,
    result: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
    _place: Place,
}

impl<T: Send, F: FnMut(&mut Tx<'_>) -> Result<T> + Send> Job for Work<F, T> {
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), Ran> {
        let result = catch_unwind(AssertUnwindSafe(|| (self.work)(tx))).unwrap_or_else(|panic| {
            Err(Error::internal(format!(
                "a write panicked: {}",
                crate::error::panic_text(&*panic)
            )))
        });
        let ran = if result.is_ok() { Ok(()) } else { Err(Ran) };
        self.result = Some(result);
        ran
    }

    fn answer(self: Box<Self>, verdict: Result<(), Error>) {
        let result = match (verdict, self.result) {
            (_, Some(Err(own))) => Err(own),
            (Err(error), _) => Err(error),
            (Ok(()), Some(Ok(value))) => Ok(value),
            (Ok(()), None) => Err(Error::internal("a job was committed that never ran")),
        };
        // Who no longer waits does not need to hear it.
        let _ = self.reply.send(result);
    }

    fn limit(&self) -> Option<Duration> {
        self.limit
    }
}

/// A job's share of the queue, given back when the job is gone.
struct Place {
    waiting: Arc<AtomicUsize>,
    size: usize,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.waiting.fetch_sub(self.size, Ordering::Relaxed);
    }
}

enum Message {
    Job(Box<dyn Job>),
    Stop,
}

/// The way to the writer thread.
pub(super) struct Writer {
    queue: SyncSender<Message>,
    /// Bytes of the waiting jobs' bodies.
    waiting: Arc<AtomicUsize>,
    query_timeout: Duration,
    thread: std::sync::Mutex<Option<std::thread::JoinHandle<()>>>,
    stopped: AtomicBool,
}

/// What a write costs while it waits, and how long it may take.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weight {
    /// Bytes that the job holds.
    pub size: usize,
    /// May take longer than `database.query_timeout`: imports, clean-ups.
    pub long: bool,
}

impl Writer {
    pub(super) fn start(
        writing: Budgeted,
        options: Options,
        listeners: Vec<Listener>,
        watch: Watch,
    ) -> Result<Self> {
        let (queue, jobs) = sync_channel(limits::QUEUE_JOBS);
        let query_timeout = options.query_timeout;
        let mut batches = Batches {
            writing,
            options,
            listeners,
            watch,
            version: None,
            stopping: false,
        };
        let thread = std::thread::Builder::new()
            .name("hearth-writer".to_owned())
            .spawn(move || batches.run(&jobs))
            .map_err(Error::internal)?;
        Ok(Writer {
            queue,
            waiting: Arc::default(),
            query_timeout,
            thread: std::sync::Mutex::new(Some(thread)),
            stopped: AtomicBool::new(false),
        })
    }

    pub(super) async fn write<T, F>(&self, weight: Weight, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let full = || Error::unavailable("Too many writes are waiting", 1);
        let before = self.waiting.fetch_add(weight.size, Ordering::Relaxed);
        let place = Place {
            waiting: Arc::clone(&self.waiting),
            size: weight.size,
        };
        if before + weight.size > limits::QUEUE_SIZE {
            return Err(full());
        }
        let (reply, answer) = oneshot::channel();
        let limit = (!weight.long).then_some(self.query_timeout);
        let job = Work {
            work,
            limit,
            result: None,
            reply,
            _place: place,
        };
        if self.stopped.load(Ordering::Acquire)
            || self.queue.try_send(Message::Job(Box::new(job))).is_err()
        {
            return Err(full());
        }
        answer
            .await
            .unwrap_or_else(|_| Err(Error::unavailable("Hearth is shutting down", 1)))
    }

    /// Finishes what is queued, checkpoints and closes; afterwards every write is refused.
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
        let _ = self.queue.send(Message::Stop);
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

/// The thread's own state.
struct Batches {
    writing: Budgeted,
    options: Options,
    listeners: Vec<Listener>,
    watch: Watch,
    /// `PRAGMA data_version`, which own commits do not move.
    version: Option<i64>,
    stopping: bool,
}

impl Batches {
    fn run(&mut self, jobs: &Receiver<Message>) {
        let mut idle = true;
        while !self.stopping {
            match jobs.recv_timeout(limits::IDLE_TICK) {
                Ok(Message::Job(first)) => {
                    idle = false;
                    if self.watch.due() {
                        self.guard();
                    }
                    self.batch(first, jobs);
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.guard();
                    self.look_for_foreign_commits();
                    if !idle {
                        self.checkpoint();
                        idle = true;
                    }
                }
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        while let Ok(Message::Job(job)) = jobs.try_recv() {
            self.alone(job);
        }
        if !self.watch.is_lost() {
            self.checkpoint();
        }
    }

    /// One transaction of what is waiting now: at most so many jobs, at most so long.
    fn batch(&mut self, first: Box<dyn Job>, jobs: &Receiver<Message>) {
        let began = Instant::now();
        if let Err(error) = self.begin() {
            return first.answer(Err(error));
        }
        let mut done = Vec::new();
        let mut events = Vec::new();
        let mut next = Some(first);
        let mut whole = true;
        while let Some(mut job) = next.take() {
            whole = self.savepoint(&mut *job, &mut events);
            done.push(job);
            if !whole || done.len() == limits::BATCH_JOBS || began.elapsed() > limits::BATCH_TIME {
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
        if !whole && let Some(culprit) = done.pop() {
            // Its own error goes to the one who asked for it, and it is not run again.
            culprit.answer(Err(Error::unavailable("The write was rolled back", 1)));
        }
        let committed = if whole { self.commit() } else { Err(None) };
        metrics::histogram!("hearth_commit_jobs").record(done.len() as f64);
        metrics::histogram!("hearth_commit_seconds").record(began.elapsed().as_secs_f64());
        match committed {
            Ok(()) => {
                self.publish(&events);
                done.into_iter().for_each(|job| job.answer(Ok(())));
            }
            Err(Some(cause)) if fault::wants_reopening(&cause) => {
                self.reopen();
                let message = Error::from(cause);
                done.into_iter().for_each(|job| {
                    job.answer(Err(Error::unavailable(message.message().to_owned(), 5)))
                });
            }
            // The disk is full, or one job took the whole transaction with it: each gets a transaction of its own.
            Err(_) => done.into_iter().for_each(|job| self.alone(job)),
        }
    }

    fn alone(&mut self, mut job: Box<dyn Job>) {
        if let Err(error) = self.begin() {
            return job.answer(Err(error));
        }
        let mut events = Vec::new();
        if !self.savepoint(&mut *job, &mut events) {
            return job.answer(Err(Error::unavailable("The write was rolled back", 1)));
        }
        match self.commit() {
            Ok(()) => {
                self.publish(&events);
                job.answer(Ok(()));
            }
            Err(cause) => {
                if cause.as_ref().is_some_and(fault::wants_reopening) {
                    self.reopen();
                }
                let error = cause.map_or_else(
                    || Error::unavailable("The write was rolled back", 1),
                    Error::from,
                );
                job.answer(Err(error));
            }
        }
    }

    fn begin(&mut self) -> Result<()> {
        if self.watch.is_lost() {
            return Err(Error::unavailable(
                "The database file was replaced under the server",
                60,
            ));
        }
        self.writing.budget.time(self.writing.start, None);
        if !self.writing.connection.is_autocommit() {
            let _ = self.writing.connection.execute_batch("ROLLBACK");
        }
        if let Err(cause) = self.control("BEGIN IMMEDIATE") {
            if fault::wants_reopening(&cause) {
                self.reopen();
            }
            return Err(cause.into());
        }
        self.look_for_foreign_commits();
        Ok(())
    }

    /// False when SQLite rolled the whole transaction back with the job.
    fn savepoint(&mut self, job: &mut dyn Job, events: &mut Vec<Event>) -> bool {
        if self.control("SAVEPOINT job").is_err() {
            return false;
        }
        self.writing.budget.time(self.writing.start, job.limit());
        let mut tx = Tx::new(&self.writing.connection);
        let ran = job.run(&mut tx);
        let emitted = tx.take_events();
        self.writing.budget.time(self.writing.start, None);
        if self.writing.connection.is_autocommit() {
            return false;
        }
        if ran.is_ok() {
            events.extend(emitted);
            return self.control("RELEASE job").is_ok();
        }
        self.control("ROLLBACK TO job").is_ok() && self.control("RELEASE job").is_ok()
    }

    fn commit(&mut self) -> Result<(), Option<rusqlite::Error>> {
        super::hooks::before_commit();
        let committed = self.control("COMMIT");
        if committed.is_err() && !self.writing.connection.is_autocommit() {
            let _ = self.writing.connection.execute_batch("ROLLBACK");
        }
        super::hooks::after_commit();
        committed.map_err(Some)
    }

    fn publish(&self, events: &[Event]) {
        if !events.is_empty() {
            self.listeners.iter().for_each(|listener| listener(events));
        }
        super::hooks::after_publish();
    }

    fn control(&self, sql: &str) -> rusqlite::Result<()> {
        self.writing
            .connection
            .prepare_cached(sql)?
            .execute([])
            .map(|_| ())
    }

    /// Another process has committed: what this one remembers may be old.
    fn look_for_foreign_commits(&mut self) {
        let looked = self
            .writing
            .connection
            .prepare_cached("PRAGMA data_version")
            .and_then(|mut statement| statement.query_row([], |row| row.get::<_, i64>(0)));
        let Ok(version) = looked else { return };
        if self
            .version
            .replace(version)
            .is_some_and(|before| before != version)
        {
            self.publish(&[Event::Foreign]);
        }
    }

    fn guard(&mut self) {
        self.watch.look(&self.writing.connection);
    }

    /// Brings the log back into the database file and cuts it, if nobody reads it now.
    fn checkpoint(&self) {
        let connection = &self.writing.connection;
        let _ = connection.busy_timeout(Duration::ZERO);
        let done = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        let _ = connection.busy_timeout(limits::BUSY_TIMEOUT);
        if let Err(cause) = done {
            tracing::warn!(%cause, "the write-ahead log could not be cut");
        }
    }

    /// After a failed fsync nothing that this connection remembers can be trusted.
    fn reopen(&mut self) {
        match connection::writer(&self.options) {
            Ok(writing) => {
                self.writing = writing;
                self.version = None;
                self.publish(&[Event::Foreign]);
                tracing::warn!("the writer's connection was opened anew after an I/O error");
            }
            Err(error) => {
                tracing::error!(%error, "the writer's connection could not be opened anew")
            }
        }
    }
}

/// One transaction before the thread runs: at start, with the schema's changes.
pub(super) fn transaction<T>(
    connection: &rusqlite::Connection,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T>,
) -> Result<T> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let result = work(&mut Tx::new(connection));
    let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
    match (connection.execute_batch(end), result) {
        (Ok(()), result) => result,
        (Err(cause), Ok(_)) => Err(cause.into()),
        (Err(_), Err(error)) => Err(error),
    }
}
