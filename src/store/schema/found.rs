//! The tables of a database as shapes, and what somebody made beside them. Not Hearth's own tables.

use crate::error::{Code, Error, Result};
use crate::models::ddl::text::{Kind, normal, words};
use crate::models::ddl::{self, Index, Shape, is_same};
use crate::models::diff::{Found, Object, ObjectKind};
use crate::store::Read;

/// Hearth's own, and SQLite's.
fn is_internal(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("hearth_") || name.starts_with("sqlite_")
}

/// One line of the schema that has SQL.
struct Entry {
    kind: String,
    name: String,
    table: String,
    sql: String,
    /// Made by a virtual table for itself.
    is_shadow: bool,
}

fn entries(db: &Read<'_>) -> Result<Vec<Entry>> {
    let sql = "SELECT s.type, s.name, s.tbl_name, s.sql, coalesce(l.type = 'shadow', 0)
        FROM sqlite_schema AS s LEFT JOIN pragma_table_list(s.name) AS l ON l.schema = 'main'
        WHERE s.sql IS NOT NULL ORDER BY s.rowid";
    let entries = db.all(sql, [], |row| {
        Ok(Entry {
            kind: row.get(0)?,
            name: row.get(1)?,
            table: row.get(2)?,
            sql: row.get(3)?,
            is_shadow: row.get(4)?,
        })
    })?;
    let is_users = |entry: &Entry| !is_internal(&entry.name) && !is_internal(&entry.table);
    Ok(entries.into_iter().filter(is_users).collect())
}

/// Everything is read anew each time: what was remembered would not notice what somebody changed by hand.
pub(crate) fn found(db: &Read<'_>) -> Result<Found> {
    db.snapshot(|| {
        let mut found = Found::default();
        for entry in entries(db)?.into_iter().filter(|entry| !entry.is_shadow) {
            match entry.kind.as_str() {
                "table" if is_virtual(&entry.sql) => {
                    found.objects.push(object(entry, ObjectKind::Virtual))
                }
                "table" => found.tables.push(shape(db, &entry)?),
                "index" => index(entry, &mut found),
                "view" => found.objects.push(object(entry, ObjectKind::View)),
                _ => found.objects.push(object(entry, ObjectKind::Trigger)),
            }
        }
        Ok(found)
    })
}

/// The whole schema of the user's tables as one text: equal when the schemas are, whatever the spaces and quotes.
pub(crate) fn fingerprint(db: &Read<'_>) -> Result<String> {
    let mut lines: Vec<String> = entries(db)?
        .iter()
        .map(|entry| format!("{} {}: {}", entry.kind, entry.name, normal(&entry.sql)))
        .collect();
    lines.sort_unstable();
    Ok(lines.join("\n"))
}

fn object(entry: Entry, kind: ObjectKind) -> Object {
    Object {
        kind,
        name: entry.name,
        table: entry.table,
        sql: entry.sql,
    }
}

fn is_virtual(sql: &str) -> bool {
    words(sql).get(1).is_some_and(|word| word.is("virtual"))
}

/// What was read out of the SQL must be what SQLite itself says of the table.
fn shape(db: &Read<'_>, entry: &Entry) -> Result<Shape> {
    let sql = "SELECT name FROM pragma_table_xinfo(?1) ORDER BY cid";
    let names: Vec<String> = db.all(sql, [&entry.name], |row| row.get(0))?;
    let shape = ddl::parse(&entry.sql).map(|shape| Shape {
        name: entry.name.clone(),
        ..shape
    });
    let read = shape.filter(|shape| {
        let columns = shape.columns.iter().map(|column| &column.name);
        columns.eq(names.iter())
    });
    read.ok_or_else(|| {
        Error::new(
            Code::Unavailable,
            format!(
                "Table `{}` was made in a way that Hearth does not understand: {}. Nothing was changed",
                entry.name, entry.sql
            ),
        )
    })
}

fn index(entry: Entry, found: &mut Found) {
    let mut tables = found.tables.iter_mut();
    let table = tables.find(|table| is_same(&table.name, &entry.table));
    match table.filter(|table| Index::is_ours(&table.name, &entry.name)) {
        Some(table) => {
            let words = words(&entry.sql);
            let columns = words.iter().skip_while(|word| !word.is("(")).skip(1);
            let columns = columns.take_while(|word| !word.is(")"));
            let names = columns.filter(|word| matches!(word.kind, Kind::Bare | Kind::Name));
            table.indexes.push(Index {
                unique: words.get(1).is_some_and(|word| word.is("unique")),
                columns: names.map(|word| word.text.clone()).collect(),
                name: entry.name,
                sql: entry.sql,
            });
        }
        None => found.objects.push(object(entry, ObjectKind::Index)),
    }
}
