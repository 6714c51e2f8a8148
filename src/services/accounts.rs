//! Users: who they are, what admins and the operator may do with them.

use serde::Deserialize;

use crate::app::App;
use crate::auth::password;
use crate::clock;
use crate::error::{Code, Error, FieldError, Result, Step};
use crate::services::access::{ADMIN, Caller, Principal};
use crate::services::bodies;
use crate::services::registration::{self, Registering};
use crate::services::sign_in;
use crate::store::accounts::{self as stored, User};
use crate::store::audit::Entry;
use crate::store::{Read, Tx, Weight, audit, links, sessions};

/// The caller's own account.
pub(crate) async fn me(app: &App, principal: &Principal) -> Result<User> {
    let id = principal.user.clone();
    app.db
        .read(move |db| stored::find(db, &id))
        .await?
        .ok_or_else(Error::invalid_token)
}

#[derive(Debug, Deserialize)]
pub(crate) struct OwnChanges {
    #[serde(default, deserialize_with = "sent")]
    pub(crate) name: Option<Option<String>>,
}

/// Tells a null from what was not sent.
fn sent<'d, D: serde::Deserializer<'d>>(member: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(member).map(Some)
}

/// Changes the caller's own account; what is not sent stays.
pub(crate) async fn update_me(
    app: &App,
    principal: &Principal,
    changes: OwnChanges,
) -> Result<User> {
    let id = principal.user.clone();
    let now = clock::now();
    app.db
        .write(Weight::default(), move |tx| {
            let mut user = stored::find(tx, &id)?.ok_or_else(Error::invalid_token)?;
            if let Some(name) = &changes.name {
                user.name.clone_from(name);
            }
            user.updated_at.clone_from(&now);
            stored::update(tx, &user)?;
            Ok(user)
        })
        .await
}

/// Users in the order of their making; `after` is the last id of the page before.
pub(crate) async fn list(
    app: &App,
    caller: &Caller,
    after: Option<String>,
    limit: usize,
) -> Result<Vec<User>> {
    caller.must_be_admin()?;
    app.db
        .read(move |db| stored::find_all(db, after.as_deref(), limit))
        .await
}

pub(crate) async fn get(app: &App, caller: &Caller, id: String) -> Result<User> {
    caller.must_be_admin()?;
    app.db.read(move |db| found(db, &id)).await
}

/// The user with that e-mail; for the command line.
pub(crate) async fn find_by_email(app: &App, email: &str) -> Result<User> {
    let wanted = email.to_owned();
    let user = app
        .db
        .read(move |db| stored::find_by_email(db, &wanted))
        .await?;
    user.ok_or_else(|| {
        let message = format!("There is no user {email}. `hearth user list` shows all");
        Error::new(Code::NotFound, message)
    })
}

pub(super) fn found(db: &Read<'_>, id: &str) -> Result<User> {
    stored::find(db, id)?.ok_or_else(|| Error::not_found("User"))
}

#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Changes {
    pub(crate) disabled: Option<bool>,
    pub(crate) role: Option<String>,
    #[serde(default, deserialize_with = "sent")]
    pub(crate) name: Option<Option<String>>,
}

/// Changes somebody's role, state or name. Whoever is disabled is signed out everywhere.
pub(crate) async fn update(
    app: &App,
    caller: &Caller,
    id: String,
    changes: Changes,
) -> Result<User> {
    caller.must_be_admin()?;
    if let Some(role) = &changes.role {
        check_role(app, role)?;
    }
    let (by, now) = (caller.user().map(str::to_owned), clock::now());
    app.db
        .write(Weight::default(), move |tx| {
            let mut user = found(tx, &id)?;
            let before = user.clone();
            if let Some(disabled) = changes.disabled {
                user.disabled = disabled;
            }
            if let Some(role) = &changes.role {
                user.role.clone_from(role);
            }
            if let Some(name) = &changes.name {
                user.name.clone_from(name);
            }
            user.updated_at.clone_from(&now);
            stored::update(tx, &user)?;
            if user.disabled && !before.disabled {
                sessions::remove_all(tx, &id, None)?;
            }
            for action in actions(&before, &user) {
                note(tx, &action, by.clone(), &id)?;
            }
            keep_an_admin(tx, &before)?;
            Ok(user)
        })
        .await
}

