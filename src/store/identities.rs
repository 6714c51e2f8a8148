//! Who users are elsewhere: by a foreign issuer's name for them.

use serde::Serialize;

use super::{Event, Read, Tx};
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

/// Whom a name elsewhere stands for, as each of their requests needs it.
#[derive(Clone, Debug)]
pub(crate) struct Holder {
    pub(crate) user: String,
    pub(crate) role: String,
    pub(crate) disabled: bool,
}

pub(crate) fn find_holder(db: &Read<'_>, issuer: &str, subject: &str) -> Result<Option<Holder>> {
    db.row(
        "SELECT u.id, u.role, u.disabled FROM hearth_identities i JOIN hearth_users u ON u.id = i.user_id
         WHERE i.issuer = ?1 AND i.subject = ?2",
        [issuer, subject],
        |row| {
            Ok(Holder {
                user: row.get(0)?,
                role: row.get(1)?,
                disabled: row.get(2)?,
            })
        },
    )
}

/// When a user of that name was deleted here, in seconds since 1970: older tokens are not to bring them back.
pub(crate) fn find_departure(db: &Read<'_>, issuer: &str, subject: &str) -> Result<Option<i64>> {
    let sql = "SELECT at FROM hearth_departures WHERE issuer = ?1 AND subject = ?2";
    db.row(sql, [issuer, subject], |row| row.get(0))
}

/// Notes that a user is about to be deleted, under each of their names elsewhere.
pub(super) fn depart(tx: &mut Tx<'_>, user: &str, now: i64) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO hearth_departures (issuer, subject, at)
         SELECT issuer, subject, ?2 FROM hearth_identities WHERE user_id = ?1";
    tx.execute(sql, (user, now))?;
    Ok(())
}

/// The same for one name, whether there is a user or not.
pub(crate) fn depart_as(tx: &mut Tx<'_>, issuer: &str, subject: &str, now: i64) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO hearth_departures (issuer, subject, at) VALUES (?1, ?2, ?3)";
    tx.execute(sql, (issuer, subject, now))?;
    Ok(())
}

/// How many names elsewhere a user has.
pub(crate) fn count(db: &Read<'_>, user: &str) -> Result<i64> {
    let sql = "SELECT count(*) FROM hearth_identities WHERE user_id = ?1";
    Ok(db.row(sql, [user], |row| row.get(0))?.unwrap_or(0))
}

/// The address as the issuer says it now.
pub(crate) fn update_email(
    tx: &mut Tx<'_>,
    issuer: &str,
    subject: &str,
    email: &str,
) -> Result<()> {
    let sql = "UPDATE hearth_identities SET email = ?3 WHERE issuer = ?1 AND subject = ?2";
    tx.execute(sql, [issuer, subject, email])?;
    Ok(())
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

/// It was used now, by that provider; the address is the one that the provider has today.
pub(crate) fn touch(tx: &mut Tx<'_>, identity: &Identity) -> Result<()> {
    tx.execute(
        "UPDATE hearth_identities SET provider = ?3, email = ?4, last_used_at = ?5 WHERE issuer = ?1 AND subject = ?2",
        (
            &identity.issuer,
            &identity.subject,
            &identity.provider,
            &identity.email,
            &identity.last_used_at,
        ),
    )?;
    Ok(())
}

/// A name elsewhere no longer stands for its user.
pub(crate) fn remove(tx: &mut Tx<'_>, user: &str, issuer: &str, subject: &str) -> Result<()> {
    tx.emit(Event::User(user.to_owned()));
    let sql = "DELETE FROM hearth_identities WHERE user_id = ?1 AND issuer = ?2 AND subject = ?3";
    tx.execute(sql, [user, issuer, subject])?;
    Ok(())
}
