//! What was answered to a POST with an Idempotency-Key.

use super::{Read, Tx};
use crate::error::Result;

/// The answer as it was given the first time.
pub(crate) struct Answered {
    pub(crate) body_hash: String,
    pub(crate) location: Option<String>,
    pub(crate) answer: String,
}

pub(crate) fn find(db: &Read<'_>, scope: &str, key: &str, since: &str) -> Result<Option<Answered>> {
    db.row(
        "SELECT body_hash, location, answer FROM hearth_idempotency WHERE scope = ?1 AND key = ?2 AND at >= ?3",
        [scope, key, since],
        |row| Ok(Answered { body_hash: row.get(0)?, location: row.get(1)?, answer: row.get(2)? }),
    )
}

pub(crate) fn insert(
    tx: &mut Tx<'_>,
    scope: &str,
    key: &str,
    answered: &Answered,
    at: &str,
) -> Result<()> {
    tx.execute(
        "INSERT INTO hearth_idempotency (scope, key, body_hash, location, answer, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (scope, key) DO UPDATE SET body_hash = excluded.body_hash, location = excluded.location,
         answer = excluded.answer, at = excluded.at",
        (scope, key, &answered.body_hash, &answered.location, &answered.answer, at),
    )?;
    Ok(())
}

/// Forgets what is older; a thousand at a time, so that the transaction stays short.
pub(crate) fn purge(tx: &mut Tx<'_>, before: &str) -> Result<usize> {
    tx.execute(
        "DELETE FROM hearth_idempotency WHERE rowid IN (SELECT rowid FROM hearth_idempotency WHERE at < ?1 LIMIT 1000)",
        [before],
    )
}
