//! What admins see of others' sessions, and how they end them. Users' own are `sessions`.

use std::net::IpAddr;

use crate::app::App;
use crate::clock;
use crate::error::Result;
use crate::services::access::{Caller, Via};
use crate::services::accounts::found;
use crate::services::actor::Actor;
use crate::services::sessions::Shown;
use crate::store::{Weight, audit, sessions as stored};

/// A user's sessions, the newest first. Who asks sees which one is the own.
pub(crate) async fn list(app: &App, caller: &Caller, id: String) -> Result<Vec<Shown>> {
    caller.must_be_admin()?;
    let now = clock::seconds();
    let sessions = app
        .db
        .read(move |db| {
            found(db, &id)?;
            stored::find_all(db, &id, now)
        })
        .await?;
    let via = match caller {
        Caller::User(principal) => Some(&principal.via),
        _ => None,
    };
    let shown = sessions.into_iter().map(|session| {
        let current = via == Some(&Via::Session(session.id.clone()));
        Shown { session, current }
    });
    Ok(shown.collect())
}

/// Ends all of a user's sessions at once; the user can sign in again. Their API keys stay.
pub(crate) async fn delete(
    app: &App,
    caller: &Caller,
    id: String,
    address: Option<IpAddr>,
) -> Result<()> {
    caller.must_be_admin()?;
    let actor = Actor::new(caller, address);
    app.db
        .write(Weight::default(), move |tx| {
            found(tx, &id)?;
            stored::remove_all(tx, &id, None)?;
            audit::insert(tx, &actor.entry("sessions_ended", &id))
        })
        .await
}
