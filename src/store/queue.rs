//! What waits for the writer thread: jobs, their share of the queue, and how long a caller waits. Not how they are
//! committed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;

use super::tx::Tx;
use crate::error::{Error, Result, panic_text};
use crate::limits;

/// A job in the queue, whatever its answer's type.
pub(super) trait Job: Send {
    /// False when the caller has heard already that it took too long.
    fn waits(&self) -> bool;
    /// From now on the caller waits for the end, whatever it is. False when it no longer does.
    fn claim(&mut self) -> bool;
    /// Runs inside the transaction, perhaps more than once. An error rolls its savepoint back.
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), Failed>;
    /// `verdict` is what became of the whole transaction.
    fn answer(self: Box<Self>, verdict: Result<()>);
    fn limit(&self) -> Option<Duration>;
}

/// A job failed, for the loop's eyes; the error itself stays with the job.
pub(super) struct Failed;

pub(super) enum Message {
    Job(Box<dyn Job>),
    Stop,
}

/// What a write costs while it waits, and how long it may take.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weight {
    /// Bytes that the job holds.
    pub size: usize,
    /// May take longer than `database.query_timeout`: imports, clean-ups.
    pub long: bool,
}

struct Work<F, T> {
    work: F,
    limit: Option<Duration>,
    result: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
    /// Set by whoever comes first: the thread that runs the job, or the caller that gives up.
    taken: Arc<AtomicBool>,
    /// Whether that was the thread.
    claimed: bool,
    _place: Place,
}

impl<T: Send, F: FnMut(&mut Tx<'_>) -> Result<T> + Send> Job for Work<F, T> {
    fn waits(&self) -> bool {
        self.claimed || !self.taken.load(Ordering::Acquire)
    }

    fn claim(&mut self) -> bool {
        self.claimed = self.claimed || !self.taken.swap(true, Ordering::AcqRel);
        self.claimed
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), Failed> {
        let result = catch_unwind(AssertUnwindSafe(|| (self.work)(tx))).unwrap_or_else(|panic| {
            let text = format!("a write panicked: {}", panic_text(&*panic));
            Err(Error::internal(text))
        });
        let ran = result.as_ref().map(|_| ()).map_err(|_| Failed);
        self.result = Some(result);
        ran
    }

    fn answer(self: Box<Self>, verdict: Result<()>) {
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
    count: Arc<AtomicUsize>,
    size: usize,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.waiting.fetch_sub(self.size, Ordering::Relaxed);
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The way to the writer thread.
pub(super) struct Queue {
    jobs: SyncSender<Message>,
    /// Bytes of the waiting jobs' bodies.
    waiting: Arc<AtomicUsize>,
    /// How many jobs wait or run.
    count: Arc<AtomicUsize>,
    query_timeout: Duration,
    thread: Mutex<Option<JoinHandle<()>>>,
    stopped: AtomicBool,
}

impl Queue {
    /// `run` is the thread's whole life.
    pub(super) fn start(
        query_timeout: Duration,
        run: impl FnOnce(&Receiver<Message>) + Send + 'static,
    ) -> Result<Self> {
        let (sender, jobs) = sync_channel(limits::QUEUE_JOBS);
        let thread = std::thread::Builder::new()
            .name("hearth-writer".to_owned())
            .spawn(move || run(&jobs))
            .map_err(Error::internal)?;
        Ok(Queue {
            jobs: sender,
            waiting: Arc::default(),
            count: Arc::default(),
            query_timeout,
            thread: Mutex::new(Some(thread)),
            stopped: AtomicBool::new(false),
        })
    }

    /// How many writes wait or run now.
    pub(super) fn len(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    pub(super) async fn write<T, F>(&self, weight: Weight, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let before = self.waiting.fetch_add(weight.size, Ordering::Relaxed);
        self.count.fetch_add(1, Ordering::Relaxed);
        let place = Place {
            waiting: Arc::clone(&self.waiting),
            count: Arc::clone(&self.count),
            size: weight.size,
        };
        // One that is larger than the whole queue still goes through when it is alone.
        if before > 0 && before + weight.size > limits::QUEUE_SIZE {
            return Err(full());
        }
        let (reply, mut answer) = oneshot::channel();
        let taken = Arc::<AtomicBool>::default();
        let job = Work {
            work,
            limit: (!weight.long).then_some(self.query_timeout),
            result: None,
            reply,
            taken: Arc::clone(&taken),
            claimed: false,
            _place: place,
        };
        self.send(Box::new(job))?;
        let answered = match tokio::time::timeout(limits::QUEUE_WAIT, &mut answer).await {
            Ok(answered) => answered,
            Err(_) if !taken.swap(true, Ordering::AcqRel) => return Err(waited()),
            // It runs: from here on only its own end is the truth.
            Err(_) => answer.await,
        };
        answered.unwrap_or_else(|_| Err(stopping()))
    }

    fn send(&self, job: Box<dyn Job>) -> Result<()> {
        if self.stopped.load(Ordering::Acquire) {
            return Err(stopping());
        }
        match self.jobs.try_send(Message::Job(job)) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_)) => Err(full()),
            Err(TrySendError::Disconnected(_)) => Err(stopping()),
        }
    }

    /// Finishes what is queued, checkpoints and closes; afterwards every write is refused.
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
        let _ = self.jobs.send(Message::Stop);
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

fn full() -> Error {
    Error::unavailable("Too many writes are waiting", 1)
}

fn waited() -> Error {
    Error::unavailable(
        "The write waited too long behind another one, and was not done",
        1,
    )
}

fn stopping() -> Error {
    Error::unavailable("Hearth is shutting down", 1)
}
