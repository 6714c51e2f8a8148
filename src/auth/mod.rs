//! Secrets: tokens, passwords, and how they are kept. Knows no database and no HTTP.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::{Error, Result};

pub mod foreign;
pub mod keys;
pub mod password;
pub(crate) mod sealed;
pub mod token;
pub(crate) mod totp;
pub mod webhook;

/// 32 random bytes as text, for refresh tokens, set-up links and the generated signing secret.
///
/// They come from the system itself: aws-lc would first gather jitter of the clock, which takes 25 ms at each start.
pub(crate) fn random_text() -> Result<String> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Makes of each refresh token the next one, which is as random to everybody else: whoever asks twice gets the same. The
/// key is never written down, so that neither the database nor an old token tells the next.
pub(crate) struct Succession(aws_lc_rs::hmac::Key);

impl Succession {
    pub(crate) fn new() -> Result<Self> {
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes).map_err(Error::internal)?;
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &bytes);
        Ok(Succession(key))
    }

    pub(crate) fn after(&self, token: &str) -> String {
        URL_SAFE_NO_PAD.encode(aws_lc_rs::hmac::sign(&self.0, token.as_bytes()).as_ref())
    }
}

/// How a random secret is kept: its SHA-256, so that the file gives none away. Passwords go through `password`.
pub(crate) fn fingerprint(secret: &str) -> String {
    digest(secret.as_bytes())
}

/// SHA-256 of anything, as text.
pub(crate) fn digest(bytes: &[u8]) -> String {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    URL_SAFE_NO_PAD.encode(hash.as_ref())
}
