//! The first token of somebody, or the first message about them: who that is here.

use std::net::IpAddr;

use serde_json::json;

use crate::app::App;
use crate::auth::foreign::Claims;
use crate::clock;
use crate::error::{Error, Result};
use crate::mail::Template;
use crate::services::mailing;
use crate::services::registration::new_user;
use crate::store::audit::{self, Entry};
use crate::store::identities::{self as stored, Holder, Identity};
use crate::store::{Tx, Weight, accounts};

/// The user of a first token: one that is linked by the e-mail address, or a new one.
pub(super) async fn make(
    app: &App,
    issuer: &str,
    claims: &Claims,
    address: IpAddr,
) -> Result<Holder> {
    let now = clock::now();
    let (email, verified) = claims
        .email()
        .filter(|(email, _)| email_address::EmailAddress::is_valid(email))
        .map_or((None, false), |(email, verified)| {
            (Some(email.to_owned()), verified)
        });
    let name = claims
        .text("name")
        .map(|name| name.chars().take(200).collect());
    let identity = Identity {
        issuer: issuer.to_owned(),
        subject: claims.subject().to_owned(),
        provider: None,
        email: email.clone(),
        created_at: now.clone(),
        last_used_at: now,
    };
    let issued = claims.issued_at();
    let link = app.config.auth.link_verified_email && verified;
    let mut user = new_user(email, name, "user");
    user.email_verified = verified;
    let made = app.db.write(Weight::default(), move |tx| {
        insert(tx, user.clone(), &identity, issued, link, address)
    });
    let entered = made.await?.ok_or_else(Error::invalid_token)?;
    if let Some(user) = &entered.joined {
        mailing::notify(app, Template::IdentityLinked, user);
    }
    Ok(entered.holder)
}

/// Who came first by that name.
pub(crate) struct Entered {
    holder: Holder,
    /// The account to which the name was linked, if it was there before: its user is to be told.
    pub(crate) joined: Option<accounts::User>,
}

impl Entered {
    fn alone(holder: Holder) -> Self {
        Entered {
            holder,
            joined: None,
        }
    }
}

/// None for a token that is older than the deletion of its user, or for what has no time.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    mut user: accounts::User,
    identity: &Identity,
    issued: Option<i64>,
    link: bool,
    address: IpAddr,
) -> Result<Option<Entered>> {
    // Of many first tokens at once the first one made the user.
    if let Some(holder) = stored::find_holder(tx, &identity.issuer, &identity.subject)? {
        return Ok(Some(Entered::alone(holder)));
    }
    let left = stored::find_departure(tx, &identity.issuer, &identity.subject)?;
    if left.is_some_and(|left| issued.is_none_or(|issued| issued <= left)) {
        return Ok(None);
    }
    let other = match &user.email {
        Some(email) => accounts::find_by_email(tx, email)?,
        None => None,
    };
    let entered = match other {
        Some(other) if link && other.email_verified => Entered {
            holder: Holder {
                user: other.id.clone(),
                role: other.role.clone(),
                disabled: other.disabled,
            },
            joined: Some(other),
        },
        taken => {
            if taken.is_some() {
                user.email = None;
                user.email_verified = false;
            }
            accounts::insert(tx, &user, None)?;
            Entered::alone(Holder {
                user: user.id,
                role: user.role,
                disabled: false,
            })
        }
    };
    let (holder, is_new) = (&entered.holder, entered.joined.is_none());
    stored::insert(tx, &holder.user, identity)?;
    let entry = Entry::new("identity_added")
        .by(holder.user.clone())
        .on(holder.user.clone())
        .from(address)
        .detail(json!({ "issuer": identity.issuer, "new_user": is_new }));
    audit::insert(tx, &entry)?;
    Ok(Some(entered))
}
