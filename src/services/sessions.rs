//! Sessions: who a token stands for, and what ends a session. How refresh tokens rotate is `rotation`.
//!
//! An access token is checked by its signature and then by its session, which is looked up in memory: a revoked session,
//! a disabled user or a changed role act on the next request. The memory is told of each commit before its caller is
//! answered, and of other processes' commits within half a second.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use serde::Serialize;

use crate::app::App;
use crate::auth;
use crate::clock;
use crate::config::Config;
use crate::error::{Code, Error, Result};
use crate::services::access::{Caller, Principal, Via};
use crate::services::signing::Signing;
use crate::store::sessions as stored;
use crate::store::{Event, Opening};

pub(crate) mod rotation;

/// From where a request comes, as sessions, audit and throttling need it.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) address: IpAddr,
    /// Whether tries are counted for that address.
    pub(crate) counted: bool,
    pub(crate) user_agent: Option<String>,
}

impl Origin {
    /// The program, for the audit; nothing if it does not say.
    pub(super) fn program(&self) -> serde_json::Value {
        match self.shown_agent() {
            Some(agent) => serde_json::json!({ "user_agent": agent }),
            None => serde_json::json!({}),
        }
    }

    /// What a user may see of the program, in their list of sessions.
    fn shown_agent(&self) -> Option<String> {
        let text = self.user_agent.as_ref()?;
        Some(text.chars().take(300).collect())
    }
}

/// OAuth2's answer: the members of every sign-in.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Tokens {
    pub(crate) access_token: String,
    pub(crate) token_type: &'static str,
    /// In seconds.
    pub(crate) expires_in: i64,
    pub(crate) refresh_token: String,
}

/// More than this, and the memory starts anew.
const REMEMBERED: usize = 50_000;

pub(crate) struct Sessions {
    signing: Signing,
    /// Makes the successor of a refresh token, as long as this process lives.
    succession: auth::Succession,
    /// Roles that must have a second factor.
    must_have_factor: Vec<String>,
    access_lifetime: i64,
    refresh_lifetime: i64,
    session_lifetime: i64,
    /// Who holds which session.
    known: RwLock<HashMap<String, Known>>,
    /// Grows with every event, so that what was read before one is not remembered after it.
    generation: AtomicU64,
}

/// What is remembered of a session.
#[derive(Clone)]
struct Known {
    principal: Arc<Principal>,
    /// Whether the role demands a second factor that the account has not.
    must_set_up: bool,
}

impl Sessions {
    pub(crate) fn open(opening: &mut Opening, config: &Config) -> Result<Self> {
        Ok(Sessions {
            signing: Signing::open(opening, config)?,
            succession: auth::Succession::new()?,
            must_have_factor: config.auth.second_factor.clone(),
            access_lifetime: config.auth.access_lifetime.as_secs() as i64,
            refresh_lifetime: config.auth.refresh_lifetime.as_secs() as i64,
            session_lifetime: config.auth.session_lifetime.as_secs() as i64,
            known: RwLock::default(),
            generation: AtomicU64::new(0),
        })
    }

    pub(crate) fn signing(&self) -> &Signing {
        &self.signing
    }

    /// Our own name in tokens.
    pub(crate) fn instance(&self) -> &str {
        self.signing.issuer()
    }

    /// Another number after each commit that made something old.
    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Whether that role demands a second factor.
    pub(crate) fn demands_factor(&self, role: &str) -> bool {
        self.must_have_factor.iter().any(|name| name == role)
    }

