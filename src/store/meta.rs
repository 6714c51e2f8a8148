//! Facts about this database: its identity, the generated signing secret.

use super::{Read, Tx};
use crate::error::Result;

pub(crate) fn find(db: &Read<'_>, name: &str) -> Result<Option<String>> {
    db.row(
        "SELECT value FROM hearth_meta WHERE name = ?1",
        [name],
        |row| row.get(0),
    )
}

pub(crate) fn set(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO hearth_meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [name, value],
    )?;
    Ok(())
}

/// What is kept under that name; `value` is kept and returned when nothing was.
pub(crate) fn find_or_set(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<String> {
    if let Some(known) = find(tx, name)? {
        return Ok(known);
    }
    set(tx, name, value)?;
    Ok(value.to_owned())
}
