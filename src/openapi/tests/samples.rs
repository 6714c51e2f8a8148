//! Examples are made of limits: whatever the limits, an example keeps to them.

use proptest::prelude::*;
use regex::Regex;
use serde_json::json;

use super::shapes::{field, integers, length, list, model, pattern, required};
use crate::models::{Array, Format, Kind, Range, Text};
use crate::openapi::{examples, pattern as patterns, schemas, usage};

/// The example of a field, and whether its schema takes it.
fn example_of(kind: Kind) -> Option<(serde_json::Value, bool)> {
    let schema = serde_json::Value::Object(schemas::shape(&kind, usage::Use::Create));
    let body = examples::body(&model("things", "Thing", vec![required("value", kind)]))?;
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let example = body["value"].clone();
    let valid = validator.is_valid(&example);
    Some((example, valid))
}

#[test]
fn a_text_is_found_for_the_usual_patterns() {
    let usual = [
        "^[a-z0-9-]+$",
        r"^\d{5}(-\d{4})?$",
        r"^#[0-9a-fA-F]{6}$",
        r"^\+?[1-9]\d{1,14}$",
        r"^(?:draft|live)$",
        r"^[\p{L} ]{2,}$",
        r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$",
        r"(?i)^sku_\w+$",
        r"\bfoo\b",
        "",
    ];
    for text in usual {
        let regex = Regex::new(text).unwrap();
        let found = patterns::text(&regex, |candidate| regex.is_match(candidate));
        assert!(found.is_some(), "nothing found for {text}");
    }
}

#[test]
fn a_text_is_as_long_as_it_has_to_be() {
    let text = |min, max| {
        Kind::String(Text {
            pattern: Some(Regex::new("^[a-z]+$").unwrap()),
            ..length(Some(min), max)
        })
    };
    assert_eq!(example_of(text(5, 8)), Some((json!("aaaaa"), true)));
    assert_eq!(example_of(text(500, 800)), None);
}

#[test]
fn there_is_no_example_rather_than_a_wrong_one() {
    assert_eq!(example_of(pattern("^[a&&b]$")), None);
    assert_eq!(example_of(pattern("^(a{80}){80}$")), None);
    let contradiction = Text {
        format: Some(Format::Email),
        ..length(None, 3)
    };
    assert_eq!(example_of(Kind::String(contradiction)), None);
    let too_many = Array {
        min_items: Some(3),
        unique_items: true,
        ..list(Kind::Boolean)
    };
    assert_eq!(example_of(Kind::Array(too_many)), None);
}

#[test]
fn an_optional_field_without_an_example_is_left_out() {
    let impossible = field("odd", pattern("^[a&&b]$"));
    let body = examples::body(&model("things", "Thing", vec![impossible]));
    assert_eq!(body, Some(json!({})));
}

#[test]
fn elements_differ_where_they_must() {
    let kinds = [
        Kind::String(length(None, 4)),
        Kind::String(Text {
            format: Some(Format::Email),
            ..Text::default()
        }),
        Kind::String(Text {
            format: Some(Format::Uuid),
            ..Text::default()
        }),
        Kind::Integer(integers(None, Some(2), None)),
        Kind::Integer(integers(Some(7), Some(40), Some(5))),
        Kind::Number(Range {
            minimum: Some(0.0),
            ..Range::default()
        }),
    ];
    for kind in kinds {
        let three = Array {
            min_items: Some(3),
            unique_items: true,
            ..list(kind.clone())
        };
        let (example, valid) = example_of(Kind::Array(three)).unwrap();
        assert!(valid, "{kind:?}: {example}");
        assert_eq!(example.as_array().map(Vec::len), Some(3));
    }
}

fn bound() -> impl Strategy<Value = Option<i64>> {
    proptest::option::of(prop_oneof![-100..100i64, any::<i64>()])
}

proptest! {
    #[test]
    fn an_integer_keeps_to_its_limits(low in bound(), high in bound(), above in bound(), step in proptest::option::of(1..50i64)) {
        let range = Range { exclusive_minimum: above, ..integers(low, high, step) };
        if let Some((example, valid)) = example_of(Kind::Integer(range)) {
            prop_assert!(valid, "{}", example);
        }
    }

    #[test]
    fn a_number_keeps_to_its_limits(
        low in proptest::option::of(-9.0..9.0f64),
        below in proptest::option::of(-9.0..9.0f64),
        step in proptest::option::of(prop_oneof![Just(0.25), Just(2.0), Just(10.0)]),
    ) {
        let range = Range { minimum: low, exclusive_maximum: below, multiple_of: step, ..Range::default() };
        if let Some((example, valid)) = example_of(Kind::Number(range)) {
            prop_assert!(valid, "{}", example);
        }
    }

    #[test]
    fn a_text_keeps_to_its_limits(least in 0..300usize, more in 0..300usize) {
        let (example, valid) = example_of(Kind::String(length(Some(least), least + more))).unwrap();
        prop_assert!(valid, "{}", example);
    }
}
