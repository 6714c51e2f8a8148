//! What is refused, with its exact type, place and message.

use serde_json::json;

use super::sample::sample;
use super::{json, lines};
use crate::models::validate::{create, update};

/// Each line is `FIELD VALUE => FAULT`: `{"FIELD": VALUE}` is sent, and exactly that fault comes of it.
fn refused(table: &str) {
    let sample = sample();
    for row in table.trim().lines() {
        let (sent, expected) = row.trim().split_once(" => ").expect(row);
        let (name, value) = sent.split_once(' ').expect(row);
        let body = json(&format!("{{\"{name}\":{value}}}"));
        let faults = update(&sample, &body, false).expect_err(row);
        assert_eq!(lines(&faults), [expected], "{row}");
    }
}

#[test]
fn a_string_is_a_string_within_its_limits() {
    refused(
        r#"
        text 7 => string_type body.text Input should be a valid string
        text true => string_type body.text Input should be a valid string
        text [] => string_type body.text Input should be a valid string
        text {} => string_type body.text Input should be a valid string
        title null => string_type body.title Input should be a valid string
        text "a\u0000b" => value_error body.text Value error, may not contain U+0000
        short "ab" => string_too_short body.short String should have at least 3 characters
        short "äö" => string_too_short body.short String should have at least 3 characters
        short "abcdef" => string_too_long body.short String should have at most 5 characters
        one "" => string_too_short body.one String should have at least 1 character
        one "ab" => string_too_long body.one String should have at most 1 character
        pattern "b" => string_pattern_mismatch body.pattern String should match pattern '^a+$'
        inner "a" => string_pattern_mismatch body.inner String should match pattern 'b'
        "#,
    );
}

#[test]
fn an_enum_names_what_it_expects() {
    refused(
        r#"
        only "b" => enum body.only Input should be 'a'
        status "d" => enum body.status Input should be 'a', 'b' or 'c'
        status "A" => enum body.status Input should be 'a', 'b' or 'c'
        status "" => enum body.status Input should be 'a', 'b' or 'c'
        status 1 => enum body.status Input should be 'a', 'b' or 'c'
        level null => enum body.level Input should be 'low' or "it's"
        "#,
    );
}

#[test]
fn an_integer_is_no_text_no_fraction_and_no_boolean() {
    refused(
        r#"
        count "7" => int_type body.count Input should be a valid integer
        count "12abc" => int_type body.count Input should be a valid integer
        count true => int_type body.count Input should be a valid integer
        count [] => int_type body.count Input should be a valid integer
        priority null => int_type body.priority Input should be a valid integer
        count 7.5 => int_from_float body.count Input should be a valid integer, got a number with a fractional part
        count 1e-3 => int_from_float body.count Input should be a valid integer, got a number with a fractional part
        count 1e30 => int_parsing_size body.count Unable to parse input string as an integer, exceeded maximum size
        count -1e30 => int_parsing_size body.count Unable to parse input string as an integer, exceeded maximum size
        count 9007199254740994.0 => int_parsing_size body.count Unable to parse input string as an integer, exceeded maximum size
        priority 0 => greater_than_equal body.priority Input should be greater than or equal to 1
        priority 11 => less_than_equal body.priority Input should be less than or equal to 10
        priority 11.0 => less_than_equal body.priority Input should be less than or equal to 10
        fives 7 => multiple_of body.fives Input should be a multiple of 5
        fives -1 => multiple_of body.fives Input should be a multiple of 5
        "#,
    );
}

#[test]
fn a_number_is_within_its_limits() {
    refused(
        r#"
        price "7" => float_type body.price Input should be a valid number
        price true => float_type body.price Input should be a valid number
        price {} => float_type body.price Input should be a valid number
        rate null => float_type body.rate Input should be a valid number
        open 0.5 => greater_than body.open Input should be greater than 0.5
        open 9 => less_than body.open Input should be less than 9
        closed 2.4 => greater_than_equal body.closed Input should be greater than or equal to 2.5
        closed 5.1 => less_than_equal body.closed Input should be less than or equal to 5
        tenths 0.35 => multiple_of body.tenths Input should be a multiple of 0.1
        "#,
    );
}

#[test]
fn a_boolean_is_true_or_false() {
    refused(
        r#"
        done 1 => bool_type body.done Input should be a valid boolean
        done 0 => bool_type body.done Input should be a valid boolean
        done "true" => bool_type body.done Input should be a valid boolean
        done null => bool_type body.done Input should be a valid boolean
        "#,
    );
}

