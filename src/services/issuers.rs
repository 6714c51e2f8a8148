//! Callers with a token of a foreign issuer. `(issuer, sub)` is a user's name there; the first valid token makes the user
//! here. Who that is stays in memory as sessions do: disabling or deleting the user acts on the next request.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::json;

use crate::app::App;
use crate::auth::foreign::{Claims, Rules};
use crate::auth::webhook::{Message, MessageKey};
use crate::clock;
use crate::config::{Config, Issuer};
use crate::error::{Error, Result};
use crate::services::access::{Caller, Principal, Via};
use crate::services::issuer_keys::Keys;
use crate::services::registration::new_user;
use crate::store::audit::{self, Entry};
use crate::store::identities::{self as stored, Holder, Identity};
use crate::store::{Event, Tx, Weight, accounts};

/// More than this, and the memory starts anew.
const REMEMBERED: usize = 50_000;

/// One of `[[auth.issuers]]` at work.
struct Trusted {
    rules: Rules,
    keys: Arc<Keys>,
    role_claim: Option<String>,
    roles: Vec<(String, String)>,
    message_key: Option<MessageKey>,
}

/// Users by issuer and subject.
type Known = HashMap<String, HashMap<String, Arc<Holder>>>;

#[derive(Default)]
pub(crate) struct Issuers {
    trusted: HashMap<String, Trusted>,
    known: RwLock<Known>,
    /// Grows with every event, so that what was read before one is not remembered after it.
    generation: AtomicU64,
}

impl Issuers {
    /// `instance` is our own name in tokens, which nobody else may have.
    pub(crate) fn new(config: &Config, instance: &str) -> Result<Self> {
        if config
            .auth
            .issuers
            .iter()
            .any(|issuer| issuer.issuer == instance)
        {
            return Err(Error::conflict(
                "`auth.issuers` has the name by which this Hearth signs its own tokens; remove that entry",
            ));
        }
        let trusted = config
            .auth
            .issuers
            .iter()
            .map(|issuer| (issuer.issuer.clone(), trust(issuer)));
        Ok(Issuers {
            trusted: trusted.collect(),
            ..Issuers::default()
        })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.trusted.is_empty()
    }

    pub(crate) fn knows(&self, issuer: &str) -> bool {
        self.trusted.contains_key(issuer)
    }

    /// Whether one of them signs messages about its users.
    pub(super) fn take_messages(&self) -> bool {
        let mut keys = self.trusted.values().map(|trusted| &trusted.message_key);
        keys.any(Option::is_some)
    }

    /// Whose key has signed it. Each is tried, so that the time says nothing.
    pub(super) fn signer(&self, message: &Message<'_>) -> Option<&str> {
        let mut found = None;
        for (issuer, trusted) in &self.trusted {
            let key = trusted.message_key.as_ref();
            if key.is_some_and(|key| key.signed(message)) {
                found = Some(issuer.as_str());
            }
        }
        found
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
                Event::User(user) => known
                    .values_mut()
                    .for_each(|users| users.retain(|_, holder| holder.user != *user)),
                _ => {}
            }
        }
    }

    /// Who a token of that issuer stands for. Any doubt is a 401.
    pub(crate) async fn caller(
        &self,
        app: &App,
        issuer: &str,
        token: &str,
        address: IpAddr,
    ) -> Result<Caller> {
        let trusted = self.trusted.get(issuer).ok_or_else(Error::invalid_token)?;
        let claims = trusted.keys.verify(token, &trusted.rules).await?;
        let holder = match self.remembered(issuer, claims.subject()) {
            Some(holder) => holder,
            None => self.look_up(app, issuer, &claims, address).await?,
        };
        if holder.disabled {
            return Err(Error::invalid_token());
        }
        let role = trusted.role(&claims).unwrap_or(&holder.role);
        Ok(Caller::User(Arc::new(Principal {
            user: holder.user.clone(),
            role: role.to_owned(),
            via: Via::Issuer(issuer.to_owned()),
            until: claims.until(),
        })))
    }

    fn remembered(&self, issuer: &str, subject: &str) -> Option<Arc<Holder>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(issuer)?.get(subject).cloned()
    }

    async fn look_up(
        &self,
        app: &App,
        issuer: &str,
        claims: &Claims,
        address: IpAddr,
    ) -> Result<Arc<Holder>> {
        let generation = self.generation.load(Ordering::Acquire);
        let (name, subject) = (issuer.to_owned(), claims.subject().to_owned());
        let found = app
            .db
            .read(move |db| stored::find_holder(db, &name, &subject))
            .await?;
        let holder = Arc::new(match found {
            Some(holder) => holder,
            None => make(app, issuer, claims, address).await?,
        });
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if self.generation.load(Ordering::Acquire) == generation {
            if known.values().map(HashMap::len).sum::<usize>() >= REMEMBERED {
                known.clear();
            }
            known
                .entry(issuer.to_owned())
                .or_default()
                .insert(claims.subject().to_owned(), Arc::clone(&holder));
        }
        Ok(holder)
    }
}

