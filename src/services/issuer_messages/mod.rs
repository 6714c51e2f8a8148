//! Signed messages of foreign issuers about their users (`user.created`, `user.updated`, `user.deleted`): they keep our
//! users in step. Which issuer it was is told by the secret that signed. Tokens are `issuers`' affair.

use std::net::IpAddr;

use serde_json::{Value as Json, json};

use crate::app::App;
use crate::auth::webhook::Message;
use crate::clock;
use crate::error::{Code, Error, Result};
use crate::models::validate;
use crate::services::issuers;
use crate::services::registration::new_user;
use crate::store::accounts::{self, User};
use crate::store::audit::{self, Entry};
use crate::store::identities::{self as stored, Holder, Identity};
use crate::store::{Tx, Weight, deliveries, sessions};
use told::Told;

mod told;

/// The texts of a message's headers: id, timestamp, signatures.
pub(crate) type Headers<'h> = [&'h str; 3];

/// Whether there is an issuer whose messages are taken at all.
pub(crate) fn must_be_wanted(app: &App) -> Result<()> {
    match app.issuers.take_messages() {
        true => Ok(()),
        false => Err(Error::new(Code::NotFound, "Not found")),
    }
}

/// Does what a message says, once. Who sent a wrong one hears the same whatever was wrong; the log says it.
pub(crate) async fn take(
    app: &App,
    headers: Option<Headers<'_>>,
    body: &[u8],
    address: IpAddr,
) -> Result<()> {
    let (issuer, id) = match believed(app, headers, body) {
        Ok(believed) => believed,
        Err(reason) => {
            tracing::warn!(%address, "a signed message about users was refused: {reason}");
            let message = "This message is not signed as it must be";
            return Err(Error::new(Code::InvalidToken, message));
        }
    };
    let Some(told) = Told::read(&validate::parse(body)?)? else {
        return Ok(());
    };
    let job = Job::new(app, issuer, id, told, address);
    app.db.write(Weight::default(), move |tx| job.run(tx)).await
}

/// The issuer that signed it, and the message's id; else why it is not believed.
fn believed(
    app: &App,
    headers: Option<Headers<'_>>,
    body: &[u8],
) -> Result<(String, String), &'static str> {
    let [id, timestamp, signatures] = headers.ok_or("its headers are not complete")?;
    let message = Message::read(id, timestamp, signatures, body, clock::seconds())?;
    let issuer = app.issuers.signer(&message);
    let issuer = issuer.ok_or("no `webhook_secret` of `auth.issuers` has signed it")?;
    Ok((issuer.to_owned(), id.to_owned()))
}

/// All that a message's transaction needs; it may run twice.
struct Job {
    issuer: String,
    id: String,
    told: Told,
    /// Who is made if there is nobody yet.
    user: User,
    link: bool,
    address: IpAddr,
    now: String,
    seconds: i64,
}

impl Job {
    fn new(app: &App, issuer: String, id: String, told: Told, address: IpAddr) -> Self {
        let mut user = new_user(told.email.clone(), told.name.clone().flatten(), "user");
        user.email_verified = told.email.is_some();
        Job {
            issuer,
            id,
            user,
            link: app.config.auth.link_verified_email && told.email.is_some(),
            told,
            address,
            now: clock::now(),
            seconds: clock::seconds(),
        }
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        if !deliveries::insert(tx, &self.issuer, &self.id, &self.now)? {
            return Ok(());
        }
        let (issuer, subject) = (&self.issuer, &self.told.subject);
        match stored::find_holder(tx, issuer, subject)? {
            Some(holder) if self.told.gone => self.end(tx, &holder),
            Some(holder) => self.follow(tx, &holder),
            // Messages overtake each other: whoever is gone is not made by what was sent before.
            None if self.told.gone => stored::depart_as(tx, issuer, subject, self.seconds),
            None => self.make(tx),
        }
    }

    fn make(&self, tx: &mut Tx<'_>) -> Result<()> {
        let identity = Identity {
            issuer: self.issuer.clone(),
            subject: self.told.subject.clone(),
            provider: None,
            email: self.told.email.clone(),
            created_at: self.now.clone(),
            last_used_at: self.now.clone(),
        };
        let (user, address) = (self.user.clone(), self.address);
        issuers::insert(tx, user, &identity, None, self.link, address)?;
        Ok(())
    }

    fn entry(&self, action: &str, user: &str, more: Json) -> Entry {
        let mut detail = json!({ "by": "issuer", "issuer": self.issuer });
        if let (Json::Object(detail), Json::Object(more)) = (&mut detail, more) {
            detail.extend(more);
        }
        Entry::new(action)
            .on(user.to_owned())
            .from(self.address)
            .detail(detail)
    }

    /// Takes over what the issuer knows. With a password here the address is what its user signs in with, and theirs
    /// alone to change.
    fn follow(&self, tx: &mut Tx<'_>, holder: &Holder) -> Result<()> {
        let Some(mut user) = accounts::find(tx, &holder.user)? else {
            return Ok(());
        };
        let mut changed = Vec::new();
        if let Some(name) = self.told.name.as_ref().filter(|name| **name != user.name) {
            user.name.clone_from(name);
            user.updated_at.clone_from(&self.now);
            accounts::update(tx, &user)?;
            changed.push("name");
        }
        if let Some(email) = &self.told.email {
            stored::update_email(tx, &self.issuer, &self.told.subject, email)?;
            let is_new = user.email.as_ref() != Some(email) || !user.email_verified;
            let other = accounts::find_by_email(tx, email)?;
            let is_free = other.is_none_or(|other| other.id == user.id);
            let has_password = accounts::find_password_hash(tx, &user.id)?.is_some();
            if is_new && is_free && !has_password {
                accounts::update_email(tx, &user.id, email, &self.now)?;
                changed.push("email");
            }
        }
        if changed.is_empty() {
            return Ok(());
        }
        let detail = json!({ "changed": changed });
        audit::insert(tx, &self.entry("identity_updated", &user.id, detail))
    }

    /// Who has no other way in is disabled; else only this way is closed. Records stay until an admin deletes them.
    fn end(&self, tx: &mut Tx<'_>, holder: &Holder) -> Result<()> {
        let Some(mut user) = accounts::find(tx, &holder.user)? else {
            return Ok(());
        };
        let has_password = accounts::find_password_hash(tx, &user.id)?.is_some();
        if has_password || stored::count(tx, &user.id)? > 1 {
            let (issuer, subject) = (&self.issuer, &self.told.subject);
            stored::remove(tx, &user.id, issuer, subject)?;
            stored::depart_as(tx, issuer, subject, self.seconds)?;
            return audit::insert(tx, &self.entry("identity_removed", &user.id, json!({})));
        }
        if user.disabled {
            return Ok(());
        }
        user.disabled = true;
        user.updated_at.clone_from(&self.now);
        accounts::update(tx, &user)?;
        sessions::remove_all(tx, &user.id, None)?;
        audit::insert(tx, &self.entry("user_disabled", &user.id, json!({})))
    }
}
