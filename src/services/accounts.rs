//! Users: who they are, what admins and the operator may do with them.

use std::net::IpAddr;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::app::App;
use crate::auth::password;
use crate::clock;
use crate::error::{Code, Error, FieldError, Result, Step};
use crate::services::access::{ADMIN, Caller, Principal};
use crate::services::actor::Actor;
use crate::services::sign_in;
use crate::store::accounts::{self as stored, User};
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
    principal: &Arc<Principal>,
    changes: OwnChanges,
    address: IpAddr,
) -> Result<User> {
    let id = principal.user.clone();
    let actor = Actor::new(&Caller::User(Arc::clone(principal)), Some(address));
    let now = clock::now();
    app.db
        .write(Weight::default(), move |tx| {
            let mut user = stored::find(tx, &id)?.ok_or_else(Error::invalid_token)?;
            let before = user.clone();
            if let Some(name) = &changes.name {
                user.name.clone_from(name);
            }
            user.updated_at.clone_from(&now);
            stored::update(tx, &user)?;
            for (action, detail) in actions(&before, &user) {
                audit::insert(tx, &actor.entry(action, &id).detail(detail))?;
            }
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
    address: Option<IpAddr>,
) -> Result<User> {
    caller.must_be_admin()?;
    if let Some(role) = &changes.role {
        check_role(app, role)?;
    }
    let (actor, now) = (Actor::new(caller, address), clock::now());
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
            for (action, detail) in actions(&before, &user) {
                audit::insert(tx, &actor.entry(action, &id).detail(detail))?;
            }
            keep_an_admin(tx, &before)?;
            Ok(user)
        })
        .await
}

fn actions(before: &User, after: &User) -> Vec<(&'static str, Json)> {
    let mut list = Vec::new();
    match (before.disabled, after.disabled) {
        (false, true) => list.push(("user_disabled", json!({}))),
        (true, false) => list.push(("user_enabled", json!({}))),
        _ => {}
    }
    if before.role != after.role {
        let roles = json!({ "before": before.role, "after": after.role });
        list.push(("role_changed", roles));
    }
    if before.name != after.name {
        list.push(("user_changed", json!({ "changed": ["name"] })));
    }
    list
}

/// A new password for somebody, all of whose sessions end.
pub(crate) async fn set_password(
    app: &App,
    caller: &Caller,
    user: &User,
    secret: String,
) -> Result<()> {
    caller.must_be_admin()?;
    let actor = Actor::new(caller, None);
    sign_in::check_new_password(app, &secret, user.email.as_deref(), "password").await?;
    let hash = password::hash(secret).await?;
    let (id, now) = (user.id.clone(), clock::now());
    app.db
        .write(Weight::default(), move |tx| {
            stored::update_password(tx, &id, &hash, &now)?;
            sessions::remove_all(tx, &id, None)?;
            links::remove_changes(tx, &id)?;
            audit::insert(tx, &actor.entry("password_set", &id))
        })
        .await
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

pub(super) fn check_role(app: &App, role: &str) -> Result<()> {
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
