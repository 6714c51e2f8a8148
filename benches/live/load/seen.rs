//! What was heard since the last mark: how much, how late, and whether in order.

use serde_json::{Value, json};

#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) heard: u64,
    pub(crate) misordered: u64,
    pub(crate) resets: u64,
    /// Connections that had to be tried again.
    pub(crate) retries: u64,
    /// When the earliest message was sent and the latest one was heard, in nanoseconds since 1970.
    sent: Option<u64>,
    last: u64,
    microseconds: Vec<u32>,
}

impl Seen {
    pub(crate) fn add(&mut self, sent: Option<u64>) {
        self.heard += 1;
        let Some(sent) = sent else {
            return;
        };
        let now = crate::now();
        self.sent = Some(self.sent.map_or(sent, |first| first.min(sent)));
        self.last = self.last.max(now);
        self.microseconds
            .push((now.saturating_sub(sent) / 1_000) as u32);
    }

    pub(crate) fn report(&mut self) -> Value {
        self.microseconds.sort_unstable();
        let at = |share: f64| {
            let place = (self.microseconds.len() as f64 * share) as usize;
            let last = self.microseconds.len().saturating_sub(1);
            let time = self.microseconds.get(place.min(last));
            time.map_or(0.0, |time| f64::from(*time) / 1e3)
        };
        let nanoseconds = self.last.saturating_sub(self.sent.unwrap_or(self.last));
        json!({
            "heard": self.heard, "misordered": self.misordered, "resets": self.resets, "retries": self.retries,
            "seconds": nanoseconds as f64 / 1e9, "p50": at(0.5), "p99": at(0.99), "max": at(1.0),
        })
    }
}
