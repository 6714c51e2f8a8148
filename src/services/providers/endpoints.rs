//! Where a provider is asked for what. One of OpenID Connect says it itself: it is asked at the first sign-in, and again
//! after an hour; a provider that does not answer then is believed on.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use serde_json::Value as Json;
use tokio::sync::Mutex;

use crate::config::Protocol;
use crate::limits;
use crate::services::issuer_keys::{Fetched, describe, named};

/// A provider's addresses, and how it wants to be spoken to.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) authorize: String,
    pub(super) token: String,
    /// An ID token may say enough by itself.
    pub(super) userinfo: Option<String>,
    /// Whether each of its answers must name it (RFC 9207).
    pub(super) names_itself: bool,
    /// Whether the secret goes into a header; else into the form.
    pub(super) basic: bool,
}

#[derive(Debug)]
pub(super) struct Description {
    issuer: String,
    /// None: the configuration has all there is to know.
    url: Option<String>,
    known: RwLock<Option<(Arc<Known>, Instant)>>,
    /// Held while the provider is asked: when that last failed, and what was wrong.
    asking: Mutex<Option<(Instant, String)>>,
}

impl Description {
    pub(super) fn new(issuer: &str, protocol: &Protocol) -> Self {
        let (url, known) = match protocol {
            Protocol::OpenId { discovery } => (Some(discovery.clone()), None),
            Protocol::OAuth(endpoints) | Protocol::GitHub(endpoints) => {
                let known = Known {
                    authorize: endpoints.authorize.clone(),
                    token: endpoints.token.clone(),
                    userinfo: Some(endpoints.userinfo.clone()),
                    names_itself: false,
                    basic: false,
                };
                (None, Some((Arc::new(known), Instant::now())))
            }
        };
        Description {
            issuer: issuer.to_owned(),
            url,
            known: RwLock::new(known),
            asking: Mutex::default(),
        }
    }

    /// What is known now; the error is for the log.
    pub(super) async fn get(&self) -> Fetched<Arc<Known>> {
        let before = self.read();
        let Some(url) = &self.url else {
            let known = before.map(|(known, _)| known);
            return known.ok_or_else(|| "it has no addresses".to_owned());
        };
        if let Some((known, since)) = &before
            && since.elapsed() < limits::DESCRIPTION_OLD
        {
            return Ok(Arc::clone(known));
        }
        let mut failed = self.asking.lock().await;
        let seen = before.as_ref().map(|(_, since)| *since);
        match self.read() {
            // Somebody else asked meanwhile.
            Some((known, since)) if Some(since) != seen => return Ok(known),
            _ => {}
        }
        let known = before.map(|(known, _)| known);
        if let Some((at, reason)) = failed.as_ref()
            && at.elapsed() < limits::KEYS_RETRY
        {
            return known.ok_or_else(|| reason.clone());
        }
        let asked = match describe(&self.issuer, url).await {
            Ok(description) => read(&self.issuer, &description),
            Err(reason) => Err(reason),
        };
        match asked {
            Ok(fresh) => {
                *failed = None;
                let fresh = Arc::new(fresh);
                let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
                *known = Some((Arc::clone(&fresh), Instant::now()));
                Ok(fresh)
            }
            Err(reason) => {
                *failed = Some((Instant::now(), reason.clone()));
                known.ok_or(reason)
            }
        }
    }

    fn read(&self) -> Option<(Arc<Known>, Instant)> {
        self.known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// OpenID Connect Discovery 1.0, and RFC 9207.
fn read(issuer: &str, description: &Json) -> Fetched<Known> {
    let methods = description["token_endpoint_auth_methods_supported"].as_array();
    let userinfo = match description.get("userinfo_endpoint") {
        Some(_) => Some(named(issuer, description, "userinfo_endpoint")?),
        None => None,
    };
    Ok(Known {
        authorize: named(issuer, description, "authorization_endpoint")?,
        token: named(issuer, description, "token_endpoint")?,
        userinfo,
        names_itself: description["authorization_response_iss_parameter_supported"] == true,
        basic: methods
            .is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic")),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_description_gives_addresses_behind_https_alone() {
        let issuer = "https://issuer.example";
        let good = json!({
            "authorization_endpoint": "https://issuer.example/auth?a=b",
            "token_endpoint": "https://issuer.example/token",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "authorization_response_iss_parameter_supported": true,
        });
        let known = read(issuer, &good).unwrap();
        assert!(known.names_itself && !known.basic && known.userinfo.is_none());
        for name in [
            "authorization_endpoint",
            "token_endpoint",
            "userinfo_endpoint",
        ] {
            for bad in [
                json!("http://issuer.example/x"),
                json!("javascript:x"),
                json!(null),
            ] {
                let mut description = good.clone();
                description[name] = bad;
                assert!(read(issuer, &description).is_err(), "{name}");
            }
        }
    }
}
