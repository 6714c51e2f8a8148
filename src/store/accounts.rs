//! Users: who may sign in.

use rusqlite::Row;
use serde::Serialize;

use super::records::Taken;
use super::{Event, Read, Tx, executions, identities};
use crate::clock;
use crate::error::Result;

/// A user as the API shows them. The password's hash is never part of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct User {
    pub(crate) id: String,
    /// None for who signs in elsewhere and whose issuer told none.
    pub(crate) email: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) role: String,
    pub(crate) email_verified: bool,
    pub(crate) disabled: bool,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
}

const SELECT: &str = "SELECT id, email, name, role, email_verified, disabled, created_at, updated_at FROM hearth_users";

fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        id: row.get(0)?,
        email: row.get(1)?,
        name: row.get(2)?,
        role: row.get(3)?,
        email_verified: row.get(4)?,
        disabled: row.get(5)?,
        created_at: row.get(6)?,
        updated_at: row.get(7)?,
    })
}

/// The form of an e-mail address under which a user is found.
pub(crate) fn email_key(email: &str) -> String {
    email.to_lowercase()
}

pub(crate) fn find(db: &Read<'_>, id: &str) -> Result<Option<User>> {
    db.row(&format!("{SELECT} WHERE id = ?1"), [id], user)
}

pub(crate) fn find_by_email(db: &Read<'_>, email: &str) -> Result<Option<User>> {
    db.row(
        &format!("{SELECT} WHERE email_key = ?1"),
        [email_key(email)],
        user,
    )
}

/// What a sign-in needs to know.
pub(crate) struct Credentials {
    pub(crate) user: String,
    pub(crate) password_hash: Option<String>,
    pub(crate) disabled: bool,
    /// Whether this address signed in to the account of late.
    pub(crate) known_address: bool,
}

pub(crate) fn find_credentials(
    db: &Read<'_>,
    email: &str,
    address: &str,
    since: &str,
) -> Result<Option<Credentials>> {
    db.row(
        "SELECT id, password_hash, disabled, EXISTS (SELECT 1 FROM hearth_known_addresses
           WHERE user_id = hearth_users.id AND address = ?2 AND last_used_at >= ?3)
         FROM hearth_users WHERE email_key = ?1",
        (email_key(email), address, since),
        |row| {
            Ok(Credentials {
                user: row.get(0)?,
                password_hash: row.get(1)?,
                disabled: row.get(2)?,
                known_address: row.get(3)?,
            })
        },
    )
}

/// Whether the account was used from this address since then.
pub(crate) fn is_known_address(
    db: &Read<'_>,
    id: &str,
    address: &str,
    since: &str,
) -> Result<bool> {
    let sql = "SELECT 1 FROM hearth_known_addresses WHERE user_id = ?1 AND address = ?2 AND last_used_at >= ?3";
    Ok(db.row(sql, [id, address, since], |_| Ok(()))?.is_some())
}

pub(crate) fn find_password_hash(db: &Read<'_>, id: &str) -> Result<Option<String>> {
    let sql = "SELECT password_hash FROM hearth_users WHERE id = ?1";
    Ok(db.row(sql, [id], |row| row.get(0))?.flatten())
}

impl User {
    /// What to call the account in a message.
    pub(crate) fn called(&self) -> &str {
        self.email.as_deref().unwrap_or(&self.id)
    }
}

