//! What users do with their own second factors: look, confirm, remove, and renew the recovery codes. Adding one begins
//! in `begin`.
//!
//! A stolen session is not enough for any of it: adding the first one wants the password, all else a code.

use serde::{Deserialize, Serialize};

use super::{after_code, recovery_hash};
use crate::app::App;
use crate::auth::totp;
use crate::clock;
use crate::error::{Error, Result};
use crate::limits;
use crate::mail::Template;
use crate::services::access::Principal;
use crate::services::bodies;
use crate::services::mailing;
use crate::services::second_factor::{Code, Try, note_wrong};
use crate::services::sessions::Origin;
use crate::services::sign_in::confirm_password;
use crate::store::audit::Entry;
use crate::store::second_factors::{self as stored, Factor};
use crate::store::{Tx, Weight, accounts, audit};

/// What the user has.
#[derive(Debug, Serialize)]
pub(crate) struct Overview {
    factors: Vec<Factor>,
    /// Whether the user's role demands one.
    required: bool,
    /// How many are left.
    recovery_codes: i64,
}

pub(crate) async fn list(app: &App, principal: &Principal) -> Result<Overview> {
    principal.session()?;
    let user = principal.user.clone();
    let (factors, recovery_codes) = app
        .db
        .read(move |db| {
            Ok((
                stored::find_all(db, &user)?,
                stored::count_codes(db, &user)?,
            ))
        })
        .await?;
    Ok(Overview {
        factors,
        required: app.sessions.demands_factor(&principal.role),
        recovery_codes,
    })
}

/// By what the user shows that it is them, and what the new one is called.
#[derive(Debug, Deserialize)]
pub(crate) struct Proofs {
    pub(super) password: Option<String>,
    pub(super) code: Option<String>,
    pub(super) name: Option<String>,
}

/// The first code of the app that was begun. With the first app come recovery codes, which are shown this once.
pub(crate) async fn confirm(
    app: &App,
    principal: &Principal,
    code: &str,
    origin: &Origin,
) -> Result<Vec<String>> {
    principal.session()?;
    let codes = recovery_codes()?;
    let hashes = hashes(&codes);
    let taken = Try::take(app, &principal.user, origin).await?;
    let (code, user, from) = (Code::read(code), principal.user.clone(), origin.clone());
    let begun_since = clock::before(limits::SETUP_LIFETIME);
    let entry = Entry::new("second_factor_added").from(origin.address);
    let done = app
        .db
        .write(Weight::default(), move |tx| {
            let pending = stored::find_pending(tx, &user, &begun_since)?;
            let pending = pending.ok_or_else(|| {
                Error::conflict(
                    "Nothing waits for a code; begin with POST /api/auth/second-factors/totp",
                )
            })?;
            let secret = totp::Secret::read(&pending.secret)?;
            let Some(step) = secret.step_of(&code.text, code.seconds, None) else {
                note_wrong(tx, &user, &from)?;
                return Ok(None);
            };
            let first = stored::count(tx, &user)? == 0;
            stored::confirm(tx, &user, &pending.id, step, &code.now)?;
            if first {
                stored::replace_codes(tx, &user, &hashes)?;
            }
            audit::insert(tx, &entry.clone().by(user.clone()).on(pending.id))?;
            let user = accounts::find(tx, &user)?.ok_or_else(Error::invalid_token)?;
            Ok(Some((user, first)))
        })
        .await;
    if !matches!(done, Ok(None)) {
        taken.give_back();
    }
    match done? {
        Some((user, first)) => {
            mailing::notify(app, Template::SecondFactorAdded, &user);
            Ok(if first { codes } else { Vec::new() })
        }
        None => Err(Error::forbidden(super::WRONG)),
    }
}

/// New recovery codes in place of the old ones, by the password or a code.
pub(crate) async fn renew_codes(
    app: &App,
    principal: &Principal,
    body: Proofs,
    origin: &Origin,
) -> Result<Vec<String>> {
    principal.session()?;
    let codes = recovery_codes()?;
    let (hashes, user) = (hashes(&codes), principal.user.clone());
    let entry = Entry::new("recovery_codes_renewed")
        .by(user.clone())
        .from(origin.address);
    let work = move |tx: &mut Tx<'_>| {
        if stored::count(tx, &user)? == 0 {
            return Err(Error::conflict(
                "Recovery codes stand in for a second factor, and there is none; begin with POST /api/auth/second-factors/totp",
            ));
        }
        stored::replace_codes(tx, &user, &hashes)?;
        audit::insert(tx, &entry)
    };
    match (body.code, body.password) {
        (Some(code), _) => after_code(app, &principal.user, &code, origin, work).await?,
        (None, Some(password)) => {
            confirm_password(app, principal, password, origin).await?;
            app.db.write(Weight::default(), work).await?;
        }
        (None, None) => return Err(missing("code")),
    }
    Ok(codes)
}

/// Removes one, with the password and a code. The last one stays while the role demands one.
pub(crate) async fn remove(
    app: &App,
    principal: &Principal,
    id: String,
    body: Proofs,
    origin: &Origin,
) -> Result<()> {
    principal.session()?;
    let account = account(app, principal).await?;
    let code = body.code.ok_or_else(|| missing("code"))?;
    prove_password(app, principal, &account, body.password, origin).await?;
    let (user, required) = (
        principal.user.clone(),
        app.sessions.demands_factor(&principal.role),
    );
    let entry = Entry::new("second_factor_removed")
        .by(user.clone())
        .on(id.clone())
        .from(origin.address);
    let work = move |tx: &mut Tx<'_>| {
        if !stored::remove(tx, &user, &id)? {
            return Err(Error::not_found("Second factor"));
        }
        if stored::count(tx, &user)? == 0 {
            if required {
                return Err(Error::conflict(
                    "Your role must have a second factor: add another one before you remove this",
                ));
            }
            stored::remove_codes(tx, &user)?;
        }
        audit::insert(tx, &entry)
    };
    after_code(app, &principal.user, &code, origin, work).await
}

/// What has to be known of the account before.
pub(super) struct Account {
    pub(super) name: String,
    pub(super) has_password: bool,
    pub(super) factors: usize,
}

pub(super) async fn account(app: &App, principal: &Principal) -> Result<Account> {
    let id = principal.user.clone();
    app.db
        .read(move |db| {
            let user = accounts::find(db, &id)?.ok_or_else(Error::invalid_token)?;
            Ok(Account {
                name: user.called().to_owned(),
                has_password: accounts::find_password_hash(db, &id)?.is_some(),
                factors: stored::count(db, &id)?,
            })
        })
        .await
}

/// The password, of who has one.
pub(super) async fn prove_password(
    app: &App,
    principal: &Principal,
    account: &Account,
    password: Option<String>,
    origin: &Origin,
) -> Result<()> {
    if account.has_password {
        let password = password.ok_or_else(|| missing("password"))?;
        confirm_password(app, principal, password, origin).await?;
    }
    Ok(())
}

pub(super) fn missing(name: &str) -> Error {
    Error::invalid(vec![bodies::missing(name)])
}

fn recovery_codes() -> Result<Vec<String>> {
    (0..limits::RECOVERY_CODES)
        .map(|_| totp::recovery_code())
        .collect()
}

fn hashes(codes: &[String]) -> Vec<String> {
    codes.iter().map(|code| recovery_hash(code)).collect()
}
