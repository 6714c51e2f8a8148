//! Signing in and changing a password, and what a password must be. Registering is next door.
//!
//! An unknown address and a wrong password take the same time and are answered the same; wrong tries are counted for the
//! account and for the address from which they come.

use std::sync::Mutex;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use crate::app::App;
use crate::auth::password;
use crate::clock;
use crate::config::{Config, Rate};
use crate::error::{Code, Error, FieldError, Result, Step};
use crate::limits;
use crate::mail::Template;
use crate::services::access::Principal;
use crate::services::audit::note_failure;
use crate::services::entrance::{Proof, SignedIn, enter_with_code, wrong_credentials};
use crate::services::mailing;
use crate::services::second_factor::challenges::Challenges;
use crate::services::sessions::Origin;
use crate::services::throttle::{Throttle, address_key};
use crate::store::accounts::{self as stored, User};
use crate::store::audit::Entry;
use crate::store::{Weight, audit, links, sessions};

/// What sign-ins share.
pub(crate) struct SignIn {
    by_account: Throttle,
    by_address: Throttle,
    /// Wrong codes of second factors, by the hour.
    by_hour: Throttle,
    /// Sign-ins whose second step is still to come.
    pub(super) challenges: Challenges,
    /// The fingerprint of the one-time set-up link, as long as there is no admin.
    pub(super) setup: Mutex<Option<String>>,
}

impl SignIn {
    pub(crate) fn new(config: &Config) -> Self {
        SignIn {
            by_account: Throttle::new(config.auth.attempts_per_account),
            by_address: Throttle::new(config.auth.attempts_per_address),
            by_hour: Throttle::new(Rate {
                count: limits::CODES_PER_HOUR,
                per: Duration::from_secs(60 * 60),
            }),
            challenges: Challenges::default(),
            setup: Mutex::default(),
        }
    }

    pub(super) fn take_address(&self, origin: &Origin) -> Result<()> {
        if origin.counted {
            self.by_address.take(&address_key(origin.address))
        } else {
            Ok(())
        }
    }

    /// A try of a code, counted for an account: 429 when too many were wrong of late.
    pub(super) fn take_code(&self, key: &str) -> Result<()> {
        self.by_account.take(key)?;
        self.by_hour.take(key)
    }

    /// The code was right.
    pub(super) fn give_back_code(&self, key: &str) {
        self.by_account.give_back(key);
        self.by_hour.give_back(key);
    }

    pub(super) fn give_back_address(&self, origin: &Origin) {
        if origin.counted {
            self.by_address.give_back(&address_key(origin.address));
        }
    }
}

pub(crate) async fn check_new_password(
    app: &App,
    text: &str,
    email: Option<&str>,
    field: &'static str,
) -> Result<()> {
    let minimum = app.config.auth.password_length;
    let refused = password::refusal(
        text.to_owned(),
        email.unwrap_or_default().to_owned(),
        minimum,
    )
    .await?;
    let Some(reason) = refused else {
        return Ok(());
    };
    let at = [Step::from("body"), Step::from(field)];
    Err(Error::invalid(vec![FieldError::new(
        "value_error",
        &at,
        format!("Value error, {reason}"),
    )]))
}

