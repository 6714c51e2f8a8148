//! A literal of the declaration as JSON, checked against its own field and brought into the form that is stored.
//!
//! It looks at type, enum, length, range and elements, and at the formats for which the standard library or a type
//! here has a parser.

use std::fmt::Display;
use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::{Map, Value as Json};

use super::section::listed;
use crate::clock;
use crate::document::Value;
use crate::models::{Array, Field, Format, Kind, Object, Range, Text};

/// What is wrong with a literal: "must be a string", and where in it: `[1].name`, or nothing.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) at: String,
    pub(super) reason: String,
}

impl Fault {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Fault {
            at: String::new(),
            reason: reason.into(),
        }
    }

    fn within(mut self, step: &str) -> Self {
        let dot = if self.at.is_empty() || self.at.starts_with('[') {
            ""
        } else {
            "."
        };
        self.at = format!("{step}{dot}{}", self.at);
        self
    }
}

/// A TOML value in JSON. Dates become their text.
pub(super) fn from_toml(value: &Value<'_>) -> Result<Json, String> {
    Ok(match value {
        Value::String(text) => Json::from(text.as_ref()),
        Value::Integer(written) => i64::from_str_radix(written.as_str(), written.radix())
            .map(Json::from)
            .map_err(|_| "must fit into 64 bits".to_owned())?,
        Value::Float(written) => {
            let number = written.as_str().parse::<f64>().ok();
            let number = number.and_then(serde_json::Number::from_f64);
            Json::Number(number.ok_or("must be a finite number")?)
        }
        Value::Boolean(flag) => Json::from(*flag),
        Value::Datetime(moment) => Json::from(moment.to_string()),
        Value::Array(list) => list
            .iter()
            .map(|value| from_toml(value.get_ref()))
            .collect::<Result<_, _>>()?,
        Value::Table(table) => {
            let mut members = Map::new();
            for (key, value) in table {
                members.insert(key.get_ref().to_string(), from_toml(value.get_ref())?);
            }
            Json::Object(members)
        }
    })
}

/// The literal in the form that is stored.
pub(super) fn check(field: &Field, json: &Json) -> Result<Json, Fault> {
    match (&field.kind, json) {
        (Kind::String(text), Json::String(value)) => check_text(text, value)
            .map(Json::String)
            .map_err(Fault::new),
        (Kind::Integer(range), Json::Number(_)) => {
            let number = integer(json).ok_or_else(|| wrong(&field.kind, json))?;
            let divides = |step: i64| number.checked_rem(step) == Some(0);
            in_range(range, number, divides).map(|()| Json::from(number))
        }
        (Kind::Number(range), Json::Number(value)) => {
            let number = value.as_f64().ok_or_else(|| wrong(&field.kind, json))?;
            let divides = |step: f64| {
                let times = number / step;
                (times - times.round()).abs() < 1e-9
            };
            // A table knows no negative zero.
            in_range(range, number, divides).map(|()| Json::from(number + 0.0))
        }
        (Kind::Boolean, Json::Bool(_)) => Ok(json.clone()),
        (Kind::Array(array), Json::Array(list)) => elements(array, list),
        (Kind::Object(object), Json::Object(members)) => properties(object, members),
        _ => Err(wrong(&field.kind, json)),
    }
}

fn wrong(kind: &Kind, json: &Json) -> Fault {
    let wanted = match kind {
        Kind::String(_) => "a string",
        Kind::Integer(_) => "an integer",
        Kind::Number(_) => "a number",
        Kind::Boolean => "true or false",
        Kind::Array(_) => "a list",
        Kind::Object(_) => "a table",
    };
    let found = match json {
        Json::Null => "nothing",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "a list",
        Json::Object(_) => "a table",
    };
    Fault::new(match (kind, json) {
        (Kind::Integer(_), Json::Number(number)) => format!("must be {wanted}, not {number}"),
        _ => format!("must be {wanted}, not {found}"),
    })
}

/// Also a number that is written with a fraction of nothing, `7.0`.
fn integer(json: &Json) -> Option<i64> {
    let whole = |number: &f64| number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0;
    json.as_i64()
        .or_else(|| json.as_f64().filter(whole).map(|number| number as i64))
}

