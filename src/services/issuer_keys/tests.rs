//! How old keys may become, and what an issuer that is down does to them.

use std::time::Duration;

use serde_json::json;

use super::issuer::{Behaviour, Issuer, Key};
use super::*;
use crate::clock;

/// An issuer with one key, and what is known of it here after the first token.
struct Aged {
    issuer: Issuer,
    key: Key,
    keys: Arc<Keys>,
    rules: Rules,
}

impl Aged {
    async fn new() -> Self {
        crate::auth::token::install_provider();
        let key = Key::p256();
        let issuer = Issuer::start(&[key.jwk("k")]).await;
        let source = KeySource::Url(format!("{}/jwks", issuer.url));
        let rules = Rules {
            issuer: issuer.url.clone(),
            algorithms: DEFAULT_ALGORITHMS.to_vec(),
            ..Rules::default()
        };
        let keys = Keys::new(&issuer.url, source);
        let aged = Aged {
            issuer,
            key,
            keys,
            rules,
        };
        assert!(aged.takes("k").await);
        assert_eq!(aged.issuer.asked(), 1);
        aged
    }

    async fn takes(&self, kid: &str) -> bool {
        let claims = json!({"iss": self.rules.issuer, "sub": "u", "exp": clock::seconds() + 60});
        let token = self.key.sign(&self.key.header(kid), &claims);
        self.keys.verify(&token, &self.rules).await.is_ok()
    }

    /// As if all of it had been so many minutes earlier.
    async fn pass(&self, minutes: u64) {
        let earlier = |time: Option<Instant>| {
            time.map(|time| time.checked_sub(Duration::from_secs(60 * minutes)).unwrap())
        };
        let mut asked = self.keys.asking.lock().await;
        asked.last = earlier(asked.last);
        asked.first = false;
        let mut known = self.keys.known.write().unwrap();
        known.since = earlier(known.since);
    }

    fn withdraw(&self) {
        self.issuer.publish(&[Key::p256().jwk("new")]);
    }
}

#[tokio::test]
async fn good_keys_hold_on_however_long_the_issuer_is_down() {
    let aged = Aged::new().await;
    aged.issuer.behave(Behaviour::Error);
    for (round, minutes) in [61, 24 * 60, 30 * 24 * 60].into_iter().enumerate() {
        aged.pass(minutes).await;
        for _ in 0..20 {
            assert!(aged.takes("k").await, "{minutes}");
        }
        assert!(!aged.takes("unknown").await, "{minutes}");
        assert_eq!(
            aged.issuer.asked(),
            round + 2,
            "one try in 30 s, not one a token"
        );
    }
    aged.withdraw();
    aged.pass(1).await;
    assert!(!aged.takes("k").await, "it is up again");
}

#[tokio::test]
async fn a_withdrawn_key_is_refused_after_an_hour_before_it_is_used() {
    let aged = Aged::new().await;
    aged.withdraw();
    aged.pass(9).await;
    assert!(aged.takes("k").await);
    assert_eq!(aged.issuer.asked(), 1, "they are new enough");
    aged.pass(52).await;
    assert!(!aged.takes("k").await);
    assert_eq!(aged.issuer.asked(), 2);
}

#[tokio::test]
async fn a_withdrawn_key_is_used_once_more_after_ten_minutes_while_the_issuer_is_asked() {
    let aged = Aged::new().await;
    aged.withdraw();
    aged.pass(11).await;
    assert!(aged.takes("k").await);
    let refused = async {
        while aged.takes("k").await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), refused)
        .await
        .unwrap();
    assert_eq!(aged.issuer.asked(), 2);
}
