//! JSON Merge Patch: what is judged at once, what is merged, and what the whole then has to be.

use serde_json::{Map, Value as Json, json};

use super::sample::{any_object, field, items, sample};
use super::{json, lines};
use crate::models::Value;
use crate::models::validate::{merge, patch};

fn map(text: &str) -> Map<String, Json> {
    json(text).as_object().expect("an object").clone()
}

fn merged(name: &str, stored: Option<&str>, sent: &str) -> Result<String, Vec<String>> {
    let model = sample();
    let (_, field) = model.field(name).expect(name);
    match merge(field, stored, &map(sent)) {
        Ok(Value::Text(text)) => Ok(text),
        Ok(other) => panic!("{other:?}"),
        Err(faults) => Err(lines(&faults)),
    }
}

#[test]
fn objects_are_to_be_merged_and_all_else_is_as_in_an_update() {
    let sent = json(r#"{"metadata":{"a":{"b":2}},"name":"y","items":["x"],"optional_field":null}"#);
    let patch = patch(&items(), &sent, false).expect("accepted");
    let text = |text: &str| Value::Text(text.to_owned());
    assert_eq!(
        patch.changes,
        [(0, text("y")), (1, Value::Null), (2, text(r#"["x"]"#))]
    );
    assert_eq!(patch.merges, [(3, map(r#"{"a":{"b":2}}"#))]);
}

#[test]
fn an_object_field_may_be_set_to_null() {
    let patch = patch(&items(), &json!({"metadata": null}), false).expect("accepted");
    assert_eq!(patch.changes, [(3, Value::Null)]);
    assert!(patch.merges.is_empty());
}

#[test]
fn what_a_patch_gives_is_judged_at_once() {
    let table = r#"
        {"user_id":"B"} => extra_forbidden body.user_id Extra inputs are not permitted
        {"verdict":null} => extra_forbidden body.verdict Extra inputs are not permitted
        {"point":{"id":1}} => extra_forbidden body.point.id Extra inputs are not permitted
        {"point":{"id":null}} => extra_forbidden body.point.id Extra inputs are not permitted
        {"point":{"score":null}} => extra_forbidden body.point.score Extra inputs are not permitted
        {"settings":{"home":{"score":1}}} => extra_forbidden body.settings.home.score Extra inputs are not permitted
        {"point":{"x":null}} => float_type body.point.x Input should be a valid number
        {"point":{"y":"1"}} => float_type body.point.y Input should be a valid number
        {"point":7} => dict_type body.point Input should be a valid dictionary
        {"metadata":[]} => dict_type body.metadata Input should be a valid dictionary
        {"metadata":null} => dict_type body.metadata Input should be a valid dictionary
        {"title":null} => string_type body.title Input should be a valid string
        {"settings":{"home":[]}} => dict_type body.settings.home Input should be a valid dictionary
        {"settings":{"places":[{"x":1},{}]}} => missing body.settings.places.1.x Field required
        [] => dict_type body Input should be a valid dictionary
    "#;
    for row in table.trim().lines() {
        let (sent, expected) = row.trim().split_once(" => ").expect(row);
        let faults = patch(&sample(), &json(sent), false).expect_err(row);
        assert_eq!(lines(&faults), [expected], "{row}");
    }
}

#[test]
fn a_patch_need_not_give_what_is_required() {
    for sent in [
        r#"{"point":{}}"#,
        r#"{"point":{"y":null}}"#,
        r#"{"settings":{"home":{"label":"x"}}}"#,
        "{}",
    ] {
        assert!(patch(&sample(), &json(sent), false).is_ok(), "{sent}");
    }
}

/// RFC 7396, appendix A, as far as both are objects.
#[test]
fn the_examples_of_the_rfc_hold() {
    let table = [
        (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
        (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
        (r#"{"a":"b"}"#, r#"{"a":null}"#, "{}"),
        (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
        (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
        (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
        (
            r#"{"a":{"b":"c"}}"#,
            r#"{"a":{"b":"d","c":null}}"#,
            r#"{"a":{"b":"d"}}"#,
        ),
        (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
        (r#"{"e":null}"#, r#"{"a":1}"#, r#"{"e":null,"a":1}"#),
        ("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
    ];
    for (stored, sent, expected) in table {
        assert_eq!(
            merged("metadata", Some(stored), sent).as_deref(),
            Ok(expected),
            "{stored} {sent}"
        );
    }
}

#[test]
fn a_change_in_the_depth_keeps_everything_beside_it() {
    let stored = r#"{"z":1,"a":{"x":[1,2],"b":1,"c":{"d":null}},"y":2.5}"#;
    let expected = r#"{"z":1,"a":{"x":[1,2],"b":2,"c":{"d":null}},"y":2.5}"#;
    assert_eq!(
        merged("metadata", Some(stored), r#"{"a":{"b":2}}"#).as_deref(),
        Ok(expected)
    );
}

#[test]
fn nothing_stored_counts_as_an_empty_object() {
    assert_eq!(
        merged("metadata", None, r#"{"a":{"b":1,"c":null}}"#).as_deref(),
        Ok(r#"{"a":{"b":1}}"#)
    );
    assert_eq!(
        merged("point", None, r#"{"x":2}"#).as_deref(),
        Ok(r#"{"x":2.0,"y":0.0}"#)
    );
}

#[test]
fn the_whole_is_checked_after_merging() {
    assert_eq!(
        merged("point", None, r#"{"label":"a"}"#),
        Err(vec!["missing body.point.x Field required".to_owned()])
    );
    let home = merged("settings", Some("{}"), r#"{"home":{"label":"a"}}"#);
    assert_eq!(
        home,
        Err(vec![
            "missing body.settings.home.x Field required".to_owned()
        ])
    );
    let removed = merged(
        "point",
        Some(r#"{"x":1.0,"y":5.0,"label":"a"}"#),
        r#"{"y":null,"label":null}"#,
    );
    assert_eq!(removed.as_deref(), Ok(r#"{"x":1.0,"y":0.0}"#));
}

#[test]
fn stored_members_that_are_read_only_or_no_longer_declared_stay() {
    let stored = r#"{"x":1.0,"y":0.0,"score":5,"gone":[1]}"#;
    assert_eq!(
        merged("point", Some(stored), r#"{"x":2}"#).as_deref(),
        Ok(r#"{"x":2.0,"y":0.0,"score":5,"gone":[1]}"#)
    );
}

#[test]
fn what_is_merged_has_its_depth_limit_too() {
    let deep = |levels: usize| format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels));
    let field = field("data", any_object());
    assert!(merge(&field, Some(&deep(63)), &map(r#"{"b":1}"#)).is_ok());
    let faults = merge(&field, Some(&deep(64)), &map(r#"{"b":1}"#)).expect_err("too deep");
    assert_eq!(
        lines(&faults),
        ["value_error body.data Value error, JSON is at most 64 levels deep"]
    );
}

#[test]
fn removing_many_members_takes_no_time() {
    let members = |value: Json| -> Map<String, Json> {
        (0..50_000)
            .map(|n| (format!("a{n}"), value.clone()))
            .collect()
    };
    let stored = Json::Object(members(json!(1))).to_string();
    let start = std::time::Instant::now();
    let value = merge(
        &field("data", any_object()),
        Some(&stored),
        &members(Json::Null),
    );
    assert_eq!(value, Ok(Value::Text("{}".to_owned())));
    assert!(start.elapsed() < std::time::Duration::from_secs(2));
}
