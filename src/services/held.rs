//! A credential that stays in use: a socket's. It is asked again whenever a commit may have ended it.

use std::net::IpAddr;
use std::sync::Arc;

use crate::app::App;
use crate::auth::token;
use crate::clock;
use crate::error::{Error, Result};
use crate::services::access::{Caller, Principal, Via};
use crate::services::{credentials, viewing};

/// A credential that was good when it was taken.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) principal: Arc<Principal>,
    /// In seconds since 1970; of a token its own end. None: as long as it is not deleted.
    pub(crate) until: Option<i64>,
    /// The token itself, where nothing else tells what it says: a foreign issuer's.
    token: Option<Box<str>>,
    address: IpAddr,
}

impl Held {
    /// What a `Bearer` credential stands for. Any doubt is a 401.
    pub(crate) async fn of_token(app: &App, token: &str, address: IpAddr) -> Result<Self> {
        let Caller::User(principal) = credentials::caller(app, token, address).await? else {
            return Err(Error::invalid_token());
        };
        let until = match principal.via {
            Via::Key(_) => i64::MAX,
            _ => token::end_of(token).unwrap_or(i64::MAX),
        };
        let kept = matches!(principal.via, Via::Issuer(_)).then(|| token.into());
        Ok(Held::new(principal, until, kept, address))
    }

    /// What a ticket stands for, which is used up: as it is now. It holds as long as an access token would; a foreign
    /// issuer's as long as the token that it was got with.
    pub(crate) async fn of_ticket(app: &App, ticket: &str, address: IpAddr) -> Result<Self> {
        let ticket = app.tickets.redeem(ticket)?;
        let lifetime = app.config.auth.access_lifetime.as_secs() as i64;
        let until = match (&ticket.principal.via, &ticket.token) {
            (Via::Key(_), _) => i64::MAX,
            (_, Some(token)) => token::end_of(token).unwrap_or(i64::MAX),
            _ => clock::seconds() + lifetime,
        };
        let held = Held::new(ticket.principal, until, ticket.token, address);
        held.again(app).await
    }

    /// It ends with the principal's credential, if not before.
    fn new(
        principal: Arc<Principal>,
        until: i64,
        token: Option<Box<str>>,
        address: IpAddr,
    ) -> Self {
        let until = principal.until.min(until);
        Held {
            principal,
            until: (until < i64::MAX).then_some(until),
            token,
            address,
        }
    }

    /// The same as it is now: with another role perhaps. An error when it is over.
    pub(crate) async fn again(self, app: &App) -> Result<Self> {
        if self.until.is_some_and(|until| until <= clock::seconds()) {
            return Err(Error::token_expired());
        }
        let principal = match (&self.principal.via, &self.token) {
            (Via::Session(id), _) => app.sessions.holder_of(app, id).await?,
            (Via::Key(key), _) => app.api_keys.holder(app, &key.id).await?,
            (Via::View(right), _) => viewing::seen(app, right, &self.principal.user).await?,
            (Via::Issuer(_), Some(token)) => {
                match credentials::caller(app, token, self.address).await? {
                    Caller::User(principal) => principal,
                    _ => return Err(Error::invalid_token()),
                }
            }
            // What its token said is not known any more.
            (Via::Issuer(_), None) => return Err(Error::invalid_token()),
        };
        if principal.user != self.principal.user {
            return Err(Error::invalid_token());
        }
        Ok(Held { principal, ..self })
    }

    pub(crate) fn caller(&self) -> Caller {
        Caller::User(Arc::clone(&self.principal))
    }
}
