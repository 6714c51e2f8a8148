//! Sessions and their refresh tokens. Tokens are kept as hashes alone.

use serde::Serialize;

use super::{Event, Read, Tx};
use crate::error::Result;

/// A signed-in device, as its user sees it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) created_at: String,
    pub(crate) last_used_at: String,
    pub(crate) address: String,
    pub(crate) user_agent: Option<String>,
}

/// A session about to be.
#[derive(Clone, Debug)]
pub(crate) struct New {
    pub(crate) id: String,
    pub(crate) user: String,
    pub(crate) now: String,
    /// Both in seconds since 1970: the sliding and the absolute end.
    pub(crate) refresh_until: i64,
    pub(crate) session_until: i64,
    pub(crate) address: String,
    pub(crate) user_agent: Option<String>,
    pub(crate) token_hash: String,
}

pub(crate) fn insert(tx: &mut Tx<'_>, new: &New) -> Result<()> {
    tx.execute(
        "INSERT INTO hearth_sessions (id, user_id, created_at, last_used_at, refresh_until, session_until, address, user_agent)
         VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7)",
        (
            &new.id,
            &new.user,
            &new.now,
            new.refresh_until,
            new.session_until,
            &new.address,
            &new.user_agent,
        ),
    )?;
    insert_token(tx, &new.token_hash, &new.id)
}

pub(crate) fn insert_token(tx: &mut Tx<'_>, hash: &str, session: &str) -> Result<()> {
    let sql = "INSERT INTO hearth_refresh_tokens (hash, session_id) VALUES (?1, ?2)";
    tx.execute(sql, [hash, session])?;
    Ok(())
}

/// What a refresh token leads to.
pub(crate) struct Family {
    pub(crate) session: String,
    pub(crate) user: String,
    /// When it was exchanged for the next one.
    pub(crate) used_at: Option<String>,
    pub(crate) refresh_until: i64,
    pub(crate) session_until: i64,
    pub(crate) disabled: bool,
    /// From where the session was last used.
    pub(crate) address: String,
    pub(crate) user_agent: Option<String>,
}

impl Family {
    /// Whether it was last used from there, by that program.
    pub(crate) fn is_used_by(&self, address: &str, user_agent: &Option<String>) -> bool {
        self.address == address && self.user_agent == *user_agent
    }
}

pub(crate) fn find_family(db: &Read<'_>, hash: &str) -> Result<Option<Family>> {
    db.row(
        "SELECT s.id, s.user_id, t.used_at, s.refresh_until, s.session_until, u.disabled, s.address, s.user_agent
         FROM hearth_refresh_tokens t JOIN hearth_sessions s ON s.id = t.session_id
         JOIN hearth_users u ON u.id = s.user_id WHERE t.hash = ?1",
        [hash],
        |row| {
            Ok(Family {
                session: row.get(0)?,
                user: row.get(1)?,
                used_at: row.get(2)?,
                refresh_until: row.get(3)?,
                session_until: row.get(4)?,
                disabled: row.get(5)?,
                address: row.get(6)?,
                user_agent: row.get(7)?,
            })
        },
    )
}

/// Whether it is that session's token and waits for its use.
pub(crate) fn is_unused(db: &Read<'_>, hash: &str, session: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM hearth_refresh_tokens WHERE hash = ?1 AND session_id = ?2 AND used_at IS NULL";
    Ok(db.row(sql, [hash, session], |_| Ok(()))?.is_some())
}

/// A refresh token's turn to the next one.
pub(crate) struct Rotation<'r> {
    pub(crate) session: &'r str,
    pub(crate) used_hash: &'r str,
    pub(crate) new_hash: &'r str,
    /// The session lives on until then, in seconds since 1970.
    pub(crate) refresh_until: i64,
    pub(crate) now: &'r str,
    /// Tokens that were used before that are forgotten.
    pub(crate) forgotten_before: &'r str,
    pub(crate) address: &'r str,
    pub(crate) user_agent: Option<&'r str>,
}

