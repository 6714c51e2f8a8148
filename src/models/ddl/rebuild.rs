//! One table into another form, for what ALTER TABLE cannot do: the rebuild of SQLite's own documentation, and what each
//! of its columns is filled with.

use super::convert::conversion;
use super::text::normal;
use super::{Column, Key, Stored, drop_table, is_same, quote, rename_table};
use crate::models::literal;

/// A table made anew under its name, with its rows.
pub(super) struct Rebuild<'r> {
    pub(super) table: &'r str,
    /// CREATE TABLE, for the name of `temporary`.
    pub(super) create: String,
    /// Columns with the expression of their values.
    pub(super) copies: Vec<(String, String)>,
    /// Whether ids are counted, before and after.
    pub(super) counted: bool,
}

/// The name of a table while it is made. Hearth's own begin so, and no model's.
pub(super) fn temporary(table: &str) -> String {
    format!("hearth_new_{table}")
}

impl Rebuild<'_> {
    pub(super) fn statements(&self, out: &mut Vec<String>) {
        let new = temporary(self.table);
        out.push(self.create.clone());
        let names: Vec<&str> = self.copies.iter().map(|(name, _)| name.as_str()).collect();
        let values: Vec<&str> = self
            .copies
            .iter()
            .map(|(_, value)| value.as_str())
            .collect();
        out.push(format!(
            "INSERT INTO {} ({})\nSELECT {}\nFROM {} AS t",
            quote(&new),
            names.join(", "),
            values.join(", "),
            quote(self.table)
        ));
        if self.counted {
            let (old, new) = (literal::text(self.table), literal::text(&new));
            out.push(format!("DELETE FROM sqlite_sequence WHERE name = {new}"));
            out.push(format!(
                "INSERT INTO sqlite_sequence (name, seq) SELECT {new}, seq FROM sqlite_sequence WHERE name = {old}"
            ));
        }
        out.push(drop_table(self.table));
        out.push(rename_table(&new, self.table));
    }
}

/// The value in `table AS t` of a column that stays, of the old type as the new one.
pub fn carried(from: &Column, to: &Column) -> String {
    let name = format!("t.{}", quote(&from.name));
    if from.key != to.key && to.key == Key::Unique {
        // Numbers are no UUIDs: a table with rows is not made anew like this.
        return "NULL".to_owned();
    }
    let value = match conversion(&from.stored, &to.stored, &name) {
        Some(conversion) => conversion.guarded(&name),
        None => name,
    };
    match &to.default {
        Some(default) if fills(from, to) => format!("coalesce({value}, {default})"),
        _ => value,
    }
}

/// The same on the way back: a default that took the place of null, and that the old column could not hold, is null
/// again.
pub(super) fn restored(from: &Column, to: &Column) -> String {
    let back = carried(to, from);
    let Some(default) = to.default.as_ref().filter(|_| fills(from, to)) else {
        return back;
    };
    let name = format!("t.{}", quote(&from.name));
    let mut fits = Vec::new();
    let mut value = name.clone();
    if let Some(conversion) = conversion(&to.stored, &from.stored, &name) {
        fits.extend(conversion.fits.map(|fits| format!("({fits})")));
        value = conversion.value;
    }
    if let Some(options) = &from.options {
        fits.push(format!("{value} IN ({})", options.join(", ")));
    }
    if let Some(parent) = from
        .references
        .as_ref()
        .filter(|_| from.references != to.references)
    {
        fits.push(refers(&parent.table, &value));
    }
    if fits.is_empty() {
        return back;
    }
    format!(
        "CASE WHEN {name} = {default} AND NOT coalesce({}, 0) THEN NULL ELSE {back} END",
        fits.join(" AND ")
    )
}

/// Whether nulls become the default.
pub fn fills(from: &Column, to: &Column) -> bool {
    to.required && !from.required && to.default.is_some()
}

/// What stands in a column that comes back without its values: null, or what is least.
pub(super) fn placeholder(column: &Column) -> String {
    match (&column.default, &column.options) {
        _ if !column.required => "NULL".to_owned(),
        (Some(default), _) => default.clone(),
        (None, Some(options)) if !options.is_empty() => options[0].clone(),
        (None, _) => match &column.stored {
            Stored::Integer | Stored::Boolean => "0".to_owned(),
            Stored::Real => "0.0".to_owned(),
            Stored::Object => "'{}'".to_owned(),
            stored if stored.is_json() => "'[]'".to_owned(),
            _ => "''".to_owned(),
        },
    }
}

/// What rows that exist can have against a changed column, as conditions on `table AS t` that find them.
pub struct Obstacle {
    pub condition: String,
    pub kind: ObstacleKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObstacleKind {
    Type,
    Null,
    Options,
    Reference,
}

/// `parent` is the table that `to` refers to, by the name that it has now; None when it does not exist yet.
pub fn obstacles(from: &Column, to: &Column, parent: Option<&str>) -> Vec<Obstacle> {
    let x = format!("t.{}", quote(&from.name));
    let mut list = Vec::new();
    let mut add = |kind, condition| list.push(Obstacle { condition, kind });
    let mut value = x.clone();
    let mut given = format!("{x} IS NOT NULL");
    if let Some(conversion) = conversion(&from.stored, &to.stored, &x) {
        value = conversion.value;
        if let Some(fits) = conversion.fits {
            add(
                ObstacleKind::Type,
                format!("{given} AND NOT coalesce({fits}, 0)"),
            );
            given = format!("{given} AND coalesce({fits}, 0)");
        }
    }
    if to.required && !from.required && to.default.is_none() {
        add(ObstacleKind::Null, format!("{x} IS NULL"));
    }
    if let Some(options) = to.options.as_ref().filter(|_| narrows_options(from, to)) {
        let options = options.join(", ");
        add(
            ObstacleKind::Options,
            format!("{given} AND {value} NOT IN ({options})"),
        );
    }
    let before = from.references.as_ref().map(|parent| parent.table.as_str());
    let is_same_parent = before
        .zip(parent)
        .is_some_and(|(one, other)| is_same(one, other));
    if to.references.is_some() && !is_same_parent {
        let condition = match parent {
            Some(parent) => format!("{given} AND NOT {}", refers(parent, &value)),
            None => given,
        };
        add(ObstacleKind::Reference, condition);
    }
    list
}

/// Whether a value is the id of a row.
fn refers(parent: &str, value: &str) -> String {
    let parent = quote(parent);
    format!("EXISTS (SELECT 1 FROM {parent} AS p WHERE p.\"id\" = {value})")
}

fn narrows_options(from: &Column, to: &Column) -> bool {
    let list = |column: &Column| -> Option<Vec<String>> {
        let options = column.options.as_ref()?;
        Some(options.iter().map(|option| normal(option)).collect())
    };
    match (list(from), list(to)) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(from), Some(to)) => from.iter().any(|option| !to.contains(option)),
    }
}
