//! Which fields no two records may share, and which are indexed: said on the field, or as lists on the model.

use super::field::{Declared, Uniqueness};
use super::names::COLUMNS;
use super::section::{Section, spoken};
use crate::document::{Value, did_you_mean};
use crate::limits::INDEX_COLUMNS;
use crate::models::{Access, Kind, Unique, Word};

/// Those of single fields, then those of the model's `unique`.
pub(super) fn unique(model: &Section<'_>, declared: &[Declared], access: &Access) -> Vec<Unique> {
    let by_access = is_by_owner(access);
    let mut all: Vec<Unique> = declared
        .iter()
        .filter_map(|declared| {
            Some(Unique {
                fields: vec![declared.field.name.clone()],
                by_owner: match declared.unique? {
                    Uniqueness::ByAccess => by_access,
                    Uniqueness::Owner => true,
                    Uniqueness::Global => false,
                },
            })
        })
        .collect();
    for mut fields in lists(model, "unique", declared, &["user_id"]) {
        // To be unique together with the owner is to be unique among the owner's records.
        let with_owner = fields.iter().any(|field| field == "user_id");
        fields.retain(|field| field != "user_id");
        if fields.is_empty() {
            model.mistake(
                "unique",
                format!(
                    "`unique` of {} needs a field beside `user_id`. Add one.",
                    model.name
                ),
            );
            continue;
        }
        let unique = Unique {
            fields,
            by_owner: by_access || with_owner,
        };
        if all.contains(&unique) {
            twice(model, "unique", &unique.fields);
        } else {
            all.push(unique);
        }
    }
    all
}

/// Those of single fields, then those of the model's `indexes`.
pub(super) fn indexes(model: &Section<'_>, declared: &[Declared]) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = declared
        .iter()
        .filter(|declared| declared.index)
        .map(|declared| vec![declared.field.name.clone()])
        .collect();
    for fields in lists(model, "indexes", declared, COLUMNS) {
        if all.contains(&fields) {
            twice(model, "indexes", &fields);
        } else {
            all.push(fields);
        }
    }
    all
}

/// Where only owners read, a clash with another's record would tell that it exists.
fn is_by_owner(access: &Access) -> bool {
    access.read.contains(&Word::Owner)
        && !access.read.contains(&Word::Anyone)
        && !access.read.contains(&Word::SignedIn)
}

fn twice(model: &Section<'_>, key: &str, fields: &[String]) {
    model.mistake(
        key,
        format!(
            "`{key}` of {} has [{}] although that is declared already. Remove it.",
            model.name,
            fields.join(", ")
        ),
    );
}

/// The lists of names under a key. `columns` are those of Hearth that may be among them.
fn lists(
    model: &Section<'_>,
    key: &str,
    declared: &[Declared],
    columns: &[&str],
) -> Vec<Vec<String>> {
    let shape = "a list of lists such as `[[\"a\", \"b\"]]`";
    let list = match model.value(key) {
        None => return Vec::new(),
        Some(Value::Array(list)) => list,
        Some(_) => {
            model.wrong(key, shape);
            return Vec::new();
        }
    };
    let mut lists = Vec::new();
    for value in list.iter() {
        let Value::Array(names) = value.get_ref() else {
            let found = spoken(value.get_ref());
            model.mistake(
                key,
                format!(
                    "`{key}` of {} must be {shape}, and has {found}.",
                    model.name
                ),
            );
            break;
        };
        let mut fields: Vec<String> = Vec::new();
        for name in names.iter() {
            match column(model, key, name.get_ref(), declared, columns) {
                Err(fault) => model.mistake(key, fault),
                Ok(name) if fields.contains(&name) => model.mistake(
                    key,
                    format!(
                        "`{key}` of {} names `{name}` twice in one list. Remove one.",
                        model.name
                    ),
                ),
                Ok(name) => fields.push(name),
            }
        }
        if names.is_empty() || names.len() > INDEX_COLUMNS {
            model.mistake(
                key,
                format!(
                    "A list in `{key}` of {} must have 1 to {INDEX_COLUMNS} fields, not {}.",
                    model.name,
                    names.len()
                ),
            );
        } else if fields.len() == names.len() {
            lists.push(fields);
        }
    }
    lists
}

/// The name of a column that can be compared.
fn column(
    model: &Section<'_>,
    key: &str,
    value: &Value<'_>,
    declared: &[Declared],
    columns: &[&str],
) -> Result<String, String> {
    let subject = format!("`{key}` of {}", model.name);
    let Some(name) = value.as_str() else {
        return Err(format!(
            "{subject} must have names of fields, and has {}.",
            spoken(value)
        ));
    };
    if columns.contains(&name) {
        return Ok(name.to_owned());
    }
    let field = declared
        .iter()
        .map(|one| &one.field)
        .find(|field| field.name == name);
    let is_written = model
        .value("fields")
        .is_some_and(|fields| fields.get(name).is_some());
    match field.map(|field| &field.kind) {
        Some(Kind::Array(_)) => Err(format!(
            "{subject} names `{name}`, which is an array: only single values are compared. \
            Remove it."
        )),
        Some(Kind::Object(_)) => Err(format!(
            "{subject} names `{name}`, which is an object: only single values are compared. \
            Remove it."
        )),
        // A field with mistakes of its own is known all the same.
        None if !is_written => {
            let names = declared.iter().map(|one| one.field.name.as_str());
            let meant = did_you_mean(name, names.chain(columns.iter().copied()));
            Err(format!(
                "{subject} names `{name}`, which is no field of the model.{meant}"
            ))
        }
        _ => Ok(name.to_owned()),
    }
}
