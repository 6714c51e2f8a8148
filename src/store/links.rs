//! Links that were mailed, by the hashes of their tokens. Each works once; of a purpose only the newest.

use super::{Read, Tx};
use crate::error::Result;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    VerifyEmail,
    ResetPassword,
    ChangeEmail,
}

impl Purpose {
    fn word(self) -> &'static str {
        match self {
            Purpose::VerifyEmail => "verify_email",
            Purpose::ResetPassword => "reset_password",
            Purpose::ChangeEmail => "change_email",
        }
    }
}

/// A link about to be.
#[derive(Clone, Debug)]
pub(crate) struct New {
    pub(crate) hash: String,
    pub(crate) purpose: Purpose,
    pub(crate) user: String,
    /// The address that it proves.
    pub(crate) email: String,
    /// In seconds since 1970.
    pub(crate) expires_until: i64,
    pub(crate) now: String,
}

/// In place of the user's older links of this purpose.
pub(crate) fn insert(tx: &mut Tx<'_>, new: &New) -> Result<()> {
    let sql = "DELETE FROM hearth_links WHERE user_id = ?1 AND purpose = ?2";
    tx.execute(sql, (&new.user, new.purpose.word()))?;
    tx.execute(
        "INSERT INTO hearth_links (hash, purpose, user_id, email, expires_until, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (
            &new.hash,
            new.purpose.word(),
            &new.user,
            &new.email,
            new.expires_until,
            &new.now,
        ),
    )?;
    Ok(())
}

/// The user and the address of a link that still works.
pub(crate) fn find(
    db: &Read<'_>,
    hash: &str,
    purpose: Purpose,
    now: i64,
) -> Result<Option<(String, String)>> {
    db.row(
        "SELECT user_id, email FROM hearth_links WHERE hash = ?1 AND purpose = ?2 AND expires_until > ?3",
        (hash, purpose.word(), now),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

pub(crate) fn remove(tx: &mut Tx<'_>, hash: &str) -> Result<()> {
    tx.execute("DELETE FROM hearth_links WHERE hash = ?1", [hash])?;
    Ok(())
}

/// All of a user's links by which something of the account would change.
pub(crate) fn remove_changes(tx: &mut Tx<'_>, user: &str) -> Result<()> {
    let sql = "DELETE FROM hearth_links WHERE user_id = ?1 AND purpose <> ?2";
    tx.execute(sql, [user, Purpose::VerifyEmail.word()])?;
    Ok(())
}

/// All of a user's links.
pub(crate) fn remove_all(tx: &mut Tx<'_>, user: &str) -> Result<()> {
    tx.execute("DELETE FROM hearth_links WHERE user_id = ?1", [user])?;
    Ok(())
}

/// Forgets those that are over; so many at a time that the transaction stays short.
pub(crate) fn purge(tx: &mut Tx<'_>, now: i64) -> Result<usize> {
    let sql = "DELETE FROM hearth_links WHERE hash IN
         (SELECT hash FROM hearth_links WHERE expires_until <= ?1 LIMIT 1000)";
    tx.execute(sql, [now])
}
