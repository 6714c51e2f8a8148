//! How a socket's task is woken: a few bits that say why, and one wake-up however often it is rung meanwhile.

use std::sync::atomic::{AtomicU8, Ordering};

use tokio::sync::Notify;

/// There may be something to send.
pub(crate) const DATA: u8 = 1;
/// What is known of the user may be old.
pub(crate) const JUDGE: u8 = 2;
/// A time has come: for a ping, for the end of a credential.
pub(crate) const TICK: u8 = 4;
/// The server stops.
pub(crate) const DRAIN: u8 = 8;

#[derive(Debug, Default)]
pub(crate) struct Bell {
    bits: AtomicU8,
    notify: Notify,
}

impl Bell {
    pub(crate) fn ring(&self, why: u8) {
        if self.bits.fetch_or(why, Ordering::AcqRel) == 0 {
            self.notify.notify_one();
        }
    }

    /// The same without waiting; 0: it was not.
    pub(crate) fn take(&self) -> u8 {
        self.bits.swap(0, Ordering::AcqRel)
    }

    /// Why it was rung since the last time. Nothing is lost when the wait is given up.
    pub(crate) async fn rung(&self) -> u8 {
        loop {
            let bits = self.bits.swap(0, Ordering::AcqRel);
            if bits != 0 {
                return bits;
            }
            self.notify.notified().await;
        }
    }
}
