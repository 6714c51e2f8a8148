//! Who asked for what goes on for a while: a long poll, a stream, a claim that waits. They are looked at again before each
//! further answer, as a new request of theirs would be. Of sockets, which have rights of their own: `held.rs`.

use std::net::IpAddr;
use std::time::Instant;

use crate::app::App;
use crate::error::Result;
use crate::limits;
use crate::services::access::Caller;
use crate::services::credentials;
use crate::services::held::Held;

/// A caller, and what they showed.
pub(crate) struct Standing {
    caller: Caller,
    shown: Shown,
    address: IpAddr,
    at: Instant,
    generation: u64,
}

/// By what they are told from others.
enum Shown {
    /// Nothing was sent, so nothing can end.
    Nothing,
    Token(Box<str>),
    /// A ticket, which is used up: what it stood for.
    Ticket(Box<Held>),
}

impl Standing {
    /// `token` is what `caller` was told by, a moment ago.
    pub(crate) fn new(app: &App, caller: Caller, token: Option<&str>, address: IpAddr) -> Self {
        let shown = token.map_or(Shown::Nothing, |token| Shown::Token(token.into()));
        Standing::of(app, caller, shown, address)
    }

    /// Who comes by a ticket, which works once.
    pub(crate) async fn of_ticket(app: &App, ticket: &str, address: IpAddr) -> Result<Self> {
        let held = Held::of_ticket(app, ticket, address).await?;
        let caller = held.caller();
        Ok(Standing::of(
            app,
            caller,
            Shown::Ticket(Box::new(held)),
            address,
        ))
    }

    fn of(app: &App, caller: Caller, shown: Shown, address: IpAddr) -> Self {
        Standing {
            caller,
            shown,
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
        if same {
            return Ok(&self.caller);
        }
        self.caller = match &self.shown {
            Shown::Nothing => return Ok(&self.caller),
            Shown::Token(token) => credentials::caller(app, token, self.address).await?,
            Shown::Ticket(held) => Held::clone(held).again(app).await?.caller(),
        };
        self.generation = generation;
        self.at = Instant::now();
        Ok(&self.caller)
    }

    /// Whether they may still do what they did before.
    pub(crate) async fn holds(&mut self, app: &App) -> bool {
        let before = self.caller.clone();
        let now = self.again(app).await;
        now.is_ok_and(|now| now.may_as(&before))
    }
}
