//! Examples for bodies and answers, made of the fields' limits so that they can be sent as they are.
//!
//! Where none can be made (a pattern that nothing simple matches) there is none: a wrong example is worse.

use serde_json::{Map, Value as Json, json};

use super::pattern;
use super::usage::Use;
use crate::models::{Array, Default, Field, Format, IdKind, Kind, Model, Object, Range, Text};

pub(super) const UUID: &str = "0199a1b2-c3d4-7e5f-8a6b-9c0d1e2f3a4b";
pub(super) const TIME: &str = "2026-01-31T12:00:00.000Z";

/// Longer ones help nobody.
const LENGTH: usize = 1_000;
const ELEMENTS: usize = 20;

/// A stored record.
pub(super) fn record(model: &Model) -> Option<Json> {
    let mut record = Map::new();
    record.insert("id".to_owned(), id(model.id));
    record.insert("user_id".to_owned(), json!(UUID));
    record.extend(members(&model.fields, Use::Answer)?);
    record.insert("created_at".to_owned(), json!(TIME));
    record.insert("updated_at".to_owned(), json!(TIME));
    Some(Json::Object(record))
}

/// What is sent for a record, or for a call of accounts.
pub(super) fn body(model: &Model) -> Option<Json> {
    members(&model.fields, Use::Create).map(Json::Object)
}

pub(super) fn id(kind: IdKind) -> Json {
    match kind {
        IdKind::Integer => json!(1),
        IdKind::Uuid => json!(UUID),
    }
}

fn members(fields: &[Field], usage: Use) -> Option<Map<String, Json>> {
    let mut members = Map::new();
    for field in fields.iter().filter(|field| usage.has(field)) {
        // What an optional reference means is not there yet when the example is sent.
        let value = match field.references {
            Some(_) if !field.required => None,
            _ => value(field, &field.name, usage, 0),
        };
        match value {
            Some(value) => members.insert(field.name.clone(), value),
            None if field.required => return None,
            None if usage == Use::Answer => members.insert(field.name.clone(), Json::Null),
            None => None,
        };
    }
    Some(members)
}

/// The `nth` of several different values, counted from 0. `label` is what the value is about.
fn value(field: &Field, label: &str, usage: Use, nth: usize) -> Option<Json> {
    let simple = !matches!(field.kind, Kind::Array(_) | Kind::Object(_));
    if let (true, 0, Some(Default::Literal(value))) = (simple, nth, &field.default) {
        return Some(value.clone());
    }
    match &field.kind {
        Kind::String(text) => string(text, label, nth).map(Json::from),
        Kind::Integer(range) => integer(range, i64::try_from(nth).ok()?).map(Json::from),
        Kind::Number(range) => number(range, nth).map(Json::from),
        Kind::Boolean => (nth < 2).then(|| json!(nth == 0)),
        Kind::Array(array) => list(array, label, usage),
        Kind::Object(object) => members_of(object, usage),
    }
}

fn members_of(object: &Object, usage: Use) -> Option<Json> {
    match &object.properties {
        None => Some(json!({ "key": "value" })),
        Some(fields) => members(fields, usage).map(Json::Object),
    }
}

fn list(array: &Array, label: &str, usage: Use) -> Option<Json> {
    let count = array.min_items.unwrap_or(0).max(1);
    let count = array.max_items.map_or(count, |most| count.min(most));
    if count > ELEMENTS {
        return None;
    }
    let elements = (0..count).map(|nth| {
        let nth = if array.unique_items { nth } else { 0 };
        value(&array.items, label, usage, nth)
    });
    let elements: Vec<Json> = elements.collect::<Option<_>>()?;
    let twice = |at: usize| elements[..at].contains(&elements[at]);
    if array.unique_items && (0..count).any(twice) {
        return None;
    }
    Some(json!(elements))
}

