//! Reads: on the runtime thread under a budget of steps, or on the reader threads.
//!
//! A read by key costs less than handing it to another thread. What exceeds its budget is interrupted and started again
//! on a reader thread; when the disk makes reads wait, all of them go there for a while.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use scheduled_thread_pool::ScheduledThreadPool;
use tokio::sync::oneshot;

use super::connection::{self, Budgeted, Options};
use super::hooks;
use super::tx::Read;
use crate::error::{Error, Result, panic_text};
use crate::limits;

/// r2d2's manager; the crate r2d2_sqlite pins an older SQLite and calls every connection healthy.
struct Manager {
    options: Options,
}

impl r2d2::ManageConnection for Manager {
    type Connection = Budgeted;
    type Error = rusqlite::Error;

    fn connect(&self) -> Result<Budgeted, rusqlite::Error> {
        connection::reader(&self.options)
    }

    fn is_valid(&self, reading: &mut Budgeted) -> Result<(), rusqlite::Error> {
        reading.connection.execute_batch("")
    }

    /// A connection inside a forgotten transaction would show its next user the past.
    fn has_broken(&self, reading: &mut Budgeted) -> bool {
        !reading.connection.is_autocommit()
    }
}

type Task = Box<dyn FnOnce(&Thread) + Send>;

/// A reader thread's own connection.
struct Thread {
    reading: Budgeted,
}

impl Thread {
    fn start(options: &Options) -> Result<Self> {
        let reading = connection::reader(options).map_err(Error::from)?;
        // It may wait where a runtime thread must not.
        reading.connection.busy_timeout(limits::BUSY_TIMEOUT)?;
        Ok(Thread { reading })
    }

