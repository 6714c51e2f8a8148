//! Whole records: defaults, nulls, the order of faults, what is stored.

use serde_json::json;

use super::sample::{
    field, format, items, model, read_only, required, sample, string, with_default,
};
use super::{json, lines};
use crate::limits;
use crate::models::validate::{create, object, update};
use crate::models::{Default, Field, Format, Model, Value};

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

fn created(model: &Model, body: &str) -> Vec<Value> {
    create(model, &json(body), &["body".into()], false).expect(body)
}

fn refused(model: &Model, body: &str) -> Vec<String> {
    lines(&create(model, &json(body), &["body".into()], false).expect_err(body))
}

#[test]
fn defaults_fill_what_is_not_sent() {
    assert_eq!(
        refused(&items(), "{}"),
        ["missing body.name Field required"]
    );
    assert_eq!(
        created(&items(), r#"{"name":"x"}"#),
        [text("x"), Value::Null, text("[]"), text("{}")]
    );
}

#[test]
fn an_explicit_null_is_kept_over_a_default() {
    let values = created(&items(), r#"{"name":"x","items":null,"metadata":null}"#);
    assert_eq!(values, [text("x"), Value::Null, Value::Null, Value::Null]);
}

#[test]
fn a_default_satisfies_required_but_null_does_not() {
    let model = model(vec![required(with_default(
        field("a", string()),
        json!("x"),
    ))]);
    assert_eq!(created(&model, "{}"), [text("x")]);
    assert_eq!(
        refused(&model, r#"{"a":null}"#),
        ["string_type body.a Input should be a valid string"]
    );
}

#[test]
fn computed_defaults_are_made_for_each_record() {
    let computed = |name, kind, default| Field {
        default: Some(default),
        ..field(name, kind)
    };
    let model = model(vec![
        computed("at", format(Format::DateTime), Default::Now),
        computed("key", format(Format::Uuid), Default::Uuid),
    ]);
    let (first, second) = (created(&model, "{}"), created(&model, "{}"));
    assert_ne!(first[1], second[1]);
    let [Value::Text(at), Value::Text(key)] = &first[..] else {
        panic!("two texts");
    };
    let again = created(&model, &json!({"at": at, "key": key}).to_string());
    assert_eq!(again, first);
}

#[test]
fn values_are_stored_in_their_tables_types() {
    let table = [
        ("count", "7.0", Value::Integer(7)),
        ("count", "-0", Value::Integer(0)),
        ("count", "9223372036854775807", Value::Integer(i64::MAX)),
        ("count", "-9223372036854775808", Value::Integer(i64::MIN)),
        ("fives", "-10", Value::Integer(-10)),
        ("price", "7", Value::Real(7.0)),
        ("price", "1e300", Value::Real(1e300)),
        ("tenths", "0.3", Value::Real(0.3)),
        ("done", "true", Value::Integer(1)),
        ("done", "false", Value::Integer(0)),
        ("text", r#""12abc""#, text("12abc")),
        ("text", "null", Value::Null),
        ("inner", r#""abc""#, text("abc")),
        ("short", r#""äöü""#, text("äöü")),
        ("pair", "[1.0, 2]", text("[1,2]")),
        ("set", r#"["a", "b"]"#, text(r#"["a","b"]"#)),
        (
            "metadata",
            r#"{ "b": [1, 2.50, null], "a": "\u0041" }"#,
            text(r#"{"b":[1,2.5,null],"a":"A"}"#),
        ),
        (
            "point",
            r#"{"label":null,"x":1}"#,
            text(r#"{"x":1.0,"y":0.0,"label":null}"#),
        ),
        (
            "open_object",
            r#"{"z":[1],"kind":"k"}"#,
            text(r#"{"kind":"k","z":[1]}"#),
        ),
        (
            "settings",
            r#"{"places":[{"x":1},{"y":2,"x":3.5}]}"#,
            text(r#"{"places":[{"x":1.0,"y":0.0},{"x":3.5,"y":2.0}]}"#),
        ),
    ];
    for (name, sent, stored) in table {
        let body = format!("{{\"{name}\":{sent}}}");
        let changes = update(&sample(), &json(&body), false).expect(&body);
        assert_eq!(
            changes,
            [(sample().field(name).expect(name).0, stored)],
            "{body}"
        );
    }
}

#[test]
fn a_negative_zero_is_stored_as_zero() {
    let changes = update(&sample(), &json(r#"{"price":-0.0}"#), false).expect("accepted");
    assert!(matches!(changes[0].1, Value::Real(zero) if zero.is_sign_positive()));
}

#[test]
fn all_faults_are_told_in_the_order_of_the_declaration() {
    let sent = r#"{"zzz":1,"metadata":[],"id":5,"priority":0,"status":"x","title":7,"tags":[1,"a",2],"verdict":"x"}"#;
    assert_eq!(
        refused(&sample(), sent),
        [
            "string_type body.title Input should be a valid string",
            "enum body.status Input should be 'a', 'b' or 'c'",
            "missing body.level Field required",
            "greater_than_equal body.priority Input should be greater than or equal to 1",
            "missing body.rate Field required",
            "missing body.done Field required",
            "string_type body.tags.0 Input should be a valid string",
            "string_type body.tags.2 Input should be a valid string",
            "dict_type body.metadata Input should be a valid dictionary",
            "extra_forbidden body.zzz Extra inputs are not permitted",
            "extra_forbidden body.id Extra inputs are not permitted",
            "extra_forbidden body.verdict Extra inputs are not permitted",
        ]
    );
}

#[test]
fn only_the_privileged_set_read_only_fields() {
    let model = model(vec![with_default(
        read_only(field("verdict", string())),
        json!("open"),
    )]);
    assert_eq!(created(&model, "{}"), [text("open")]);
    assert_eq!(
        refused(&model, r#"{"verdict":"won"}"#),
        ["extra_forbidden body.verdict Extra inputs are not permitted"]
    );
    let body = json!({"verdict": "won"});
    assert_eq!(
        create(&model, &body, &["body".into()], true),
        Ok(vec![text("won")])
    );
    assert_eq!(update(&model, &body, true), Ok(vec![(0, text("won"))]));
    let nested = json!({"point": {"x": 1, "score": 5}});
    let changes = update(&sample(), &nested, true).expect("accepted");
    assert_eq!(changes[0].1, text(r#"{"x":1.0,"y":0.0,"score":5}"#));
}

#[test]
fn any_legal_name_of_a_field_works() {
    let names = ["order", "select", "metadata", "type", "group", "größe"];
    let model = model(names.map(|name| field(name, string())).to_vec());
    let body: serde_json::Map<_, _> = names
        .map(|name| (name.to_owned(), json!(name)))
        .into_iter()
        .collect();
    let values = create(&model, &body.into(), &["body".into()], false).expect("accepted");
    assert_eq!(values, names.map(text));
}

#[test]
fn an_update_changes_what_is_sent_and_nothing_else() {
    assert_eq!(update(&items(), &json!({}), false), Ok(Vec::new()));
    let changes = update(&items(), &json!({"metadata": null, "name": "y"}), false);
    assert_eq!(changes, Ok(vec![(0, text("y")), (3, Value::Null)]));
    let faults = update(&items(), &json!({"name": null}), false).expect_err("required");
    assert_eq!(
        lines(&faults),
        ["string_type body.name Input should be a valid string"]
    );
}

#[test]
fn faults_of_a_batch_carry_the_index() {
    let faults = create(
        &items(),
        &json!({"x": 1}),
        &["body".into(), 3.into()],
        false,
    );
    assert_eq!(
        lines(&faults.expect_err("refused")),
        [
            "missing body.3.name Field required",
            "extra_forbidden body.3.x Extra inputs are not permitted"
        ]
    );
}

#[test]
fn the_faults_of_one_body_have_an_end() {
    let body = json!({"name": "x", "items": vec![1; 100_000]});
    let faults = update(&items(), &body, false).expect_err("refused");
    assert_eq!(faults.len(), limits::FAULTS);
    let unknown: serde_json::Map<_, _> =
        (0..100_000).map(|n| (format!("a{n}"), json!(1))).collect();
    let faults = update(&items(), &unknown.into(), false).expect_err("refused");
    assert_eq!(faults.len(), limits::FAULTS);
}

#[test]
fn a_body_that_is_no_record_keeps_absent_and_null_apart() {
    let shape = model(vec![
        required(field("email", format(Format::Email))),
        field("name", string()),
        with_default(field("all", crate::models::Kind::Boolean), json!(false)),
    ]);
    let read = |body| object(&shape, &body).map(serde_json::Value::Object);
    assert_eq!(
        read(json!({"email": "a@b.de"})),
        Ok(json!({"email": "a@b.de", "all": false}))
    );
    assert_eq!(
        read(json!({"email": "a@b.de", "name": null, "all": true})),
        Ok(json!({"email": "a@b.de", "name": null, "all": true}))
    );
    let faults = read(json!({"name": 1, "role": "admin"})).expect_err("refused");
    assert_eq!(
        lines(&faults),
        [
            "missing body.email Field required",
            "string_type body.name Input should be a valid string",
            "extra_forbidden body.role Extra inputs are not permitted"
        ]
    );
}
