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
