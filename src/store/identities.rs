//! Who users are elsewhere: by a foreign issuer's name for them.

use serde::Serialize;

use super::{Read, Tx};
use crate::error::Result;

/// One of a user's names elsewhere, as its user sees it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Identity {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    /// The name in `[[auth.providers]]`; none for one that only tokens tell of.
    pub(crate) provider: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) created_at: String,
    pub(crate) last_used_at: String,
}

/// The id of the user whom this issuer calls so.
pub(crate) fn find_user(db: &Read<'_>, issuer: &str, subject: &str) -> Result<Option<String>> {
    let sql = "SELECT user_id FROM hearth_identities WHERE issuer = ?1 AND subject = ?2";
    db.row(sql, [issuer, subject], |row| row.get(0))
}

pub(crate) fn find_all(db: &Read<'_>, user: &str) -> Result<Vec<Identity>> {
    db.all(
        "SELECT issuer, subject, provider, email, created_at, last_used_at FROM hearth_identities
         WHERE user_id = ?1 ORDER BY created_at, issuer, subject",
        [user],
        |row| {
            Ok(Identity {
                issuer: row.get(0)?,
                subject: row.get(1)?,
                provider: row.get(2)?,
                email: row.get(3)?,
                created_at: row.get(4)?,
                last_used_at: row.get(5)?,
            })
        },
    )
}

pub(crate) fn insert(tx: &mut Tx<'_>, user: &str, identity: &Identity) -> Result<()> {
    tx.execute(
        "INSERT INTO hearth_identities (issuer, subject, user_id, provider, email, created_at, last_used_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (
            &identity.issuer,
            &identity.subject,
            user,
            &identity.provider,
            &identity.email,
            &identity.created_at,
            &identity.last_used_at,
        ),
    )?;
    Ok(())
}
