//! `hearth export`: every form, what stays inside, and the way back in.

use serde_json::{Value, json};

use crate::folder::Folder;

const CONFIG: &str = r#"
[models.things.fields]
name = { type = "string", required = true }
size = { type = "integer" }
ratio = { type = "number" }
done = { type = "boolean" }
tags = { type = "array", items = "string" }
more = { type = "object" }
secret = { type = "string", write_only = true }
"größe" = { type = "string" }
order = { type = "integer" }
"#;

fn rows() -> Vec<Value> {
    vec![
        json!({"name": "a \"quoted\", long\nname", "size": i64::MIN, "ratio": 0.1, "done": true,
               "tags": ["x,y", "\""], "more": {"a": {"b": [1, null]}}, "secret": "hunter2",
               "größe": "ü", "order": 1}),
        json!({"name": "null", "size": null, "ratio": -2.0, "done": false, "tags": [], "more": {}}),
        json!({"name": "=1+1"}),
    ]
}

fn filled() -> Folder {
    let folder = Folder::with(CONFIG);
    let text: String = rows().iter().map(|row| format!("{row}\n")).collect();
    folder.write("rows.jsonl", text);
    folder.hearth(&["import", "things", "rows.jsonl"]).ok();
    folder
}

#[test]
fn each_form_comes_back_as_it_went_out() {
    let folder = filled();
    let before = folder.records("things");
    for (name, words) in [
        ("out.jsonl", &[][..]),
        ("out.json", &[]),
        ("out.csv", &[]),
        ("plain.jsonl", &["--format", "jsonl"]),
    ] {
        let words = [&["export", "things", "--output", name], words].concat();
        let said = folder.hearth(&words).ok();
        assert_eq!(said, format!("Exported 3 records to {name}\n"));
        let other = Folder::with(CONFIG);
        other.write(name, folder.read(name));
        let said = other.hearth(&["import", "things", name]).ok();
        assert_eq!(said, "Imported 3 of 3 rows\n");
        assert_eq!(other.records("things"), before, "{name}");
    }
}

#[test]
fn what_is_write_only_never_leaves() {
    let folder = filled();
    for format in ["jsonl", "json", "csv"] {
        let out = folder
            .hearth(&["export", "things", "--format", format])
            .ok();
        assert!(!out.contains("hunter2") && !out.contains("secret"), "{out}");
    }
}

#[test]
fn an_export_of_nothing_is_an_empty_file_of_its_form() {
    let folder = Folder::with(CONFIG);
    folder.write("none.jsonl", "");
    let said = folder.hearth(&["import", "things", "none.jsonl"]).ok();
    assert_eq!(said, "Imported 0 of 0 rows\n");
    let export = |format| folder.hearth(&["export", "things", "--format", format]);
    assert_eq!(export("jsonl").ok(), "");
    assert_eq!(export("json").json(), json!([]));
    assert_eq!(export("csv").ok().lines().count(), 1);
}

#[test]
fn more_records_than_a_page_are_all_there_once() {
    let folder = Folder::with(CONFIG);
    let text: String = (0..1203)
        .map(|at| format!("{{\"name\":\"{at}\"}}\n"))
        .collect();
    folder.write("rows.jsonl", text);
    folder.hearth(&["import", "things", "rows.jsonl"]).ok();
    let names = folder.records("things");
    assert_eq!(names.len(), 1203);
    assert!(
        names
            .iter()
            .enumerate()
            .all(|(at, row)| row["name"] == at.to_string().as_str())
    );
}

#[test]
fn an_unknown_model_or_a_bad_place_is_told() {
    let folder = filled();
    let said = folder.hearth(&["export", "thing"]).refused();
    assert_eq!(said, "There is no model `thing`. Did you mean `things`?");
    let said = folder
        .hearth(&["export", "things", "-o", "no/where.csv"])
        .refused();
    assert!(said.starts_with("Cannot write no/where.csv: "), "{said}");
}
