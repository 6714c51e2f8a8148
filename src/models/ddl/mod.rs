//! Tables in SQL: the only place with DDL for declared models.
//!
//! A table keeps what two requests at once could break: types, presence, `enum`, references, uniqueness. All other
//! limits of a field are checked by `validate` before a value gets here, so that a new limit needs no new table.
//!
//! `wanted` makes the shape of a model's table, `parse` reads the shape of a table that exists, `script` and `rebuild`
//! lead from the one to the other, `alter` decides which way.

mod alter;
mod convert;
mod parse;
mod rebuild;
mod script;
pub mod text;
mod wanted;

pub use convert::conversion;
pub use parse::table as parse;
pub use rebuild::{Obstacle, ObstacleKind, carried, fills, obstacles};
pub use script::{Script, script};

/// A table, as it is to be or as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    pub name: String,
    pub columns: Vec<Column>,
    /// Those that Hearth makes.
    pub indexes: Vec<Index>,
    /// What somebody wrote beside the columns, as SQL: CHECKs, keys.
    pub constraints: Vec<String>,
    pub strict: bool,
    /// WITHOUT ROWID.
    pub keyed: bool,
    /// The statement that made it; empty for a table that is to be.
    pub sql: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub stored: Stored,
    pub key: Key,
    /// Never null.
    pub required: bool,
    /// What rows have that were there before the column, as SQL. New records bring every value with them.
    pub default: Option<String>,
    /// All that a text may be, as SQL.
    pub options: Option<Vec<String>>,
    pub references: Option<Parent>,
    /// Computed from others, and cannot be written.
    pub computed: bool,
    /// What somebody wrote beside all this, as SQL: COLLATE, more CHECKs.
    pub beside: Vec<String>,
    /// The definition in a table that exists; empty for a column that is to be.
    pub sql: String,
}

/// What the values of a column are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stored {
    Text,
    Integer,
    Real,
    /// 0 and 1.
    Boolean,
    /// JSON, and more is not said by a table.
    Json,
    Array,
    Object,
    /// A type that Hearth does not use, as SQL.
    Other(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    No,
    /// 1, 2, 3 …, never used twice, not even that of the last record after its deletion.
    Counted,
    /// SQLite's own number of a row, where the id is something else.
    Row,
    Unique,
}

/// What a column refers to: always the `id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    pub table: String,
    /// In SQL's words.
    pub on_delete: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    pub name: String,
    pub unique: bool,
    pub columns: Vec<String>,
    /// The statement that made it; empty for one that is to be.
    pub sql: String,
}

impl Shape {
    pub fn create(&self) -> String {
        let columns = self.columns.iter().map(Column::definition);
        let parts: Vec<String> = columns.chain(self.constraints.iter().cloned()).collect();
        format!(
            "CREATE TABLE {} (\n    {}\n) STRICT",
            quote(&self.name),
            parts.join(",\n    ")
        )
    }

    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns
            .iter()
            .find(|column| is_same(&column.name, name))
    }
}

impl Stored {
    /// The type in a STRICT table.
    pub fn storage(&self) -> &str {
        match self {
            Stored::Text | Stored::Json | Stored::Array | Stored::Object => "TEXT",
            Stored::Integer | Stored::Boolean => "INTEGER",
            Stored::Real => "REAL",
            Stored::Other(name) => name,
        }
    }

    pub fn is_json(&self) -> bool {
        matches!(self, Stored::Json | Stored::Array | Stored::Object)
    }

    /// Whether a table shows no difference: one that says no more than JSON may hold either kind.
    pub fn is_like(&self, other: &Stored) -> bool {
        let is_open = |one: &Stored, two: &Stored| *one == Stored::Json && two.is_json();
        self == other || is_open(self, other) || is_open(other, self)
    }

    /// In the words of a declaration.
    pub fn word(&self) -> &str {
        match self {
            Stored::Text => "string",
            Stored::Integer => "integer",
            Stored::Real => "number",
            Stored::Boolean => "boolean",
            Stored::Json => "array or object",
            Stored::Array => "array",
            Stored::Object => "object",
            Stored::Other(name) => name,
        }
    }
}

