//! The models' tables as they are in the database, and SQLite's own look at the file. Not Hearth's own tables.

use rusqlite::Connection;

#[cfg(test)]
use super::{Read, Tx};
use crate::error::{Code, Error, Result};

mod data;
mod found;

pub(crate) use data::{Ids, clash, count, is_empty, offenders};
pub(crate) use found::{fingerprint, found};

/// All cells of an answer as texts, row by row.
#[cfg(test)]
pub(crate) fn cells(db: &Read<'_>, sql: &str) -> Result<Vec<Vec<String>>> {
    use rusqlite::types::ValueRef;
    db.all(sql, [], |row| {
        let cell = |at| {
            Ok(match row.get_ref(at)? {
                ValueRef::Null => "null".to_owned(),
                ValueRef::Integer(number) => number.to_string(),
                ValueRef::Real(number) => format!("{number:?}"),
                ValueRef::Text(text) | ValueRef::Blob(text) => {
                    String::from_utf8_lossy(text).into_owned()
                }
            })
        };
        (0..row.as_ref().column_count()).map(cell).collect()
    })
}

/// Carries out statements; `says` is what they do, in a person's words.
#[cfg(test)]
pub(crate) fn apply(tx: &mut Tx<'_>, sql: &str, says: &str) -> Result<()> {
    tx.batch(sql).map_err(|error| {
        // The disk, or another process: it says so itself, and passes.
        if error.retry_after().is_some() {
            return error;
        }
        let cause = error
            .cause()
            .map_or_else(|| error.to_string(), ToString::to_string);
        let message = format!("{says}: this failed, and nothing was changed: {cause}");
        Error::new(Code::Unavailable, message).because(error)
    })
}

/// SQLite's own look at the file. It reads all of it.
pub(in crate::store) fn quick_check(connection: &Connection) -> Result<()> {
    let mut statement = connection.prepare("PRAGMA quick_check(5)")?;
    let found = statement.query_map([], |row| row.get(0))?;
    let found: Vec<String> = found.collect::<rusqlite::Result<_>>()?;
    if found == ["ok"] {
        return Ok(());
    }
    let path = connection.path().unwrap_or_default();
    Err(Error::new(
        Code::Unavailable,
        format!(
            "{path} is damaged: {}. Nothing was changed. Restore it from a backup",
            found.join("; ")
        ),
    ))
}
