//! Says a model in SQL: the only place with DDL for declared models.
//!
//! A table keeps what two requests at once could break: types, presence, `enum`, references, uniqueness. All other
//! limits of a field are checked by `validate` before a value gets here, so that a new limit needs no new table.

use super::literal;
use super::{Field, IdKind, Kind, Model, OnDelete, OnOwnerDelete, Word};

/// A model's table as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    pub name: String,
    pub columns: Vec<Column>,
    pub indexes: Vec<Index>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    /// A type of STRICT tables.
    pub storage: &'static str,
    pub key: Key,
    /// Never null.
    pub required: bool,
    /// What rows have that were there before the column, as SQL. New records bring every value with them.
    pub default: Option<String>,
    /// The expression of its CHECK.
    pub check: Option<String>,
    pub references: Option<Parent>,
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
    pub on_delete: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    pub name: String,
    pub unique: bool,
    pub columns: Vec<String>,
}

impl Shape {
    /// Columns in the order of a record's members: id, owner, fields, times.
    pub fn of(model: &Model) -> Self {
        let mut columns = match model.id {
            IdKind::Integer => vec![Column::new("id", "INTEGER").keyed(Key::Counted)],
            IdKind::Uuid => vec![
                Column::new("_row", "INTEGER").keyed(Key::Row),
                Column::new("id", "TEXT").keyed(Key::Unique).required(),
            ],
        };
        columns.push(Column {
            references: Some(Parent {
                table: "hearth_users".to_owned(),
                // RESTRICT and not NO ACTION: a user who has such records stays, even where another cascade of the
                // same deletion would take the records away.
                on_delete: match model.on_owner_delete {
                    OnOwnerDelete::Cascade => "CASCADE",
                    OnOwnerDelete::Restrict => "RESTRICT",
                },
            }),
            ..Column::new("user_id", "TEXT")
        });
        columns.extend(model.fields.iter().map(Column::of));
        columns
            .extend(["created_at", "updated_at"].map(|time| Column::new(time, "TEXT").required()));
        Shape {
            name: model.name.clone(),
            columns,
            indexes: indexes(model),
        }
    }

    pub fn create(&self) -> String {
        let columns: Vec<String> = self.columns.iter().map(Column::definition).collect();
        format!(
            "CREATE TABLE {} (\n    {}\n) STRICT",
            quote(&self.name),
            columns.join(",\n    ")
        )
    }

    /// For an empty table alone. `last_id` is the highest id that was ever given, so that it is not given again.
    pub fn recreate(&self, last_id: Option<i64>) -> String {
        let mut sql = format!("DROP TABLE {}; {}", quote(&self.name), self.create());
        if let Some(last) = last_id {
            let name = literal::text(&self.name);
            sql.push_str(&format!(
                "; INSERT INTO sqlite_sequence (name, seq) VALUES ({name}, {last})"
            ));
        }
        sql
    }

    pub fn add(&self, column: &Column) -> String {
        format!(
            "ALTER TABLE {} ADD COLUMN {}",
            quote(&self.name),
            column.definition()
        )
    }
}

impl Column {
    fn new(name: &str, storage: &'static str) -> Self {
        Column {
            name: name.to_owned(),
            storage,
            key: Key::No,
            required: false,
            default: None,
            check: None,
            references: None,
        }
    }

    fn keyed(mut self, key: Key) -> Self {
        self.key = key;
        self
    }

    fn required(mut self) -> Self {
        self.required = true;
        self
    }

