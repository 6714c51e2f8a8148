//! Who holds what, and until when. Heartbeats live here, in memory: the row is written at a claim and at a loss. After a
//! start every lease is as long again, since the server's downtime is not the worker's fault.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::steps::Moment;
use crate::store::Event;
use crate::store::executions::Execution;

/// One right to an execution. Times are milliseconds since 1970.
#[derive(Clone, Debug)]
struct Lease {
    fence: i64,
    until: i64,
    /// When the worker was heard of; none: not since the start.
    heard: Option<i64>,
}

#[derive(Default)]
pub(crate) struct Leases {
    by_execution: Mutex<HashMap<String, Lease>>,
}

impl Leases {
    /// What was held when the server stopped.
    pub(crate) fn extend(&self, held: &[Execution], now: i64) {
        for execution in held {
            let length = execution.lease_length.unwrap_or(0);
            let lease = Lease {
                fence: execution.fence,
                until: now + length,
                heard: None,
            };
            self.lock().insert(execution.id.clone(), lease);
        }
    }

    /// Called on the writer thread after each commit: a lease is known from then on, whether or not the worker that
    /// claimed it waited for the answer.
    pub(crate) fn hear(&self, events: &[Event]) {
        for event in events {
            if let Event::Leased {
                execution,
                fence,
                until,
            } = event
            {
                self.hold(execution, *fence, *until, Moment::now().millis);
            }
        }
    }

    /// The worker was heard of at `now`. One that comes late with an old fence changes nothing.
    pub(crate) fn hold(&self, execution: &str, fence: i64, until: i64, now: i64) {
        let mut leases = self.lock();
        if leases
            .get(execution)
            .is_some_and(|lease| lease.fence > fence)
        {
            return;
        }
        let lease = Lease {
            fence,
            until,
            heard: Some(now),
        };
        leases.insert(execution.to_owned(), lease);
    }

    pub(crate) fn forget(&self, execution: &str, fence: i64) {
        let mut leases = self.lock();
        if leases
            .get(execution)
            .is_some_and(|lease| lease.fence <= fence)
        {
            leases.remove(execution);
        }
    }

    /// Until when it is held under this fence, as far as is known.
    pub(crate) fn until(&self, execution: &str, fence: i64) -> Option<i64> {
        let leases = self.lock();
        let lease = leases.get(execution)?;
        (lease.fence == fence).then_some(lease.until)
    }

    /// The worker said something else than that it lives: it is not a heartbeat, but a sign.
    pub(crate) fn note(&self, execution: &str, fence: i64, now: i64) {
        if let Some(lease) = self.lock().get_mut(execution)
            && lease.fence == fence
        {
            lease.heard = Some(now);
        }
    }

    pub(crate) fn heard(&self, execution: &str, fence: i64) -> Option<i64> {
        let leases = self.lock();
        let lease = leases.get(execution)?;
        lease.heard.filter(|_| lease.fence == fence)
    }

    /// Ends it now: the timekeeper takes the run away.
    pub(crate) fn end(&self, execution: &str, fence: i64) {
        if let Some(lease) = self.lock().get_mut(execution)
            && lease.fence == fence
        {
            lease.until = 0;
        }
    }

    /// Executions and fences whose time is over.
    pub(crate) fn over(&self, now: i64) -> Vec<(String, i64)> {
        let leases = self.lock();
        let over = leases.iter().filter(|(_, lease)| lease.until <= now);
        over.map(|(id, lease)| (id.clone(), lease.fence)).collect()
    }

    /// When the next one is over.
    pub(crate) fn next(&self) -> Option<i64> {
        self.lock().values().map(|lease| lease.until).min()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Lease>> {
        self.by_execution
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_fence_never_takes_the_place_of_a_newer_one() {
        let leases = Leases::default();
        leases.hear(&[Event::Leased {
            execution: "a".to_owned(),
            fence: 3,
            until: 900,
        }]);
        leases.hold("a", 1, 5_000, 10);
        assert_eq!(
            (leases.until("a", 3), leases.until("a", 1)),
            (Some(900), None)
        );
        leases.hold("a", 3, 1_000, 10);
        assert_eq!(leases.until("a", 3), Some(1_000));
    }
}
