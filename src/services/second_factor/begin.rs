//! Adding an app: its secret, to be typed or read as a QR code. It counts for nothing before `own::confirm` saw a code.

use qrcodegen::{QrCode, QrCodeEcc};
use serde::Serialize;

use super::after_code;
use super::own::{Proofs, account, missing, prove_password};
use crate::app::App;
use crate::auth::totp;
use crate::clock;
use crate::error::{Error, Result};
use crate::limits;
use crate::services::access::Principal;
use crate::services::sessions::Origin;
use crate::store::second_factors as stored;
use crate::store::{Tx, Weight, sessions};

/// What goes into the app, shown once.
#[derive(Debug, Serialize)]
pub(crate) struct Started {
    /// In base32, to be typed.
    secret: String,
    uri: String,
    /// The same as a picture: SVG.
    qr: String,
}

/// Begins to add an app; it counts from its first code on.
pub(crate) async fn begin(
    app: &App,
    principal: &Principal,
    body: Proofs,
    origin: &Origin,
) -> Result<Started> {
    let session = principal.session()?;
    let account = account(app, principal).await?;
    if account.factors >= limits::SECOND_FACTORS {
        return Err(Error::conflict(
            "There are as many second factors as there may be; remove one first",
        ));
    }
    prove_password(app, principal, &account, body.password, origin).await?;
    if !account.has_password && account.factors == 0 {
        must_be_fresh(app, session).await?;
    }
    let secret = totp::Secret::random()?;
    let new = stored::New {
        id: uuid::Uuid::now_v7().to_string(),
        user: principal.user.clone(),
        name: body.name,
        secret: secret.stored(),
        now: clock::now(),
    };
    if account.factors > 0 {
        let code = body.code.ok_or_else(|| missing("code"))?;
        let insert = move |tx: &mut Tx<'_>| stored::insert_pending(tx, &new);
        after_code(app, &principal.user, &code, origin, insert).await?;
    } else {
        app.db
            .write(Weight::default(), move |tx| {
                if stored::count(tx, &new.user)? > 0 {
                    return Err(Error::conflict("There is a second factor by now"));
                }
                stored::insert_pending(tx, &new)
            })
            .await?;
    }
    started(&secret, &issuer(app), &account.name)
}

/// Who has no password shows by a sign-in of just now that it is them.
async fn must_be_fresh(app: &App, session: &str) -> Result<()> {
    let (session, since) = (session.to_owned(), clock::before(limits::FRESH_SESSION));
    let fresh = app
        .db
        .read(move |db| sessions::is_fresh(db, &session, &since))
        .await?;
    if fresh {
        return Ok(());
    }
    Err(Error::forbidden(
        "Sign in again first: without a password only a session of the last ten minutes may add a second factor",
    ))
}

/// What an app shows above the codes: where they are for.
fn issuer(app: &App) -> String {
    let url = app.config.server.url.as_deref();
    url.and_then(|url| url::Url::parse(url).ok())
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_else(|| "Hearth".to_owned())
}

/// The key as apps read it (the form of Google Authenticator's wiki).
fn started(secret: &totp::Secret, issuer: &str, account: &str) -> Result<Started> {
    let encode = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let secret = secret.shown();
    let uri = format!(
        "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30",
        issuer = encode(issuer),
        account = encode(account),
    );
    let qr = svg(&QrCode::encode_text(&uri, QrCodeEcc::Medium).map_err(Error::internal)?);
    Ok(Started { secret, uri, qr })
}

/// A path of squares, black on white whatever the page's colours, with the margin of four that readers want.
fn svg(code: &QrCode) -> String {
    let size = code.size();
    let mut path = String::new();
    for (x, y) in (0..size).flat_map(|y| (0..size).map(move |x| (x, y))) {
        if code.get_module(x, y) {
            path.push_str(&format!("M{} {}h1v1h-1z", x + 4, y + 4));
        }
    }
    let side = size + 8;
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><rect width="{side}" height="{side}" fill="rgb(255,255,255)"/><path d="{path}"/></svg>"#
    )
}
