//! What a field has when nothing is sent.

use serde_json::Value as Json;

use super::literal::{self, Fault};
use super::section::Section;
use crate::document::{Value, did_you_mean};
use crate::models::{Default, Field, Format, Kind, validate};

/// None without a default, or with a wrong one, which is noted.
pub(super) fn read(section: &Section<'_>, field: &Field) -> Option<Default> {
    let value = section.value("default")?;
    if let Value::String(text) = value
        && let Some(name) = function(text)
    {
        return evaluated(section, field, text, name);
    }
    let checked = literal::from_toml(value)
        .map_err(Fault::new)
        .and_then(|json| check_default(field, &json));
    match checked {
        Ok(json) => Some(Default::Literal(json)),
        Err(Fault { at, reason }) => {
            let place = if at.is_empty() {
                String::new()
            } else {
                format!(" at `{at}`")
            };
            section.mistake(
                "default",
                format!("The default of {}{place} {reason}.", section.name),
            );
            None
        }
    }
}

/// The literal as it is stored, or what is wrong with it: first in the words of a declaration, then all that a body of
/// a request has to satisfy, so that no record is refused for a value that nobody sent.
fn check_default(field: &Field, json: &Json) -> Result<Json, Fault> {
    let literal = literal::check(field, json)?;
    let refused = validate::literal(field, &literal).err();
    match refused {
        None => Ok(literal),
        Some(fault) => {
            let reason = fault.msg.trim_end_matches('.');
            Err(Fault::new(format!(
                "would be refused in a record: {reason}"
            )))
        }
    }
}

/// The name in a text that looks like `name(…)` or `caller.name`. Such texts are kept for the query language, so a
/// literal can't look like one.
fn function(text: &str) -> Option<&str> {
    if text.starts_with("caller.") {
        return Some(text);
    }
    let (name, _) = text.strip_suffix(')')?.split_once('(')?;
    let letter = |one: char| one.is_ascii_alphanumeric() || one == '_' || one == '.';
    (name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.chars().all(letter))
        .then_some(name)
}

fn evaluated(section: &Section<'_>, field: &Field, text: &str, name: &str) -> Option<Default> {
    let format = match &field.kind {
        Kind::String(text) => text.format,
        _ => None,
    };
    let subject = &section.name;
    let fault = match text {
        "now()" if format == Some(Format::DateTime) => return Some(Default::Now),
        "now()" => format!(
            "`now()` is a moment, and {subject} does not have the format `date-time`. Add the \
            format, or write another default."
        ),
        "uuid()" if field.references.is_some() => format!(
            "`uuid()` is a new id, and {subject} refers to a record that is already there. \
            Remove the default."
        ),
        "uuid()" if format == Some(Format::Uuid) => return Some(Default::Uuid),
        "uuid()" => format!(
            "`uuid()` is a new id, and {subject} does not have the format `uuid`. Add the \
            format, or write another default."
        ),
        _ if text.starts_with("caller.") => format!(
            "The default of {subject} is about the caller, and such defaults are not available \
            yet. Remove it."
        ),
        _ => {
            let meant = did_you_mean(&format!("{name}()"), ["now()", "uuid()"]);
            format!(
                "The default of {subject} is the unknown function `{name}`.{}",
                if meant.is_empty() {
                    " There are `now()` and `uuid()`.".to_owned()
                } else {
                    meant
                }
            )
        }
    };
    section.mistake("default", fault);
    None
}
