//! A sign-in that has begun: what the browser holds of it in a cookie, sealed, until the provider sends it back.
//!
//! Nothing is kept here meanwhile, so that whoever begins a million of them takes no memory and pushes out nobody. Only
//! the states that came back are remembered, until they would have been too old anyway: each works once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use url::Url;

use crate::auth::{self, sealed::Seal};
use crate::clock;
use crate::error::{Error, FieldError, Result, Step};
use crate::limits;

/// States that are too old are forgotten each time there are so many more.
const SWEEP: usize = 1_000;

/// One sign-in, or one link of an account, on its way.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Attempt {
    pub(crate) provider: String,
    pub(super) state: String,
    pub(super) nonce: String,
    /// Of PKCE: the provider learns its hash first, and the text with the code.
    pub(super) verifier: String,
    /// In seconds since 1970.
    pub(super) began: i64,
    /// A page of this server.
    pub(crate) return_to: Option<String>,
    pub(crate) link: Option<Link>,
}

/// The session whose user gets another way to sign in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Link {
    pub(crate) user: String,
    pub(crate) session: String,
}

impl Attempt {
    pub(super) fn new(
        provider: &str,
        return_to: Option<String>,
        link: Option<Link>,
    ) -> Result<Self> {
        Ok(Attempt {
            provider: provider.to_owned(),
            state: auth::random_text()?,
            nonce: auth::random_text()?,
            verifier: auth::random_text()?,
            began: clock::seconds(),
            return_to,
            link,
        })
    }

    /// What PKCE shows of the verifier (RFC 7636, S256).
    pub(super) fn challenge(&self) -> String {
        auth::digest(self.verifier.as_bytes())
    }
}

/// The key by which attempts are sealed, and the states that came back.
pub(crate) struct Attempts {
    seal: Seal,
    /// With the second until which each is remembered.
    used: Mutex<HashMap<String, i64>>,
}

impl Attempts {
    pub(super) fn new() -> Result<Self> {
        Ok(Attempts {
            seal: Seal::new()?,
            used: Mutex::default(),
        })
    }

    /// The text of the cookie.
    pub(super) fn close(&self, attempt: &Attempt) -> Result<String> {
        let json = serde_json::to_vec(attempt).map_err(Error::internal)?;
        self.seal.close(&json)
    }

    /// The attempt of a cookie that this state belongs to, if it is not too old; whatever is wrong makes no difference.
    pub(super) fn open(&self, cookie: &str, provider: &str, state: &str) -> Option<Attempt> {
        let json = self.seal.open(cookie)?;
        let attempt: Attempt = serde_json::from_slice(&json).ok()?;
        let age = clock::seconds() - attempt.began;
        // Hashes are compared, so that the time taken tells nothing of the text.
        let same = auth::fingerprint(state) == auth::fingerprint(&attempt.state);
        let fresh = age < limits::ATTEMPT_LIFETIME.as_secs() as i64;
        (same && fresh && attempt.provider == provider).then_some(attempt)
    }

    /// Whether the state comes for the first time.
    pub(super) fn take(&self, state: &str) -> Result<bool> {
        let now = clock::seconds();
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() % SWEEP == SWEEP - 1 {
            used.retain(|_, until| *until > now);
        }
        if used.len() >= limits::STATES {
            return Err(Error::unavailable(
                "Too many sign-ins come back at once; try again",
                60,
            ));
        }
        let until = now + limits::ATTEMPT_LIFETIME.as_secs() as i64;
        Ok(used.insert(auth::fingerprint(state), until).is_none())
    }
}

/// A page of this server, as a browser would read the text; anything that leads elsewhere is refused.
/// `part` is the part of the request that had it.
pub(crate) fn local_page(text: &str, part: &'static str) -> Result<String> {
    let refused = || {
        let at = [Step::from(part), Step::from("return_to")];
        let says = format!(
            "Value error, it must be a page of this server, as `/inbox`, with at most {} bytes",
            limits::RETURN_SIZE
        );
        Error::invalid(vec![FieldError::new("value_error", &at, says)])
    };
    let odd = |letter: char| letter.is_control() || letter == '\\';
    if !text.starts_with('/') || text.contains(odd) {
        return Err(refused());
    }
    let here = Url::parse("http://this.invalid/").map_err(Error::internal)?;
    let url = here.join(text).map_err(|_| refused())?;
    let path = url.path();
    // `//` would begin another server's name once somebody cuts the path off. What is below /api is no page.
    let page = &url[url::Position::BeforePath..];
    let elsewhere = url.origin() != here.origin() || path.contains("//");
    if elsewhere || is_api(path) || page.len() > limits::RETURN_SIZE {
        return Err(refused());
    }
    Ok(page.to_owned())
}

fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_comes_back_once_with_its_own_state_and_not_late() {
        let attempts = Attempts::new().unwrap();
        let attempt = Attempt::new("github", None, None).unwrap();
        let cookie = attempts.close(&attempt).unwrap();
        assert!(cookie.len() < 1024, "{}", cookie.len());
        let state = attempt.state.clone();
        assert!(attempts.open(&cookie, "github", &state).is_some());
        assert!(attempts.open(&cookie, "google", &state).is_none());
        assert!(attempts.open(&cookie, "github", "").is_none());
        let lifetime = limits::ATTEMPT_LIFETIME.as_secs() as i64;
        for (age, good) in [(lifetime - 2, true), (lifetime, false)] {
            let old = Attempt {
                began: clock::seconds() - age,
                ..attempt.clone()
            };
            let cookie = attempts.close(&old).unwrap();
            assert_eq!(attempts.open(&cookie, "github", &state).is_some(), good);
        }
        assert!(attempts.take(&state).unwrap());
        assert!(!attempts.take(&state).unwrap());
    }

    #[test]
    fn the_challenge_is_that_of_rfc_7636() {
        let mut attempt = Attempt::new("x", None, None).unwrap();
        attempt.verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned();
        assert_eq!(
            attempt.challenge(),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn only_a_page_of_this_server_is_one() {
        for (text, page) in [
            ("/", "/"),
            ("/inbox?a=b#c", "/inbox?a=b#c"),
            ("/console/#/models", "/console/#/models"),
            ("/a/../b", "/b"),
            ("/ä b", "/%C3%A4%20b"),
            ("/apis", "/apis"),
            ("/%2F%2Fevil.example", "/%2F%2Fevil.example"),
            (
                "/to?u=https:%2F%2Fevil.example",
                "/to?u=https:%2F%2Fevil.example",
            ),
        ] {
            assert_eq!(local_page(text, "query").unwrap(), page, "{text}");
        }
        for text in [
            "",
            "inbox",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/a\r\nSet-Cookie: a=b",
            "/..//evil.example",
            "/.//evil.example",
            "/%2e%2e//evil.example",
            "https://evil.example/",
            "https:evil.example",
            "javascript:alert(1)",
            " /x",
            "/api",
            "/api/auth/oauth/github",
            "/./api/auth/me",
        ] {
            assert!(local_page(text, "query").is_err(), "{text}");
        }
        assert!(local_page(&format!("/{}", "a".repeat(limits::RETURN_SIZE)), "query").is_err());
    }
}
