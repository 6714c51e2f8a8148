//! The models' tables as they are in the database, and SQLite's own look at the file. Not Hearth's own tables.

use rusqlite::{Connection, Row};

use super::checks::{self, Check};
use super::sql::quote;
use super::{Read, Tx};
use crate::error::{Code, Error, Result};

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

/// Hearth's own tables, and SQLite's.
fn is_internal(name: &str) -> bool {
    name.starts_with("hearth_") || name.starts_with("sqlite_")
}

/// Everything is read anew at each start, in a handful of statements: a fingerprint that saved this would not notice
/// what somebody changed by hand.
pub(crate) fn inspect(db: &Read<'_>) -> Result<Schema> {
    db.snapshot(|| {
        let mut schema = Schema::default();
        tables(db, &mut schema)?;
        columns(db, &mut schema)?;
        indexes(db, &mut schema)?;
        references(db, &mut schema)?;
        Ok(schema)
    })
}

fn tables(db: &Read<'_>, schema: &mut Schema) -> Result<()> {
    let sql = "SELECT s.type, s.name, s.tbl_name, s.sql, l.type, l.strict, l.wr
        FROM sqlite_schema AS s LEFT JOIN pragma_table_list(s.name) AS l ON l.schema = 'main'
        ORDER BY s.rowid";
    let mut triggers: Vec<(String, String)> = Vec::new();
    db.each(sql, [], |row| {
        let (kind, name, owner): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if is_internal(&name) || is_internal(&owner) {
            return Ok(());
        }
        let form: Option<String> = row.get(4)?;
        match (kind.as_str(), form.as_deref()) {
            ("table", Some("table")) => schema.tables.push(table(row, name)?),
            ("table", _) => schema.others.push((name, "virtual table")),
            ("view", _) => schema.others.push((name, "view")),
            ("index", _) => schema.others.push((name, "index")),
            _ => triggers.push((owner, name)),
        }
        Ok(())
    })?;
    for (owner, name) in triggers {
        if let Some(table) = schema.table_mut(&owner) {
            table.triggers.push(name);
        }
    }
    Ok(())
}

fn table(row: &Row<'_>, name: String) -> Result<Table> {
    let sql: String = row.get(3)?;
    Ok(Table {
        stored: name.clone(),
        name,
        strict: row.get(5)?,
        keyed: row.get(6)?,
        counted: checks::has_keyword(&sql, "autoincrement"),
        columns: Vec::new(),
        indexes: Vec::new(),
        references: Vec::new(),
        checks: checks::of_table(&sql),
        triggers: Vec::new(),
    })
}

fn columns(db: &Read<'_>, schema: &mut Schema) -> Result<()> {
    let sql =
        "SELECT s.name, c.name, c.type, c.\"notnull\", c.dflt_value IS NOT NULL, c.pk, c.hidden
        FROM sqlite_schema AS s JOIN pragma_table_xinfo(s.name) AS c
        WHERE s.type = 'table' AND s.name NOT GLOB 'hearth_*' ORDER BY s.rowid, c.cid";
    db.each(sql, [], |row| {
        let owner: String = row.get(0)?;
        let Some(table) = schema.table_mut(&owner) else {
            return Ok(());
        };
        let name: String = row.get(1)?;
        table.columns.push(Column {
            stored: name.clone(),
            name,
            storage: row.get(2)?,
            required: row.get(3)?,
            has_default: row.get(4)?,
            primary: row.get::<_, i64>(5)? > 0,
            computed: row.get::<_, i64>(6)? > 0,
        });
        Ok(())
    })
}

