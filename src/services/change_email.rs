//! Another address for an account: a link to the new one, a notice to the old one. Whether the new address has an account
//! already is told to that address alone.

use serde::Deserialize;

use crate::app::App;
use crate::auth::{self, password};
use crate::clock;
use crate::error::{Error, Result};
use crate::mail::Template;
use crate::services::access::Principal;
use crate::services::sessions::Origin;
use crate::services::{links, mailing, registration, reset, sign_in};
use crate::store::accounts::{self as stored, User};
use crate::store::audit::Entry;
use crate::store::links::Purpose;
use crate::store::{Weight, audit, links as stored_links};

#[derive(Debug, Deserialize)]
pub(crate) struct NewEmail {
    pub(crate) email: String,
    pub(crate) password: String,
}

/// Mails a link to the new address.
pub(crate) async fn ask(
    app: &App,
    principal: &Principal,
    body: NewEmail,
    origin: &Origin,
) -> Result<()> {
    let session = principal.session()?.to_owned();
    let user = proven(app, principal, &session, body.password, origin).await?;
    let email = body.email;
    let key = stored::email_key(&email);
    if user.email.as_deref().map(stored::email_key) == Some(key) {
        return Err(Error::conflict("`email` is this account's address already"));
    }
    app.mailing.take(Template::EmailChangeAsked, &user.id)?;
    let (link, token) = links::prepare(Purpose::ChangeEmail, &user.id, &email)?;
    let entry = Entry::new("email_change_asked")
        .by(user.id.clone())
        .from(origin.address);
    let wanted = email.clone();
    let holder = app
        .db
        .write(Weight::default(), move |tx| {
            let holder = stored::find_by_email(tx, &wanted)?;
            if holder.is_none() {
                stored_links::insert(tx, &link)?;
            }
            audit::insert(tx, &entry)?;
            Ok(holder)
        })
        .await?;
    mailing::notify(app, Template::EmailChangeAsked, &user);
    match holder {
        // Whoever has the address hears of it; whoever asked does not.
        Some(holder) => {
            if app.mailing.take(Template::EmailTaken, &email).is_ok() {
                mailing::notify(app, Template::EmailTaken, &holder);
            }
        }
        None => {
            if app.mailing.take(Template::ChangeEmail, &email).is_ok() {
                mailing::send_link(app, Template::ChangeEmail, &user, &email, &token);
            }
        }
    }
    Ok(())
}

/// The caller, whose password this is: a stolen token is not enough.
async fn proven(
    app: &App,
    principal: &Principal,
    session: &str,
    secret: String,
    origin: &Origin,
) -> Result<User> {
    let id = principal.user.clone();
    let (user, hash) = app
        .db
        .read(move |db| Ok((stored::find(db, &id)?, stored::find_password_hash(db, &id)?)))
        .await?;
    let user = user.ok_or_else(Error::invalid_token)?;
    let hash = hash.ok_or_else(reset::no_password)?;
    let key = format!("{}|{session}", user.id);
    let verifying = password::verify(secret, Some(hash));
    match sign_in::prove(app, &key, verifying).await {
        Ok(()) => Ok(user),
        Err(error) => Err(sign_in::note_wrong(app, &user.id, origin, error).await?),
    }
}

/// The account has the link's address from now on.
pub(crate) async fn confirm(app: &App, token: &str, origin: &Origin) -> Result<()> {
    let (hash, now) = (auth::fingerprint(token), clock::now());
    let address = origin.address;
    let before = app
        .db
        .write(Weight::default(), move |tx| {
            let (user, email) = links::take(tx, &hash, Purpose::ChangeEmail)?;
            stored::update_email(tx, &user.id, &email, &now).map_err(registration::email_taken)?;
            // Those to the old address lead nowhere any more.
            stored_links::remove_all(tx, &user.id)?;
            let entry = Entry::new("email_changed")
                .by(user.id.clone())
                .from(address)
                .detail(serde_json::json!({ "from": user.email, "to": email }));
            audit::insert(tx, &entry)?;
            Ok(user)
        })
        .await?;
    mailing::notify(app, Template::EmailChanged, &before);
    Ok(())
}