/// The token is used up, and the session is last used from there.
pub(crate) fn rotate(tx: &mut Tx<'_>, turn: &Rotation<'_>) -> Result<()> {
    let sql = "UPDATE hearth_refresh_tokens SET used_at = ?2 WHERE hash = ?1";
    tx.execute(sql, [turn.used_hash, turn.now])?;
    let sql = "DELETE FROM hearth_refresh_tokens WHERE session_id = ?1 AND used_at < ?2";
    tx.execute(sql, [turn.session, turn.forgotten_before])?;
    tx.execute(
        "UPDATE hearth_sessions SET last_used_at = ?2, refresh_until = ?3, address = ?4, user_agent = ?5 WHERE id = ?1",
        (turn.session, turn.now, turn.refresh_until, turn.address, turn.user_agent),
    )?;
    insert_token(tx, turn.new_hash, turn.session)
}

/// Who a session belongs to, as a request needs it.
pub(crate) struct Holder {
    pub(crate) user: String,
    pub(crate) role: String,
    /// The session's absolute end, in seconds since 1970.
    pub(crate) until: i64,
    /// Whether the account has a second factor.
    pub(crate) protected: bool,
}

/// None for a disabled user, too.
pub(crate) fn find_holder(db: &Read<'_>, session: &str) -> Result<Option<Holder>> {
    db.row(
        "SELECT u.id, u.role, s.session_until, EXISTS (SELECT 1 FROM hearth_second_factors f
           WHERE f.user_id = u.id AND f.confirmed_at IS NOT NULL)
         FROM hearth_sessions s JOIN hearth_users u ON u.id = s.user_id WHERE s.id = ?1 AND u.disabled = 0",
        [session],
        |row| {
            Ok(Holder {
                user: row.get(0)?,
                role: row.get(1)?,
                until: row.get(2)?,
                protected: row.get(3)?,
            })
        },
    )
}

/// Whether the session began since then.
pub(crate) fn is_fresh(db: &Read<'_>, session: &str, since: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM hearth_sessions WHERE id = ?1 AND created_at >= ?2";
    Ok(db.row(sql, [session, since], |_| Ok(()))?.is_some())
}

pub(crate) fn find_all(db: &Read<'_>, user: &str, now: i64) -> Result<Vec<Session>> {
    db.all(
        "SELECT id, created_at, last_used_at, address, user_agent FROM hearth_sessions
         WHERE user_id = ?1 AND refresh_until > ?2 AND session_until > ?2 ORDER BY created_at DESC, id DESC",
        (user, now),
        |row| {
            Ok(Session {
                id: row.get(0)?,
                created_at: row.get(1)?,
                last_used_at: row.get(2)?,
                address: row.get(3)?,
                user_agent: row.get(4)?,
            })
        },
    )
}

/// Whether that user had such a session.
pub(crate) fn remove(tx: &mut Tx<'_>, user: &str, session: &str) -> Result<bool> {
    tx.emit(Event::Session(session.to_owned()));
    let sql = "DELETE FROM hearth_sessions WHERE id = ?1 AND user_id = ?2";
    Ok(tx.execute(sql, [session, user])? > 0)
}

/// All of a user's sessions but one.
pub(crate) fn remove_all(tx: &mut Tx<'_>, user: &str, but: Option<&str>) -> Result<usize> {
    tx.emit(Event::User(user.to_owned()));
    let sql = "DELETE FROM hearth_sessions WHERE user_id = ?1 AND id IS NOT ?2";
    tx.execute(sql, (user, but))
}

/// Forgets those that are over; so many at a time that the transaction stays short.
pub(crate) fn purge(tx: &mut Tx<'_>, now: i64) -> Result<usize> {
    let sql = "DELETE FROM hearth_sessions WHERE id IN (SELECT id FROM hearth_sessions
         WHERE refresh_until <= ?1 OR session_until <= ?1 LIMIT 1000)";
    tx.execute(sql, [now])
}
