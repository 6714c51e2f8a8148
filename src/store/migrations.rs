//! Hearth's own tables: `migrations/`, embedded, applied by refinery at every start. Not the user's tables.
//!
//! All of it is one `BEGIN IMMEDIATE`: a second process waits and then finds nothing to do.

use refinery_core::Migration;
use refinery_core::traits::sync::Migrate as _;
use rusqlite::Connection;

use super::connection::{be_brisk, be_patient};
use super::refinery::Within;
use super::{Read, tx};
use crate::error::{Code, Error, Result};

mod embedded {
    ::refinery::embed_migrations!("migrations");
}

/// Named unlike refinery's default, so that a user's own ledger never collides.
const LEDGER: &str = "hearth_migrations";

/// Brings Hearth's own tables up to date; says how many migrations it applied.
pub(super) fn run(connection: &mut Connection) -> Result<usize> {
    // Without a lock, which another process may hold for long: refinery compares what is applied, and nothing is written.
    let current = Read::new(connection).snapshot(|| match is_current(connection)? {
        true => migrate(connection).map(Some),
        false => Ok(None),
    });
    if let Some(none) = current? {
        return Ok(none);
    }
    be_patient(connection)?;
    connection.pragma_update(None, "foreign_keys", false)?;
    let applied = tx::transaction(connection, |_| apply(connection));
    connection.pragma_update(None, "foreign_keys", true)?;
    be_brisk(connection)?;
    applied
}

/// Whether this very version was here already, so that nothing is left to write.
fn is_current(connection: &Connection) -> Result<bool> {
    let exists =
        "SELECT count(*) = 2 FROM sqlite_schema WHERE name IN ('hearth_migrations', 'hearth_meta')";
    // A file that this user may not write is to fail at once, with its name.
    if connection.is_readonly("main")? || !connection.query_row(exists, [], |row| row.get(0))? {
        return Ok(false);
    }
    let runner = embedded::migrations::runner();
    let ours = runner.get_migrations().iter().map(Migration::version).max();
    let sql = "SELECT (SELECT max(version) FROM hearth_migrations) IS ?1
        AND (SELECT value FROM hearth_meta WHERE name = 'version') IS ?2";
    let version = env!("CARGO_PKG_VERSION");
    Ok(connection.query_row(sql, (ours, version), |row| row.get(0))?)
}

/// Reads as if the migrations were applied, and undoes them: whoever only looks changes nothing.
pub(super) fn look<T>(
    connection: &Connection,
    read: impl FnOnce(&Read<'_>) -> Result<T>,
) -> Result<T> {
    connection.pragma_update(None, "foreign_keys", false)?;
    let mut seen = None;
    let undone: Result<()> = tx::transaction(connection, |tx| {
        apply(connection)?;
        seen = Some(read(tx));
        Err(Error::conflict("looked at, and undone"))
    });
    match (seen, undone) {
        (Some(seen), _) => seen,
        (None, Err(error)) => Err(error),
        (None, Ok(())) => Err(Error::internal("a look ended without having looked")),
    }
}

fn apply(connection: &Connection) -> Result<usize> {
    let applied = migrate(connection)?;
    connection.execute(
        "INSERT INTO hearth_meta (name, value) VALUES ('version', ?1) ON CONFLICT (name) DO UPDATE SET value = excluded.value
         WHERE value <> excluded.value",
        [env!("CARGO_PKG_VERSION")],
    )?;
    Ok(applied)
}

fn migrate(connection: &Connection) -> Result<usize> {
    let runner = embedded::migrations::runner();
    let known = runner.get_migrations();
    refuse_newer(
        connection,
        known.iter().map(Migration::version).max().unwrap_or(0),
    )?;
    let report = Within(connection)
        .migrate(
            known,
            true,
            true,
            false,
            refinery_core::Target::Latest,
            LEDGER,
        )
        .map_err(|cause| {
            Error::new(
                Code::Unavailable,
                format!("Hearth's own tables cannot be migrated: {cause}"),
            )
        })?;
    let applied = report.applied_migrations().len();
    // It reads all tables, so only where something was done.
    if applied > 0
        && let Some(broken) = first_broken_reference(connection)?
    {
        return Err(Error::new(
            Code::Unavailable,
            format!("A migration would break references in `{broken}`; nothing was changed"),
        ));
    }
    Ok(applied)
}

fn refuse_newer(connection: &Connection, ours: i64) -> Result<()> {
    let exists = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    if connection.query_row(exists, [LEDGER], |row| row.get::<_, i64>(0))? == 0 {
        return Ok(());
    }
    let theirs: Option<i64> =
        connection.query_row(&format!("SELECT max(version) FROM {LEDGER}"), [], |row| {
            row.get(0)
        })?;
    if theirs.unwrap_or(0) <= ours {
        return Ok(());
    }
    let wrote: String = connection
        .query_row(
            "SELECT value FROM hearth_meta WHERE name = 'version'",
            [],
            |row| row.get(0),
        )
        .unwrap_or_else(|_| "a newer version".to_owned());
    Err(Error::new(
        Code::Unavailable,
        format!(
            "The database was written by Hearth {wrote} (migration {}), this is Hearth {} (migration {ours}). \
             Nothing was changed; start the newer version",
            theirs.unwrap_or(0),
            env!("CARGO_PKG_VERSION")
        ),
    ))
}

fn first_broken_reference(connection: &Connection) -> Result<Option<String>> {
    let mut statement = connection.prepare("PRAGMA foreign_key_check")?;
    let mut rows = statement.query([])?;
    Ok(match rows.next()? {
        Some(row) => Some(row.get(0)?),
        None => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_that_was_broken_by_hand_does_not_stop_a_start_without_migrations() {
        let mut connection = Connection::open_in_memory().unwrap();
        assert!(run(&mut connection).unwrap() > 0);
        let orphan = "PRAGMA foreign_keys = OFF;
            INSERT INTO hearth_refresh_tokens (hash, session_id) VALUES ('h', 'gone')";
        connection.execute_batch(orphan).unwrap();
        assert_eq!(run(&mut connection).unwrap(), 0);
    }
}
