//! How many frames a client may send: a bucket that fills again.

use std::time::Instant;

use crate::config::Rate;

/// So many times the rate may come at once.
const BURST: f64 = 4.0;

#[derive(Debug)]
pub(super) struct Bucket {
    left: f64,
    most: f64,
    per_second: f64,
    at: Instant,
}

impl Bucket {
    pub(super) fn new(rate: Rate) -> Self {
        let per_second = f64::from(rate.count) / rate.per.as_secs_f64().max(0.001);
        let most = f64::from(rate.count) * BURST;
        Bucket {
            left: most,
            most,
            per_second,
            at: Instant::now(),
        }
    }

    /// Whether one more may come now.
    pub(super) fn takes(&mut self) -> bool {
        let now = Instant::now();
        let gained = now.duration_since(self.at).as_secs_f64() * self.per_second;
        self.left = (self.left + gained).min(self.most);
        self.at = now;
        if self.left < 1.0 {
            return false;
        }
        self.left -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_passes_and_what_is_beyond_it_does_not() {
        let rate = Rate {
            count: 1,
            per: Duration::from_secs(3600),
        };
        let mut bucket = Bucket::new(rate);
        let taken = (0..10).filter(|_| bucket.takes()).count();
        assert_eq!(taken, 4);
    }
}
