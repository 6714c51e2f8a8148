//! API keys. The keys themselves are kept as hashes alone.

use serde::Serialize;

use super::{Event, Read, Tx};
use crate::error::Result;

/// A key, as its user sees it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ApiKey {
    pub(crate) id: String,
    #[serde(skip)]
    pub(crate) user: String,
    pub(crate) name: String,
    pub(crate) prefix: String,
    pub(crate) scopes: Vec<String>,
    #[serde(serialize_with = "time")]
    pub(crate) expires_at: Option<i64>,
    pub(crate) created_at: String,
    pub(crate) last_used_at: Option<String>,
    pub(crate) last_address: Option<String>,
}

fn time<S: serde::Serializer>(seconds: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
    let text = seconds
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
        .map(crate::clock::text);
    text.serialize(serializer)
}

const SELECT: &str = "SELECT id, user_id, name, prefix, scopes, expires_until, created_at, last_used_at, last_address
    FROM hearth_api_keys";

fn api_key(row: &rusqlite::Row<'_>) -> rusqlite::Result<ApiKey> {
    let scopes: String = row.get(4)?;
    Ok(ApiKey {
        id: row.get(0)?,
        user: row.get(1)?,
        name: row.get(2)?,
        prefix: row.get(3)?,
        scopes: serde_json::from_str(&scopes).unwrap_or_default(),
        expires_at: row.get(5)?,
        created_at: row.get(6)?,
        last_used_at: row.get(7)?,
        last_address: row.get(8)?,
    })
}

/// Who holds a key, as a request needs it. None for a disabled user, too.
pub(crate) struct Holder {
    pub(crate) id: String,
    pub(crate) user: String,
    pub(crate) role: String,
    pub(crate) scopes: String,
    pub(crate) expires_until: Option<i64>,
}

const HOLDER: &str = "SELECT k.id, u.id, u.role, k.scopes, k.expires_until
    FROM hearth_api_keys k JOIN hearth_users u ON u.id = k.user_id WHERE u.disabled = 0 AND k.";

pub(crate) fn find_holder(db: &Read<'_>, hash: &str) -> Result<Option<Holder>> {
    db.row(&format!("{HOLDER}hash = ?1"), [hash], holder)
}

/// The same for a key that is known by its id.
pub(crate) fn find_holder_of(db: &Read<'_>, id: &str) -> Result<Option<Holder>> {
    db.row(&format!("{HOLDER}id = ?1"), [id], holder)
}

fn holder(row: &rusqlite::Row<'_>) -> rusqlite::Result<Holder> {
    Ok(Holder {
        id: row.get(0)?,
        user: row.get(1)?,
        role: row.get(2)?,
        scopes: row.get(3)?,
        expires_until: row.get(4)?,
    })
}

/// A user's, or all; the newest first.
pub(crate) fn find(db: &Read<'_>, id: &str) -> Result<Option<ApiKey>> {
    db.row(&format!("{SELECT} WHERE id = ?1"), [id], api_key)
}

pub(crate) fn find_all(db: &Read<'_>, user: Option<&str>) -> Result<Vec<ApiKey>> {
    let sql =
        format!("{SELECT} WHERE ?1 IS NULL OR user_id = ?1 ORDER BY created_at DESC, id DESC");
    db.all(&sql, [user], api_key)
}

pub(crate) fn count(db: &Read<'_>, user: &str) -> Result<i64> {
    let sql = "SELECT count(*) FROM hearth_api_keys WHERE user_id = ?1";
    Ok(db.row(sql, [user], |row| row.get(0))?.unwrap_or(0))
}

pub(crate) fn insert(tx: &mut Tx<'_>, new: &ApiKey, hash: &str) -> Result<()> {
    let scopes = serde_json::to_string(&new.scopes).unwrap_or_default();
    tx.execute(
        "INSERT INTO hearth_api_keys (id, user_id, name, prefix, hash, scopes, expires_until, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        (
            &new.id,
            &new.user,
            &new.name,
            &new.prefix,
            hash,
            scopes,
            new.expires_at,
            &new.created_at,
        ),
    )?;
    Ok(())
}

/// Whether there was one; of that user, if one is named.
pub(crate) fn remove(tx: &mut Tx<'_>, id: &str, user: Option<&str>) -> Result<bool> {
    tx.emit(Event::Key(id.to_owned()));
    let sql = "DELETE FROM hearth_api_keys WHERE id = ?1 AND (?2 IS NULL OR user_id = ?2)";
    Ok(tx.execute(sql, (id, user))? > 0)
}

pub(crate) fn note_use(tx: &mut Tx<'_>, id: &str, at: &str, address: &str) -> Result<()> {
    let sql = "UPDATE hearth_api_keys SET last_used_at = ?2, last_address = ?3 WHERE id = ?1";
    tx.execute(sql, [id, at, address])?;
    Ok(())
}
