//! Strings, integers, numbers and booleans: each of its own JSON type, within its limits. The first fault is told.

use std::borrow::Cow;
use std::fmt::Display;

use serde_json::Value as Json;

use super::formats;
use super::way::Way;
use crate::error::{FieldError, Result};
use crate::models::{Range, Text};

pub(super) const INTEGER_SIZE: &str =
    "Unable to parse input string as an integer, exceeded maximum size";

/// Beyond it a float no longer names every integer, so what was meant is unknown.
const EXACT: f64 = 9_007_199_254_740_992.0;

pub(super) fn text<'j>(
    shape: &Text,
    sent: &'j Json,
    way: &Way<'_>,
) -> Result<Cow<'j, str>, FieldError> {
    let text = match (sent.as_str(), &shape.options) {
        (Some(text), _) => text,
        (None, Some(options)) => return Err(no_option(options, way)),
        (None, None) => return Err(way.fault("string_type", "Input should be a valid string")),
    };
    let text = spelled(shape, text, way)?;
    if shape.min_length.is_some() || shape.max_length.is_some() {
        length(shape, text.chars().count(), way)?;
    }
    if let Some(pattern) = &shape.pattern
        && !pattern.is_match(&text)
    {
        let message = format!("String should match pattern '{pattern}'");
        return Err(way
            .fault("string_pattern_mismatch", message)
            .with("pattern", pattern.as_str()));
    }
    Ok(text)
}

/// The text as it is stored, if it is one that could be.
pub(super) fn spelled<'t>(
    shape: &Text,
    text: &'t str,
    way: &Way<'_>,
) -> Result<Cow<'t, str>, FieldError> {
    // SQLite keeps it, but half of its functions end a text there.
    if text.contains('\0') {
        return Err(way.value_error("may not contain U+0000"));
    }
    let text = match shape.format {
        None => Cow::Borrowed(text),
        Some(format) => formats::normalise(format, text, way)?,
    };
    match &shape.options {
        Some(options) if !options.iter().any(|option| *option == text) => {
            Err(no_option(options, way))
        }
        _ => Ok(text),
    }
}

fn length(shape: &Text, count: usize, way: &Way<'_>) -> Result<(), FieldError> {
    if let Some(least) = shape.min_length
        && count < least
    {
        let message = format!("String should have at least {}", plural(least, "character"));
        return Err(way
            .fault("string_too_short", message)
            .with("min_length", least));
    }
    if let Some(most) = shape.max_length
        && count > most
    {
        let message = format!("String should have at most {}", plural(most, "character"));
        return Err(way
            .fault("string_too_long", message)
            .with("max_length", most));
    }
    Ok(())
}

/// `1 item`, `2 items`.
pub(super) fn plural(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn no_option(options: &[String], way: &Way<'_>) -> FieldError {
    let quoted: Vec<String> = options.iter().map(|option| quote(option)).collect();
    let expected = match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
        None => String::new(),
    };
    way.fault("enum", format!("Input should be {expected}"))
        .with("expected", expected)
}

/// As Python writes a string.
fn quote(text: &str) -> String {
    if text.contains('\'') && !text.contains('"') {
        format!("\"{}\"", text.replace('\\', "\\\\"))
    } else {
        format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
    }
}

/// An integer may be written as `7.0`, never as `"7"`.
pub(super) fn integer(range: &Range<i64>, sent: &Json, way: &Way<'_>) -> Result<i64, FieldError> {
    let Json::Number(number) = sent else {
        return Err(way.fault("int_type", "Input should be a valid integer"));
    };
    let value = match (number.as_i64(), number.as_f64()) {
        (Some(value), _) => value,
        (None, Some(float)) if float.fract() != 0.0 => {
            let message = "Input should be a valid integer, got a number with a fractional part";
            return Err(way.fault("int_from_float", message));
        }
        // What is left of a float within EXACT is an integer of i64.
        (None, Some(float)) if float.abs() <= EXACT => float as i64,
        _ => return Err(way.fault("int_parsing_size", INTEGER_SIZE)),
    };
    if let Some(step) = range.multiple_of
        && value.checked_rem(step).is_some_and(|rest| rest != 0)
    {
        return Err(not_a_multiple(step, way));
    }
    limits(range, value, way)?;
    Ok(value)
}

pub(super) fn number(range: &Range<f64>, sent: &Json, way: &Way<'_>) -> Result<f64, FieldError> {
    let Some(value) = sent.as_f64() else {
        return Err(way.fault("float_type", "Input should be a valid number"));
    };
    if !value.is_finite() {
        return Err(way.fault("finite_number", "Input should be a finite number"));
    }
    if sent.is_u64() && !sent.is_i64() {
        return Err(way.fault("int_parsing_size", INTEGER_SIZE));
    }
    if let Some(step) = range.multiple_of
        && !is_multiple(value, step)
    {
        return Err(not_a_multiple(step, way));
    }
    limits(range, value, way)?;
    // SQLite knows no negative zero, and the answer to a write has to be what a later read says.
    Ok(value + 0.0)
}

/// 0.3 is a multiple of 0.1, though not in binary: a difference of 1e-9 of the value is let pass, as Pydantic does.
fn is_multiple(value: f64, step: f64) -> bool {
    let rest = (value % step).abs();
    let tolerance = value.abs() * 1e-9;
    rest <= tolerance || (rest - step.abs()).abs() <= tolerance
}

fn not_a_multiple<T: Display + Into<Json>>(step: T, way: &Way<'_>) -> FieldError {
    way.fault(
        "multiple_of",
        format!("Input should be a multiple of {step}"),
    )
    .with("multiple_of", step)
}

/// In Pydantic's order.
fn limits<T>(range: &Range<T>, value: T, way: &Way<'_>) -> Result<(), FieldError>
where
    T: PartialOrd + Copy + Display + Into<Json>,
{
    let beyond = |kind, words: &str, name, limit: T| {
        let message = format!("Input should be {words} {limit}");
        Err(way.fault(kind, message).with(name, limit))
    };
    if let Some(most) = range.maximum
        && value > most
    {
        return beyond("less_than_equal", "less than or equal to", "le", most);
    }
    if let Some(end) = range.exclusive_maximum
        && value >= end
    {
        return beyond("less_than", "less than", "lt", end);
    }
    if let Some(least) = range.minimum
        && value < least
    {
        return beyond(
            "greater_than_equal",
            "greater than or equal to",
            "ge",
            least,
        );
    }
    if let Some(start) = range.exclusive_minimum
        && value <= start
    {
        return beyond("greater_than", "greater than", "gt", start);
    }
    Ok(())
}

pub(super) fn boolean(sent: &Json, way: &Way<'_>) -> Result<bool, FieldError> {
    sent.as_bool()
        .ok_or_else(|| way.fault("bool_type", "Input should be a valid boolean"))
}