/// Users in the order of their making, those behind `after`.
/// In the order of their making. `search` is part of an e-mail address or a name, or a whole id.
pub(crate) fn find_all(
    db: &Read<'_>,
    search: Option<&str>,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<User>> {
    let (after, limit) = (after.unwrap_or_default(), limit as i64);
    let Some(search) = search else {
        let sql = format!("{SELECT} WHERE id > ?1 ORDER BY id LIMIT ?2");
        return db.all(&sql, (after, limit), user);
    };
    let sql = format!(
        "{SELECT} WHERE id > ?1 AND (instr(email_key, ?3) > 0 OR instr(lower(name), ?3) > 0 OR id = ?3)
         ORDER BY id LIMIT ?2"
    );
    db.all(&sql, (after, limit, search.to_lowercase()), user)
}

/// Admins who may sign in.
pub(crate) fn count_admins(db: &Read<'_>) -> Result<i64> {
    let sql = "SELECT count(*) FROM hearth_users WHERE role = 'admin' AND disabled = 0";
    Ok(db.row(sql, [], |row| row.get(0))?.unwrap_or(0))
}

pub(crate) fn insert(tx: &mut Tx<'_>, user: &User, password_hash: Option<&str>) -> Result<()> {
    tx.execute(
        "INSERT INTO hearth_users (id, email, email_key, name, password_hash, role, email_verified, disabled, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)",
        (
            &user.id,
            &user.email,
            user.email.as_deref().map(email_key),
            &user.name,
            password_hash,
            &user.role,
            user.email_verified,
            user.disabled,
            &user.created_at,
        ),
    )?;
    Ok(())
}

/// Writes name, role and state of an existing user; says whether there was one.
pub(crate) fn update(tx: &mut Tx<'_>, user: &User) -> Result<bool> {
    tx.emit(Event::User(user.id.clone()));
    let touched = tx.execute(
        "UPDATE hearth_users SET name = ?2, role = ?3, disabled = ?4, updated_at = ?5 WHERE id = ?1",
        (&user.id, &user.name, &user.role, user.disabled, &user.updated_at),
    )?;
    Ok(touched > 0)
}

pub(crate) fn update_password(tx: &mut Tx<'_>, id: &str, hash: &str, now: &str) -> Result<bool> {
    let sql = "UPDATE hearth_users SET password_hash = ?2, updated_at = ?3 WHERE id = ?1";
    Ok(tx.execute(sql, (id, hash, now))? > 0)
}

/// Somebody has shown that the account's address is theirs.
pub(crate) fn update_verified(tx: &mut Tx<'_>, id: &str, now: &str) -> Result<()> {
    tx.emit(Event::User(id.to_owned()));
    let sql = "UPDATE hearth_users SET email_verified = 1, updated_at = ?2 WHERE id = ?1";
    tx.execute(sql, [id, now])?;
    Ok(())
}

/// Another address, whose user it is verified to be.
pub(crate) fn update_email(tx: &mut Tx<'_>, id: &str, email: &str, now: &str) -> Result<()> {
    tx.emit(Event::User(id.to_owned()));
    tx.execute(
        "UPDATE hearth_users SET email = ?2, email_key = ?3, email_verified = 1, updated_at = ?4 WHERE id = ?1",
        (id, email, email_key(email), now),
    )?;
    Ok(())
}

/// Ways into the account beside its password: keys of programs, and sign-ins elsewhere.
pub(crate) fn remove_other_ways_in(tx: &mut Tx<'_>, id: &str) -> Result<()> {
    tx.emit(Event::User(id.to_owned()));
    tx.execute("DELETE FROM hearth_api_keys WHERE user_id = ?1", [id])?;
    tx.execute("DELETE FROM hearth_identities WHERE user_id = ?1", [id])?;
    Ok(())
}

/// Whether there was one. Records follow by the models' rules.
pub(crate) fn remove(tx: &mut Tx<'_>, id: &str) -> Result<bool> {
    tx.emit(Event::User(id.to_owned()));
    identities::depart(tx, id, clock::seconds())?;
    executions::tell_removal(tx, id)?;
    const DELETE: &str = "DELETE FROM hearth_users WHERE id = ?1";
    let Some(graph) = tx.graph() else {
        return Ok(tx.execute(DELETE, [id])? > 0);
    };
    let taken = Taken::with_user(tx, graph, id)?;
    let gone = tx.execute(DELETE, [id])? > 0;
    taken.note_bereft(tx, graph)?;
    Ok(gone)
}

/// Records that refer to what a deletion takes away.
pub(crate) struct Dangling {
    pub(crate) table: String,
    pub(crate) parent: String,
    pub(crate) count: i64,
}

/// The references that keep a user from being deleted. To find them the user is deleted with all references looked at
/// only afterwards; the job must fail, so that this is rolled back.
pub(crate) fn find_dangling(tx: &mut Tx<'_>, id: &str) -> Result<Vec<Dangling>> {
    tx.execute("PRAGMA defer_foreign_keys = ON", [])?;
    let found = remove(tx, id).and_then(|_| {
        let sql = "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2";
        tx.all(sql, [], |row| {
            Ok(Dangling {
                table: row.get(0)?,
                parent: row.get(1)?,
                count: row.get(2)?,
            })
        })
    });
    tx.execute("PRAGMA defer_foreign_keys = OFF", [])?;
    found
}

/// Notes that the account was used from there.
pub(crate) fn remember_address(tx: &mut Tx<'_>, id: &str, address: &str, now: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO hearth_known_addresses (user_id, address, last_used_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (user_id, address) DO UPDATE SET last_used_at = excluded.last_used_at",
        (id, address, now),
    )?;
    Ok(())
}

/// Forgets addresses that were not used of late; so many at a time that the transaction stays short.
pub(crate) fn purge_addresses(tx: &mut Tx<'_>, before: &str) -> Result<usize> {
    let sql = "DELETE FROM hearth_known_addresses WHERE (user_id, address) IN
         (SELECT user_id, address FROM hearth_known_addresses WHERE last_used_at < ?1 LIMIT 1000)";
    tx.execute(sql, [before])
}
