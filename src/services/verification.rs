//! Whether an address is its user's: a link to it is opened, or not.

use crate::app::App;
use crate::auth;
use crate::clock;
use crate::error::{Error, Result};
use crate::mail::Template;
use crate::services::access::Principal;
use crate::services::sessions::Origin;
use crate::services::{accounts, links, mailing};
use crate::store::accounts as stored;
use crate::store::audit::Entry;
use crate::store::links::Purpose;
use crate::store::{Weight, audit, links as stored_links};

/// Mails the caller a link once more.
pub(crate) async fn ask(app: &App, principal: &Principal, origin: &Origin) -> Result<()> {
    principal.session()?;
    let user = accounts::me(app, principal).await?;
    let Some(email) = user.email.clone() else {
        return Err(Error::conflict("This account has no e-mail address"));
    };
    if user.email_verified {
        return Err(Error::conflict("The address is verified already"));
    }
    app.mailing.take(Template::VerifyEmail, &email)?;
    let (link, token) = links::prepare(Purpose::VerifyEmail, &user.id, &email)?;
    let entry = Entry::new("verification_asked")
        .by(user.id.clone())
        .from(origin.address);
    app.db
        .write(Weight::default(), move |tx| {
            stored_links::insert(tx, &link)?;
            audit::insert(tx, &entry)
        })
        .await?;
    mailing::send_link(app, Template::VerifyEmail, &user, &email, &token);
    Ok(())
}

/// The address of a link is its user's.
pub(crate) async fn confirm(app: &App, token: &str, origin: &Origin) -> Result<()> {
    let (hash, now) = (auth::fingerprint(token), clock::now());
    let address = origin.address;
    app.db
        .write(Weight::default(), move |tx| {
            let (user, _) = links::take(tx, &hash, Purpose::VerifyEmail)?;
            stored::update_verified(tx, &user.id, &now)?;
            let entry = Entry::new("email_verified").by(user.id).from(address);
            audit::insert(tx, &entry)
        })
        .await
}
