//! Who watches which execution, and the newest entries of each watched log, serialised once for all of them. What is no
//! longer in memory is read from the table.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::bell::{Bell, DATA};
use super::frames;
use crate::limits;
use crate::store::Event;
use crate::store::executions::events::Appended;

#[derive(Default)]
pub(crate) struct Runs {
    watched: Mutex<HashMap<Arc<str>, Arc<Run>>>,
    next: AtomicU64,
}

#[derive(Default)]
struct Run {
    recent: Mutex<Recent>,
    members: Mutex<HashMap<u64, Arc<Bell>>>,
}

/// The end of a log.
#[derive(Default)]
struct Recent {
    frames: VecDeque<Utf8Bytes>,
    size: usize,
    /// The entry before the first frame; None: what is in the log is not known here.
    floor: Option<i64>,
    ended: bool,
}

/// One who watches; ends with the value.
pub(super) struct Member {
    runs: Arc<Runs>,
    run: Arc<Run>,
    execution: Arc<str>,
    id: u64,
}

/// What is behind a place of the log.
pub(super) enum Taken {
    /// These entries, one after the other; none: that was all.
    Seen(Vec<Utf8Bytes>),
    /// The table knows.
    Behind,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Runs {
    /// Called on the writer thread after each commit.
    pub(super) fn hear(&self, events: &[Event]) {
        let heard = |event: &Event| {
            matches!(
                event,
                Event::Appended(_) | Event::Removed(_) | Event::Foreign
            )
        };
        if !events.iter().any(heard) {
            return;
        }
        let mut woken = Vec::new();
        let watched = lock(&self.watched);
        for event in events {
            match event {
                Event::Appended(appended) => {
                    if let Some(run) = watched.get(&appended.execution) {
                        lock(&run.recent).add(appended);
                        woken.push(Arc::clone(run));
                    }
                }
                // Who looks at the table finds that it is gone.
                Event::Removed(execution) => {
                    if let Some(run) = watched.get(execution) {
                        *lock(&run.recent) = Recent::default();
                        woken.push(Arc::clone(run));
                    }
                }
                // Somebody else's commit may have added to any of them.
                Event::Foreign => {
                    for run in watched.values() {
                        *lock(&run.recent) = Recent::default();
                        woken.push(Arc::clone(run));
                    }
                }
                _ => {}
            }
        }
        drop(watched);
        for run in woken {
            lock(&run.members).values().for_each(|bell| bell.ring(DATA));
        }
    }

    /// From here on nothing is missed: look at the table first.
    pub(super) fn join(self: &Arc<Self>, execution: &str, bell: &Arc<Bell>) -> Member {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let execution: Arc<str> = execution.into();
        let mut watched = lock(&self.watched);
        let run = Arc::clone(watched.entry(Arc::clone(&execution)).or_default());
        lock(&run.members).insert(id, Arc::clone(bell));
        drop(watched);
        Member {
            runs: Arc::clone(self),
            run,
            execution,
            id,
        }
    }
}

impl Recent {
    fn add(&mut self, appended: &Appended) {
        let Some(first) = appended.entries.first().map(|entry| entry.seq) else {
            return;
        };
        let follows = self
            .floor
            .is_some_and(|floor| floor + self.frames.len() as i64 + 1 == first);
        if !follows {
            *self = Recent {
                floor: Some(first - 1),
                ..Recent::default()
            };
        }
        for entry in appended.entries.iter() {
            let frame = frames::event(&appended.execution, entry);
            self.size += frame.len();
            self.frames.push_back(frame);
        }
        self.ended = appended.ended;
        while self.size > limits::RUN_RING_SIZE && self.frames.len() > 1 {
            let oldest = self.frames.pop_front();
            self.size -= oldest.map_or(0, |frame| frame.len());
            self.floor = self.floor.map(|floor| floor + 1);
        }
    }
}

impl Member {
    /// At most so many of what is behind `cursor`. A log that has ended is read to its end from the table, which also
    /// knows how it ended.
    pub(super) fn take(&self, cursor: i64, limit: usize) -> Taken {
        let recent = lock(&self.run.recent);
        let Some(skipped) = recent
            .floor
            .and_then(|floor| usize::try_from(cursor - floor).ok())
            .filter(|skipped| *skipped <= recent.frames.len())
        else {
            return Taken::Behind;
        };
        let found: Vec<_> = recent
            .frames
            .range(skipped..)
            .take(limit)
            .cloned()
            .collect();
        if found.is_empty() && recent.ended {
            return Taken::Behind;
        }
        Taken::Seen(found)
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let mut watched = lock(&self.runs.watched);
        let mut members = lock(&self.run.members);
        members.remove(&self.id);
        if members.is_empty() {
            watched.remove(&self.execution);
        }
    }
}
