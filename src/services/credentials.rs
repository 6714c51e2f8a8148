//! Who a credential stands for. It is told by its form and, of a token, by the issuer that it claims, which is not
//! believed before that issuer's own key has checked the signature. Any doubt is a 401.

use std::net::IpAddr;

use crate::app::App;
use crate::auth::foreign;
use crate::error::Result;
use crate::services::access::Caller;
use crate::services::api_keys::MARK;
use crate::services::commands;

/// The caller of a `Bearer` credential.
pub(crate) async fn caller(app: &App, credential: &str, address: IpAddr) -> Result<Caller> {
    if credential.starts_with(MARK) {
        return app.api_keys.caller(app, credential, address).await;
    }
    if credential.starts_with(commands::MARK) {
        return app.commands.caller(credential);
    }
    if app.issuers.is_empty() {
        return app.sessions.caller(app, credential).await;
    }
    match foreign::claimed_issuer(credential) {
        Some(issuer) if app.issuers.knows(&issuer) => {
            app.issuers.caller(app, &issuer, credential).await
        }
        _ => app.sessions.caller(app, credential).await,
    }
}
