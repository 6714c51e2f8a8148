//! Who did what, when and from where. Never a secret, never a record's content.

use serde::Serialize;

use super::{Read, Tx};
use crate::error::Result;

/// One entry of the audit.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Entry {
    pub(crate) at: String,
    /// `sign_in`, `sign_in_failed`, `user_disabled` …
    pub(crate) action: String,
    pub(crate) user: Option<String>,
    pub(crate) target: Option<String>,
    pub(crate) address: Option<String>,
}

pub(crate) fn insert(tx: &mut Tx<'_>, entry: &Entry) -> Result<()> {
    tx.execute(
        "INSERT INTO hearth_audit (at, action, user_id, target, address) VALUES (?1, ?2, ?3, ?4, ?5)",
        (&entry.at, &entry.action, &entry.user, &entry.target, &entry.address),
    )?;
    Ok(())
}

/// The newest first.
pub(crate) fn find_all(db: &Read<'_>, user: Option<&str>, limit: usize) -> Result<Vec<Entry>> {
    db.all(
        "SELECT at, action, user_id, target, address FROM hearth_audit
         WHERE ?1 IS NULL OR user_id = ?1 OR target = ?1 ORDER BY id DESC LIMIT ?2",
        (user, limit as i64),
        |row| {
            Ok(Entry {
                at: row.get(0)?,
                action: row.get(1)?,
                user: row.get(2)?,
                target: row.get(3)?,
                address: row.get(4)?,
            })
        },
    )
}

/// Forgets what is older; so many at a time that the transaction stays short.
pub(crate) fn purge(tx: &mut Tx<'_>, before: &str) -> Result<usize> {
    let sql = "DELETE FROM hearth_audit WHERE id IN (SELECT id FROM hearth_audit WHERE at < ?1 LIMIT 1000)";
    tx.execute(sql, [before])
}
