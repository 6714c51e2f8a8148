//! Which version of a record a client knows: entity tags, as HTTP has them.

use crate::auth;

/// A record as every answer has it, with its version.
pub(crate) fn etag(record: &[u8]) -> String {
    let digest = auth::digest(record);
    format!("\"{}\"", &digest[..22])
}

/// Whether a list of entity tags names this one; weak ones never match a write.
pub(super) fn matches(list: &str, etag: &str) -> bool {
    list.split(',')
        .map(str::trim)
        .any(|tag| tag == "*" || tag == etag)
}

/// The same for a read, where a weak tag is as good.
pub(crate) fn matches_weakly(list: &str, etag: &str) -> bool {
    list.split(',')
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}
