//! Where a page ended, as an opaque text that a later request begins behind.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value as Json;

use crate::error::{Code, Error, Result};
use crate::models::Value;
use crate::store::records::{Sort, Table};

fn order(table: &Table, sort: &[Sort]) -> String {
    let terms = sort.iter().map(|sort| {
        let name = &table.columns()[sort.column].name;
        if sort.descending {
            format!("-{name}")
        } else {
            name.clone()
        }
    });
    terms.collect::<Vec<_>>().join(",")
}

/// An opaque mark behind a page's last record: its order, then the record's values in it.
pub(crate) fn cursor(table: &Table, sort: &[Sort], last: &[Value]) -> String {
    let values = last.iter().map(|value| match value {
        Value::Null => Json::Null,
        Value::Integer(number) => Json::from(*number),
        // The bits, so that the very same number comes back.
        Value::Real(number) => Json::from(number.to_bits().to_string()),
        Value::Text(text) => Json::from(text.as_str()),
    });
    let parts: Vec<Json> = [
        Json::from(table.model.name.as_str()),
        Json::from(order(table, sort)),
    ]
    .into_iter()
    .chain(values)
    .collect();
    URL_SAFE_NO_PAD.encode(Json::Array(parts).to_string())
}

fn corrupt() -> Error {
    Error::new(
        Code::BadRequest,
        "The cursor is not one of ours; start again without it",
    )
}

/// The parts of a cursor, which may be forged.
pub(super) fn read(text: &str) -> Result<Vec<Json>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| corrupt())?;
    serde_json::from_slice(&bytes).map_err(|_| corrupt())
}

/// The values in a cursor, typed; a forged one is at most another place in the caller's own records.
pub(super) fn after(table: &Table, sort: &[Sort], parts: &[Json]) -> Result<Vec<Value>> {
    let [model, order, values @ ..] = parts else {
        return Err(corrupt());
    };
    if *model != table.model.name {
        return Err(corrupt());
    }
    if *order != self::order(table, sort) {
        return Err(Error::new(
            Code::BadRequest,
            "The cursor belongs to another sort; start again without it",
        ));
    }
    if values.len() != sort.len() {
        return Err(corrupt());
    }
    let values: Option<Vec<Value>> = sort
        .iter()
        .zip(values)
        .map(|(sort, json)| table.columns()[sort.column].typed(json))
        .collect();
    values.ok_or_else(corrupt)
}
