//! Counts wrong tries, for each account and each address, so that guessing passwords is slow.
//!
//! A try is taken before it is made and given back when it was right, so that fifty at once count as fifty. The
//! ready-made limiters can't give back.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::config::Rate;
use crate::error::{Error, Result};

/// More keys than this, and those that are full again are forgotten; then when there are twice as many as were left.
const KEYS: usize = 10_000;

/// One kind of count.
pub(crate) struct Throttle {
    rate: Rate,
    buckets: Mutex<Buckets>,
}

struct Buckets {
    by_key: HashMap<String, Bucket>,
    sweep_at: usize,
}

/// Tries that are left, refilled steadily.
#[derive(Clone, Copy)]
struct Bucket {
    left: f64,
    at: Instant,
}

impl Throttle {
    pub(crate) fn new(rate: Rate) -> Self {
        Throttle {
            rate,
            buckets: Mutex::new(Buckets {
                by_key: HashMap::new(),
                sweep_at: KEYS,
            }),
        }
    }

    fn per_second(&self) -> f64 {
        f64::from(self.rate.count) / self.rate.per.as_secs_f64()
    }

    fn refilled(&self, bucket: Bucket, now: Instant) -> f64 {
        let since = now.saturating_duration_since(bucket.at).as_secs_f64();
        (bucket.left + since * self.per_second()).min(f64::from(self.rate.count))
    }

    /// Takes a try; 429 when none is left.
    pub(crate) fn take(&self, key: &str) -> Result<()> {
        let now = Instant::now();
        let full = f64::from(self.rate.count);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.by_key.len() >= buckets.sweep_at {
            buckets
                .by_key
                .retain(|_, bucket| self.refilled(*bucket, now) < full);
            buckets.sweep_at = KEYS.max(buckets.by_key.len() * 2);
        }
        let bucket = buckets.by_key.entry(key.to_owned()).or_insert(Bucket {
            left: full,
            at: now,
        });
        let left = self.refilled(*bucket, now);
        *bucket = Bucket { left, at: now };
        if left < 1.0 {
            let wait = ((1.0 - left) / self.per_second()).ceil().max(1.0);
            let message = "Too many tries; wait a little and try again";
            return Err(Error::too_many_requests(message, wait as u64));
        }
        bucket.left = left - 1.0;
        Ok(())
    }

    /// The try was right: it does not count.
    pub(crate) fn give_back(&self, key: &str) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = buckets.by_key.get_mut(key) {
            bucket.left = (bucket.left + 1.0).min(f64::from(self.rate.count));
        }
    }
}

/// How an address is counted: IPv6 by /64, which is one household.
pub(crate) fn address_key(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use std::time::Duration;

    fn throttle(count: u32) -> Throttle {
        Throttle::new(Rate {
            count,
            per: Duration::from_secs(60),
        })
    }

    #[test]
    fn the_try_after_the_last_is_refused_with_the_time_to_wait() {
        let throttle = throttle(3);
        for _ in 0..3 {
            throttle.take("a").unwrap();
        }
        let error = throttle.take("a").unwrap_err();
        assert_eq!(error.code(), Code::TooManyRequests);
        assert!(matches!(error.retry_after(), Some(1..=20)));
        throttle.take("b").unwrap();
    }

    #[test]
    fn a_right_try_does_not_count() {
        let throttle = throttle(2);
        for _ in 0..20 {
            throttle.take("a").unwrap();
            throttle.give_back("a");
        }
    }

    #[test]
    fn an_ipv6_household_is_one_address() {
        let key = |text: &str| address_key(text.parse().unwrap());
        assert_eq!(key("2001:db8::1"), key("2001:db8::ffff:2"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assert_eq!(key("::ffff:10.0.0.1"), "10.0.0.1");
    }
}
