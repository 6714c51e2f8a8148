//! For who has lost the telephone and the recovery codes: an admin or the operator takes the second factor away.

use std::net::IpAddr;

use crate::app::App;
use crate::error::{Error, Result};
use crate::services::access::Caller;
use crate::services::accounts::found;
use crate::services::actor::Actor;
use crate::store::{Weight, audit, second_factors};

/// Removes all of a user's second factors with their recovery codes; says how many there were. An admin's own need a code,
/// or a stolen session would be enough to be rid of them.
pub(crate) async fn reset(
    app: &App,
    caller: &Caller,
    id: String,
    address: Option<IpAddr>,
) -> Result<usize> {
    caller.must_be_admin()?;
    if caller.user() == Some(id.as_str()) {
        return Err(Error::forbidden(
            "Remove your own with DELETE /api/auth/second-factors/{id}, which wants a code",
        ));
    }
    let actor = Actor::new(caller, address);
    app.db
        .write(Weight::default(), move |tx| {
            found(tx, &id)?;
            let count = second_factors::remove_all(tx, &id)?;
            audit::insert(tx, &actor.entry("second_factor_reset", &id))?;
            Ok(count)
        })
        .await
}
