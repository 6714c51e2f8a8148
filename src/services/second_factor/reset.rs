//! For who has lost the telephone and the recovery codes: an admin or the operator takes the second factor away.

use crate::app::App;
use crate::error::{Error, Result};
use crate::services::access::Caller;
use crate::services::accounts::{found, note};
use crate::store::{Weight, second_factors};

/// Removes all of a user's second factors with their recovery codes; says how many there were. An admin's own need a code,
/// or a stolen session would be enough to be rid of them.
pub(crate) async fn reset(app: &App, caller: &Caller, id: String) -> Result<usize> {
    caller.must_be_admin()?;
    if caller.user() == Some(id.as_str()) {
        return Err(Error::forbidden(
            "Remove your own with DELETE /api/auth/second-factors/{id}, which wants a code",
        ));
    }
    let by = caller.user().map(str::to_owned);
    app.db
        .write(Weight::default(), move |tx| {
            found(tx, &id)?;
            let count = second_factors::remove_all(tx, &id)?;
            note(tx, "second_factor_reset", by.clone(), &id)?;
            Ok(count)
        })
        .await
}
