//! Counts wrong tries, for each account and each address, so that guessing passwords is slow.
//!
//! A try is taken before it is made and given back when it was right, so that fifty at once count as fifty. The
//! ready-made limiters can't give back.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::config::Rate;
use crate::error::{Error, Result};
use crate::limits;

/// More keys than this, and those that are full again are forgotten; then when there are twice as many as were left.
const KEYS: usize = 10_000;

/// One kind of count.
pub(crate) struct Throttle {
    rate: Rate,
    /// Keys are kept as hashes, so that none takes more memory than another; with a secret of this process, so that nobody
    /// can make two that meet.
    hashes: RandomState,
    buckets: Mutex<Buckets>,
}

struct Buckets {
    by_key: HashMap<u64, Bucket>,
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
            hashes: RandomState::new(),
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

    /// Forgets keys that are full again. If too many are left, those go that have the most tries: a flood of new keys does
    /// not give one back that was guessed at.
    fn sweep(&self, buckets: &mut Buckets, now: Instant) {
        let full = f64::from(self.rate.count);
        let by_key = &mut buckets.by_key;
        by_key.retain(|_, bucket| self.refilled(*bucket, now) < full);
        let most = limits::THROTTLE_KEYS / 2;
        if by_key.len() > most {
            let mut left: Vec<f64> = by_key
                .values()
                .map(|bucket| self.refilled(*bucket, now))
                .collect();
            let (_, last, _) = left.select_nth_unstable_by(most, f64::total_cmp);
            let last = *last;
            by_key.retain(|_, bucket| self.refilled(*bucket, now) < last);
        }
        buckets.sweep_at = KEYS.max(by_key.len() * 2).min(limits::THROTTLE_KEYS);
    }

    /// Takes a try; 429 when none is left.
    pub(crate) fn take(&self, key: &str) -> Result<()> {
        let now = Instant::now();
        let full = f64::from(self.rate.count);
        let key = self.hashes.hash_one(key);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.by_key.len() >= buckets.sweep_at {
            self.sweep(&mut buckets, now);
        }
        let bucket = buckets.by_key.entry(key).or_insert(Bucket {
            left: full,
            at: now,
        });
        let left = self.refilled(*bucket, now);
        *bucket = Bucket { left, at: now };
        if left < 1.0 {
            let wait = ((1.0 - left) / self.per_second()).ceil().max(1.0);
            let wait = wait as u64;
            let message = format!("Too many tries; try again in {wait} s");
            return Err(Error::too_many_requests(message, wait));
        }
        bucket.left = left - 1.0;
        Ok(())
    }

    /// The try was right: it does not count.
    pub(crate) fn give_back(&self, key: &str) {
        let key = self.hashes.hash_one(key);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = buckets.by_key.get_mut(&key) {
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
    fn a_success_gives_back_its_own_try_alone() {
        let throttle = throttle(2);
        for key in ["ada|", "ada|", "ada|home"] {
            throttle.take(key).unwrap();
        }
        throttle.give_back("ada|home");
        throttle.give_back("ada|elsewhere");
        throttle.take("ada|").unwrap_err();
    }

    #[test]
    fn a_million_keys_take_bounded_memory_and_free_none_that_is_guessed_at() {
        let throttle = throttle(3);
        let kept = || throttle.buckets.lock().unwrap().by_key.len();
        for _ in 0..3 {
            throttle.take("victim").unwrap();
        }
        let mut most = 0;
        for number in 0..1_000_000 {
            throttle.take(&number.to_string()).unwrap();
            most = most.max(kept());
        }
        assert!(most <= limits::THROTTLE_KEYS, "{most}");
        throttle.take("victim").unwrap_err();
        // Nor when all of the others are as empty: then some go, but not more than must.
        for number in 0..300_000 {
            for _ in 0..3 {
                let _ = throttle.take(&format!("x{number}"));
            }
        }
        assert!(kept() <= limits::THROTTLE_KEYS);
    }

    #[test]
    fn an_ipv6_household_is_one_address() {
        let key = |text: &str| address_key(text.parse().unwrap());
        assert_eq!(key("2001:db8::1"), key("2001:db8::ffff:2"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assert_eq!(key("::ffff:10.0.0.1"), "10.0.0.1");
    }
}
