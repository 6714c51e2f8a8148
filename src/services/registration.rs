//! New accounts: who registers, who is made by an admin, and the first admin by the set-up link.

use std::net::IpAddr;
use std::sync::PoisonError;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use crate::app::App;
use crate::auth::{self, password};
use crate::clock;
use crate::config::Registration;
use crate::error::{Error, Result, Step};
use crate::mail::Template;
use crate::services::access::{ADMIN, Caller};
use crate::services::actor::Actor;
use crate::services::audit::note_failure;
use crate::services::entrance::SignedIn;
use crate::services::sessions::Origin;
use crate::services::throttle::address_key;
use crate::services::{accounts, bodies, links, mailing, sign_in};
use crate::store::accounts::{self as stored, User};
use crate::store::audit::Entry;
use crate::store::links::Purpose;
use crate::store::{Weight, audit, fault, links as stored_links, sessions};

#[derive(Debug, Deserialize)]
pub(crate) struct Registering {
    pub(crate) email: String,
    pub(crate) password: String,
    pub(crate) name: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct SetUp {
    pub(crate) token: String,
    #[serde(flatten)]
    pub(crate) account: Registering,
}

/// The body of a new account. What is wrong with a password is told together with what is wrong with the rest.
pub(crate) async fn read<T: DeserializeOwned>(
    app: &App,
    shape: &str,
    body: &Json,
    origin: &Origin,
) -> Result<T> {
    let refused = match bodies::take(shape, body) {
        Ok(read) => return Ok(read),
        Err(error) => error,
    };
    let at = [Step::from("body"), Step::from("password")];
    let told = refused.fields().iter().any(|fault| fault.loc == at);
    let secret = body.get("password").and_then(Json::as_str);
    let Some(secret) = secret.filter(|_| !told && !refused.fields().is_empty()) else {
        return Err(refused);
    };
    // A look at a password costs something, so it counts as the try that it would have been.
    if app.sign_in.take_address(origin).is_err() {
        return Err(refused);
    }
    let email = body.get("email").and_then(Json::as_str);
    let Err(weak) = sign_in::check_new_password(app, secret, email, "password").await else {
        return Err(refused);
    };
    let mut faults = refused.fields().to_vec();
    let email = [Step::from("body"), Step::from("email")];
    let place = faults.iter().take_while(|fault| fault.loc == email).count();
    faults.splice(place..place, weak.fields().iter().cloned());
    Err(Error::invalid(faults))
}

/// With registration closed only admins may make accounts.
pub(crate) fn may_register(app: &App, caller: &Caller) -> Result<()> {
    if caller.key().is_some() {
        return caller.must_be_admin();
    }
    if app.config.auth.registration == Registration::Closed && !caller.is_admin() {
        return Err(Error::forbidden(
            "Registration is closed; ask an admin for an account",
        ));
    }
    Ok(())
}

/// A new account, signed in.
pub(crate) async fn register(
    app: &App,
    caller: &Caller,
    body: Registering,
    origin: &Origin,
) -> Result<SignedIn> {
    may_register(app, caller)?;
    app.sign_in.take_address(origin)?;
    open_account(app, body, "user", "registered", caller.user(), origin).await
}

/// The first admin, by the one-time link that the server printed.
pub(crate) async fn set_up(
    app: &App,
    token: &str,
    body: Registering,
    origin: &Origin,
) -> Result<SignedIn> {
    app.sign_in.take_address(origin)?;
    let refused = || {
        Error::forbidden(
            "The set-up link is used up or wrong; the server's log has the one that works",
        )
    };
    let wanted = auth::fingerprint(token);
    let open = app
        .sign_in
        .setup
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    if open.is_none_or(|open| open != wanted) {
        let entry = Entry::new("set_up_failed").from(origin.address);
        note_failure(app, entry.detail(origin.program())).await?;
        return Err(refused());
    }
    let signed_in = open_account(app, body, ADMIN, "first_admin", None, origin).await?;
    *app.sign_in
        .setup
        .lock()
        .unwrap_or_else(PoisonError::into_inner) = None;
    Ok(signed_in)
}

/// The token of the set-up link, while there is no admin.
pub(crate) async fn setup_token(app: &App) -> Result<Option<String>> {
    if app.db.read(stored::count_admins).await? > 0 {
        return Ok(None);
    }
    let token = auth::random_text()?;
    *app.sign_in
        .setup
        .lock()
        .unwrap_or_else(PoisonError::into_inner) = Some(auth::fingerprint(&token));
    Ok(Some(token))
}

#[derive(Debug, Deserialize)]
pub(crate) struct NewUser {
    email: String,
    password: Option<String>,
    name: Option<String>,
    role: Option<String>,
}

/// A new account without a session, made by an admin. Without a password nobody can sign in to it before a reset.
pub(crate) async fn create(
    app: &App,
    caller: &Caller,
    new: NewUser,
    address: Option<IpAddr>,
) -> Result<User> {
    caller.must_be_admin()?;
    let role = new.role.as_deref().unwrap_or("user");
    accounts::check_role(app, role)?;
    let hash = match new.password {
        Some(secret) => {
            sign_in::check_new_password(app, &secret, Some(&new.email), "password").await?;
            Some(password::hash(secret).await?)
        }
        None => None,
    };
    let user = new_user(Some(new.email), new.name, role);
    let detail = json!({ "role": role, "password": hash.is_some() });
    let entry = Actor::new(caller, address)
        .entry("user_created", &user.id)
        .detail(detail);
    let new = user.clone();
    app.db
        .write(Weight::default(), move |tx| {
            stored::insert(tx, &new, hash.as_deref()).map_err(email_taken)?;
            audit::insert(tx, &entry)
        })
        .await?;
    Ok(user)
}

async fn open_account(
    app: &App,
    body: Registering,
    role: &'static str,
    action: &'static str,
    by: Option<&str>,
    origin: &Origin,
) -> Result<SignedIn> {
    sign_in::check_new_password(app, &body.password, Some(&body.email), "password").await?;
    let hash = password::hash(body.password).await?;
    let email = body.email;
    let user = new_user(Some(email.clone()), body.name, role);
    let (link, token) = links::prepare(Purpose::VerifyEmail, &user.id, &email)?;
    let (session, tokens) = app.sessions.prepare(&user.id, origin)?;
    let new = user.clone();
    let from = address_key(origin.address);
    let entry = Entry::new(action)
        .by(by.unwrap_or(&user.id).to_owned())
        .on(user.id.clone())
        .from(origin.address);
    app.db
        .write(Weight::default(), move |tx| {
            if role == ADMIN && stored::count_admins(tx)? > 0 {
                return Err(Error::conflict("There is an admin already"));
            }
            stored::insert(tx, &new, Some(&hash)).map_err(email_taken)?;
            sessions::insert(tx, &session)?;
            stored_links::insert(tx, &link)?;
            stored::remember_address(tx, &new.id, &from, &new.created_at)?;
            audit::insert(tx, &entry)
        })
        .await?;
    if app.mailing.take(Template::VerifyEmail, &email).is_ok() {
        mailing::send_link(app, Template::VerifyEmail, &user, &email, &token);
    }
    Ok(SignedIn { user, tokens })
}

pub(crate) fn new_user(email: Option<String>, name: Option<String>, role: &str) -> User {
    let now = clock::now();
    User {
        id: uuid::Uuid::now_v7().to_string(),
        email,
        name,
        role: role.to_owned(),
        email_verified: false,
        disabled: false,
        created_at: now.clone(),
        updated_at: now,
    }
}

pub(crate) fn email_taken(error: Error) -> Error {
    if error
        .cause()
        .is_some_and(|cause| cause.is::<fault::Clash>())
    {
        return Error::conflict("`email` is taken");
    }
    error
}