/// Signs in by e-mail and password; `code` is of the second factor, for who has one and knows it at once.
pub(crate) async fn login(
    app: &App,
    email: &str,
    secret: String,
    code: Option<&str>,
    origin: &Origin,
) -> Result<SignedIn> {
    app.sign_in.take_address(origin)?;
    let (wanted, from) = (email.to_owned(), address_key(origin.address));
    let known_from = clock::before(limits::KNOWN_ADDRESS);
    let found = app
        .db
        .read(move |db| stored::find_credentials(db, &wanted, &from, &known_from))
        .await?;
    // Strangers share one count for an account; who is known there has a count of their own.
    let known = found.as_ref().is_some_and(|found| found.known_address);
    let from = if known {
        address_key(origin.address)
    } else {
        String::new()
    };
    let key = format!("{}|{from}", stored::email_key(email));
    app.sign_in.by_account.take(&key)?;
    let hash = found.as_ref().and_then(|found| found.password_hash.clone());
    let verified = password::verify(secret, hash.clone()).await;
    let disabled = found.as_ref().is_some_and(|found| found.disabled);
    if matches!(verified, Ok(true) if !disabled) || verified.is_err() {
        // A right try does not count, nor one that was never looked at. That of a disabled account does: an answer that
        // comes more often would tell that it was right.
        app.sign_in.by_account.give_back(&key);
        app.sign_in.give_back_address(origin);
    }
    let right = verified?;
    match found {
        Some(found) if right && !found.disabled => {
            let proof = Proof::Password { hash };
            let entered = enter_with_code(app, &found.user, proof, code, origin).await;
            if matches!(&entered, Err(error) if error.code() == Code::InvalidCredentials) {
                // A wrong code counts for the address as a wrong password does.
                let _ = app.sign_in.take_address(origin);
            }
            entered
        }
        found => {
            let reason = match &found {
                None => "unknown",
                Some(found) if found.disabled => "disabled",
                Some(_) => "password",
            };
            let user = found.map(|found| found.user);
            let address = origin.address;
            tracing::info!(user = user.as_deref(), %address, "sign-in failed");
            let entry = Entry::new("sign_in_failed").by(user).from(address);
            let entry = entry.detail(json!({ "reason": reason }));
            note_failure(app, entry.detail(origin.program())).await?;
            Err(wrong_credentials())
        }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct NewPassword {
    pub(crate) current_password: String,
    pub(crate) new_password: String,
}

/// Looks whether this is the caller's own password, and says whose account it is and its hash. Wrong tries are counted for
/// their session.
pub(super) async fn confirm_password(
    app: &App,
    principal: &Principal,
    secret: String,
    origin: &Origin,
) -> Result<(User, Option<String>)> {
    let key = format!("{}|{}", principal.user, principal.session()?);
    let id = principal.user.clone();
    let (user, hash) = app
        .db
        .read(move |db| Ok((stored::find(db, &id)?, stored::find_password_hash(db, &id)?)))
        .await?;
    let user = user.ok_or_else(Error::invalid_token)?;
    match prove(app, &key, password::verify(secret, hash.clone())).await {
        Ok(()) => Ok((user, hash)),
        Err(error) => Err(note_wrong(app, &user.id, origin, error).await?),
    }
}

/// Changes the caller's password; their other sessions end.
pub(crate) async fn change_password(
    app: &App,
    principal: &Principal,
    body: NewPassword,
    origin: &Origin,
) -> Result<()> {
    let session = principal.session()?.to_owned();
    let (user, before) = confirm_password(app, principal, body.current_password, origin).await?;
    check_new_password(
        app,
        &body.new_password,
        user.email.as_deref(),
        "new_password",
    )
    .await?;
    let hash = password::hash(body.new_password).await?;
    let (now, told) = (clock::now(), user.clone());
    let entry = Entry::new("password_changed")
        .by(user.id.clone())
        .from(origin.address);
    app.db
        .write(Weight::default(), move |tx| {
            // Of two changes at once the second one no longer knows the password.
            if stored::find_password_hash(tx, &user.id)? != before {
                return Err(another_password());
            }
            stored::update_password(tx, &user.id, &hash, &now)?;
            sessions::remove_all(tx, &user.id, Some(&session))?;
            links::remove_changes(tx, &user.id)?;
            audit::insert(tx, &entry)
        })
        .await?;
    mailing::notify(app, Template::PasswordChanged, &told);
    Ok(())
}

fn another_password() -> Error {
    Error::forbidden("The current password is another one")
}

/// Notes that somebody signed in does not know the password, which may be a thief of the token; the error stays.
pub(super) async fn note_wrong(
    app: &App,
    user: &str,
    origin: &Origin,
    error: Error,
) -> Result<Error> {
    if error.code() == Code::Forbidden {
        let entry = Entry::new("password_check_failed").by(user.to_owned());
        note_failure(app, entry.from(origin.address)).await?;
    }
    Ok(error)
}

/// A signed-in user types the password once more; wrong tries are counted under `key`.
pub(super) async fn prove(
    app: &App,
    key: &str,
    verifying: impl Future<Output = Result<bool>>,
) -> Result<()> {
    app.sign_in.by_account.take(key)?;
    let verified = verifying.await;
    if matches!(verified, Ok(true) | Err(_)) {
        app.sign_in.by_account.give_back(key);
    }
    match verified? {
        true => Ok(()),
        false => Err(another_password()),
    }
}
