//! Ending sessions: one of them, this one, or all.

use crate::app::App;
use crate::auth;
use crate::error::{Error, Result};
use crate::services::access::Principal;
use crate::services::sessions::Origin;
use crate::store::audit::Entry;
use crate::store::sessions as stored;
use crate::store::{Weight, audit};

/// Ends one of the caller's sessions.
pub(crate) async fn delete(
    app: &App,
    principal: &Principal,
    session: String,
    origin: &Origin,
) -> Result<()> {
    let user = principal.user.clone();
    let entry = Entry::new("session_ended")
        .by(user.clone())
        .on(session.clone())
        .from(origin.address);
    app.db
        .write(Weight::default(), move |tx| {
            if !stored::remove(tx, &user, &session)? {
                return Err(Error::not_found("Session"));
            }
            audit::insert(tx, &entry)
        })
        .await
}

/// Signs out: this session, or all of the user's.
pub(crate) async fn logout(
    app: &App,
    principal: &Principal,
    all: bool,
    origin: &Origin,
) -> Result<()> {
    let user = principal.user.clone();
    let session = match all {
        true => String::new(),
        false => principal.session()?.to_owned(),
    };
    let entry = Entry::new(if all { "sign_out_all" } else { "sign_out" })
        .by(user.clone())
        .from(origin.address);
    app.db
        .write(Weight::default(), move |tx| {
            if all {
                stored::remove_all(tx, &user, None)?;
            } else {
                stored::remove(tx, &user, &session)?;
            }
            audit::insert(tx, &entry)
        })
        .await
}

/// Ends the session of a refresh token, for who signs out with the cookie alone; one that is unknown is fine.
pub(crate) async fn logout_by_token(app: &App, token: &str, origin: &Origin) -> Result<()> {
    let hash = auth::fingerprint(token);
    let address = origin.address;
    app.db
        .write(Weight::default(), move |tx| {
            if let Some(family) = stored::find_family(tx, &hash)? {
                stored::remove(tx, &family.user, &family.session)?;
                let entry = Entry::new("sign_out").by(family.user).from(address);
                audit::insert(tx, &entry)?;
            }
            Ok(())
        })
        .await
}