    fn of(field: &Field) -> Self {
        let name = quote(&field.name);
        let (storage, check) = match &field.kind {
            Kind::String(text) => (
                "TEXT",
                text.options
                    .as_deref()
                    .map(|any| literal::one_of(&name, any)),
            ),
            Kind::Integer(_) => ("INTEGER", None),
            Kind::Number(_) => ("REAL", None),
            Kind::Boolean => ("INTEGER", Some(format!("{name} IN (0, 1)"))),
            Kind::Array(_) | Kind::Object(_) => ("TEXT", Some(format!("json_valid({name})"))),
        };
        let storage = match field.references.as_ref().map(|parent| parent.id) {
            Some(IdKind::Integer) => "INTEGER",
            Some(IdKind::Uuid) => "TEXT",
            None => storage,
        };
        Column {
            required: field.required,
            default: literal::default(field),
            check,
            references: field.references.as_ref().map(|parent| Parent {
                table: parent.model.clone(),
                // NO ACTION and not RESTRICT: both refuse at once, but RESTRICT looks in the middle of a statement.
                // A user's deletion takes posts and their comments together; in whichever order, it must pass.
                on_delete: match parent.on_delete {
                    OnDelete::Restrict => "NO ACTION",
                    OnDelete::Cascade => "CASCADE",
                    OnDelete::SetNull => "SET NULL",
                },
            }),
            ..Column::new(&field.name, storage)
        }
    }

    /// The same in CREATE TABLE and ADD COLUMN, so that both ways lead to one shape.
    fn definition(&self) -> String {
        let mut sql = format!("{} {}", quote(&self.name), self.storage);
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
        if let Some(check) = &self.check {
            sql.push_str(&format!(" CHECK ({check})"));
        }
        if let Some(parent) = &self.references {
            let table = quote(&parent.table);
            sql.push_str(&format!(
                " REFERENCES {table} (\"id\") ON DELETE {}",
                parent.on_delete
            ));
        }
        sql
    }
}

impl Index {
    /// Neither a model's nor a field's name has a dot or a space, so no two indexes and no table share a name.
    fn new(table: &str, unique: bool, columns: Vec<String>) -> Self {
        let mark = if unique { " unique" } else { "" };
        Index {
            name: format!("{table}.{}{mark}", columns.join(".")),
            unique,
            columns,
        }
    }

    /// Whether Hearth gave an index of that table this name.
    pub fn is_ours(table: &str, name: &str) -> bool {
        name.strip_prefix(table)
            .is_some_and(|rest| rest.starts_with('.'))
    }

    pub fn create(&self, table: &str) -> String {
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

fn indexes(model: &Model) -> Vec<Index> {
    // Records are listed by id. An integer id is the rowid, on which every index ends by itself.
    let plain = |columns: &[&str]| {
        let mut columns: Vec<String> = columns.iter().map(|&column| column.to_owned()).collect();
        if model.id == IdKind::Uuid && !columns.iter().any(|column| column == "id") {
            columns.push("id".to_owned());
        }
        Index::new(&model.name, false, columns)
    };
    // An owner's list in the order of ids needs no sort, and the cascade of a user's deletion no scan.
    let mut list = vec![plain(&["user_id"])];
    for unique in &model.unique {
        // Records that nobody in particular made have no owner, and NULLs never clash: what one anonymous visitor
        // sent is not told to another by a 409.
        let owner = unique.by_owner.then(|| "user_id".to_owned());
        let columns = owner.into_iter().chain(unique.fields.iter().cloned());
        list.push(Index::new(&model.name, true, columns.collect()));
    }
    // Without these each deletion of a parent reads all of its possible children.
    let references = model
        .fields
        .iter()
        .filter(|field| field.references.is_some());
    list.extend(references.map(|field| plain(&[&field.name])));
    for declared in &model.indexes {
        let mut columns: Vec<&str> = declared.iter().map(String::as_str).collect();
        // Where readers are held to their own records, `user_id = ?` stands in every statement: an index that begins
        // with it finds just the owner's rows, where one on the field alone would walk through everybody's.
        if is_read_by_owner(model) && columns.first() != Some(&"user_id") {
            columns.insert(0, "user_id");
        }
        if !list
            .iter()
            .any(|index| index.unique && index.columns == columns)
        {
            list.push(plain(&columns));
        }
    }
    let mut names = std::collections::HashSet::new();
    list.retain(|index| names.insert(index.name.clone()));
    list
}

fn is_read_by_owner(model: &Model) -> bool {
    let rule = &model.access.read;
    rule.contains(&Word::Owner) && !rule.contains(&Word::Anyone) && !rule.contains(&Word::SignedIn)
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