/// A string in the form that is stored, or what it must be.
pub(super) fn check_text(text: &Text, value: &str) -> Result<String, String> {
    let length = value.chars().count();
    if let Some(options) = &text.options
        && !options.iter().any(|option| option == value)
    {
        return Err(format!("must be {}, not `{value}`", listed(options, "or")));
    }
    if let Some(least) = text.min_length.filter(|least| length < *least) {
        return Err(format!("must have at least {}", count(least, "character")));
    }
    if let Some(most) = text.max_length.filter(|most| length > *most) {
        return Err(format!("must have at most {}", count(most, "character")));
    }
    if let Some(pattern) = text
        .pattern
        .as_ref()
        .filter(|pattern| !pattern.is_match(value))
    {
        return Err(format!("must match the pattern `{pattern}`"));
    }
    text.format
        .map_or_else(|| Ok(value.to_owned()), |format| in_format(format, value))
}

fn in_format(format: Format, value: &str) -> Result<String, String> {
    let as_is = |fits: bool, wanted: &str| {
        if fits {
            Ok(value.to_owned())
        } else {
            Err(format!("must be {wanted}, not `{value}`"))
        }
    };
    match format {
        Format::DateTime => value
            .parse::<jiff::Timestamp>()
            .map(clock::text)
            .or_else(|_| {
                as_is(
                    false,
                    "a moment with its offset such as `2026-01-31T12:00:00Z`",
                )
            }),
        Format::Date => as_is(
            value.len() == 10 && value.parse::<jiff::civil::Date>().is_ok(),
            "a date such as `2026-01-31`",
        ),
        Format::Uuid => uuid::Uuid::try_parse(value)
            .map(|uuid| uuid.to_string())
            .or_else(|_| {
                as_is(
                    false,
                    "a UUID such as `0198c6f2-7a1e-7c3b-9d52-3f0a6b1e8d47`",
                )
            }),
        Format::Ipv4 => as_is(
            value.parse::<Ipv4Addr>().is_ok(),
            "an IPv4 address such as `192.0.2.1`",
        ),
        Format::Ipv6 => as_is(
            value.parse::<Ipv6Addr>().is_ok(),
            "an IPv6 address such as `2001:db8::1`",
        ),
        Format::Time | Format::Email | Format::Uri | Format::Hostname => Ok(value.to_owned()),
    }
}

fn count(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

fn in_range<T: Copy + PartialOrd + Display>(
    range: &Range<T>,
    number: T,
    divides: impl Fn(T) -> bool,
) -> Result<(), Fault> {
    let limits = [
        (range.minimum.filter(|low| number < *low), "at least"),
        (
            range.exclusive_minimum.filter(|low| number <= *low),
            "more than",
        ),
        (range.maximum.filter(|high| number > *high), "at most"),
        (
            range.exclusive_maximum.filter(|high| number >= *high),
            "less than",
        ),
        (
            range.multiple_of.filter(|step| !divides(*step)),
            "a multiple of",
        ),
    ];
    for (limit, words) in limits {
        if let Some(limit) = limit {
            return Err(Fault::new(format!("must be {words} {limit}, not {number}")));
        }
    }
    Ok(())
}

fn elements(array: &Array, list: &[Json]) -> Result<Json, Fault> {
    if let Some(least) = array.min_items.filter(|least| list.len() < *least) {
        return Err(Fault::new(format!(
            "must have at least {}",
            count(least, "element")
        )));
    }
    if let Some(most) = array.max_items.filter(|most| list.len() > *most) {
        return Err(Fault::new(format!(
            "must have at most {}",
            count(most, "element")
        )));
    }
    let mut checked: Vec<Json> = Vec::with_capacity(list.len());
    for (at, json) in list.iter().enumerate() {
        let step = format!("[{at}]");
        let json = check(&array.items, json).map_err(|fault| fault.within(&step))?;
        if array.unique_items && checked.contains(&json) {
            return Err(Fault::new("must not have the same element twice").within(&step));
        }
        checked.push(json);
    }
    Ok(Json::Array(checked))
}

fn properties(object: &Object, members: &Map<String, Json>) -> Result<Json, Fault> {
    let Some(properties) = &object.properties else {
        return Ok(Json::Object(members.clone()));
    };
    let mut checked = members.clone();
    for (name, member) in &mut checked {
        let Some(field) = properties.iter().find(|field| field.name == *name) else {
            if object.additional {
                continue;
            }
            return Err(Fault::new(format!("must not have the member `{name}`")));
        };
        *member = check(field, member).map_err(|fault| fault.within(name))?;
    }
    let missing = |field: &&Field| field.required && !members.contains_key(&field.name);
    match properties.iter().find(missing) {
        Some(field) => Err(Fault::new(format!("must have the member `{}`", field.name))),
        None => Ok(Json::Object(checked)),
    }
}
