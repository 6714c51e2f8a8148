//! Between TOML and JSON: a declaration is the same in both.

use serde_json::{Map, Number, Value as Json};
use toml_edit::{Array, DocumentMut, InlineTable, Item, TableLike, Value};

/// A JSON value as TOML; what TOML cannot say was refused before.
pub(super) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::from(""),
        Json::Bool(truth) => Value::from(*truth),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::from(number),
            None => Value::from(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(list) => Value::Array(list.iter().map(value).collect::<Array>()),
        Json::Object(members) => {
            let mut table = InlineTable::new();
            for (name, member) in members {
                table.insert(name, value(member));
            }
            Value::InlineTable(table)
        }
    }
}

/// A TOML value as JSON; times, which no declaration has, as text.
pub(super) fn item(item: &Item) -> Json {
    match item {
        Item::None => Json::Null,
        Item::Value(value) => of_value(value),
        Item::Table(table) => table_like(table),
        Item::ArrayOfTables(tables) => tables.iter().map(|table| table_like(table)).collect(),
    }
}

fn of_value(value: &Value) -> Json {
    match value {
        Value::String(text) => Json::from(text.value().as_str()),
        Value::Integer(number) => Json::from(*number.value()),
        Value::Float(number) => Number::from_f64(*number.value()).map_or(Json::Null, Json::Number),
        Value::Boolean(truth) => Json::from(*truth.value()),
        Value::Datetime(time) => Json::from(time.value().to_string()),
        Value::Array(list) => list.iter().map(of_value).collect(),
        Value::InlineTable(table) => table_like(table),
    }
}

fn table_like(table: &dyn TableLike) -> Json {
    let members = table
        .iter()
        .map(|(name, found)| (name.to_owned(), item(found)));
    Json::Object(members.collect())
}

pub(super) fn whole(document: &DocumentMut) -> Json {
    table_like(document.as_table())
}

/// Whether both say the same: JSON does not tell 1.0 from 1.
pub(super) fn alike(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Number(one), Json::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (Json::Array(one), Json::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| alike(one, other))
        }
        (Json::Object(one), Json::Object(other)) => {
            let same = |(name, value): (&String, &Json)| {
                other.get(name).is_some_and(|found| alike(value, found))
            };
            one.len() == other.len() && one.iter().all(same)
        }
        (one, other) => one == other,
    }
}

/// Each declared model as it stands in the text, in the words of `config.toml`.
pub fn declared(text: &str) -> Map<String, Json> {
    let Ok(document) = text.trim_start_matches('\u{feff}').parse::<DocumentMut>() else {
        return Map::new();
    };
    match document.get("models").map(item) {
        Some(Json::Object(models)) => models,
        _ => Map::new(),
    }
}
