//! How refresh tokens rotate: each works once, and one that comes back ends its family.

use super::{Origin, Tokens};
use crate::app::App;
use crate::auth;
use crate::clock;
use crate::error::{Error, Result};
use crate::limits;
use crate::store::audit::Entry;
use crate::store::sessions as stored;
use crate::store::{Tx, Weight, audit};

/// What becomes of a refresh token inside the transaction.
enum Turn {
    /// It is used up now, or was by another tab a moment ago; the next one is the same.
    Rotated {
        user: String,
        session: String,
    },
    Refused,
}

/// By what a refresh token came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// The cookie, which all tabs of a browser share: two of them may send the same one without knowing of each other.
    Cookie,
    /// A program that keeps it for itself.
    Body,
}

/// Rotates a refresh token. One that was used before ends the whole family: somebody has a copy. Only to the same browser
/// at the same address the cookie's successor is told once more, within seconds and as long as it is unused itself: there
/// is still one valid token, and whoever uses it second is found out.
pub(crate) async fn refresh(
    app: &App,
    token: &str,
    carrier: Carrier,
    origin: &Origin,
) -> Result<Tokens> {
    let old = auth::fingerprint(token);
    let refresh_token = app.sessions.succession.after(token);
    let new = auth::fingerprint(&refresh_token);
    let (now, seconds) = (clock::now(), clock::seconds());
    let until = seconds + app.sessions.refresh_lifetime;
    let grace = (carrier == Carrier::Cookie).then(|| clock::before(limits::REFRESH_GRACE));
    // A token that old would be over anyway; when it comes back there is no family to save.
    let forgotten = clock::before(app.config.auth.refresh_lifetime);
    let (address, user_agent) = (origin.address.to_string(), origin.shown_agent());
    let turn = app
        .db
        .write(Weight::default(), move |tx| {
            let Some(family) = stored::find_family(tx, &old)? else {
                return Ok(Turn::Refused);
            };
            let again =
                family
                    .used_at
                    .as_ref()
                    .zip(grace.as_ref())
                    .is_some_and(|(used_at, since)| {
                        used_at >= since && family.is_used_by(&address, &user_agent)
                    })
                    && stored::is_unused(tx, &new, &family.session)?;
            if family.used_at.is_some() && !again {
                revoke(tx, family, &address)?;
                return Ok(Turn::Refused);
            }
            if family.disabled || family.refresh_until <= seconds || family.session_until <= seconds
            {
                return Ok(Turn::Refused);
            }
            let turn = stored::Rotation {
                session: &family.session,
                used_hash: &old,
                new_hash: &new,
                refresh_until: until,
                now: &now,
                forgotten_before: &forgotten,
                address: &address,
                user_agent: user_agent.as_deref(),
            };
            if !again {
                stored::rotate(tx, &turn)?;
            }
            Ok(Turn::Rotated {
                user: family.user,
                session: family.session,
            })
        })
        .await?;
    match turn {
        Turn::Rotated { user, session } => app.sessions.tokens(&user, &session, refresh_token),
        Turn::Refused => Err(Error::invalid_token()),
    }
}

fn revoke(tx: &mut Tx<'_>, family: stored::Family, address: &str) -> Result<()> {
    stored::remove(tx, &family.user, &family.session)?;
    let entry = Entry::new("refresh_token_reused")
        .by(family.user)
        .on(family.session)
        .from(address);
    audit::insert(tx, &entry)
}
