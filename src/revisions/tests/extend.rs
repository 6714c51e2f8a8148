//! What is added to tables that have records.

use super::*;
use crate::models::Default as Preset;

#[test]
fn records_that_exist_show_the_literal_default_of_a_new_field() {
    let (mut bench, notes) = notes();
    let more = vec![
        string("plain"),
        string("text").default(json!("it's")),
        integer("count").default(json!(-7)),
        integer("least").default(json!(i64::MIN)),
        integer("whole").default(json!(7.0)),
        number("size").default(json!(1)),
        boolean("done").required().default(json!(false)),
        array("tags").default(json!(["a"])),
        object("data").default(json!({"a": "it's"})),
        choice("state", &["open", "closed"])
            .required()
            .default(json!("open")),
    ];
    bench.agree(&[and(notes, more)]);
    assert_eq!(
        bench.rows("SELECT name, plain, text, count, least, whole, size, done, tags, data, state FROM notes"),
        [["first", "null", "it's", "-7", "-9223372036854775808", "7", "1.0", "0", "[\"a\"]", "{\"a\":\"it's\"}", "open"]]
    );
}

#[test]
fn defaults_of_the_moment_leave_existing_records_null() {
    let (mut bench, notes) = notes();
    let now = Field {
        default: Some(Preset::Now),
        ..string("seen_at")
    };
    let uuid = Field {
        default: Some(Preset::Uuid),
        ..string("token")
    };
    bench.agree(&[and(notes, vec![now, uuid])]);
    assert_eq!(
        bench.rows("SELECT seen_at, token FROM notes"),
        [["null", "null"]]
    );
}

#[test]
fn a_default_time_is_kept_as_times_are() {
    let (mut bench, notes) = notes();
    let text = Text {
        format: Some(crate::models::Format::DateTime),
        ..Text::default()
    };
    let at = field("at", Kind::String(text)).default(json!("2026-11-21T10:30:00+01:00"));
    bench.agree(&[and(notes, vec![at])]);
    assert_eq!(
        bench.list("SELECT at FROM notes"),
        "2026-11-21T09:30:00.000Z"
    );
}

#[test]
fn a_reference_begins_as_null_whatever_its_default() {
    let (mut bench, notes) = notes();
    let list = reference("list", "lists", OnDelete::SetNull).default(json!(1));
    let models = [and(notes, vec![list]), model("lists", vec![])];
    assert_eq!(
        bench.steps(&models),
        [
            "Add column `notes.list`",
            "Create index `notes.list`",
            "Create table `lists`",
        ]
    );
    bench.agree(&models);
    assert_eq!(bench.list("SELECT list FROM notes"), "null");
}
