//! One declared column against the one in the database: type, key, presence, `enum`, reference. Defaults are not
//! compared: new records bring every value with them, and old ones keep what they have.

use crate::models::ddl::{Column, Key};
use crate::models::{Field, Kind};
use crate::store::schema::{self, Check, Reference, Table, is_same};

/// What of a column differs, with the remedies.
pub(super) fn differences(
    name: &str,
    column: &Column,
    field: Option<&Field>,
    found: &schema::Column,
    table: &Table,
    list: &mut Vec<String>,
) {
    let place = format!("`{name}.{}`", column.name);
    let declared = declared_type(column, field);
    let stored = stored_type(found, table);
    if found.computed {
        list.push(format!(
            "{place} is computed in the database. Rename the field"
        ));
    } else if declared != stored {
        let remedy = match field {
            Some(_) => "Put its type back, or declare a new field of another name",
            None => "Put `id` of the model back to what it was",
        };
        list.push(format!(
            "{place} is {stored} in the database and {declared} in the declaration. {remedy}"
        ));
        return;
    } else if !has_key(column, found, table) {
        list.push(format!(
            "{place} is not the key of its table. Rename the table, or the model"
        ));
    }
    if found.primary {
        return;
    }
    if column.required != found.required {
        list.push(match column.required {
            true => format!(
                "{place} may be null in the database and is required in the declaration. Take `required` out again"
            ),
            false => format!(
                "{place} is required in the database and may be null in the declaration. Put `required = true` back"
            ),
        });
    }
    list.extend(enum_difference(&place, column, table));
    list.extend(reference_difference(&place, column, table));
}

fn declared_type(column: &Column, field: Option<&Field>) -> &'static str {
    match field
        .filter(|field| field.references.is_none())
        .map(|field| &field.kind)
    {
        Some(Kind::Boolean) => "a boolean",
        Some(Kind::Array(_) | Kind::Object(_)) => "an array or object",
        _ => plain_type(column.stored.storage()),
    }
}

fn plain_type(storage: &str) -> &'static str {
    match storage {
        "TEXT" => "a string",
        "INTEGER" => "an integer",
        "REAL" => "a number",
        _ => "of no type that Hearth knows",
    }
}

fn stored_type(found: &schema::Column, table: &Table) -> &'static str {
    let checks = checks_of(&found.name, table);
    if checks.iter().any(|check| check.is_json()) {
        "an array or object"
    } else if found.storage == "INTEGER" && checks.iter().any(|check| check.options() == ["0", "1"])
    {
        "a boolean"
    } else {
        plain_type(&found.storage)
    }
}

fn checks_of<'t>(column: &str, table: &'t Table) -> Vec<&'t Check> {
    let checks = table.checks.iter();
    checks
        .filter(|check| check.column().is_some_and(|of| is_same(of, column)))
        .collect()
}

fn has_key(column: &Column, found: &schema::Column, table: &Table) -> bool {
    let alone = |index: &schema::Index| {
        index.unique
            && index.plain
            && index.columns.len() == 1
            && is_same(&index.columns[0], &column.name)
    };
    match column.key {
        Key::No => !found.primary,
        Key::Row => found.primary,
        Key::Counted => found.primary && table.counted,
        Key::Unique => table.indexes.iter().any(alone),
    }
}

/// `enum`, for what is neither boolean nor JSON: those are types.
fn enum_difference(place: &str, column: &Column, table: &Table) -> Option<String> {
    if column.stored.storage() != "TEXT" {
        return None;
    }
    let declared: Vec<Check> = column
        .check()
        .iter()
        .map(|check| Check::new(check))
        .collect();
    let declared: Vec<_> = declared.iter().map(Check::options).collect();
    let found: Vec<_> = checks_of(&column.name, table)
        .iter()
        .map(|check| check.options())
        .collect();
    let text = |lists: &[Vec<&str>]| match lists {
        [] => "any text".to_owned(),
        lists => lists.concat().join(", "),
    };
    (declared != found).then(|| {
        format!(
            "{place} takes {} in the database and {} in the declaration. Put its `enum` back, or declare a new field of another name",
            text(&found),
            text(&declared)
        )
    })
}

fn reference_difference(place: &str, column: &Column, table: &Table) -> Option<String> {
    let of_column = |reference: &&Reference| is_same(&reference.column, &column.name);
    let found: Vec<&Reference> = table.references.iter().filter(of_column).collect();
    let fits = match (&column.references, found.as_slice()) {
        (None, []) => true,
        (Some(parent), [one]) => {
            is_same(&one.table, &parent.table)
                && one.to.as_deref().is_none_or(|to| to == "id")
                && one.on_delete == parent.on_delete
                && one.on_update == "NO ACTION"
                && !one.composite
        }
        _ => false,
    };
    if fits {
        return None;
    }
    let declared = column
        .references
        .iter()
        .map(|parent| (parent.table.as_str(), parent.on_delete.as_str()));
    let found = found
        .iter()
        .map(|one| (one.table.as_str(), one.on_delete.as_str()));
    Some(format!(
        "{place} {} in the database and {} in the declaration. Put the declaration back, or declare a new {} of another name",
        reference_text(found),
        reference_text(declared),
        if column.name == "user_id" {
            "model"
        } else {
            "field"
        }
    ))
}

fn reference_text<'r>(list: impl Iterator<Item = (&'r str, &'r str)>) -> String {
    let list: Vec<String> = list
        .map(|(table, on_delete)| {
            let action = match on_delete {
                "CASCADE" => "cascade",
                "SET NULL" => "set_null",
                _ => "restrict",
            };
            format!("`{table}` (`{action}` on deletion)")
        })
        .collect();
    match list.as_slice() {
        [] => "refers to nothing".to_owned(),
        list => format!("refers to {}", list.join(" and ")),
    }
}