fn string(text: &Text, label: &str, nth: usize) -> Option<String> {
    let accepts = |candidate: &str| {
        let length = candidate.chars().count();
        let options = text.options.as_ref();
        text.min_length.is_none_or(|least| length >= least)
            && text.max_length.is_none_or(|most| length <= most)
            && text
                .pattern
                .as_ref()
                .is_none_or(|pattern| pattern.is_match(candidate))
            && options.is_none_or(|options| options.iter().any(|option| option == candidate))
    };
    let candidate = match (&text.options, text.format, &text.pattern) {
        (Some(options), _, _) => {
            return options
                .iter()
                .filter(|option| accepts(option))
                .nth(nth)
                .cloned();
        }
        (None, Some(format), _) => formatted(format, nth),
        (None, None, None) => words(text, label, nth)?,
        (None, None, Some(_)) if nth > 0 => return None,
        (None, None, Some(found)) => return pattern::text(found, accepts),
    };
    accepts(&candidate).then_some(candidate)
}

/// The field's own name, as words, as long as it must be.
fn words(text: &Text, label: &str, nth: usize) -> Option<String> {
    let mut words = label.replace('_', " ");
    if nth > 0 {
        words.insert_str(0, &format!("{} ", nth + 1));
    }
    let least = text.min_length.unwrap_or(0);
    if least > LENGTH {
        return None;
    }
    let missing = least.saturating_sub(words.chars().count());
    words.push_str(&"x".repeat(missing));
    Some(
        words
            .chars()
            .take(text.max_length.unwrap_or(LENGTH))
            .collect(),
    )
}

fn formatted(format: Format, nth: usize) -> String {
    let number = nth + 1;
    match format {
        Format::DateTime => format!("2026-01-31T12:00:{nth:02}.000Z"),
        Format::Date => format!("2026-01-{number:02}"),
        Format::Time => format!("12:00:{nth:02}"),
        Format::Email if nth == 0 => "ada@example.com".to_owned(),
        Format::Email => format!("ada{number}@example.com"),
        Format::Uri if nth == 0 => "https://example.com/".to_owned(),
        Format::Uri => format!("https://example.com/{number}"),
        Format::Uuid => format!("{}{number:04}", &UUID[..UUID.len() - 4]),
        Format::Ipv4 => format!("192.0.2.{number}"),
        Format::Ipv6 => format!("2001:db8::{number}"),
        Format::Hostname if nth == 0 => "example.com".to_owned(),
        Format::Hostname => format!("host{number}.example.com"),
    }
}

/// Counts up from the lower end or from 1, or down from the upper end where that is near.
fn integer(range: &Range<i64>, nth: i64) -> Option<i64> {
    let above = range.exclusive_minimum.map(|bound| bound.checked_add(1));
    let below = range.exclusive_maximum.map(|bound| bound.checked_sub(1));
    let low = range.minimum.max(above.flatten());
    let high = [range.maximum, below.flatten()].into_iter().flatten().min();
    let step = range.multiple_of.unwrap_or(1).max(1);
    let value = match (low, high) {
        (None, Some(high)) if high < step.saturating_mul(ELEMENTS as i64) => {
            high.div_euclid(step).checked_sub(nth)?.checked_mul(step)?
        }
        _ => {
            let start = low.unwrap_or(1);
            let turns = start.div_euclid(step) + i64::from(start.rem_euclid(step) > 0);
            turns.checked_add(nth)?.checked_mul(step)?
        }
    };
    let fits = low.is_none_or(|low| value >= low) && high.is_none_or(|high| value <= high);
    fits.then_some(value)
}

fn number(range: &Range<f64>, nth: usize) -> Option<f64> {
    let low = range.minimum.or(range.exclusive_minimum);
    let high = range.maximum.or(range.exclusive_maximum);
    let middle = low.zip(high).map(|(low, high)| low + (high - low) / 2.0);
    let start = low.or(high).unwrap_or(0.0);
    let step = range.multiple_of.unwrap_or(1.0);
    let turns = [0.0, 1.0, -1.0, 2.0, -2.0].map(|turn| ((start / step).ceil() + turn) * step);
    let candidates = [1.5, 0.5].into_iter().chain(middle).chain(turns);
    let fits = |value: &f64| {
        range.minimum.is_none_or(|bound| *value >= bound)
            && range.maximum.is_none_or(|bound| *value <= bound)
            && range.exclusive_minimum.is_none_or(|bound| *value > bound)
            && range.exclusive_maximum.is_none_or(|bound| *value < bound)
            && range
                .multiple_of
                .is_none_or(|step| (*value / step).fract() == 0.0)
    };
    candidates.filter(fits).nth(nth)
}