    /// Forgets what a commit made old. Called on the writer thread.
    pub(crate) fn hear(&self, events: &[Event]) {
        if !events.iter().any(Event::is_about_users) {
            return;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        self.generation.fetch_add(1, Ordering::AcqRel);
        for event in events {
            match event {
                Event::Foreign => {
                    known.clear();
                    self.signing.doubt();
                }
                Event::Session(session) => drop(known.remove(session)),
                Event::User(user) => known.retain(|_, one| one.principal.user != *user),
                _ => {}
            }
        }
    }

    /// Who an access token stands for. Any doubt is a 401; a 403 who still lacks the second factor that their role demands.
    pub(crate) async fn caller(&self, app: &App, token: &str) -> Result<Caller> {
        let known = self.holder(app, token).await?;
        if known.must_set_up {
            return Err(lacks_second_factor());
        }
        Ok(Caller::User(known.principal))
    }

    /// Who holds a session now; for a credential that was checked before.
    pub(crate) async fn holder_of(&self, app: &App, session: &str) -> Result<Arc<Principal>> {
        let known = self.known(app, session).await?;
        if known.must_set_up {
            return Err(lacks_second_factor());
        }
        Ok(known.principal)
    }

    /// The same for the calls that set a second factor up.
    pub(crate) async fn caller_setting_up(&self, app: &App, token: &str) -> Result<Caller> {
        Ok(Caller::User(self.holder(app, token).await?.principal))
    }

    async fn holder(&self, app: &App, token: &str) -> Result<Known> {
        let claims = self.signing.verify(token)?;
        let known = self.known(app, &claims.sid).await?;
        if claims.act.is_some() || known.principal.user != claims.sub {
            return Err(Error::invalid_token());
        }
        Ok(known)
    }

    async fn known(&self, app: &App, session: &str) -> Result<Known> {
        let known = match self.remembered(session) {
            Some(known) => known,
            None => self.look_up(app, session).await?,
        };
        if known.principal.until <= clock::seconds() {
            return Err(Error::invalid_token());
        }
        Ok(known)
    }

    fn remembered(&self, session: &str) -> Option<Known> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(session).cloned()
    }

    async fn look_up(&self, app: &App, session: &str) -> Result<Known> {
        let generation = self.generation.load(Ordering::Acquire);
        let wanted = session.to_owned();
        let holder = app
            .db
            .read(move |db| stored::find_holder(db, &wanted))
            .await?;
        let holder = holder.ok_or_else(Error::invalid_token)?;
        let found = Known {
            must_set_up: !holder.protected && self.demands_factor(&holder.role),
            principal: Arc::new(Principal {
                user: holder.user,
                role: holder.role,
                via: Via::Session(session.to_owned()),
                until: holder.until,
            }),
        };
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if self.generation.load(Ordering::Acquire) == generation {
            if known.len() >= REMEMBERED {
                known.clear();
            }
            known.insert(session.to_owned(), found.clone());
        }
        Ok(found)
    }

    /// A new session, ready to be stored, with the tokens that open it.
    pub(crate) fn prepare(&self, user: &str, origin: &Origin) -> Result<(stored::New, Tokens)> {
        let seconds = clock::seconds();
        let refresh_token = auth::random_text()?;
        let new = stored::New {
            id: uuid::Uuid::now_v7().to_string(),
            user: user.to_owned(),
            now: clock::now(),
            refresh_until: seconds + self.refresh_lifetime,
            session_until: seconds + self.session_lifetime,
            address: origin.address.to_string(),
            user_agent: origin.shown_agent(),
            token_hash: auth::fingerprint(&refresh_token),
        };
        let tokens = self.tokens(user, &new.id, refresh_token)?;
        Ok((new, tokens))
    }

    fn tokens(&self, user: &str, session: &str, refresh_token: String) -> Result<Tokens> {
        Ok(Tokens {
            access_token: self.signing.sign(user, session, self.access_lifetime)?,
            token_type: "bearer",
            expires_in: self.access_lifetime,
            refresh_token,
        })
    }
}

/// A user's sessions; the one that asks is marked.
pub(crate) async fn list(app: &App, principal: &Principal) -> Result<Vec<Shown>> {
    let user = principal.user.clone();
    let now = clock::seconds();
    let sessions = app
        .db
        .read(move |db| stored::find_all(db, &user, now))
        .await?;
    let shown = sessions.into_iter().map(|session| {
        let current = principal.via == Via::Session(session.id.clone());
        Shown { session, current }
    });
    Ok(shown.collect())
}

#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    #[serde(flatten)]
    pub(super) session: stored::Session,
    pub(super) current: bool,
}

/// Until it is set up, nothing else works.
fn lacks_second_factor() -> Error {
    let message =
        "Your role must have a second factor: set one up with POST /api/auth/second-factors/totp";
    Error::new(Code::SecondFactorSetupRequired, message)
}
