//! Who did what, when and from where. Never a secret, never a record's content.

use serde::Serialize;

use super::{Read, Tx};
use crate::clock;
use crate::error::Result;

/// One entry of the audit.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Entry {
    pub(crate) at: String,
    /// `sign_in`, `sign_in_failed`, `user_disabled` …
    pub(crate) action: String,
    /// Who did it.
    pub(crate) user: Option<String>,
    /// Whom or what it was done to: the id of a user, a session, a key.
    pub(crate) target: Option<String>,
    /// From where.
    pub(crate) address: Option<String>,
    /// What else is worth knowing, in the action's own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<serde_json::Value>,
}

impl Entry {
    /// Of now.
    pub(crate) fn new(action: impl Into<String>) -> Self {
        Entry {
            at: clock::now(),
            action: action.into(),
            user: None,
            target: None,
            address: None,
            detail: None,
        }
    }

    pub(crate) fn by(mut self, user: impl Into<Option<String>>) -> Self {
        self.user = user.into();
        self
    }

    pub(crate) fn on(mut self, target: impl Into<String>) -> Self {
        self.target = Some(target.into());
        self
    }

    pub(crate) fn from(mut self, address: impl ToString) -> Self {
        self.address = Some(address.to_string());
        self
    }

    pub(crate) fn detail(mut self, detail: serde_json::Value) -> Self {
        self.detail = Some(detail);
        self
    }
}

pub(crate) fn insert(tx: &mut Tx<'_>, entry: &Entry) -> Result<()> {
    tx.execute(
        "INSERT INTO hearth_audit (at, action, user_id, target, address, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (
            &entry.at,
            &entry.action,
            &entry.user,
            &entry.target,
            &entry.address,
            entry.detail.as_ref().map(serde_json::Value::to_string),
        ),
    )?;
    Ok(())
}

/// The newest first.
pub(crate) fn find_all(db: &Read<'_>, user: Option<&str>, limit: usize) -> Result<Vec<Entry>> {
    db.all(
        "SELECT at, action, user_id, target, address, detail FROM hearth_audit
         WHERE ?1 IS NULL OR user_id = ?1 OR target = ?1 ORDER BY id DESC LIMIT ?2",
        (user, limit as i64),
        |row| {
            Ok(Entry {
                at: row.get(0)?,
                action: row.get(1)?,
                user: row.get(2)?,
                target: row.get(3)?,
                address: row.get(4)?,
                detail: row
                    .get::<_, Option<String>>(5)?
                    .and_then(|text| serde_json::from_str(&text).ok()),
            })
        },
    )
}

/// Forgets what is older; so many at a time that the transaction stays short.
pub(crate) fn purge(tx: &mut Tx<'_>, before: &str) -> Result<usize> {
    let sql = "DELETE FROM hearth_audit WHERE id IN (SELECT id FROM hearth_audit WHERE at < ?1 LIMIT 1000)";
    tx.execute(sql, [before])
}
