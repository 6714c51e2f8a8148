//! The audit as admins and the operator read it, and what anybody can cause as often as they like: that is counted, so
//! that nobody fills the disk with it. Nothing changes or deletes an entry but the retention.

use std::net::IpAddr;
use std::time::Duration;

use serde_json::json;

use crate::app::App;
use crate::clock;
use crate::error::{Error, FieldError, Result, Step};
use crate::limits;
use crate::services::access::Caller;
use crate::services::query::Audited;
use crate::store::audit::{self as stored, Entry, Noted};
use crate::store::{Tx, Weight, accounts};

/// What entries are about.
pub(crate) const ACTIONS: [&str; 40] = [
    "sign_in",
    "sign_in_failed",
    "sign_in_refused",
    "sign_out",
    "sign_out_all",
    "session_ended",
    "sessions_ended",
    "refresh_token_reused",
    "registered",
    "first_admin",
    "user_created",
    "set_up_failed",
    "user_changed",
    "role_changed",
    "user_disabled",
    "user_enabled",
    "user_deleted",
    "password_changed",
    "password_reset",
    "password_set",
    "password_check_failed",
    "password_reset_asked",
    "verification_asked",
    "email_verified",
    "email_change_asked",
    "email_changed",
    "key_created",
    "key_deleted",
    "identity_added",
    "identity_updated",
    "identity_removed",
    "identity_linked",
    "identity_unlinked",
    "second_factor_added",
    "second_factor_removed",
    "second_factor_failed",
    "second_factor_reset",
    "recovery_codes_renewed",
    "secret_rotated",
    "refused",
];

/// Entries, the newest first.
pub(crate) async fn list(app: &App, caller: &Caller, wanted: Audited) -> Result<Vec<Noted>> {
    caller.must_be_admin()?;
    app.db
        .read(move |db| {
            let mut filter = wanted.filter.clone();
            if let Some(email) = filter.user.as_ref().filter(|user| user.contains('@')) {
                let user = accounts::find_by_email(db, email)?;
                filter.user = Some(user.ok_or_else(nobody)?.id);
            }
            stored::find_all(db, &filter, wanted.limit)
        })
        .await
}

fn nobody() -> Error {
    let at = [Step::from("query"), Step::from("user")];
    let reason = "Value error, no user has this e-mail address; of a deleted one, ask by the id";
    Error::invalid(vec![FieldError::new("value_error", &at, reason)])
}

/// Notes a failure. The first of a kind, an account and an address within a minute is an entry, the others are counted
/// in it; and when many come from everywhere, all of them are counted in one.
pub(super) async fn note_failure(app: &App, entry: Entry) -> Result<()> {
    app.db
        .write(Weight::default(), move |tx| count_failure(tx, &entry))
        .await
}

/// The same in a transaction that does more.
pub(super) fn count_failure(tx: &mut Tx<'_>, entry: &Entry) -> Result<()> {
    let minute = clock::before(Duration::from_secs(60));
    let period = clock::before(limits::FAILURES_PERIOD);
    stored::count(tx, entry, &minute, &period)
}

/// Notes that a signed-in user was refused an admin's call.
pub(crate) async fn note_refusal(
    app: &App,
    user: Option<&str>,
    address: IpAddr,
    (method, path): (&str, &str),
) {
    let path: String = path.chars().take(200).collect();
    let entry = Entry::new("refused")
        .by(user.map(str::to_owned))
        .from(address)
        .detail(json!({ "method": method, "path": path }));
    if let Err(error) = note_failure(app, entry).await {
        tracing::warn!(%error, "a refusal could not be noted in the audit");
    }
}