fn trust(issuer: &Issuer) -> Trusted {
    Trusted {
        rules: Rules {
            issuer: issuer.issuer.clone(),
            audience: issuer.audience.clone(),
            parties: issuer.authorized_parties.clone(),
            algorithms: issuer.algorithms.clone(),
        },
        keys: Keys::new(&issuer.issuer, issuer.keys.clone()),
        role_claim: issuer.role_claim.clone(),
        roles: issuer.roles.clone(),
        message_key: issuer.webhook_secret.clone(),
    }
}

impl Trusted {
    /// The role that the token gives its caller: the first of `roles` whose value the claim has.
    fn role(&self, claims: &Claims) -> Option<&str> {
        let said = claims.at(self.role_claim.as_ref()?)?;
        let has = |value: &str| match said.as_array() {
            Some(list) => list.iter().any(|item| item == value),
            None => said == value,
        };
        let found = self.roles.iter().find(|(value, _)| has(value));
        found.map(|(_, role)| role.as_str())
    }
}

/// The user of a first token: one that is linked by the e-mail address, or a new one.
async fn make(app: &App, issuer: &str, claims: &Claims, address: IpAddr) -> Result<Holder> {
    let now = clock::now();
    let (email, verified) = claims
        .email()
        .filter(|(email, _)| email_address::EmailAddress::is_valid(email))
        .map_or((None, false), |(email, verified)| {
            (Some(email.to_owned()), verified)
        });
    let name = claims
        .text("name")
        .map(|name| name.chars().take(200).collect());
    let identity = Identity {
        issuer: issuer.to_owned(),
        subject: claims.subject().to_owned(),
        provider: None,
        email: email.clone(),
        created_at: now.clone(),
        last_used_at: now,
    };
    let issued = claims.issued_at();
    let link = app.config.auth.link_verified_email && verified;
    let mut user = new_user(email, name, "user");
    user.email_verified = verified;
    let made = app.db.write(Weight::default(), move |tx| {
        insert(tx, user.clone(), &identity, issued, link, address)
    });
    made.await?.ok_or_else(Error::invalid_token)
}

/// None for a token that is older than the deletion of its user, or for what has no time.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    mut user: accounts::User,
    identity: &Identity,
    issued: Option<i64>,
    link: bool,
    address: IpAddr,
) -> Result<Option<Holder>> {
    // Of many first tokens at once the first one made the user.
    if let Some(holder) = stored::find_holder(tx, &identity.issuer, &identity.subject)? {
        return Ok(Some(holder));
    }
    let left = stored::find_departure(tx, &identity.issuer, &identity.subject)?;
    if left.is_some_and(|left| issued.is_none_or(|issued| issued <= left)) {
        return Ok(None);
    }
    let other = match &user.email {
        Some(email) => accounts::find_by_email(tx, email)?,
        None => None,
    };
    let new = user.id.clone();
    let holder = match other {
        Some(other) if link && other.email_verified => Holder {
            user: other.id,
            role: other.role,
            disabled: other.disabled,
        },
        taken => {
            if taken.is_some() {
                user.email = None;
                user.email_verified = false;
            }
            accounts::insert(tx, &user, None)?;
            Holder {
                user: user.id,
                role: user.role,
                disabled: false,
            }
        }
    };
    let is_new = holder.user == new;
    stored::insert(tx, &holder.user, identity)?;
    let entry = Entry::new("identity_added")
        .by(holder.user.clone())
        .on(holder.user.clone())
        .from(address)
        .detail(json!({ "issuer": identity.issuer, "new_user": is_new }));
    audit::insert(tx, &entry)?;
    Ok(Some(holder))
}
