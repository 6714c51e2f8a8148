//! The models' tables as they are in the database, and SQLite's own look at the file. Not Hearth's own tables.

use rusqlite::Connection;

#[cfg(test)]
use super::Read;
use super::Tx;
use crate::error::{Code, Error, Result};

mod checks;
mod data;
mod found;
mod inspect;
mod rows;

pub(crate) use checks::{Check, Word, words};
pub(crate) use data::{Ids, clash, count, is_empty, offenders};
pub(crate) use found::{fingerprint, found};
pub(crate) use inspect::inspect;
pub(crate) use rows::{Origin, clashes, has_rows, last_id};

/// All tables but Hearth's own.
#[derive(Debug, Default)]
pub(crate) struct Schema {
    pub(crate) tables: Vec<Table>,
    /// What else has a name that a table could want: views, virtual tables, indexes; each with its kind.
    pub(crate) others: Vec<(String, &'static str)>,
}

#[derive(Debug)]
pub(crate) struct Table {
    /// As planned renames would have it.
    pub(crate) name: String,
    /// As the database has it now.
    pub(crate) stored: String,
    pub(crate) strict: bool,
    /// WITHOUT ROWID.
    pub(crate) keyed: bool,
    /// Whether an id is never given twice.
    pub(crate) counted: bool,
    pub(crate) columns: Vec<Column>,
    pub(crate) indexes: Vec<Index>,
    pub(crate) references: Vec<Reference>,
    pub(crate) checks: Vec<Check>,
    pub(crate) triggers: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) stored: String,
    pub(crate) storage: String,
    pub(crate) required: bool,
    pub(crate) has_default: bool,
    pub(crate) primary: bool,
    /// Computed from others, and cannot be written.
    pub(crate) computed: bool,
}

#[derive(Debug)]
pub(crate) struct Index {
    pub(crate) name: String,
    pub(crate) unique: bool,
    /// Made by CREATE INDEX, rather than with the table.
    pub(crate) separate: bool,
    /// Columns alone, of all rows, upwards, by bytes.
    pub(crate) plain: bool,
    pub(crate) columns: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Reference {
    id: i64,
    pub(crate) column: String,
    pub(crate) table: String,
    /// None: the primary key.
    pub(crate) to: Option<String>,
    pub(crate) on_delete: String,
    pub(crate) on_update: String,
    /// Of several columns together.
    pub(crate) composite: bool,
}

/// SQLite compares names without regard to the case of ASCII letters.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

impl Schema {
    pub(crate) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| is_same(&table.name, name))
    }

    fn table_mut(&mut self, name: &str) -> Option<&mut Table> {
        self.tables
            .iter_mut()
            .find(|table| is_same(&table.name, name))
    }

    /// As RENAME TABLE does it: references follow.
    pub(crate) fn rename_table(&mut self, from: &str, to: &str) {
        for table in &mut self.tables {
            if is_same(&table.name, from) {
                to.clone_into(&mut table.name);
            }
            let followers = table.references.iter_mut();
            for reference in followers.filter(|reference| is_same(&reference.table, from)) {
                to.clone_into(&mut reference.table);
            }
        }
    }

    /// As RENAME COLUMN does it: indexes, CHECKs and references follow.
    pub(crate) fn rename_column(&mut self, table: &str, from: &str, to: &str) {
        let Some(table) = self.table_mut(table) else {
            return;
        };
        let columns = table.columns.iter_mut().map(|column| &mut column.name);
        let references = table
            .references
            .iter_mut()
            .map(|reference| &mut reference.column);
        let indexes = table
            .indexes
            .iter_mut()
            .flat_map(|index| &mut index.columns);
        for name in columns.chain(references).chain(indexes) {
            if is_same(name, from) {
                to.clone_into(name);
            }
        }
        table
            .checks
            .iter_mut()
            .for_each(|check| check.rename(from, to));
    }
}

impl Table {
    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns
            .iter()
            .find(|column| is_same(&column.name, name))
    }
}

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

/// Carries out one step of a plan; `says` is what it does, in a person's words.
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