    fn run<T>(
        &self,
        limit: Option<Duration>,
        work: impl FnOnce(&Read<'_>) -> Result<T>,
    ) -> Result<T> {
        let reading = &self.reading;
        reading.budget.time(reading.start, limit);
        hooks::read();
        let work = AssertUnwindSafe(|| work(&Read::new(&reading.connection)));
        let result = catch_unwind(work).unwrap_or_else(|panic| {
            let text = format!("a read panicked: {}", panic_text(&*panic));
            Err(Error::internal(text))
        });
        reading.budget.time(reading.start, None);
        if !reading.connection.is_autocommit() {
            let _ = reading.connection.execute_batch("ROLLBACK");
        }
        result
    }

    fn serve(self, tasks: &Mutex<Receiver<Task>>) {
        loop {
            let task = tasks.lock().unwrap_or_else(PoisonError::into_inner).recv();
            match task {
                Ok(task) => task(&self),
                Err(_) => return,
            }
        }
    }
}

pub(super) struct Readers {
    pool: r2d2::Pool<Manager>,
    queue: SyncSender<Task>,
    query_timeout: Duration,
    start: Instant,
    /// Until when, in milliseconds since `start`, no read runs on a runtime thread.
    paused_until: AtomicU64,
    waits: Waits,
}

/// Tells a disk that makes reads wait from a thread that lost its core to another process: the former slows most
/// reads, the latter one in many.
#[derive(Debug, Default)]
struct Waits {
    /// Milliseconds of slow reads, less one for each quick read since.
    score: AtomicU64,
}

impl Waits {
    /// Notes how long a read took; true when too much was waited of late, and then it starts anew.
    fn are_many(&self, took: Duration) -> bool {
        let score = self.score.load(Ordering::Relaxed);
        let score = if took > limits::INLINE_WALL {
            score + took.min(limits::INLINE_WAITS).as_millis() as u64
        } else if score > 0 {
            score - 1
        } else {
            return false;
        };
        let many = score >= limits::INLINE_WAITS.as_millis() as u64;
        self.score
            .store(if many { 0 } else { score }, Ordering::Relaxed);
        many
    }
}

impl Readers {
    pub(super) fn start(options: &Options) -> Result<Self> {
        // r2d2 opens connections on threads of its own: one is enough to replace a broken one.
        let mender = ScheduledThreadPool::builder()
            .num_threads(1)
            .thread_name_pattern("hearth-pool")
            .build();
        let pool = r2d2::Pool::builder()
            .max_size(options.readers)
            .test_on_check_out(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .connection_timeout(limits::BUSY_TIMEOUT)
            .thread_pool(Arc::new(mender))
            .build(Manager {
                options: options.clone(),
            })
            .map_err(Error::internal)?;
        let (queue, tasks) = sync_channel::<Task>(limits::QUEUE_JOBS);
        let tasks = Arc::new(Mutex::new(tasks));
        for number in 0..limits::READER_THREADS {
            let tasks = Arc::clone(&tasks);
            let thread = Thread::start(options)?;
            std::thread::Builder::new()
                .name(format!("hearth-reader-{number}"))
                .spawn(move || thread.serve(&tasks))
                .map_err(Error::internal)?;
        }
        let query_timeout = options.query_timeout;
        Ok(Readers {
            pool,
            queue,
            query_timeout,
            start: Instant::now(),
            paused_until: AtomicU64::new(0),
            waits: Waits::default(),
        })
    }

    /// `work` may run twice: first here, and again on a reader thread if it took too much.
    pub(super) async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&Read<'_>) -> Result<T> + Send + 'static,
    {
        if let Some(result) = self.here(&work) {
            return result;
        }
        self.there(Some(self.query_timeout), work).await
    }

    /// On this thread, within the budget; None when it did not fit.
    fn here<T>(&self, work: &impl Fn(&Read<'_>) -> Result<T>) -> Option<Result<T>> {
        if self.start.elapsed().as_millis() as u64 <= self.paused_until.load(Ordering::Relaxed) {
            return None;
        }
        let reading = self.pool.try_get()?;
        let began = Instant::now();
        reading.budget.steps(limits::INLINE_STEPS);
        hooks::read();
        let result = work(&Read::new(&reading.connection));
        let spent = reading.budget.is_spent();
        if !spent && self.waits.are_many(began.elapsed()) {
            let until = self.start.elapsed() + limits::INLINE_PAUSE;
            self.paused_until
                .store(until.as_millis() as u64, Ordering::Relaxed);
        }
        if spent {
            if !reading.connection.is_autocommit() {
                let _ = reading.connection.execute_batch("ROLLBACK");
            }
            return None;
        }
        Some(result)
    }

    /// On a reader thread: for what is known to take long. Without `limit` it may take any time.
    pub(super) async fn there<T, F>(&self, limit: Option<Duration>, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Read<'_>) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let task: Task = Box::new(move |thread| {
            // Who went away or gave up needs no answer.
            if !reply.is_closed() {
                let _ = reply.send(thread.run(limit, work));
            }
        });
        self.queue.try_send(task).map_err(|_| busy())?;
        let stopped = || Error::unavailable("Hearth is shutting down", 1);
        let Some(limit) = limit else {
            return answer.await.unwrap_or_else(|_| Err(stopped()));
        };
        tokio::time::timeout(limits::READ_WAIT + limit, answer)
            .await
            .map_err(|_| busy())?
            .unwrap_or_else(|_| Err(stopped()))
    }
}

fn busy() -> Error {
    Error::unavailable("Too many reads are waiting", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUICK: Duration = Duration::from_micros(20);
    const SLOW: Duration = Duration::from_millis(5);

    #[test]
    fn a_slow_disk_is_noticed_within_its_first_reads() {
        let waits = Waits::default();
        let noticed = (0..10).position(|_| waits.are_many(SLOW));
        assert!(noticed.is_some_and(|reads| reads < 6), "{noticed:?}");
        assert!(Waits::default().are_many(Duration::from_secs(1)));
    }

    #[test]
    fn a_thread_that_loses_its_core_now_and_then_goes_on_reading() {
        let waits = Waits::default();
        for _ in 0..100 {
            assert!(!waits.are_many(SLOW));
            assert!((0..10).all(|_| !waits.are_many(QUICK)));
        }
    }
}
