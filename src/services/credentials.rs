//! Who a credential stands for. It is told by its form and, of a token, by the issuer that it claims, which is not
//! believed before that issuer's own key has checked the signature. Any doubt is a 401.

use std::net::IpAddr;

use crate::app::App;
use crate::auth::foreign;
use crate::error::{Code, Result};
use crate::services::access::Caller;
use crate::services::api_keys::MARK;
use crate::services::{commands, viewing};

/// The caller of a `Bearer` credential.
pub(crate) async fn caller(app: &App, credential: &str, address: IpAddr) -> Result<Caller> {
    if credential.starts_with(MARK) {
        return app.api_keys.caller(app, credential, address).await;
    }
    if credential.starts_with(commands::MARK) {
        return app.commands.caller(credential);
    }
    if viewing::is_view(credential) {
        return viewing::caller(app, credential).await;
    }
    if app.issuers.is_empty() {
        return app.sessions.caller(app, credential).await;
    }
    match foreign::claimed_issuer(credential) {
        Some(issuer) if app.issuers.knows(&issuer) => {
            app.issuers.caller(app, &issuer, credential, address).await
        }
        _ => app.sessions.caller(app, credential).await,
    }
}

/// The same for the few calls that are open to who still has to set up the second factor that their role demands.
pub(crate) async fn caller_setting_up(
    app: &App,
    credential: &str,
    address: IpAddr,
) -> Result<Caller> {
    match caller(app, credential, address).await {
        Err(error) if error.code() == Code::SecondFactorSetupRequired => {
            app.sessions.caller_setting_up(app, credential).await
        }
        other => other,
    }
}
