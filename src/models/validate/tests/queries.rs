//! Query parameters and ids of paths.

use super::line;
use super::sample::sample;
use crate::models::validate::{id, parameter};
use crate::models::{IdKind, Value};

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

#[test]
fn parameters_become_typed_values() {
    let table = [
        ("text", "", text("")),
        ("text", " a ", text(" a ")),
        ("short", "a", text("a")),
        ("pattern", "b", text("b")),
        ("status", "a", text("a")),
        ("count", "7", Value::Integer(7)),
        ("count", "0", Value::Integer(0)),
        ("count", "-12", Value::Integer(-12)),
        ("priority", "99", Value::Integer(99)),
        ("price", "7", Value::Real(7.0)),
        ("price", "-1.5e3", Value::Real(-1500.0)),
        ("done", "true", Value::Integer(1)),
        ("done", "false", Value::Integer(0)),
        (
            "at",
            "2026-11-24T14:39:23+02:00",
            text("2026-11-24T12:39:23.000Z"),
        ),
        (
            "key",
            "0190F3A2-7C1B-7D4E-8F00-ABCDEF012345",
            text("0190f3a2-7c1b-7d4e-8f00-abcdef012345"),
        ),
        ("v6", "0:0::1", text("::1")),
    ];
    for (name, sent, expected) in table {
        let model = sample();
        let (_, field) = model.field(name).expect(name);
        assert_eq!(parameter(field, sent), Ok(expected), "{name}={sent}");
    }
}

#[test]
fn parameters_of_another_type_are_refused() {
    const INTEGER: &str = "int_parsing query.count Input should be a valid integer, unable to parse string as an integer";
    const SIZE: &str = "int_parsing_size query.count Unable to parse input string as an integer, exceeded maximum size";
    const NUMBER: &str = "float_parsing query.price Input should be a valid number, unable to parse string as a number";
    const BOOLEAN: &str =
        "bool_parsing query.done Input should be a valid boolean, unable to interpret input";
    let mut table = vec![
        ("count", "9223372036854775808", SIZE),
        (
            "status",
            "d",
            "enum query.status Input should be 'a', 'b' or 'c'",
        ),
        (
            "at",
            "2026-11-24",
            "datetime_parsing query.at Input should be a valid datetime, invalid datetime separator, expected `T`",
        ),
        (
            "text",
            "a\0",
            "value_error query.text Value error, may not contain U+0000",
        ),
        (
            "tags",
            "a",
            "value_error query.tags Value error, lists and objects can't be filtered by",
        ),
        (
            "metadata",
            "{}",
            "value_error query.metadata Value error, lists and objects can't be filtered by",
        ),
    ];
    table.extend(
        [
            "", "abc", "1.0", "+1", " 1", "1 ", "1_000", "0x1", "007", "-0", "-", "12abc", "１",
        ]
        .map(|sent| ("count", sent, INTEGER)),
    );
    table.extend(
        [
            "", "abc", "inf", "NaN", "1.", ".5", "+1", " 1", "1 ", "\n1", "1e999", "0x1", "1,5",
        ]
        .map(|sent| ("price", sent, NUMBER)),
    );
    table.extend(
        ["", "1", "0", "True", "TRUE", "yes", "on", "null"].map(|sent| ("done", sent, BOOLEAN)),
    );
    for (name, sent, expected) in table {
        let model = sample();
        let (_, field) = model.field(name).expect(name);
        let fault = parameter(field, sent).expect_err(sent);
        assert_eq!(line(&fault), expected, "{name}={sent}");
    }
}

#[test]
fn an_id_has_one_spelling() {
    assert_eq!(id(IdKind::Integer, "42"), Ok(Value::Integer(42)));
    assert_eq!(
        id(IdKind::Integer, "9223372036854775807"),
        Ok(Value::Integer(i64::MAX))
    );
    let upper = "0190F3A2-7C1B-7D4E-8F00-ABCDEF012345";
    assert_eq!(id(IdKind::Uuid, upper), Ok(text(&upper.to_lowercase())));
}

#[test]
fn an_id_of_another_form_is_refused() {
    for sent in ["abc", "1.0", "+1", " 1", "1 ", "", "01", "1e3", "1%00", "١"] {
        let fault = id(IdKind::Integer, sent).expect_err(sent);
        let expected = "int_parsing path.id Input should be a valid integer, unable to parse string as an integer";
        assert_eq!(line(&fault), expected, "{sent}");
    }
    for sent in [
        "9223372036854775808",
        "-9223372036854775809",
        &"9".repeat(5_000),
    ] {
        let fault = id(IdKind::Integer, sent).expect_err(sent);
        assert_eq!(fault.kind, "int_parsing_size", "{sent}");
    }
    for sent in [
        "abc",
        "",
        "1",
        "0190f3a27c1b7d4e8f00abcdef012345",
        "{0190f3a2-7c1b-7d4e-8f00-abcdef012345}",
    ] {
        let fault = id(IdKind::Uuid, sent).expect_err(sent);
        assert_eq!(
            (fault.kind, super::place(&fault).as_str()),
            ("uuid_parsing", "path.id"),
            "{sent}"
        );
    }
}
