//! Tokens of mailed links: made, kept as hashes, looked at. They are single-use and short-lived, and whatever is wrong
//! with one is answered the same.

use std::time::Duration;

use crate::auth;
use crate::clock;
use crate::error::{Error, Result};
use crate::limits;
use crate::store::accounts::{self, User};
use crate::store::links::{self as stored, New, Purpose};
use crate::store::{Read, Tx};

fn lifetime(purpose: Purpose) -> Duration {
    match purpose {
        Purpose::ResetPassword => limits::RESET_LIFETIME,
        Purpose::VerifyEmail | Purpose::ChangeEmail => limits::VERIFY_LIFETIME,
    }
}

/// A link about to be stored, and the token that opens it.
pub(super) fn prepare(purpose: Purpose, user: &str, email: &str) -> Result<(New, String)> {
    let token = auth::random_text()?;
    let new = New {
        hash: auth::fingerprint(&token),
        purpose,
        user: user.to_owned(),
        email: email.to_owned(),
        expires_until: clock::seconds() + lifetime(purpose).as_secs() as i64,
        now: clock::now(),
    };
    Ok((new, token))
}

fn refused() -> Error {
    Error::forbidden("This link is used up, too old or wrong; ask for a new one")
}

/// The user of a link that works, and the address that it proves.
pub(super) fn find(db: &Read<'_>, hash: &str, purpose: Purpose) -> Result<(User, String)> {
    let found = stored::find(db, hash, purpose, clock::seconds())?;
    let (user, email) = found.ok_or_else(refused)?;
    let user = accounts::find(db, &user)?.filter(|user| !user.disabled);
    let user = user.ok_or_else(refused)?;
    // What proves the account's own address proves nothing once the account has another one.
    let key = |email: &str| accounts::email_key(email);
    let is_own = user.email.as_deref().map(key) == Some(key(&email));
    if purpose != Purpose::ChangeEmail && !is_own {
        return Err(refused());
    }
    Ok((user, email))
}

/// The same, and the link is used up.
pub(super) fn take(tx: &mut Tx<'_>, hash: &str, purpose: Purpose) -> Result<(User, String)> {
    let found = find(tx, hash, purpose)?;
    stored::remove(tx, hash)?;
    Ok(found)
}
