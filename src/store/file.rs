//! What a database file must be before anything is changed in it. Afterwards nothing but SQLite may open it: closing a
//! plain file would drop SQLite's locks, and the next other process would delete the live log.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use rusqlite::Connection;

use crate::error::{Code, Error, Result};

const HEADER: &[u8; 16] = b"SQLite format 3\0";

/// A refusal that leaves the file as it is.
pub(super) fn refused(path: &Path, why: &str) -> Error {
    let path = path.display();
    Error::new(
        Code::Unavailable,
        format!(
            "{path} {why}. Nothing was changed. Restore it from a backup, or name another data_dir"
        ),
    )
}

/// Refuses what is no whole SQLite database; before the first connection.
pub(super) fn check_header(path: &Path) -> Result<()> {
    let refuse = |why: &str| Err(refused(path, why));
    let log = path.with_extension("db-wal");
    let logged = log.metadata().map_or(0, |data| data.len());
    let mut file = match File::open(path) {
        Ok(file) => file,
        // SQLite would make a new file and delete the log.
        Err(cause) if cause.kind() == ErrorKind::NotFound && logged > 0 => {
            return refuse(&format!(
                "is missing, but {} may hold its rows",
                log.display()
            ));
        }
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(()),
        Err(cause) => return refuse(&format!("cannot be read ({cause})")),
    };
    let size = match file.metadata() {
        Ok(data) if data.is_file() => data.len(),
        Ok(_) => return refuse("is no file"),
        Err(cause) => return refuse(&format!("cannot be read ({cause})")),
    };
    // A first start that was killed leaves an empty file, and no log.
    if size == 0 && logged > 0 {
        return refuse(&format!(
            "is empty, but {} may hold its rows",
            log.display()
        ));
    }
    if size == 0 {
        return Ok(());
    }
    let mut head = [0u8; 100];
    if size < 100 || file.read_exact(&mut head).is_err() || &head[..16] != HEADER {
        return refuse("is not an SQLite database");
    }
    let page = match u16::from_be_bytes([head[16], head[17]]) {
        1 => 65_536,
        size => u64::from(size),
    };
    let pages = u64::from(u32::from_be_bytes([head[28], head[29], head[30], head[31]]));
    // With a log the header may be older than the file, or newer.
    if pages * page > size && logged == 0 {
        let whole = pages * page;
        return refuse(&format!("is cut off: it has {size} of {whole} bytes"));
    }
    Ok(())
}

/// A table of a database that Hearth did not make; None when it is empty or Hearth's.
///
/// The tables first: between the two looks another process may have made Hearth's own, all at once.
pub(super) fn foreign_table(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let any = "SELECT min(name) FROM sqlite_schema
        WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let found: Option<String> = connection.query_row(any, [], |row| row.get(0))?;
    let ours = "SELECT (SELECT count(*) FROM pragma_table_info('hearth_migrations') WHERE name IN ('version', 'checksum'))
        + (SELECT count(*) FROM pragma_table_info('hearth_meta') WHERE name IN ('name', 'value'))";
    match found {
        Some(_) if connection.query_row(ours, [], |row| row.get::<_, i64>(0))? == 4 => Ok(None),
        found => Ok(found),
    }
}