impl Column {
    /// The expression of its CHECK.
    pub fn check(&self) -> Option<String> {
        let name = quote(&self.name);
        match &self.stored {
            Stored::Boolean => Some(format!("{name} IN (0, 1)")),
            Stored::Json => Some(format!("json_valid({name})")),
            // json_type alone would take JSON5.
            kind @ (Stored::Array | Stored::Object) => Some(format!(
                "json_valid({name}) AND json_type({name}) = '{}'",
                kind.word()
            )),
            _ => self
                .options
                .as_ref()
                .map(|any| format!("{name} IN ({})", any.join(", "))),
        }
    }

    /// The same in CREATE TABLE and ADD COLUMN, so that both ways lead to one shape. A column that exists keeps its
    /// own words.
    pub fn definition(&self) -> String {
        if !self.sql.is_empty() {
            return self.sql.clone();
        }
        let mut sql = format!("{} {}", quote(&self.name), self.stored.storage());
        sql.push_str(match self.key {
            Key::Counted => " PRIMARY KEY AUTOINCREMENT",
            Key::Row => " PRIMARY KEY",
            Key::No | Key::Unique => "",
        });
        if self.required {
            sql.push_str(" NOT NULL");
        }
        if self.key == Key::Unique {
            sql.push_str(" UNIQUE");
        }
        if let Some(default) = &self.default {
            sql.push_str(&format!(" DEFAULT {default}"));
        }
        if let Some(check) = self.check() {
            sql.push_str(&format!(" CHECK ({check})"));
        }
        if let Some(parent) = &self.references {
            let table = quote(&parent.table);
            sql.push_str(&format!(
                " REFERENCES {table} (\"id\") ON DELETE {}",
                parent.on_delete
            ));
        }
        for other in &self.beside {
            sql.push(' ');
            sql.push_str(other);
        }
        sql
    }

    pub fn is_primary(&self) -> bool {
        matches!(self.key, Key::Counted | Key::Row)
    }
}

impl Index {
    /// Neither a model's nor a field's name has a dot or a space, so no two indexes and no table share a name.
    pub(super) fn new(table: &str, unique: bool, columns: Vec<String>) -> Self {
        let mark = if unique { " unique" } else { "" };
        Index {
            name: format!("{table}.{}{mark}", columns.join(".")),
            unique,
            columns,
            sql: String::new(),
        }
    }

    /// Whether Hearth gave an index of that table this name.
    pub fn is_ours(table: &str, name: &str) -> bool {
        name.strip_prefix(table)
            .is_some_and(|rest| rest.starts_with('.'))
    }

    /// One that exists keeps its own words.
    pub fn create(&self, table: &str) -> String {
        if !self.sql.is_empty() {
            return self.sql.clone();
        }
        let unique = if self.unique { "UNIQUE " } else { "" };
        let columns: Vec<String> = self.columns.iter().map(|column| quote(column)).collect();
        format!(
            "CREATE {unique}INDEX {} ON {} ({})",
            quote(&self.name),
            quote(table),
            columns.join(", ")
        )
    }
}

/// SQLite compares names without regard to the case of ASCII letters.
pub fn is_same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

pub fn add_column(table: &str, column: &Column) -> String {
    format!(
        "ALTER TABLE {} ADD COLUMN {}",
        quote(table),
        column.definition()
    )
}

pub fn drop_column(table: &str, column: &str) -> String {
    format!("ALTER TABLE {} DROP COLUMN {}", quote(table), quote(column))
}

pub fn drop_table(name: &str) -> String {
    format!("DROP TABLE {}", quote(name))
}

pub fn rename_table(from: &str, to: &str) -> String {
    format!("ALTER TABLE {} RENAME TO {}", quote(from), quote(to))
}

pub fn rename_column(table: &str, from: &str, to: &str) -> String {
    let (table, from, to) = (quote(table), quote(from), quote(to));
    format!("ALTER TABLE {table} RENAME COLUMN {from} TO {to}")
}

pub fn drop_index(name: &str) -> String {
    format!("DROP INDEX {}", quote(name))
}

/// Names of the number that each row has in SQLite. A new table may have a column of such a name, but none can be added
/// or renamed later.
pub fn is_row_number(name: &str) -> bool {
    ["rowid", "oid", "_rowid_"]
        .iter()
        .any(|alias| alias.eq_ignore_ascii_case(name))
}

/// A name as SQL spells it; the one place that quotes.
pub fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
