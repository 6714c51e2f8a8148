//! The keys of a foreign issuer, as they are known now.
//!
//! An unknown `kid` has them asked for anew, but at most once in 30 s, by one request for which all others wait. Whatever
//! goes wrong with that, good keys stay; without keys no token is good. After 10 minutes they are asked for beside the
//! work, so that a key that the issuer withdrew is not believed for long.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use serde_json::Value as Json;
use tokio::sync::Mutex;

use crate::auth::foreign::{Claims, Rules, Token};
use crate::auth::keys::{DEFAULT_ALGORITHMS, KeySet, PublicKey};
use crate::config::{KeySource, fetchable};
use crate::error::{Error, Result};
use crate::{limits, outgoing};

/// What came from another server, or why not, in words for the log.
pub(crate) type Fetched<T> = std::result::Result<T, String>;

/// Where an issuer's keys are, and those that it had when it was last asked.
#[derive(Debug)]
pub(crate) struct Keys {
    issuer: String,
    source: KeySource,
    known: RwLock<Known>,
    /// Held while the issuer is asked.
    asking: Mutex<Asked>,
}

#[derive(Clone, Debug, Default)]
struct Known {
    set: Arc<KeySet>,
    /// When they came; none before the first time.
    since: Option<Instant>,
}

#[derive(Debug, Default)]
struct Asked {
    last: Option<Instant>,
    /// Whether it was the first fetch that succeeded, which does not count.
    first: bool,
}

impl Keys {
    pub(crate) fn new(issuer: &str, source: KeySource) -> Arc<Self> {
        Arc::new(Keys {
            issuer: issuer.to_owned(),
            source,
            known: RwLock::default(),
            asking: Mutex::default(),
        })
    }

    /// What a token of this issuer says, once all of it was checked.
    pub(crate) async fn verify(self: &Arc<Self>, token: &str, rules: &Rules) -> Result<Claims> {
        let token = Token::read(token).ok_or_else(Error::invalid_token)?;
        if !rules.algorithms.contains(&token.algorithm) {
            return Err(Error::invalid_token());
        }
        let key = self.find(&token).await.ok_or_else(Error::invalid_token)?;
        token.verify(&key, rules)
    }

    /// The same of the ID token of a sign-in: for this client alone, with the nonce that the sign-in began with.
    pub(crate) async fn id_token(
        self: &Arc<Self>,
        token: &str,
        client: &str,
        nonce: &str,
    ) -> Result<Claims> {
        let rules = Rules {
            issuer: self.issuer.clone(),
            audience: vec![client.to_owned()],
            parties: Vec::new(),
            algorithms: DEFAULT_ALGORITHMS.to_vec(),
        };
        let claims = self.verify(token, &rules).await?;
        if claims.answers(client, nonce) {
            Ok(claims)
        } else {
            Err(Error::invalid_token())
        }
    }

    /// The key that must have signed the token, if the issuer has one.
    async fn find(self: &Arc<Self>, token: &Token<'_>) -> Option<PublicKey> {
        if let KeySource::Fixed(key) = &self.source {
            return Some(key.clone());
        }
        let known = self.known();
        let age = known.since.map(|since| since.elapsed());
        if let Some(key) = token.key(&known.set) {
            match age {
                Some(age) if age > limits::KEYS_OLD => self.ask(known.since).await,
                Some(age) if age > limits::KEYS_STALE && self.asking.try_lock().is_ok() => {
                    drop(tokio::spawn(Arc::clone(self).renew(known.since)));
                    return Some(key.clone());
                }
                _ => return Some(key.clone()),
            }
        } else {
            self.ask(known.since).await;
        }
        token.key(&self.known().set).cloned()
    }

    fn known(&self) -> Known {
        self.known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// On a task of its own: a caller that hangs up must not stop what others wait for.
    async fn ask(self: &Arc<Self>, seen: Option<Instant>) {
        let _ = tokio::spawn(Arc::clone(self).renew(seen)).await;
    }

    /// Asks the issuer, unless somebody did so since the caller looked, or of late.
    async fn renew(self: Arc<Self>, seen: Option<Instant>) {
        let mut asked = self.asking.lock().await;
        let known = self.known();
        let pause = if known.since.is_none() {
            limits::KEYS_RETRY
        } else {
            limits::KEYS_PAUSE
        };
        let of_late = asked.last.is_some_and(|last| last.elapsed() < pause);
        if known.since != seen || (of_late && !asked.first) {
            return;
        }
        match self.fetch().await {
            Ok(set) => {
                asked.first = known.since.is_none();
                let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
                *known = Known {
                    set: Arc::new(set),
                    since: Some(Instant::now()),
                };
            }
            Err(reason) => {
                asked.first = false;
                tracing::warn!(
                    issuer = self.issuer,
                    reason,
                    "the keys of an issuer could not be fetched"
                );
            }
        }
        asked.last = Some(Instant::now());
    }

    async fn fetch(&self) -> Fetched<KeySet> {
        let url = match &self.source {
            KeySource::Fixed(_) => return Err("its key is in the configuration".to_owned()),
            KeySource::Url(url) => url.clone(),
            KeySource::Discovery(url) => named(
                &self.issuer,
                &describe(&self.issuer, url).await?,
                "jwks_uri",
            )?,
        };
        let bytes = outgoing::get(&url).await?;
        KeySet::from_jwks(&bytes).ok_or_else(|| "its answer has no key that can be used".to_owned())
    }
}

/// What an issuer says of itself, by OpenID Connect Discovery; it must be that issuer. The error is for the log.
pub(crate) async fn describe(issuer: &str, url: &str) -> Fetched<Json> {
    let json: Json = serde_json::from_slice(&outgoing::get(url).await?)
        .map_err(|_| "its description is no JSON".to_owned())?;
    if json["issuer"] != issuer {
        return Err("its description is of another issuer".to_owned());
    }
    Ok(json)
}

/// An address that the issuer's description has under that name.
pub(crate) fn named(issuer: &str, description: &Json, name: &str) -> Fetched<String> {
    let url = description[name].as_str().unwrap_or_default();
    let from_here = issuer.starts_with("http:");
    let open = !from_here && !url.starts_with("https:");
    if open || fetchable(url).is_err() {
        return Err(format!(
            "the `{name}` of its description is not behind https"
        ));
    }
    Ok(url.to_owned())
}
