//! Whoever comes from a provider: who that is here. `(issuer, subject)` is their name; an e-mail address makes them
//! somebody who is here already only if it is verified on both sides and `auth.link_verified_email` says so.

use super::attempt::{Attempt, Link};
use super::person::Person;
use super::{Known, Refused};
use crate::app::App;
use crate::clock;
use crate::config::Registration;
use crate::error::{Error, Result};
use crate::services::registration::new_user;
use crate::services::sessions::Origin;
use crate::store::accounts::{self, User};
use crate::store::audit::{self, Entry};
use crate::store::identities::{self as stored, Identity};
use crate::store::{Tx, Weight, sessions};

/// Inside the transaction a refusal is a value, so that nothing of it is taken for a fault of the database.
type Found<T = String> = std::result::Result<T, Refused>;

/// What the transaction works with.
struct Arrival {
    identity: Identity,
    user: User,
    began: i64,
    /// Whether an address that is verified on both sides makes the account.
    by_email: bool,
    closed: bool,
    /// Of the audit, with the provider in its detail.
    entry: Entry,
}

/// The id of the user who may come in.
pub(super) async fn arrive(
    app: &App,
    known: &Known,
    person: Person,
    attempt: &Attempt,
    origin: &Origin,
) -> Found {
    let auth = &app.config.auth;
    let identity = identity(known, &person);
    let mut user = new_user(
        person.email.filter(|_| person.verified),
        person.name,
        "user",
    );
    user.email_verified = person.verified;
    let arrival = Arrival {
        identity,
        user,
        began: attempt.began,
        by_email: auth.link_verified_email,
        closed: auth.registration == Registration::Closed,
        entry: Entry::new("")
            .from(origin.address)
            .detail(serde_json::json!({ "by": known.settings.name })),
    };
    app.db
        .write(Weight::default(), move |tx| arrival.find_or_make(tx))
        .await?
}

fn identity(known: &Known, person: &Person) -> Identity {
    let now = clock::now();
    Identity {
        issuer: known.settings.issuer.clone(),
        subject: person.subject.clone(),
        provider: Some(known.settings.name.clone()),
        email: person.email.clone(),
        created_at: now.clone(),
        last_used_at: now,
    }
}

impl Arrival {
    fn find_or_make(&self, tx: &mut Tx<'_>) -> Result<Found> {
        let Identity {
            issuer, subject, ..
        } = &self.identity;
        if let Some(user) = stored::find_user(tx, issuer, subject)? {
            let allowed = may_enter(tx, &user)?;
            if allowed.is_ok() {
                stored::touch(tx, &self.identity)?;
            }
            return Ok(allowed.map(|()| user));
        }
        // A sign-in that began before its user was deleted does not bring them back.
        let left = stored::find_departure(tx, issuer, subject)?;
        if left.is_some_and(|left| self.began <= left) {
            return Ok(Err(disabled()));
        }
        let holder = match &self.user.email {
            Some(email) => accounts::find_by_email(tx, email)?,
            None => None,
        };
        match holder {
            Some(holder) if holder.email_verified && self.by_email => {
                if let Err(refused) = may_enter(tx, &holder.id)? {
                    return Ok(Err(refused));
                }
                self.insert(tx, &holder.id, "identity_linked")?;
                Ok(Ok(holder.id))
            }
            Some(holder) if holder.email_verified => Ok(Err(account_exists())),
            _ if self.closed => Ok(Err(closed())),
            squatter => {
                // Whoever has not shown that the address is theirs keeps it, and nobody gets into anybody's account by it.
                let mut user = self.user.clone();
                if squatter.is_some() {
                    user.email = None;
                    user.email_verified = false;
                }
                accounts::insert(tx, &user, None)?;
                self.insert(tx, &user.id, "registered")?;
                Ok(Ok(user.id))
            }
        }
    }

    fn insert(&self, tx: &mut Tx<'_>, user: &str, action: &str) -> Result<()> {
        stored::insert(tx, user, &self.identity)?;
        let mut entry = self.entry.clone().by(user.to_owned()).on(user);
        action.clone_into(&mut entry.action);
        audit::insert(tx, &entry)
    }
}

/// Adds the identity to the account of the session from which the attempt came.
pub(super) async fn link(
    app: &App,
    known: &Known,
    person: Person,
    link: &Link,
    origin: &Origin,
) -> Found<()> {
    let (identity, link) = (identity(known, &person), link.clone());
    let entry = Entry::new("identity_linked")
        .by(link.user.clone())
        .on(link.user.clone())
        .from(origin.address)
        .detail(serde_json::json!({ "by": known.settings.name }));
    app.db
        .write(Weight::default(), move |tx| {
            let holder = sessions::find_holder(tx, &link.session)?;
            let alive = holder
                .is_some_and(|holder| holder.user == link.user && holder.until > clock::seconds());
            if !alive {
                return Ok(Err(session_ended()));
            }
            match stored::find_user(tx, &identity.issuer, &identity.subject)? {
                Some(user) if user == link.user => stored::touch(tx, &identity)?,
                Some(_) => return Ok(Err(identity_taken())),
                None => {
                    stored::insert(tx, &link.user, &identity)?;
                    audit::insert(tx, &entry)?;
                }
            }
            Ok(Ok(()))
        })
        .await?
}

fn may_enter(tx: &Tx<'_>, user: &str) -> Result<Found<()>> {
    let there = accounts::find(tx, user)?.filter(|user| !user.disabled);
    Ok(there.map(|_| ()).ok_or_else(disabled))
}

pub(super) fn disabled() -> Refused {
    let error = Error::forbidden("This account can't sign in; ask an admin");
    Refused::new("account_disabled", error)
}

fn account_exists() -> Refused {
    let error = Error::conflict(
        "There is an account with this e-mail address: sign in to it as before, then link this provider to it",
    );
    Refused::new("account_exists", error)
}

fn closed() -> Refused {
    let error = Error::forbidden("Registration is closed; ask an admin for an account");
    Refused::new("registration_closed", error)
}

fn identity_taken() -> Refused {
    let error = Error::conflict("This sign-in belongs to another account; unlink it there first");
    Refused::new("identity_taken", error)
}

fn session_ended() -> Refused {
    let error = Error::forbidden("The session from which this began has ended; sign in again");
    Refused::new("session_ended", error)
}
