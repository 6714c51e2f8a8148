//! Who did what, when and from where. Never a secret, never a record's content.

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::{Read, Tx};
use crate::clock;
use crate::error::Result;
use crate::limits;

/// An entry about to be.
#[derive(Clone, Debug)]
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
    pub(crate) detail: Option<Json>,
}

/// An entry as it is read.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Noted {
    pub(crate) id: i64,
    pub(crate) at: String,
    pub(crate) action: String,
    pub(crate) user: Option<String>,
    /// Their e-mail address, as long as they are there.
    pub(crate) user_email: Option<String>,
    pub(crate) target: Option<String>,
    /// The same, where the target is a user.
    pub(crate) target_email: Option<String>,
    pub(crate) address: Option<String>,
    pub(crate) detail: Option<Json>,
}

/// Which entries are wanted; without anything all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    /// The id of who did it, or to whom it was done.
    pub(crate) user: Option<String>,
    pub(crate) action: Option<String>,
    pub(crate) since: Option<String>,
    pub(crate) until: Option<String>,
    /// Older than the entry of that id.
    pub(crate) before: Option<i64>,
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

    /// Adds these members to what else is known.
    pub(crate) fn detail(mut self, more: Json) -> Self {
        match (&mut self.detail, more) {
            (Some(Json::Object(known)), Json::Object(more)) => known.extend(more),
            (_, Json::Object(more)) if more.is_empty() => {}
            (detail, more) => *detail = Some(more),
        }
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
            entry.detail.as_ref().map(Json::to_string),
        ),
    )?;
    Ok(())
}

/// Inserts what anybody can cause, or counts it in an entry that is there: of the same kind, user and address since
/// `minute`, or in one for all when too many of that kind were made since `period`. Both look alike from outside: each
/// writes one row.
pub(crate) fn count(tx: &mut Tx<'_>, entry: &Entry, minute: &str, period: &str) -> Result<()> {
    // Only the newest entries are looked at, by their ids, so that it takes no longer in a long audit.
    let recent = "id > (SELECT coalesce(max(id), 0) - 1000 FROM hearth_audit) AND action = ?1";
    let same = tx.row(
        &format!(
            "SELECT id FROM hearth_audit WHERE {recent} AND at >= ?2 AND user_id IS ?3 AND address IS ?4
             ORDER BY id DESC LIMIT 1"
        ),
        (&entry.action, minute, &entry.user, &entry.address),
        |row| row.get(0),
    )?;
    if let Some(id) = same {
        return count_in(tx, id, &entry.at);
    }
    let made: i64 = tx
        .row(
            &format!("SELECT count(*) FROM hearth_audit WHERE {recent} AND at >= ?2"),
            (&entry.action, period),
            |row| row.get(0),
        )?
        .unwrap_or(0);
    if made < limits::FAILURES_NOTED {
        return insert(tx, entry);
    }
    let rest = tx.row(
        &format!(
            "SELECT id FROM hearth_audit WHERE {recent} AND at >= ?2 AND user_id IS NULL AND address IS NULL
             ORDER BY id DESC LIMIT 1"
        ),
        (&entry.action, period),
        |row| row.get(0),
    )?;
    match rest {
        Some(id) => count_in(tx, id, &entry.at),
        None => {
            let rest = Entry {
                at: entry.at.clone(),
                ..Entry::new(entry.action.clone())
            };
            insert(tx, &rest.detail(json!({ "of": "many", "times": 1 })))
        }
    }
}

fn count_in(tx: &mut Tx<'_>, id: i64, at: &str) -> Result<()> {
    tx.execute(
        "UPDATE hearth_audit SET detail = json_set(coalesce(detail, '{}'), '$.times',
           coalesce(json_extract(detail, '$.times'), 1) + 1, '$.last_at', ?2) WHERE id = ?1",
        (id, at),
    )?;
    Ok(())
}

/// The newest first.
pub(crate) fn find_all(db: &Read<'_>, filter: &Filter, limit: usize) -> Result<Vec<Noted>> {
    db.all(
        "SELECT a.id, a.at, a.action, a.user_id, u.email, a.target, t.email, a.address, a.detail
         FROM hearth_audit a LEFT JOIN hearth_users u ON u.id = a.user_id LEFT JOIN hearth_users t ON t.id = a.target
         WHERE (?1 IS NULL OR a.user_id = ?1 OR a.target = ?1) AND (?2 IS NULL OR a.action = ?2)
           AND (?3 IS NULL OR a.at >= ?3) AND (?4 IS NULL OR a.at < ?4) AND (?5 IS NULL OR a.id < ?5)
         ORDER BY a.id DESC LIMIT ?6",
        (
            &filter.user,
            &filter.action,
            &filter.since,
            &filter.until,
            filter.before,
            limit as i64,
        ),
        |row| {
            let detail: Option<String> = row.get(8)?;
            Ok(Noted {
                id: row.get(0)?,
                at: row.get(1)?,
                action: row.get(2)?,
                user: row.get(3)?,
                user_email: row.get(4)?,
                target: row.get(5)?,
                target_email: row.get(6)?,
                address: row.get(7)?,
                detail: detail.and_then(|text| serde_json::from_str(&text).ok()),
            })
        },
    )
}

/// Forgets what is older; so many at a time that the transaction stays short.
pub(crate) fn purge(tx: &mut Tx<'_>, before: &str) -> Result<usize> {
    let sql = "DELETE FROM hearth_audit WHERE id IN (SELECT id FROM hearth_audit WHERE at < ?1 LIMIT 1000)";
    tx.execute(sql, [before])
}
