//! Seeing as another user: an admin looks at what somebody sees, for a quarter of an hour, and can change nothing. That
//! nothing is changed is said here (`may_change`); the doors of HTTP and of sockets ask it, and so does `access`.
//!
//! The token names both: `sub` is who is seen, `act` the admin, and `sid` the admin's session, with which it ends. It is
//! no session of the user's: it can't be renewed, opens nothing of their account, and counts as no use of it.

use std::net::IpAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::app::App;
use crate::clock;
use crate::error::{Code, Error, Result};
use crate::limits;
use crate::services::access::{ADMIN, Caller, Principal, Via};
use crate::services::accounts::found;
use crate::services::actor::Actor;
use crate::store::accounts::User;
use crate::store::{Weight, accounts, audit};

/// What every such token begins with, so that it is known before it is read.
const MARK: &str = "hv_";

pub(crate) fn is_view(credential: &str) -> bool {
    credential.starts_with(MARK)
}

/// Whose eyes they are, and in which session of theirs.
#[derive(Debug, PartialEq, Eq)]
pub struct ViewRight {
    pub(crate) admin: String,
    pub(crate) session: String,
}

impl Principal {
    /// The admin through whose eyes this user is seen.
    pub(crate) fn viewer(&self) -> Option<&ViewRight> {
        match &self.via {
            Via::View(right) => Some(right),
            _ => None,
        }
    }
}

impl Caller {
    /// Whether they may change anything at all: the one rule for who sees as somebody else.
    pub(crate) fn may_change(&self) -> Result<()> {
        match self.viewer() {
            None => Ok(()),
            Some(_) => Err(Error::new(
                Code::ReadOnly,
                "You see this as another user and can change nothing; stop seeing as them first",
            )),
        }
    }

    pub(crate) fn viewer(&self) -> Option<&ViewRight> {
        match self {
            Caller::User(principal) => principal.viewer(),
            _ => None,
        }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    reason: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct View {
    user: User,
    access_token: String,
    token_type: &'static str,
    /// In seconds.
    expires_in: i64,
}

/// Begins to see as the user of that id. Not as another admin: nobody gets rights by it, or a second name for their own.
pub(crate) async fn begin(
    app: &App,
    principal: &Arc<Principal>,
    id: String,
    wanted: Wanted,
    address: IpAddr,
) -> Result<View> {
    let caller = Caller::User(Arc::clone(principal));
    caller.must_be_admin()?;
    caller.may_change()?;
    let session = principal.session()?;
    let actor = Actor::new(&caller, Some(address));
    let reason = wanted.reason.trim().to_owned();
    let user = app
        .db
        .write(Weight::default(), move |tx| {
            let user = found(tx, &id)?;
            if user.role == ADMIN {
                return Err(Error::conflict(
                    "Admins see what you see: choose a user of another role",
                ));
            }
            if user.disabled {
                return Err(Error::conflict(
                    "This user is disabled and sees nothing; enable them first",
                ));
            }
            let entry = actor.entry("viewed_as", &id);
            audit::insert(tx, &entry.detail(json!({ "reason": reason })))?;
            Ok(user)
        })
        .await?;
    let expires_in = limits::VIEW_LIFETIME.min(principal.until - clock::seconds());
    let signing = app.sessions.signing();
    let token = signing.sign_view(&user.id, session, &principal.user, expires_in)?;
    Ok(View {
        user,
        access_token: format!("{MARK}{token}"),
        token_type: "bearer",
        expires_in,
    })
}

/// Who such a token stands for. Any doubt is a 401.
pub(crate) async fn caller(app: &App, credential: &str) -> Result<Caller> {
    let token = credential
        .strip_prefix(MARK)
        .ok_or_else(Error::invalid_token)?;
    let claims = app.sessions.signing().verify(token)?;
    let right = ViewRight {
        admin: claims.act.ok_or_else(Error::invalid_token)?.sub,
        session: claims.sid,
    };
    let seen = seen(app, &Arc::new(right), &claims.sub).await?;
    Ok(Caller::User(seen))
}

/// The user as they are now, if the admin still is one and their session lasts, and the user may still be seen.
pub(crate) async fn seen(app: &App, right: &Arc<ViewRight>, user: &str) -> Result<Arc<Principal>> {
    let admin = app.sessions.holder_of(app, &right.session).await?;
    if admin.role != ADMIN || admin.user != right.admin {
        return Err(Error::invalid_token());
    }
    let wanted = user.to_owned();
    let user = app.db.read(move |db| accounts::find(db, &wanted)).await?;
    let user = user.filter(|user| !user.disabled && user.role != ADMIN);
    let user = user.ok_or_else(Error::invalid_token)?;
    Ok(Arc::new(Principal {
        user: user.id,
        role: user.role,
        via: Via::View(Arc::clone(right)),
        until: admin.until,
    }))
}
