//! The models' tables as they are in the database.

use rusqlite::Connection;

use crate::error::Result;

/// SQLite's own look at the file.
pub(super) fn quick_check(_connection: &Connection) -> Result<()> {
    todo!()
}