#[test]
fn a_list_has_its_length_and_its_elements() {
    refused(
        r#"
        tags {} => list_type body.tags Input should be a valid list
        tags "a" => list_type body.tags Input should be a valid list
        tags null => list_type body.tags Input should be a valid list
        tags ["a",null] => string_type body.tags.1 Input should be a valid string
        tags ["a","b",7] => string_type body.tags.2 Input should be a valid string
        pair [] => too_short body.pair List should have at least 1 item after validation, not 0
        pair [1,2,3] => too_long body.pair List should have at most 2 items after validation, not 3
        pair ["a","b","c"] => too_long body.pair List should have at most 2 items after validation, not 3
        pair [1,"2"] => int_type body.pair.1 Input should be a valid integer
        set ["a","b","a"] => value_error body.set Value error, List items should be unique
        set ["a","a",1] => string_type body.set.2 Input should be a valid string
        grid [["2026-11-24"],["2026-11-24",5]] => string_type body.grid.1.1 Input should be a valid string
        grid [[],"2026-11-24"] => list_type body.grid.1 Input should be a valid list
        "#,
    );
}

#[test]
fn an_object_has_its_declared_members() {
    refused(
        r#"
        metadata [] => dict_type body.metadata Input should be a valid dictionary
        metadata "{}" => dict_type body.metadata Input should be a valid dictionary
        metadata null => dict_type body.metadata Input should be a valid dictionary
        point [] => dict_type body.point Input should be a valid dictionary
        point {} => missing body.point.x Field required
        point {"x":"1"} => float_type body.point.x Input should be a valid number
        point {"x":1,"z":2} => extra_forbidden body.point.z Extra inputs are not permitted
        point {"x":1,"user_id":2} => extra_forbidden body.point.user_id Extra inputs are not permitted
        point {"x":1,"score":2} => extra_forbidden body.point.score Extra inputs are not permitted
        point {"x":1,"label":2} => string_type body.point.label Input should be a valid string
        open_object {"other":1} => missing body.open_object.kind Field required
        open_object {"kind":null} => string_type body.open_object.kind Input should be a valid string
        settings {"theme":"red"} => enum body.settings.theme Input should be 'light' or 'dark'
        settings {"places":[{"x":1},{}]} => missing body.settings.places.1.x Field required
        settings {"places":[{"x":1,"id":5}]} => extra_forbidden body.settings.places.0.id Extra inputs are not permitted
        settings {"home":{"x":false}} => float_type body.settings.home.x Input should be a valid number
        "#,
    );
}

#[test]
fn what_no_model_declares_is_refused() {
    let expected =
        |name: &str| format!("extra_forbidden body.{name} Extra inputs are not permitted");
    for name in [
        "id",
        "user_id",
        "created_at",
        "updated_at",
        "role",
        "_rowid_",
        "titel",
        "",
        "verdict",
    ] {
        for value in ["null", "1", r#""x""#, "{}"] {
            let body = json(&format!("{{\"{name}\":{value}}}"));
            let faults = update(&sample(), &body, false).expect_err(name);
            assert_eq!(lines(&faults), [expected(name)]);
        }
    }
}

#[test]
fn a_body_is_an_object() {
    for body in [json!([]), json!("x"), json!(null), json!(7)] {
        let faults =
            create(&sample(), &body, &["body".into(), 3.into()], true).expect_err("refused");
        assert_eq!(
            lines(&faults),
            ["dict_type body.3 Input should be a valid dictionary"]
        );
    }
}

#[test]
fn faults_carry_the_context_that_pydantic_gives() {
    let table = [
        ("short", r#""a""#, json!({"min_length": 3})),
        ("short", r#""abcdef""#, json!({"max_length": 5})),
        ("pattern", r#""b""#, json!({"pattern": "^a+$"})),
        ("status", r#""d""#, json!({"expected": "'a', 'b' or 'c'"})),
        ("priority", "0", json!({"ge": 1})),
        ("priority", "11", json!({"le": 10})),
        ("open", "0", json!({"gt": 0.5})),
        ("open", "9", json!({"lt": 9.0})),
        ("fives", "6", json!({"multiple_of": 5})),
        (
            "pair",
            "[]",
            json!({"field_type": "List", "min_length": 1, "actual_length": 0}),
        ),
        (
            "pair",
            "[1,2,3]",
            json!({"field_type": "List", "max_length": 2, "actual_length": 3}),
        ),
        ("day", r#""x""#, json!({"error": "input is too short"})),
        (
            "email",
            r#""x""#,
            json!({"reason": "An email address must have an @-sign."}),
        ),
        ("v4", r#""x""#, json!({"error": "not a valid IPv4 address"})),
        ("text", "1", json!(null)),
    ];
    for (name, value, context) in table {
        let body = json(&format!("{{\"{name}\":{value}}}"));
        let faults = update(&sample(), &body, false).expect_err(name);
        assert_eq!(
            serde_json::to_value(&faults[0].ctx).unwrap(),
            context,
            "{body}"
        );
    }
}

#[test]
fn the_input_is_never_echoed() {
    let body = json!({"text": ["hunter2"], "short": "hunter2", "status": "hunter2", "at": "hunter2", "email": "hunter2",
        "link": "hunter2", "key": "hunter2", "v4": "hunter2", "host": "hunter2!", "count": "hunter2", "hour": "hunter2!"});
    let faults = update(&sample(), &body, false).expect_err("refused");
    assert_eq!(faults.len(), 11);
    assert!(!serde_json::to_string(&faults).unwrap().contains("hunter2"));
}
