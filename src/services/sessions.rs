//! Sessions: who a token stands for, rotation of refresh tokens, and what ends a session.
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
use crate::auth::{self, token::Signer};
use crate::clock;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::services::access::{Caller, Principal, Via};
use crate::store::audit::Entry;
use crate::store::sessions as stored;
use crate::store::{Event, Opening, Weight, audit, meta};

/// From where a request comes, as sessions, audit and throttling need it.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) address: IpAddr,
    /// Whether tries are counted for that address.
    pub(crate) counted: bool,
    pub(crate) user_agent: Option<String>,
}

impl Origin {
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
    signer: Signer,
    access_lifetime: i64,
    refresh_lifetime: i64,
    session_lifetime: i64,
    /// Who holds which session.
    known: RwLock<HashMap<String, Arc<Principal>>>,
    /// Grows with every event, so that what was read before one is not remembered after it.
    generation: AtomicU64,
}

impl Sessions {
    /// Reads the signing secret and the instance's id; makes them at first start.
    pub(crate) fn open(opening: &mut Opening, config: &Config) -> Result<Self> {
        let generated = auth::random_text()?;
        let instance = uuid::Uuid::new_v4().to_string();
        let known = opening.read(|db| {
            let (secret, instance) = (meta::find(db, "secret")?, meta::find(db, "instance")?);
            Ok(secret.zip(instance))
        })?;
        let (stored, issuer) = match known {
            Some(known) => known,
            None => opening.transaction(|tx| {
                Ok((
                    meta::find_or_set(tx, "secret", &generated)?,
                    meta::find_or_set(tx, "instance", &instance)?,
                ))
            })?,
        };
        let secret = config
            .auth
            .secret
            .as_ref()
            .map_or(stored.as_str(), |secret| secret.reveal());
        Ok(Sessions {
            signer: Signer::new(secret, &issuer),
            access_lifetime: config.auth.access_lifetime.as_secs() as i64,
            refresh_lifetime: config.auth.refresh_lifetime.as_secs() as i64,
            session_lifetime: config.auth.session_lifetime.as_secs() as i64,
            known: RwLock::default(),
            generation: AtomicU64::new(0),
        })
    }

    /// Our own name in tokens.
    pub(crate) fn instance(&self) -> &str {
        self.signer.issuer()
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
                Event::Foreign => known.clear(),
                Event::Session(session) => drop(known.remove(session)),
                Event::User(user) => known.retain(|_, principal| principal.user != *user),
                _ => {}
            }
        }
    }

    /// Who an access token stands for. Any doubt is a 401.
    pub(crate) async fn caller(&self, app: &App, token: &str) -> Result<Caller> {
        let claims = self.signer.verify(token)?;
        let principal = self.holder(app, &claims.sid).await?;
        if principal.user != claims.sub {
            return Err(Error::invalid_token());
        }
        Ok(Caller::User(principal))
    }

    /// Who holds a session now; for a credential that was checked before.
    pub(crate) async fn holder(&self, app: &App, session: &str) -> Result<Arc<Principal>> {
        let principal = match self.remembered(session) {
            Some(principal) => principal,
            None => self.look_up(app, session).await?,
        };
        if principal.until <= clock::seconds() {
            return Err(Error::invalid_token());
        }
        Ok(principal)
    }

    fn remembered(&self, session: &str) -> Option<Arc<Principal>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(session).cloned()
    }

    async fn look_up(&self, app: &App, session: &str) -> Result<Arc<Principal>> {
        let generation = self.generation.load(Ordering::Acquire);
        let wanted = session.to_owned();
        let holder = app
            .db
            .read(move |db| stored::find_holder(db, &wanted))
            .await?;
        let (user, role, until) = holder.ok_or_else(Error::invalid_token)?;
        let principal = Arc::new(Principal {
            user,
            role,
            via: Via::Session(session.to_owned()),
            until,
        });
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if self.generation.load(Ordering::Acquire) == generation {
            if known.len() >= REMEMBERED {
                known.clear();
            }
            known.insert(session.to_owned(), Arc::clone(&principal));
        }
        Ok(principal)
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
            access_token: self.signer.sign(user, session, self.access_lifetime)?,
            token_type: "bearer",
            expires_in: self.access_lifetime,
            refresh_token,
        })
    }
}

/// What became of a refresh token inside the transaction.
enum Turn {
    Rotated { user: String, session: String },
    Refused,
}

/// Rotates a refresh token. One that was used before ends the whole family: somebody has a copy.
pub(crate) async fn refresh(app: &App, token: &str, origin: &Origin) -> Result<Tokens> {
    let old = auth::fingerprint(token);
    let refresh_token = auth::random_text()?;
    let new = auth::fingerprint(&refresh_token);
    let (now, seconds) = (clock::now(), clock::seconds());
    let until = seconds + app.sessions.refresh_lifetime;
    // A token that old would be over anyway; when it comes back there is no family to save.
    let forgotten = clock::before(app.config.auth.refresh_lifetime);
    let (address, user_agent) = (origin.address.to_string(), origin.shown_agent());
    let turn = app
        .db
        .write(Weight::default(), move |tx| {
            let Some(family) = stored::find_family(tx, &old)? else {
                return Ok(Turn::Refused);
            };
            if family.used {
                stored::remove(tx, &family.user, &family.session)?;
                let entry = Entry::new("refresh_token_reused")
                    .by(family.user)
                    .on(family.session)
                    .from(&address);
                audit::insert(tx, &entry)?;
                return Ok(Turn::Refused);
            }
            if family.disabled || family.refresh_until <= seconds || family.session_until <= seconds
            {
                return Ok(Turn::Refused);
            }
            let turn = stored::Rotation {
                session: &family.session,
                used_hash: &old,
                new_hash: &new,
                refresh_until: until,
                now: &now,
                forgotten_before: &forgotten,
                address: &address,
                user_agent: user_agent.as_deref(),
            };
            stored::rotate(tx, &turn)?;
            Ok(Turn::Rotated {
                user: family.user,
                session: family.session,
            })
        })
        .await?;
    match turn {
        Turn::Rotated { user, session } => app.sessions.tokens(&user, &session, refresh_token),
        Turn::Refused => Err(Error::invalid_token()),
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
    session: stored::Session,
    current: bool,
}
