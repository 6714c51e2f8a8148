//! `foreign_key_check` before the commit. What was broken before by hand does not count.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;

use crate::error::{Error, Result};

/// Rows whose reference leads nowhere, by table and the table they refer to.
type Broken = BTreeMap<(String, String), u64>;

pub(super) fn check(connection: &Connection, path: &Path) -> Result<()> {
    let now = broken(connection)?;
    if now.is_empty() {
        return Ok(());
    }
    let before = broken(&super::beside(path)?)?;
    let added = now
        .iter()
        .filter(|(place, count)| before.get(place).is_none_or(|before| before < count));
    let lines: Vec<String> = added
        .map(|((table, parent), count)| {
            format!("- {table}: {count} rows refer to no row of {parent}")
        })
        .collect();
    if lines.is_empty() {
        return Ok(());
    }
    Err(Error::conflict(format!(
        "References would be broken, and nothing was changed:\n{}\nDelete or mend these rows first, or in the revision itself",
        lines.join("\n")
    )))
}

fn broken(connection: &Connection) -> Result<Broken> {
    let mut statement = connection.prepare("PRAGMA foreign_key_check")?;
    let mut rows = statement.query([])?;
    let mut broken = Broken::new();
    while let Some(row) = rows.next()? {
        *broken.entry((row.get(0)?, row.get(2)?)).or_default() += 1;
    }
    Ok(broken)
}
