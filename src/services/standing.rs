//! Who asked for what goes on for a while: a long poll, a stream, a claim that waits. They are looked at again before each
//! further answer, as a new request of theirs would be. Of sockets, which have rights of their own: `held.rs`.

use std::net::IpAddr;
use std::time::Instant;

use crate::app::App;
use crate::error::Result;
use crate::limits;
use crate::services::access::Caller;
use crate::services::credentials;

/// A caller, and what they showed.
pub(crate) struct Standing {
    caller: Caller,
    /// None: nothing was sent, so nothing can end.
    token: Option<Box<str>>,
    address: IpAddr,
    at: Instant,
    generation: u64,
}

impl Standing {
    /// `token` is what `caller` was told by, a moment ago.
    pub(crate) fn new(app: &App, caller: Caller, token: Option<&str>, address: IpAddr) -> Self {
        Standing {
            caller,
            token: token.map(Into::into),
            address,
            // It may have changed since; a first look costs little.
            at: Instant::now(),
            generation: app.sessions.generation().wrapping_sub(1),
        }
    }

    /// As of the last look.
    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// As of now: with another role perhaps. An error when the credential is over.
    pub(crate) async fn again(&mut self, app: &App) -> Result<&Caller> {
        let generation = app.sessions.generation();
        let same = self.generation == generation && self.at.elapsed() < limits::CALLER_LIFETIME;
        if let Some(token) = self.token.as_deref().filter(|_| !same) {
            self.caller = credentials::caller(app, token, self.address).await?;
            self.generation = generation;
            self.at = Instant::now();
        }
        Ok(&self.caller)
    }

    /// Whether they may still do what they did before.
    pub(crate) async fn holds(&mut self, app: &App) -> bool {
        let before = self.caller.clone();
        let now = self.again(app).await;
        now.is_ok_and(|now| now.may_as(&before))
    }
}
