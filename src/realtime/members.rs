//! Those who watch the same, and how they are woken. To wake many takes the server a while, so that is not done again at
//! once: who is woken a little later is told of all that happened meanwhile, in one write.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;

use super::bell::{Bell, DATA};
use crate::limits;

#[derive(Default)]
pub(super) struct Members {
    bells: Mutex<HashMap<u64, Arc<Bell>>>,
    pace: Mutex<Pace>,
}

#[derive(Default)]
struct Pace {
    /// Not woken before that.
    next: Option<Instant>,
    /// They will be woken, at that time.
    due: bool,
}

/// Wakes many beside the writer thread, which has more to do; none in a process that serves nobody.
#[derive(Clone, Default)]
pub(super) struct Ringer(Option<Handle>);

impl Ringer {
    pub(super) fn here() -> Self {
        Ringer(Handle::try_current().ok())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Members {
    pub(super) fn lock(&self) -> MutexGuard<'_, HashMap<u64, Arc<Bell>>> {
        lock(&self.bells)
    }

    /// There may be something for them: few are woken now, many as soon as it is their time.
    pub(super) fn ring(self: &Arc<Self>, ringer: &Ringer) {
        let count = self.lock().len();
        let Some(handle) = ringer.0.as_ref().filter(|_| count > limits::RUNG_AT_ONCE) else {
            return self.ring_now();
        };
        let Some(wait) = self.wait(Instant::now()) else {
            return;
        };
        let all = Arc::clone(self);
        handle.spawn(async move {
            if !wait.is_zero() {
                tokio::time::sleep(wait).await;
            }
            all.ring_now();
        });
    }

    /// How long until they may be woken; None: they will be anyway.
    fn wait(&self, now: Instant) -> Option<Duration> {
        let mut pace = lock(&self.pace);
        if std::mem::replace(&mut pace.due, true) {
            return None;
        }
        let next = pace.next.map(|next| next.saturating_duration_since(now));
        Some(next.unwrap_or_default())
    }

    fn ring_now(&self) {
        let bells = self.lock();
        let mut pace = lock(&self.pace);
        // Before they look: what comes from here on is told the next time.
        pace.due = false;
        let pause = limits::RING_PAUSE.saturating_mul(bells.len() as u32);
        pace.next = Some(Instant::now() + pause.min(limits::RING_PAUSE_MOST));
        drop(pace);
        bells.values().for_each(|bell| bell.ring(DATA));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many of them, who were just woken.
    fn many(count: u64) -> Arc<Members> {
        let members = Arc::<Members>::default();
        members
            .lock()
            .extend((0..count).map(|id| (id, Arc::default())));
        members.ring_now();
        assert_eq!(woken(&members), count as usize);
        members
    }

    fn woken(members: &Members) -> usize {
        members
            .lock()
            .values()
            .filter(|bell| bell.take() == DATA)
            .count()
    }

    #[tokio::test]
    async fn few_are_woken_each_time() {
        let members = many(limits::RUNG_AT_ONCE as u64);
        for _ in 0..3 {
            members.ring(&Ringer::here());
            assert_eq!(woken(&members), limits::RUNG_AT_ONCE);
        }
    }

    #[test]
    fn many_are_woken_once_for_all_that_happens_in_a_pause() {
        let now = Instant::now();
        let members = many(1_000);
        let pause = limits::RING_PAUSE * 1_000;
        assert!(members.wait(now).unwrap() >= pause);
        assert_eq!(members.wait(now), None, "it is due already");
        members.ring_now();
        assert_eq!(woken(&members), 1_000);
        assert_eq!(
            members.wait(Instant::now() + 2 * pause),
            Some(Duration::ZERO)
        );
    }
}
