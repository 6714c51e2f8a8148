//! Values out of texts: query parameters and ids of paths. Each value has one spelling, so that equal means equal.

use super::formats;
use super::scalars;
use super::way::Way;
use crate::error::{FieldError, Result, Step};
use crate::models::{Field, IdKind, Kind, Value};

/// A field's value out of a query parameter's text; the error's way is `["query", NAME]`. Its type and format are
/// checked, its limits not: to ask for what can't be there is no fault.
pub fn parameter(field: &Field, text: &str) -> Result<Value, FieldError> {
    let at = [Step::from("query"), Step::from(field.name.as_str())];
    let way = Way::Start(&at);
    match &field.kind {
        Kind::String(shape) => {
            scalars::spelled(shape, text, &way).map(|text| Value::Text(text.into_owned()))
        }
        Kind::Integer(_) => integer(text, &way).map(Value::Integer),
        Kind::Number(_) => number(text, &way).map(Value::Real),
        Kind::Boolean => match text {
            "true" => Ok(Value::Integer(1)),
            "false" => Ok(Value::Integer(0)),
            _ => Err(way.fault(
                "bool_parsing",
                "Input should be a valid boolean, unable to interpret input",
            )),
        },
        Kind::Array(_) | Kind::Object(_) => {
            Err(way.value_error("lists and objects can't be filtered by"))
        }
    }
}

/// An id out of a path; the error's way is `["path", "id"]`.
pub fn id(kind: IdKind, text: &str) -> Result<Value, FieldError> {
    let at = [Step::from("path"), Step::from("id")];
    let way = Way::Start(&at);
    match kind {
        IdKind::Integer => integer(text, &way).map(Value::Integer),
        IdKind::Uuid => formats::uuid(text, &way).map(Value::Text),
    }
}

/// As JSON writes an integer: no sign but `-`, no leading zeros, nothing around.
fn integer(text: &str, way: &Way<'_>) -> Result<i64, FieldError> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_decimal = match digits.as_bytes() {
        [b'0'] => digits.len() == text.len(),
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if !is_decimal {
        let message = "Input should be a valid integer, unable to parse string as an integer";
        return Err(way.fault("int_parsing", message));
    }
    text.parse()
        .map_err(|_| way.fault("int_parsing_size", scalars::INTEGER_SIZE))
}

/// As JSON writes a number; `inf` and `nan` are none.
fn number(text: &str, way: &Way<'_>) -> Result<f64, FieldError> {
    let is_bare =
        text.ends_with(|c: char| c.is_ascii_digit()) && !text.starts_with(char::is_whitespace);
    serde_json::from_str(text)
        .ok()
        .filter(|_| is_bare)
        .map(|number: f64| number + 0.0)
        .ok_or_else(|| {
            let message = "Input should be a valid number, unable to parse string as a number";
            way.fault("float_parsing", message)
        })
}