fn actions(before: &User, after: &User) -> Vec<String> {
    let mut list = Vec::new();
    if before.disabled != after.disabled {
        list.push(
            if after.disabled {
                "user_disabled"
            } else {
                "user_enabled"
            }
            .to_owned(),
        );
    }
    if before.role != after.role {
        list.push(format!("role_{}", after.role));
    }
    list
}

/// A new account without a session; for the command line.
pub(crate) async fn create(app: &App, email: String, secret: String, role: &str) -> Result<User> {
    check_role(app, role)?;
    let body = serde_json::json!({"email": email, "password": secret});
    let new: Registering = bodies::take("register", &body)?;
    sign_in::check_new_password(app, &new.password, Some(&new.email), "password").await?;
    let hash = password::hash(new.password).await?;
    let user = registration::new_user(Some(new.email), None, role);
    let new = user.clone();
    app.db
        .write(Weight::default(), move |tx| {
            stored::insert(tx, &new, Some(&hash)).map_err(registration::email_taken)?;
            note(tx, "user_created", None, &new.id)
        })
        .await?;
    Ok(user)
}

/// A new password for somebody, all of whose sessions end; for the command line.
pub(crate) async fn set_password(app: &App, user: &User, secret: String) -> Result<()> {
    sign_in::check_new_password(app, &secret, user.email.as_deref(), "password").await?;
    let hash = password::hash(secret).await?;
    let (id, now) = (user.id.clone(), clock::now());
    app.db
        .write(Weight::default(), move |tx| {
            stored::update_password(tx, &id, &hash, &now)?;
            sessions::remove_all(tx, &id, None)?;
            links::remove_changes(tx, &id)?;
            note(tx, "password_set", None, &id)
        })
        .await
}

pub(super) fn note(tx: &mut Tx<'_>, action: &str, by: Option<String>, target: &str) -> Result<()> {
    audit::insert(tx, &Entry::new(action).by(by).on(target))
}

/// The last admin stays one: nobody could give the role back.
fn keep_an_admin(tx: &mut Tx<'_>, before: &User) -> Result<()> {
    if before.role == ADMIN && !before.disabled && stored::count_admins(tx)? == 0 {
        return Err(last_admin());
    }
    Ok(())
}

/// The same before anything is done.
pub(super) fn must_not_be_last_admin(db: &Read<'_>, user: &User) -> Result<()> {
    if user.role == ADMIN && !user.disabled && stored::count_admins(db)? == 1 {
        return Err(last_admin());
    }
    Ok(())
}

fn last_admin() -> Error {
    Error::conflict("This is the last admin; make another one first")
}

fn check_role(app: &App, role: &str) -> Result<()> {
    let own = app.config.auth.roles.iter().map(String::as_str);
    let known: Vec<&str> = ["user", ADMIN].into_iter().chain(own).collect();
    if known.contains(&role) {
        return Ok(());
    }
    let expected = known
        .iter()
        .map(|role| format!("'{role}'"))
        .collect::<Vec<_>>()
        .join(", ");
    let at = [Step::from("body"), Step::from("role")];
    let fault = FieldError::new("enum", &at, format!("Input should be {expected}"));
    Err(Error::invalid(vec![fault.with("expected", expected)]))
}

/// The audit, newest first; of one person by their e-mail.
pub(crate) async fn audit(app: &App, email: Option<&str>, limit: usize) -> Result<Vec<Entry>> {
    let user = match email {
        Some(email) => Some(find_by_email(app, email).await?.id),
        None => None,
    };
    app.db
        .read(move |db| audit::find_all(db, user.as_deref(), limit))
        .await
}
