//! Changes one model in the text of `config.toml`, and leaves everything else in it as it stands: comments, order, form.
//!
//! Whether the new text is a good one is not said here: the loader says that, with the same words as at a start.

use serde_json::{Map, Value as Json};
use toml_edit::{DocumentMut, Item, Key, Table, TableLike};

use crate::error::{Error, Result};

mod faults;
mod file;
mod fragment;
mod json;
mod merge;

pub use faults::faults;
pub use file::{File, write};
pub use json::declared;

/// One model as it is to be declared.
#[derive(Clone, Debug)]
pub struct Change {
    pub model: String,
    /// The name of the declared model that changes; none: it is a new one.
    pub from: Option<String>,
    /// In the words of `config.toml`.
    pub declaration: Map<String, Json>,
}

/// A text with its change. What is shown of it is the model's own part alone: the rest of the file may hold secrets.
#[derive(Clone, Debug)]
pub struct Edited {
    pub text: String,
    /// The model as it stands in the file now; empty for a new one.
    pub before: String,
    pub after: String,
}

impl Edited {
    /// What differs, with all of the model around it; empty when nothing does.
    pub fn diff(&self) -> String {
        let diff = similar::TextDiff::from_lines(self.before.as_str(), self.after.as_str());
        diff.unified_diff().context_radius(10_000).to_string()
    }
}

/// Writes the change into the text.
pub fn edit(text: &str, change: &Change) -> Result<Edited> {
    let (mark, body) = match text.strip_prefix('\u{feff}') {
        Some(body) => ("\u{feff}", body),
        None => ("", text),
    };
    let mut document = parse(body)?;
    let before = match &change.from {
        Some(from) => fragment::of(&document, from),
        None => String::new(),
    };
    let models = models(&mut document)?;
    match &change.from {
        Some(from) => update(models, from, change)?,
        None => insert(models, change),
    }
    let mut new = document.to_string();
    guard(body, &new, change)?;
    let after = fragment::of(&parse(&new)?, &change.model);
    // Who writes lines as Windows does goes on so.
    if body.contains("\r\n") && !body.replace("\r\n", "").contains('\n') {
        new = new.replace("\r\n", "\n").replace('\n', "\r\n");
    }
    Ok(Edited {
        text: format!("{mark}{new}"),
        before,
        after,
    })
}

fn parse(text: &str) -> Result<DocumentMut> {
    text.parse().map_err(|_| {
        Error::conflict(
            "config.toml is not TOML at the moment. `hearth check` says where; mend it first",
        )
    })
}

fn models(document: &mut DocumentMut) -> Result<&mut dyn TableLike> {
    let root = document.as_table_mut();
    if !root.contains_key("models") {
        let mut table = Table::new();
        table.set_implicit(true);
        root.insert("models", Item::Table(table));
    }
    let models = root.get_mut("models").and_then(Item::as_table_like_mut);
    models.ok_or_else(|| Error::conflict("`models` of config.toml is no table. Mend it first"))
}

/// A new model, behind those that there are.
fn insert(models: &mut dyn TableLike, change: &Change) {
    let mut table = Table::new();
    table.decor_mut().set_prefix("\n");
    for (key, value) in change
        .declaration
        .iter()
        .filter(|(key, _)| *key != "fields")
    {
        table.insert(key, Item::Value(json::value(value)));
    }
    table.set_implicit(table.is_empty());
    if let Some(Json::Object(declared)) = change.declaration.get("fields") {
        let mut fields = Table::new();
        fields.decor_mut().set_prefix("\n");
        let width = declared.keys().map(|name| merge::width(name)).max();
        for (name, field) in declared {
            let key = merge::aligned(name, width);
            fields.insert_formatted(&key, Item::Value(json::value(field)));
        }
        table.insert("fields", Item::Table(fields));
    }
    models.insert(&change.model, Item::Table(table));
}

fn update(models: &mut dyn TableLike, from: &str, change: &Change) -> Result<()> {
    if from != change.model
        && let Some(item) = models.remove(from)
    {
        models.insert(&change.model, item);
    }
    let model = models.get_mut(&change.model);
    let model = model.and_then(Item::as_table_like_mut);
    let model = model.ok_or_else(|| {
        Error::conflict(format!(
            "Model `{from}` is no table in config.toml. Mend it first"
        ))
    })?;
    merge::merge(model, &change.declaration);
    Ok(())
}

/// A net under the merge: the new text says what was asked for, and all else as before.
fn guard(old: &str, new: &str, change: &Change) -> Result<()> {
    let (mut before, mut after) = (json::whole(&parse(old)?), json::whole(&parse(new)?));
    let taken = |whole: &mut Json, name: &str| {
        let models = whole.get_mut("models").and_then(Json::as_object_mut);
        models.and_then(|models| models.shift_remove(name))
    };
    if let Some(from) = &change.from {
        taken(&mut before, from);
    }
    let written = taken(&mut after, &change.model).unwrap_or(Json::Null);
    for whole in [&mut before, &mut after] {
        let empty = |models: &Json| models.as_object().is_some_and(Map::is_empty);
        if whole.get("models").is_some_and(empty)
            && let Some(root) = whole.as_object_mut()
        {
            root.shift_remove("models");
        }
    }
    let wanted = Json::Object(change.declaration.clone());
    if before == after && json::alike(&written, &wanted) {
        return Ok(());
    }
    Err(Error::internal(
        "a change of config.toml came out differently",
    ))
}

/// A name as a key, in quotes where it must be.
fn key(name: &str) -> Key {
    Key::new(name)
}

#[cfg(test)]
mod tests;
