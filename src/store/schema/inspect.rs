//! Reads the tables of a database: their columns, indexes, references, CHECKs and triggers.

use rusqlite::Row;

use super::{Column, Index, Reference, Schema, Table, checks};
use crate::error::Result;
use crate::store::Read;

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
            ("table", _) => schema.others.push((name, "a virtual table")),
            ("view", _) => schema.others.push((name, "a view")),
            ("index", _) => schema.others.push((name, "an index")),
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
