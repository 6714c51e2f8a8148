//! Places where a test build can be made slow or be stopped; in any other build they are empty.

#[cfg(not(feature = "test-hooks"))]
mod place {
    pub(in crate::store) fn before_commit() {}
    pub(in crate::store) fn after_commit() {}
    pub(in crate::store) fn after_publish() {}
    pub(in crate::store) fn read() {}
}

#[cfg(feature = "test-hooks")]
mod place {
    use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
    use std::time::Duration;

    static ABORT_AT: AtomicU8 = AtomicU8::new(0);
    static READ_DELAY: AtomicU64 = AtomicU64::new(0);

    /// The process aborts at this point of the next commit.
    #[derive(Clone, Copy)]
    pub(crate) enum Point {
        BeforeCommit = 1,
        AfterCommit = 2,
        AfterPublish = 3,
    }

    pub(crate) fn abort_at(point: Point) {
        ABORT_AT.store(point as u8, Ordering::SeqCst);
    }

    /// Each read takes so much longer, as on a slow disk.
    pub(crate) fn delay_reads(delay: Duration) {
        READ_DELAY.store(delay.as_millis() as u64, Ordering::SeqCst);
    }

    fn reached(point: Point) {
        if ABORT_AT.load(Ordering::SeqCst) == point as u8 {
            std::process::abort();
        }
    }

    pub(in crate::store) fn before_commit() {
        reached(Point::BeforeCommit);
    }

    pub(in crate::store) fn after_commit() {
        reached(Point::AfterCommit);
    }

    pub(in crate::store) fn after_publish() {
        reached(Point::AfterPublish);
    }

    pub(in crate::store) fn read() {
        let delay = READ_DELAY.load(Ordering::SeqCst);
        if delay > 0 {
            std::thread::sleep(Duration::from_millis(delay));
        }
    }
}

#[cfg(feature = "test-hooks")]
pub(crate) use place::{Point, abort_at, delay_reads};
pub(in crate::store) use place::{after_commit, after_publish, before_commit, read};
