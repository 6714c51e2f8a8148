//! Bytes of bodies: what is JSON, how deep, and what JSON may not hold.

use std::time::{Duration, Instant};

use serde_json::json;

use super::lines;
use crate::error::{Code, Step};
use crate::models::validate::parse;

fn faults(text: &str) -> Vec<String> {
    let error = parse(text.as_bytes()).expect_err(text);
    assert_eq!(error.code(), Code::Invalid, "{text}");
    lines(error.fields())
}

/// The best of a few tries, since the machine has other work, too.
fn takes_less_than_100_ms(text: &str) -> bool {
    let once = || {
        let start = Instant::now();
        let _ = parse(text.as_bytes());
        start.elapsed()
    };
    (0..5).any(|_| once() < Duration::from_millis(100))
}

fn nested(levels: usize) -> String {
    format!("{}{}", "[".repeat(levels), "]".repeat(levels))
}

#[test]
fn malformed_json_is_told_with_its_place_in_characters() {
    let table = [
        ("", 0, "EOF while parsing a value"),
        ("{\"a\":", 5, "EOF while parsing a value"),
        ("{a}", 1, "key must be a string"),
        ("[1,]", 3, "trailing comma"),
        ("{\"a\":1}x", 7, "trailing characters"),
        ("\u{feff}{}", 0, "expected value"),
        ("NaN", 0, "expected value"),
        ("[Infinity]", 1, "expected value"),
        ("{\"ä\":1} {}", 8, "trailing characters"),
        ("{\n \"ä\": x}", 8, "expected value"),
    ];
    for (text, position, reason) in table {
        let error = parse(text.as_bytes()).expect_err(text);
        let [fault] = error.fields() else {
            panic!("{text}: {error}");
        };
        assert_eq!(fault.kind, "json_invalid", "{text}");
        assert_eq!(fault.msg, "JSON decode error", "{text}");
        assert_eq!(fault.loc, ["body".into(), Step::Index(position)], "{text}");
        let context = fault.ctx.as_ref().expect("a reason");
        assert_eq!(context["error"], json!(reason), "{text}");
    }
}

#[test]
fn numbers_that_no_float_holds_are_malformed() {
    for text in [
        "1e999",
        "[-1e999]",
        "{\"a\":1e400}",
        "01",
        "+1",
        ".5",
        "1.",
        "0x10",
    ] {
        assert!(faults(text)[0].starts_with("json_invalid body."), "{text}");
    }
}

#[test]
fn lone_surrogates_are_malformed() {
    for text in [
        r#""\ud800""#,
        r#""\udc00""#,
        r#""\ud800\ud800""#,
        r#"{"\ud83d":1}"#,
        r#""\ud83dx""#,
    ] {
        assert!(faults(text)[0].starts_with("json_invalid body."), "{text}");
    }
    assert_eq!(parse(br#""\ud83d\ude00""#).expect("a pair"), json!("😀"));
}

#[test]
fn a_mebibyte_of_lone_surrogates_is_refused_at_once() {
    let text = format!("\"{}\"", r"\ud800".repeat(170_000));
    assert!(faults(&text)[0].starts_with("json_invalid body."));
    assert!(takes_less_than_100_ms(&text));
}

#[test]
fn sixty_four_levels_are_fine_and_sixty_five_are_a_bad_request() {
    assert!(parse(nested(64).as_bytes()).is_ok());
    let objects = |levels: usize| format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels));
    assert!(parse(objects(64).as_bytes()).is_ok());
    let deep = [
        nested(65),
        objects(65),
        "[".repeat(1 << 20),
        "{\"a\":".repeat(200_000),
    ];
    for text in deep {
        let error = parse(text.as_bytes()).expect_err("too deep");
        assert_eq!(error.code(), Code::BadRequest);
        assert!(takes_less_than_100_ms(&text));
    }
    let brackets_in_a_string = format!("[\"\\\"{}\"]", "[".repeat(100));
    assert!(parse(brackets_in_a_string.as_bytes()).is_ok());
    let beside = format!("[{}]", vec![nested(63); 100].join(","));
    assert!(parse(beside.as_bytes()).is_ok());
}

#[test]
fn bytes_that_are_not_utf8_are_a_bad_request() {
    for bytes in [&b"\"\xff\""[..], b"\"\xed\xa0\x80\"", b"\xff\xfe{\x00}\x00"] {
        let error = parse(bytes).expect_err("not UTF-8");
        assert_eq!(error.code(), Code::BadRequest);
    }
}

#[test]
fn integers_beyond_i64_never_become_floats() {
    let size = "Unable to parse input string as an integer, exceeded maximum size";
    let table = [
        ("123456789012345678901234567890", "body"),
        ("9223372036854775808", "body"),
        ("-9223372036854775809", "body"),
        ("18446744073709551616", "body"),
        (
            r#"{"metadata":{"a":[0,{"b":9223372036854775808}]}}"#,
            "body.metadata.a.1.b",
        ),
        (
            r#"[{"a":1},{"x":["9223372036854775808"],"b\"":-9223372036854775809}]"#,
            "body.1.b\"",
        ),
        (
            r#"{"a":{"b":1},"c":99999999999999999999,"d":99999999999999999999}"#,
            "body.c",
        ),
    ];
    for (text, place) in table {
        assert_eq!(
            faults(text),
            [format!("int_parsing_size {place} {size}")],
            "{text}"
        );
    }
    for text in [
        "9223372036854775807",
        "-9223372036854775808",
        "1e30",
        "0.12345678901234567890123",
        "\"99999999999999999999\"",
    ] {
        assert!(parse(text.as_bytes()).is_ok(), "{text}");
    }
}

#[test]
fn of_members_with_one_name_the_last_counts() {
    assert_eq!(
        parse(br#"{"a":1,"b":2,"a":3}"#).expect("accepted"),
        json!({"a": 3, "b": 2})
    );
}
