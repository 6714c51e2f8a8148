//! What users prove beside the password, and the recovery codes for who has lost it. Recovery codes are kept as hashes.

use rusqlite::Row;
use serde::Serialize;

use super::{Event, Read, Tx};
use crate::error::Result;

/// The word for one-time codes of an app.
pub(crate) const TOTP: &str = "totp";

/// A second factor as its user sees it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Factor {
    pub(crate) id: String,
    /// `totp`
    pub(crate) kind: String,
    /// What the user calls it.
    pub(crate) name: Option<String>,
    pub(crate) created_at: String,
    pub(crate) last_used_at: Option<String>,
}

/// Those that were confirmed, the oldest first.
pub(crate) fn find_all(db: &Read<'_>, user: &str) -> Result<Vec<Factor>> {
    db.all(
        "SELECT id, kind, name, created_at, last_used_at FROM hearth_second_factors
         WHERE user_id = ?1 AND confirmed_at IS NOT NULL ORDER BY created_at, id",
        [user],
        |row| {
            Ok(Factor {
                id: row.get(0)?,
                kind: row.get(1)?,
                name: row.get(2)?,
                created_at: row.get(3)?,
                last_used_at: row.get(4)?,
            })
        },
    )
}

/// How many were confirmed.
pub(crate) fn count(db: &Read<'_>, user: &str) -> Result<usize> {
    let sql = "SELECT count(*) FROM hearth_second_factors WHERE user_id = ?1 AND confirmed_at IS NOT NULL";
    let count: Option<i64> = db.row(sql, [user], |row| row.get(0))?;
    Ok(usize::try_from(count.unwrap_or(0)).unwrap_or(0))
}

/// What checks the codes of one app.
pub(crate) struct Totp {
    pub(crate) id: String,
    /// The shared secret, as `auth/totp` writes it.
    pub(crate) secret: String,
    pub(crate) last_step: Option<i64>,
}

fn totp(row: &Row<'_>) -> rusqlite::Result<Totp> {
    Ok(Totp {
        id: row.get(0)?,
        secret: row.get(1)?,
        last_step: row.get(2)?,
    })
}

/// The user's apps that were confirmed.
pub(crate) fn find_totp(db: &Read<'_>, user: &str) -> Result<Vec<Totp>> {
    db.all(
        "SELECT id, data, last_step FROM hearth_second_factors
         WHERE user_id = ?1 AND kind = 'totp' AND confirmed_at IS NOT NULL ORDER BY id",
        [user],
        totp,
    )
}

/// The one that waits for its first code, if it was begun since then.
pub(crate) fn find_pending(db: &Read<'_>, user: &str, since: &str) -> Result<Option<Totp>> {
    db.row(
        "SELECT id, data, last_step FROM hearth_second_factors
         WHERE user_id = ?1 AND kind = 'totp' AND confirmed_at IS NULL AND created_at >= ?2",
        [user, since],
        totp,
    )
}

/// A second factor about to be.
#[derive(Clone, Debug)]
pub(crate) struct New {
    pub(crate) id: String,
    pub(crate) user: String,
    pub(crate) name: Option<String>,
    pub(crate) secret: String,
    pub(crate) now: String,
}

/// It waits for its first code, in place of one that waited before.
pub(crate) fn insert_pending(tx: &mut Tx<'_>, new: &New) -> Result<()> {
    let sql = "DELETE FROM hearth_second_factors WHERE user_id = ?1 AND confirmed_at IS NULL";
    tx.execute(sql, [&new.user])?;
    tx.execute(
        "INSERT INTO hearth_second_factors (id, user_id, kind, name, data, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (&new.id, &new.user, TOTP, &new.name, &new.secret, &new.now),
    )?;
    Ok(())
}

/// The first code of it was right.
pub(crate) fn confirm(tx: &mut Tx<'_>, user: &str, id: &str, step: i64, now: &str) -> Result<()> {
    tx.emit(Event::User(user.to_owned()));
    let sql = "UPDATE hearth_second_factors SET confirmed_at = ?2, last_step = ?3, last_used_at = ?2 WHERE id = ?1";
    tx.execute(sql, (id, now, step))?;
    Ok(())
}

/// Takes a step's code, if neither it nor a later one was taken before: compared and set in one statement.
pub(crate) fn take_step(tx: &mut Tx<'_>, id: &str, step: i64, now: &str) -> Result<bool> {
    let sql = "UPDATE hearth_second_factors SET last_step = ?2, last_used_at = ?3
         WHERE id = ?1 AND (last_step IS NULL OR last_step < ?2)";
    Ok(tx.execute(sql, (id, step, now))? > 0)
}

/// Whether the user had such a one.
pub(crate) fn remove(tx: &mut Tx<'_>, user: &str, id: &str) -> Result<bool> {
    tx.emit(Event::User(user.to_owned()));
    let sql = "DELETE FROM hearth_second_factors WHERE id = ?1 AND user_id = ?2 AND confirmed_at IS NOT NULL";
    Ok(tx.execute(sql, [id, user])? > 0)
}

/// All of a user's, with their recovery codes; says how many there were.
pub(crate) fn remove_all(tx: &mut Tx<'_>, user: &str) -> Result<usize> {
    tx.emit(Event::User(user.to_owned()));
    remove_codes(tx, user)?;
    let sql = "DELETE FROM hearth_second_factors WHERE user_id = ?1";
    tx.execute(sql, [user])
}

/// Forgets those that nobody confirmed; so many at a time that the transaction stays short.
pub(crate) fn purge_pending(tx: &mut Tx<'_>, before: &str) -> Result<usize> {
    let sql = "DELETE FROM hearth_second_factors WHERE id IN (SELECT id FROM hearth_second_factors
         WHERE confirmed_at IS NULL AND created_at < ?1 LIMIT 1000)";
    tx.execute(sql, [before])
}

/// How many recovery codes are left.
pub(crate) fn count_codes(db: &Read<'_>, user: &str) -> Result<i64> {
    let sql = "SELECT count(*) FROM hearth_recovery_codes WHERE user_id = ?1";
    Ok(db.row(sql, [user], |row| row.get(0))?.unwrap_or(0))
}

/// New recovery codes in place of those that there were.
pub(crate) fn replace_codes(tx: &mut Tx<'_>, user: &str, hashes: &[String]) -> Result<()> {
    remove_codes(tx, user)?;
    for hash in hashes {
        let sql = "INSERT INTO hearth_recovery_codes (user_id, hash) VALUES (?1, ?2)";
        tx.execute(sql, [user, hash])?;
    }
    Ok(())
}

pub(crate) fn remove_codes(tx: &mut Tx<'_>, user: &str) -> Result<usize> {
    let sql = "DELETE FROM hearth_recovery_codes WHERE user_id = ?1";
    tx.execute(sql, [user])
}

/// Uses a recovery code up; whether there was one.
pub(crate) fn take_code(tx: &mut Tx<'_>, user: &str, hash: &str) -> Result<bool> {
    let sql = "DELETE FROM hearth_recovery_codes WHERE user_id = ?1 AND hash = ?2";
    Ok(tx.execute(sql, [user, hash])? > 0)
}
