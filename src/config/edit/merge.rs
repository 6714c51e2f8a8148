//! Brings a table to what is wanted of it. What says the same already is not touched, so that it keeps its form and its
//! comments.

use serde_json::{Map, Value as Json};
use toml_edit::{Decor, Item, Key, Table, TableLike, Value};

use super::json;

/// Changes, adds and removes members; those of `fields` and `properties` come into the wanted order, too.
pub(super) fn merge(table: &mut dyn TableLike, wanted: &Map<String, Json>) {
    retain(table, wanted);
    for (name, value) in wanted {
        match table.get_mut(name) {
            Some(found) => set(found, name, value),
            None => {
                table.insert(name, Item::Value(json::value(value)));
            }
        }
    }
}

/// Removes what is not wanted.
fn retain(table: &mut dyn TableLike, wanted: &Map<String, Json>) {
    let gone: Vec<String> = table
        .iter()
        .map(|(name, _)| name.to_owned())
        .filter(|name| !wanted.contains_key(name))
        .collect();
    for name in gone {
        table.remove(&name);
    }
}

fn set(found: &mut Item, name: &str, wanted: &Json) {
    if let Json::Object(members) = wanted
        && found.is_table_like()
    {
        if matches!(name, "fields" | "properties") {
            named(found, members);
        } else if let Some(table) = found.as_table_like_mut() {
            merge(table, members);
        }
        tidy(found);
        return;
    }
    if json::alike(&json::item(found), wanted) {
        return;
    }
    let mut value = json::value(wanted);
    if let Item::Value(old) = found {
        *value.decor_mut() = old.decor().clone();
    }
    *found = Item::Value(value);
}

/// Fields by name: a renamed one keeps its line, and new ones stand where they are wanted.
fn named(item: &mut Item, wanted: &Map<String, Json>) {
    match item {
        Item::Table(table) => {
            rename(table, wanted);
            let width = alignment(table);
            let new: Vec<&String> = wanted
                .keys()
                .filter(|name| !table.contains_key(name))
                .collect();
            members(table, wanted);
            for name in new {
                if let Some(found) = table.remove(name) {
                    table.insert_formatted(&aligned(name, width), found);
                }
            }
            let place = |name: &Key| wanted.keys().position(|other| other == name.get());
            table.sort_values_by(|one, _, other, _| place(one).cmp(&place(other)));
        }
        Item::Value(Value::InlineTable(table)) => {
            members(table, wanted);
            let place = |name: &Key| wanted.keys().position(|other| other == name.get());
            table.sort_values_by(|one, _, other, _| place(one).cmp(&place(other)));
        }
        _ => {}
    }
}

/// Each of them is a field, whatever its name.
fn members(table: &mut dyn TableLike, wanted: &Map<String, Json>) {
    let own: Map<String, Json> = wanted
        .iter()
        .filter(|(name, _)| !table.contains_key(name))
        .map(|(name, field)| (name.clone(), field.clone()))
        .collect();
    for (name, field) in wanted {
        let Some(found) = table.get_mut(name) else {
            continue;
        };
        match (field, found.as_table_like_mut()) {
            (Json::Object(keys), Some(table)) => {
                merge(table, keys);
                tidy(found);
            }
            _ => set(found, "", field),
        }
    }
    retain(table, wanted);
    for (name, field) in &own {
        table.insert(name, Item::Value(json::value(field)));
    }
}

/// In a table in braces one blank stands before the last brace, and none before a comma, whatever came and went.
fn tidy(item: &mut Item) {
    let Item::Value(Value::InlineTable(table)) = item else {
        return;
    };
    let last = table.len().saturating_sub(1);
    for (at, (_, value)) in table.iter_mut().enumerate() {
        let suffix = value.decor().suffix().and_then(|suffix| suffix.as_str());
        if suffix.is_none_or(|suffix| suffix.trim().is_empty()) {
            value
                .decor_mut()
                .set_suffix(if at == last { " " } else { "" });
        }
    }
}

fn rename(table: &mut Table, wanted: &Map<String, Json>) {
    for (name, field) in wanted {
        let Some(old) = field.get("renamed_from").and_then(Json::as_str) else {
            continue;
        };
        if wanted.contains_key(old) || table.contains_key(name) {
            continue;
        }
        if let Some((key, found)) = table.remove_entry(old) {
            let decor: Decor = key.leaf_decor().clone();
            table.insert_formatted(&super::key(name).with_leaf_decor(decor), found);
        }
    }
}

/// The width to which all names are filled up, where they are.
fn alignment(table: &Table) -> Option<usize> {
    let mut widths = table.iter().map(|(name, item)| {
        let key = table.key(name)?;
        let suffix = key.leaf_decor().suffix().and_then(|suffix| suffix.as_str());
        let blanks = suffix.map_or(1, str::len);
        item.is_value().then(|| width(name) + blanks - 1)
    });
    let first = widths.next()??;
    (table.len() > 1 && widths.all(|width| width == Some(first))).then_some(first)
}

/// Of a name as it is written.
pub(super) fn width(name: &str) -> usize {
    super::key(name).display_repr().chars().count()
}

/// A key with blanks behind it up to the width.
pub(super) fn aligned(name: &str, wanted: Option<usize>) -> Key {
    let blanks = wanted.map_or(0, |wanted| wanted.saturating_sub(width(name)));
    super::key(name).with_leaf_decor(Decor::new("", " ".repeat(blanks + 1)))
}
