//! Who makes a request, by its credential. Not what they may do: that is `services/access`.

use std::sync::Arc;
use std::time::Instant;

use warp::http::header::{self, HeaderMap};

use super::extract::Request;
use crate::error::{Code, Error, Result};
use crate::limits;
use crate::services::access::{Caller, Principal};
use crate::services::standing::Standing;
use crate::services::{credentials, viewing};

/// A caller, and when they were looked at.
pub(super) struct AskedBy {
    caller: Caller,
    setting_up: bool,
    at: Instant,
    generation: u64,
}

impl Request {
    /// The token of `Authorization`.
    pub(super) fn bearer(&self) -> Result<Option<&str>> {
        bearer(&self.head.headers)
    }

    /// Who asks: anonymous when nothing was sent; what was sent and is bad is always refused.
    pub(crate) async fn caller(&self) -> Result<Caller> {
        self.identify(false).await
    }

    /// Who asks, where the answer may take its time: they are looked at again before it is given.
    pub(super) async fn standing(&self) -> Result<Standing> {
        let caller = self.caller().await?;
        let address = self.head.client;
        Ok(Standing::new(&self.app, caller, self.bearer()?, address))
    }

    async fn identify(&self, setting_up: bool) -> Result<Caller> {
        let Some(token) = self.bearer()? else {
            return Ok(Caller::Anonymous);
        };
        let generation = self.app.sessions.generation();
        let caller = if setting_up {
            credentials::caller_setting_up(&self.app, token, self.head.client).await?
        } else {
            credentials::caller(&self.app, token, self.head.client).await?
        };
        self.note(&caller);
        let _ = self.asked_by.set(AskedBy {
            caller: caller.clone(),
            setting_up,
            at: Instant::now(),
            generation,
        });
        Ok(caller)
    }

    /// For the request's line in the log.
    pub(super) fn note(&self, caller: &Caller) {
        if let Some(user) = caller.user() {
            let _ = self.head.user.set(user.to_owned());
        }
        if let Some(right) = caller.viewer() {
            let _ = self.head.viewer.set(right.admin.clone());
        }
    }

    /// Before any handler: who sees as somebody else changes nothing, whatever the call.
    pub(super) async fn may_change(&self) -> Result<()> {
        if self.head.method.is_safe() {
            return Ok(());
        }
        match self.bearer() {
            Ok(Some(token)) if viewing::is_view(token) => self.caller().await?.may_change(),
            _ => Ok(()),
        }
    }

    /// Who asks, where a user has to be signed in.
    pub(crate) async fn principal(&self) -> Result<Arc<Principal>> {
        principal(self.caller().await?)
    }

    /// The same for calls that are open to who still has to set up the second factor that their role demands.
    pub(crate) async fn principal_setting_up(&self) -> Result<Arc<Principal>> {
        principal(self.identify(true).await?)
    }

    /// Whether who asked may still be who they were, once a body has come that took its time: a session may have ended
    /// meanwhile, a role may be another one. What is found here is as of now; what comes later comes beside the request.
    pub(crate) async fn look_again(&self) -> Result<()> {
        let Some(before) = self.asked_by.get() else {
            return Ok(());
        };
        let same = before.generation == self.app.sessions.generation();
        if same && before.at.elapsed() < limits::CALLER_LIFETIME {
            return Ok(());
        }
        let now = self.identify(before.setting_up).await?;
        if now.may_as(&before.caller) {
            return Ok(());
        }
        let message = "Your rights changed while the request was on its way; send it again";
        Err(Error::unavailable(message, 1))
    }
}

fn principal(caller: Caller) -> Result<Arc<Principal>> {
    match caller {
        Caller::User(principal) => Ok(principal),
        _ => Err(Error::not_authenticated()),
    }
}

/// The token of `Authorization: Bearer …`. Another scheme, two headers, or no text are a bad credential.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>> {
    let mut sent = headers.get_all(header::AUTHORIZATION).iter();
    let Some(first) = sent.next() else {
        return Ok(None);
    };
    if sent.next().is_some() {
        return Err(Error::invalid_token());
    }
    let text = first.to_str().map_err(|_| Error::invalid_token())?;
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    let token = token.trim();
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        let message = "Invalid token: the header is `Authorization: Bearer TOKEN`";
        return Err(Error::new(Code::InvalidToken, message));
    }
    if token.len() > limits::TOKEN_SIZE {
        return Err(Error::invalid_token());
    }
    Ok(Some(token))
}