fn indexes(db: &Read<'_>, schema: &mut Schema) -> Result<()> {
    let sql = "SELECT s.name, l.name, l.\"unique\", l.origin, l.partial, x.name, x.\"desc\", x.coll
        FROM sqlite_schema AS s JOIN pragma_index_list(s.name) AS l JOIN pragma_index_xinfo(l.name) AS x
        WHERE s.type = 'table' AND s.name NOT GLOB 'hearth_*' AND x.key = 1 ORDER BY s.rowid, l.name, x.seqno";
    db.each(sql, [], |row| {
        let owner: String = row.get(0)?;
        let Some(table) = schema.table_mut(&owner) else {
            return Ok(());
        };
        let name: String = row.get(1)?;
        let column: Option<String> = row.get(5)?;
        let collation: Option<String> = row.get(7)?;
        let plain =
            column.is_some() && !row.get::<_, bool>(6)? && collation.as_deref() == Some("BINARY");
        let column = column.unwrap_or_default();
        match table.indexes.last_mut().filter(|index| index.name == name) {
            Some(index) => {
                index.plain &= plain;
                index.columns.push(column);
            }
            None => table.indexes.push(Index {
                name,
                unique: row.get(2)?,
                separate: row.get::<_, String>(3)? == "c",
                plain: plain && !row.get::<_, bool>(4)?,
                columns: vec![column],
            }),
        }
        Ok(())
    })
}

fn references(db: &Read<'_>, schema: &mut Schema) -> Result<()> {
    let sql = "SELECT s.name, f.id, f.\"from\", f.\"table\", f.\"to\", f.on_delete, f.on_update
        FROM sqlite_schema AS s JOIN pragma_foreign_key_list(s.name) AS f
        WHERE s.type = 'table' AND s.name NOT GLOB 'hearth_*' ORDER BY s.rowid, f.id, f.seq";
    db.each(sql, [], |row| {
        let owner: String = row.get(0)?;
        let Some(table) = schema.table_mut(&owner) else {
            return Ok(());
        };
        let id = row.get(1)?;
        let before = table
            .references
            .last_mut()
            .filter(|reference| reference.id == id);
        let composite = before.is_some();
        if let Some(before) = before {
            before.composite = true;
        }
        table.references.push(Reference {
            id,
            column: row.get(2)?,
            table: row.get(3)?,
            to: row.get(4)?,
            on_delete: row.get(5)?,
            on_update: row.get(6)?,
            composite,
        });
        Ok(())
    })
}

pub(crate) fn has_rows(db: &Read<'_>, table: &Table) -> Result<bool> {
    let sql = format!("SELECT 1 FROM {} LIMIT 1", quote(&table.stored));
    Ok(db.row(&sql, [], |_| Ok(()))?.is_some())
}

/// The highest id that a table ever gave.
pub(crate) fn last_id(db: &Read<'_>, table: &Table) -> Result<Option<i64>> {
    if !table.counted {
        return Ok(None);
    }
    let sql = "SELECT seq FROM sqlite_sequence WHERE name = ?1";
    db.row(sql, [&table.stored], |row| row.get(0))
}

/// Where a value of a row will come from.
pub(crate) enum Origin<'s> {
    Column(&'s str),
    /// What all rows will have, as SQL; None is null.
    Constant(Option<&'s str>),
}

/// Pairs of records that share these values, three at most: the ids of the first and the last.
pub(crate) fn clashes(
    db: &Read<'_>,
    table: &Table,
    origins: &[Origin<'_>],
) -> Result<Vec<(String, String)>> {
    let values = origins.iter().enumerate().map(|(at, origin)| {
        let value = match origin {
            Origin::Column(name) => quote(name),
            Origin::Constant(sql) => sql.unwrap_or("NULL").to_owned(),
        };
        format!("{value} AS c{at}")
    });
    let values: Vec<String> = values.collect();
    let names: Vec<String> = (0..origins.len()).map(|at| format!("c{at}")).collect();
    let sql = format!(
        "SELECT CAST(min(id) AS TEXT), CAST(max(id) AS TEXT) FROM (SELECT \"id\" AS id, {} FROM {})
         WHERE {} IS NOT NULL GROUP BY {} HAVING count(*) > 1 ORDER BY min(id) LIMIT 3",
        values.join(", "),
        quote(&table.stored),
        names.join(" IS NOT NULL AND "),
        names.join(", ")
    );
    db.all(&sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
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
    tx.batch(sql).map_err(|error| match error.code() {
        Code::Unavailable => error,
        _ => {
            let cause = error
                .cause()
                .map_or_else(|| error.to_string(), ToString::to_string);
            let message = format!("{says}: this failed, and nothing was changed: {cause}");
            Error::new(Code::Unavailable, message).because(error)
        }
    })
}

/// SQLite's own look at the file. It reads all of it.
pub(super) fn quick_check(connection: &Connection) -> Result<()> {
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
