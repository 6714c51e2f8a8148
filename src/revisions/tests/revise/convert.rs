//! Values of one type as another: the exact counterpart, or none.

use super::change::{to, values, with};
use super::*;

/// There, with these values then, and back.
fn carry(from: Field, given: &[&str], other: Field, expected: &str) {
    let mut bench = with(from, given);
    let generated = bench.there_and_back(&to(other));
    assert_eq!(values(&mut bench), expected, "{}", generated.up);
    assert!(!generated.lossless && generated.losses.is_empty());
}

#[test]
fn numbers_become_their_exact_counterparts_of_another_type_and_come_back() {
    let least = "-9007199254740992";
    carry(
        integer("a"),
        &["5", "NULL", least],
        number("a"),
        "5.0,null,-9007199254740992.0",
    );
    carry(
        integer("a"),
        &["9223372036854775807", "NULL"],
        string("a"),
        "9223372036854775807,null",
    );
    carry(integer("a"), &["1", "0", "NULL"], boolean("a"), "1,0,null");
    carry(
        number("a"),
        &["5.0", "-0.0", "NULL"],
        integer("a"),
        "5,0,null",
    );
    let odd = ["0.1", "0.30000000000000004", "1e300", "NULL"];
    carry(
        number("a"),
        &odd,
        string("a"),
        "0.1,0.30000000000000004,1.0e+300,null",
    );
    carry(
        boolean("a"),
        &["1", "0", "NULL"],
        string("a"),
        "true,false,null",
    );
    carry(boolean("a"), &["1", "0"], number("a"), "1.0,0.0");
}

#[test]
fn texts_and_json_become_their_exact_counterparts_and_come_back() {
    let least = "'-9223372036854775808'";
    carry(
        string("a"),
        &["'12'", least, "NULL"],
        integer("a"),
        "12,-9223372036854775808,null",
    );
    carry(
        string("a"),
        &["'1.50'", "'-2e3'", "'7'"],
        number("a"),
        "1.5,-2000.0,7.0",
    );
    carry(string("a"), &["'true'", "'false'"], boolean("a"), "1,0");
    carry(string("a"), &["'[1]'", "NULL"], array("a"), "[1],null");
    carry(object("a"), &["'{\"ß\": 1}'"], string("a"), "{\"ß\": 1}");
}

#[test]
fn nulls_become_nulls_of_any_type() {
    let mut bench = with(number("a"), &["NULL"]);
    bench.there_and_back(&to(object("a")));
    assert_eq!(values(&mut bench), "null");
}

#[test]
fn a_value_without_a_counterpart_is_named_and_nothing_is_rounded() {
    for (from, given, other, word) in [
        (integer("a"), "9007199254740993", number("a"), "a number"),
        (integer("a"), "9223372036854775807", number("a"), "a number"),
        (integer("a"), "2", boolean("a"), "a boolean"),
        (number("a"), "1.5", integer("a"), "an integer"),
        (number("a"), "9.3e18", integer("a"), "an integer"),
        (string("a"), "'1.0'", integer("a"), "an integer"),
        (string("a"), "' 1'", integer("a"), "an integer"),
        (string("a"), "''", integer("a"), "an integer"),
        (string("a"), "'1e999'", number("a"), "a number"),
        (string("a"), "'0x10'", number("a"), "a number"),
        (string("a"), "'yes'", boolean("a"), "a boolean"),
        (string("a"), "'{}'", array("a"), "an array"),
        (string("a"), "'{'", object("a"), "an object"),
        (integer("a"), "1", object("a"), "an object"),
        (array("a"), "'[]'", object("a"), "an object"),
        (object("a"), "'{\"a\":[]}'", array("a"), "an array"),
    ] {
        let mut bench = with(from.clone(), &["NULL", given]);
        let says =
            format!("`tasks.a` cannot become {word}, because its value is not one in records 2.");
        bench.forbids(&to(other.clone()), &[&says]);
        // The statements themselves refuse it too: a revision meets other databases.
        let generated = with(from, &[]).generate(&to(other));
        let before = bench.fingerprint();
        assert!(
            bench.opening.revise(&generated.up).is_err(),
            "{}",
            generated.up
        );
        assert_eq!(bench.fingerprint(), before);
    }
}

#[test]
fn a_table_that_says_no_more_than_json_agrees_with_either_kind_and_is_looked_at_when_it_is_made_anew()
 {
    let mut bench = with(string("b"), &[]);
    let both = |kind: Field| {
        vec![
            model("tasks", vec![string("b"), kind]),
            model("lists", vec![]),
        ]
    };
    bench.run("ALTER TABLE tasks ADD COLUMN a TEXT CHECK (json_valid(a))");
    bench.insert("tasks", "a", "'[1]'");
    for kind in [array("a"), object("a")] {
        assert_eq!(bench.differs(&both(kind)), [""; 0]);
    }
    bench.forbids(
        &both(object("a").required()),
        &["`tasks.a` cannot become an object, because its value is not one in records 1."],
    );
    bench.there_and_back(&both(array("a").required()));
}
