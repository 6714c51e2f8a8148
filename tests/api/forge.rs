//! Makes tokens that the server did not make.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// The signing secret of the servers whose tokens are forged.
pub(crate) const SECRET: &str = "a secret of the tests alone, 32 bytes and more";

pub(crate) fn config() -> String {
    format!("[auth]\nsecret = \"{SECRET}\"\n")
}

/// The claims of a token, unchecked.
pub(crate) fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// A token with this header and these claims, signed by HS256 with `secret`, whatever the header says.
pub(crate) fn token(header: &Value, claims: &Value, secret: &[u8]) -> String {
    token_of(&header.to_string(), claims.to_string().as_bytes(), secret)
}

/// The same of what need not be JSON.
pub(crate) fn token_of(header: &str, claims: &[u8], secret: &[u8]) -> String {
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let (header, claims) = (header.as_bytes(), claims);
    let message = format!("{}.{}", part(header), part(claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let signature = hmac::sign(&key, message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
}

pub(crate) fn hs256() -> Value {
    json!({"alg": "HS256", "typ": "JWT"})
}
