//! What a browser keeps for us and may neither read nor change: AES-256-GCM by a key of this process. Nothing sealed
//! outlives the process.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::{Error, Result};

/// The key of this process.
pub(crate) struct Seal(LessSafeKey);

impl Seal {
    pub(crate) fn new() -> Result<Self> {
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes).map_err(Error::internal)?;
        let key = UnboundKey::new(&AES_256_GCM, &bytes).map_err(Error::internal)?;
        Ok(Seal(LessSafeKey::new(key)))
    }

    /// As text for a cookie. The nonce is random: of 2^32 with one key two would hardly be the same.
    pub(crate) fn close(&self, content: &[u8]) -> Result<String> {
        let mut nonce = [0u8; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(Error::internal)?;
        let mut sealed = content.to_vec();
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::empty(),
                &mut sealed,
            )
            .map_err(Error::internal)?;
        Ok(URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat()))
    }

    /// None unless this process sealed exactly that.
    pub(crate) fn open(&self, text: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_LEN>()?;
        let mut content = sealed.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = self
            .0
            .open_in_place(nonce, Aad::empty(), &mut content)
            .ok()?
            .len();
        content.truncate(length);
        Some(content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_and_nothing_else_does() {
        let (seal, other) = (Seal::new().unwrap(), Seal::new().unwrap());
        let text = seal.close(b"content").unwrap();
        assert_eq!(seal.open(&text).as_deref(), Some(&b"content"[..]));
        assert_ne!(text, seal.close(b"content").unwrap());
        assert_eq!(other.open(&text), None);
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            // The last letter has bits that mean nothing, and those are refused, too.
            assert_eq!(seal.open(&changed), None, "{at}");
            assert_eq!(seal.open(&text[..at]), None, "{at}");
        }
    }
}
