//! API keys: made once, kept as hashes, good for their owner's rights narrowed by scopes.

use std::net::IpAddr;

use serde::Deserialize;

use crate::app::App;
use crate::auth;
use crate::clock;
use crate::error::{Error, FieldError, Result, Step};
use crate::limits;
use crate::services::access::{ADMIN, Caller, Principal};
use crate::services::actor::Actor;
use crate::services::scopes::{Scope, Scopes};
use crate::store::api_keys::{self as stored, ApiKey};
use crate::store::audit::Entry;
use crate::store::{Weight, accounts, audit};

mod known;

pub(crate) use known::{ApiKeys, note_uses, run};

/// What every key begins with.
pub(crate) const MARK: &str = "hk_";
/// Letters of a key that lists show.
const SHOWN: usize = MARK.len() + 8;

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct New {
    pub(crate) name: String,
    pub(crate) scopes: Option<Vec<String>>,
    pub(crate) expires_at: Option<String>,
}

/// A new key for the caller, and the key itself, which is never seen again.
pub(crate) async fn create(
    app: &App,
    principal: &Principal,
    new: New,
    address: IpAddr,
) -> Result<(ApiKey, String)> {
    principal.in_person()?;
    make(app, &principal.user, &principal.role, new, Some(address)).await
}

/// A new key for that user; `address` is none at the command line.
pub(crate) async fn make(
    app: &App,
    user: &str,
    role: &str,
    new: New,
    address: Option<IpAddr>,
) -> Result<(ApiKey, String)> {
    let (scopes, expires_at) = checked(app, role, &new)?;
    let key = format!("{MARK}{}", auth::random_text()?);
    let made = ApiKey {
        id: uuid::Uuid::now_v7().to_string(),
        user: user.to_owned(),
        name: new.name,
        prefix: key[..SHOWN].to_owned(),
        scopes: scopes.texts(),
        expires_at,
        created_at: clock::now(),
        last_used_at: None,
        last_address: None,
    };
    let mut entry = Entry::new("key_created")
        .by(made.user.clone())
        .on(made.id.clone())
        .detail(serde_json::json!({ "name": made.name, "scopes": made.scopes }));
    entry.address = address.map(|address| address.to_string());
    let (row, hash) = (made.clone(), auth::fingerprint(&key));
    app.db
        .write(Weight::default(), move |tx| {
            if stored::count(tx, &row.user)? >= limits::API_KEYS {
                let message = format!(
                    "A user has at most {} keys; delete one first",
                    limits::API_KEYS
                );
                return Err(Error::conflict(message));
            }
            stored::insert(tx, &row, &hash)?;
            audit::insert(tx, &entry)
        })
        .await?;
    Ok((made, key))
}

fn checked(app: &App, role: &str, new: &New) -> Result<(Scopes, Option<i64>)> {
    let mut faults = Vec::new();
    let fault = |at: &[Step], reason: &str| {
        FieldError::new("value_error", at, format!("Value error, {reason}"))
    };
    let mut scopes = Vec::new();
    let both = || vec!["read".to_owned(), "write".to_owned()];
    for (index, text) in new.scopes.clone().unwrap_or_else(both).iter().enumerate() {
        let at = [Step::from("body"), Step::from("scopes"), Step::from(index)];
        match Scope::parse(text, &app.config.models) {
            Ok(scope) if scope.is_for_admins() && role != ADMIN => {
                faults.push(fault(&at, "admins alone make keys with this scope"));
            }
            Ok(scope) => scopes.push(scope),
            Err(wrong) => faults.push(fault(&at, &wrong.0)),
        }
    }
    let time = new.expires_at.as_deref().map(str::parse::<jiff::Timestamp>);
    let expires_at = match time {
        Some(Ok(time)) if time > jiff::Timestamp::now() => Some(time.as_second()),
        None => None,
        _ => {
            let at = [Step::from("body"), Step::from("expires_at")];
            faults.push(fault(&at, "a key ends in the future"));
            None
        }
    };
    if faults.is_empty() {
        Ok((Scopes::new(scopes), expires_at))
    } else {
        Err(Error::invalid(faults))
    }
}

/// The caller's own keys.
pub(crate) async fn list(app: &App, principal: &Principal) -> Result<Vec<ApiKey>> {
    principal.in_person()?;
    let user = principal.user.clone();
    app.db
        .read(move |db| stored::find_all(db, Some(&user)))
        .await
}

/// Ends one of the caller's own keys at once.
pub(crate) async fn delete(
    app: &App,
    principal: &Principal,
    id: String,
    address: IpAddr,
) -> Result<()> {
    principal.in_person()?;
    let user = principal.user.clone();
    let entry = Entry::new("key_deleted").by(user.clone()).on(id.clone());
    remove(app, entry.from(address), Some(user), id).await
}

/// Everybody's keys, with their users; for admins.
pub(crate) async fn list_all(app: &App, caller: &Caller) -> Result<Vec<(ApiKey, String)>> {
    caller.must_be_admin()?;
    app.db
        .read(|db| {
            let keys = stored::find_all(db, None)?.into_iter();
            keys.map(|key| {
                let user = accounts::find(db, &key.user)?;
                let called = user.map_or_else(|| key.user.clone(), |user| user.called().to_owned());
                Ok((key, called))
            })
            .collect()
        })
        .await
}

/// Ends anybody's key at once; for admins.
pub(crate) async fn delete_any(
    app: &App,
    caller: &Caller,
    id: String,
    address: Option<IpAddr>,
) -> Result<()> {
    caller.must_be_admin()?;
    let entry = Actor::new(caller, address).entry("key_deleted", &id);
    remove(app, entry, None, id).await
}

async fn remove(app: &App, entry: Entry, user: Option<String>, id: String) -> Result<()> {
    app.db
        .write(Weight::default(), move |tx| {
            let key = stored::find(tx, &id)?;
            if !stored::remove(tx, &id, user.as_deref())? {
                return Err(Error::not_found("Key"));
            }
            let owner = key.map(|key| serde_json::json!({ "owner": key.user, "name": key.name }));
            let entry = entry.clone().detail(owner.unwrap_or_default());
            audit::insert(tx, &entry)
        })
        .await
}
