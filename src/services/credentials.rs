//! Who a credential stands for. It is told by its form and, of a token, by the issuer that it claims, which is not
//! believed before that issuer's own key has checked the signature. Any doubt is a 401.

use crate::app::App;
use crate::auth::foreign;
use crate::error::Result;
use crate::services::access::Caller;

/// The caller of a `Bearer` credential.
pub(crate) async fn caller(app: &App, credential: &str) -> Result<Caller> {
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
