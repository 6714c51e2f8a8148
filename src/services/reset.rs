//! A new password for who has lost the old one, by a link to the account's address.
//!
//! Whether there is an account is looked up behind the answer, so that neither its words nor its time tell.

use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use tokio::sync::mpsc;

use crate::app::App;
use crate::auth::{self, password};
use crate::clock;
use crate::error::{Error, Result};
use crate::limits;
use crate::mail::Template;
use crate::services::sessions::Origin;
use crate::services::{links, mailing, sign_in};
use crate::store::accounts::{self as stored, User};
use crate::store::audit::Entry;
use crate::store::links::Purpose;
use crate::store::{Weight, audit, identities, links as stored_links, sessions};

/// Somebody wants a new password.
struct Wish {
    email: String,
    address: String,
}

/// The wishes that were answered, but not looked at yet. They are in memory alone; whoever gets no mail asks again.
pub(crate) struct Wishes {
    put: mpsc::Sender<Wish>,
    /// Taken by the task that looks at them.
    waiting: Mutex<Option<mpsc::Receiver<Wish>>>,
}

impl Wishes {
    pub(super) fn new() -> Self {
        let (put, waiting) = mpsc::channel(limits::RESETS_WAITING);
        Wishes {
            put,
            waiting: Mutex::new(Some(waiting)),
        }
    }
}

/// Takes the wish; the same for every address.
pub(crate) fn ask(app: &App, email: String, origin: &Origin) -> Result<()> {
    app.sign_in.take_address(origin)?;
    let wish = Wish {
        email,
        address: origin.address.to_string(),
    };
    if app.mailing.wishes.put.try_send(wish).is_err() {
        tracing::warn!("too many ask for new passwords at once; one wish was dropped");
    }
    Ok(())
}

/// Looks at wishes until the process ends.
pub(super) async fn run(app: &App) {
    let wishes = &app.mailing.wishes;
    let taken = wishes
        .waiting
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    let Some(mut waiting) = taken else {
        return std::future::pending().await;
    };
    while let Some(wish) = waiting.recv().await {
        if let Err(error) = grant(app, wish).await {
            tracing::warn!(%error, "a wish for a new password could not be looked at");
        }
    }
}

async fn grant(app: &App, wish: Wish) -> Result<()> {
    let email = wish.email;
    let found = app
        .db
        .read(move |db| {
            let Some(user) = stored::find_by_email(db, &email)? else {
                return Ok(None);
            };
            let has_password = stored::find_password_hash(db, &user.id)?.is_some();
            let is_elsewhere = identities::count(db, &user.id)? > 0;
            Ok(Some(user).filter(|user| may_reset(user, has_password || !is_elsewhere)))
        })
        .await?;
    let Some(user) = found else { return Ok(()) };
    let Some(to) = user.email.clone() else {
        return Ok(());
    };
    if app.mailing.take(Template::ResetPassword, &to).is_err() {
        return Ok(());
    }
    let (link, token) = links::prepare(Purpose::ResetPassword, &user.id, &to)?;
    let entry = Entry::new("password_reset_asked")
        .on(user.id.clone())
        .from(wish.address);
    app.db
        .write(Weight::default(), move |tx| {
            stored_links::insert(tx, &link)?;
            audit::insert(tx, &entry)
        })
        .await?;
    mailing::send_link(app, Template::ResetPassword, &user, &to, &token);
    Ok(())
}

/// Not for the disabled. An account that is signed in to elsewhere alone gets a password only when its address is
/// verified: else nobody has ever shown that whoever reads that mailbox is its user. One that an admin made without a
/// password has no user yet but whoever reads the mailbox.
fn may_reset(user: &User, is_of_here: bool) -> bool {
    !user.disabled && (is_of_here || user.email_verified)
}

#[derive(Debug, Deserialize)]
pub(crate) struct Reset {
    pub(crate) token: String,
    pub(crate) password: String,
}

/// Sets the password. All sessions end, and the address counts as verified. Nobody is signed in by it: a second factor
/// is still asked for.
pub(crate) async fn confirm(app: &App, body: Reset, origin: &Origin) -> Result<()> {
    let hash = auth::fingerprint(&body.token);
    let wanted = hash.clone();
    // Looked at before the password is hashed, which is costly.
    let (user, _) = app
        .db
        .read(move |db| links::find(db, &wanted, Purpose::ResetPassword))
        .await?;
    sign_in::check_new_password(app, &body.password, user.email.as_deref(), "password").await?;
    let new = password::hash(body.password).await?;
    let (now, address) = (clock::now(), origin.address);
    let user = app
        .db
        .write(Weight::default(), move |tx| {
            let (user, _) = links::take(tx, &hash, Purpose::ResetPassword)?;
            stored::update_password(tx, &user.id, &new, &now)?;
            sessions::remove_all(tx, &user.id, None)?;
            stored_links::remove_all(tx, &user.id)?;
            if !user.email_verified {
                // Until now somebody else may have had the account, who gave an address that is not theirs.
                stored::remove_other_ways_in(tx, &user.id)?;
                stored::update_verified(tx, &user.id, &now)?;
            }
            let entry = Entry::new("password_reset")
                .by(user.id.clone())
                .from(address);
            audit::insert(tx, &entry)?;
            Ok(user)
        })
        .await?;
    mailing::notify(app, Template::PasswordChanged, &user);
    Ok(())
}

/// What the caller hears whose account has no password to prove who they are.
pub(super) fn no_password() -> Error {
    Error::forbidden(
        "This account has no password yet; set one by POST /api/auth/reset-password first",
    )
}
