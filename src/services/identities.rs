//! A user's sign-ins elsewhere: which there are, a further one, one fewer. What proves a further one is `providers`.

use crate::app::App;
use crate::error::{Error, Result};
use crate::services::access::Principal;
use crate::services::providers::Refused;
use crate::services::providers::attempt::Link;
use crate::services::providers::sign_in::{Begun, begin};
use crate::services::sessions::Origin;
use crate::store::audit::{self, Entry};
use crate::store::identities::{self as stored, Identity};
use crate::store::{Weight, accounts};

pub(crate) async fn list(app: &App, principal: &Principal) -> Result<Vec<Identity>> {
    let user = principal.user.clone();
    app.db.read(move |db| stored::find_all(db, &user)).await
}

/// Begins a sign-in at the provider whose identity the caller's account then has, too. Only the browser that gets this
/// answer can end it, and only while the caller's session lasts: who is sent such a link by somebody else links nothing.
pub(crate) async fn link(
    app: &App,
    principal: &Principal,
    provider: &str,
    return_to: Option<String>,
) -> Result<Begun, Refused> {
    let link = Link {
        user: principal.user.clone(),
        session: principal.session()?.to_owned(),
    };
    begin(app, provider, return_to, Some(link)).await
}

/// Takes away one of the caller's sign-ins elsewhere; not the last way into the account.
pub(crate) async fn unlink(
    app: &App,
    principal: &Principal,
    provider: String,
    subject: String,
    origin: &Origin,
) -> Result<()> {
    principal.session()?;
    let user = principal.user.clone();
    let open: Vec<String> = issuers(app);
    let entry = Entry::new("identity_unlinked")
        .by(user.clone())
        .on(user.clone())
        .from(origin.address)
        .detail(serde_json::json!({ "by": provider }));
    app.db
        .write(Weight::default(), move |tx| {
            let all = stored::find_all(tx, &user)?;
            let is_it = |identity: &&Identity| {
                identity.provider.as_deref() == Some(&provider) && identity.subject == subject
            };
            let found = all.iter().find(is_it);
            let found = found.ok_or_else(|| Error::not_found("Identity"))?;
            let others = all.iter().filter(|identity| !is_it(identity));
            let elsewhere = others.filter(|identity| open.contains(&identity.issuer));
            if elsewhere.count() == 0 && accounts::find_password_hash(tx, &user)?.is_none() {
                return Err(Error::conflict(
                    "This is the only way into the account; set a password or link another provider first",
                ));
            }
            stored::remove(tx, &user, &found.issuer, &found.subject)?;
            audit::insert(tx, &entry)
        })
        .await
}

/// Names of issuers from which people can come in now.
fn issuers(app: &App) -> Vec<String> {
    let auth = &app.config.auth;
    let providers = auth.providers.iter().map(|provider| &provider.issuer);
    let issuers = auth.issuers.iter().map(|issuer| &issuer.issuer);
    providers.chain(issuers).cloned().collect()
}
