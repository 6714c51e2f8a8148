//! `hearth export` and the way back: with the ids, owners and times of the file, or with a word that they are set anew.

use std::path::Path;

use serde_json::Value;

use crate::folder::{Done, Folder};

const CONFIG: &str = r#"
[models.directors]
access = "public_read"
[models.directors.fields]
name = { type = "string", required = true, unique = "global" }

[models.movies]
access = "public_read"
[models.movies.fields]
title = { type = "string", required = true }
director = { references = "directors" }
sequel_of = { references = "movies", on_delete = "set_null" }
tags = { type = "array", items = "string", default = [] }

[models.tokens]
id = "uuid"
[models.tokens.fields]
label = { type = "string" }
movie = { references = "movies" }
previous = { references = "tokens" }
"#;

const MODELS: [&str; 3] = ["directors", "movies", "tokens"];

/// Adds records of somebody.
fn add(folder: &Folder, model: &str, rows: &[&str], owner: Option<&str>) {
    folder.write("rows.jsonl", rows.join("\n"));
    let mut words = vec!["import", model, "rows.jsonl"];
    words.extend(owner.iter().flat_map(|owner| ["--as", owner]));
    folder.hearth(&words).ok();
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

/// Two folders with the same users; one has records of two of them and of nobody, with holes in the ids.
fn folders() -> (Folder, Folder) {
    let (full, empty) = (Folder::with(CONFIG), Folder::with(CONFIG));
    for name in ["ada", "bob", "eve"] {
        full.user(&format!("{name}@example.com"));
    }
    copy(
        &full.path().join("hearth_data"),
        &empty.path().join("hearth_data"),
    );
    let (ada, bob) = (Some("ada@example.com"), Some("bob@example.com"));
    add(
        &full,
        "directors",
        &[r#"{"name":"gone"}"#],
        Some("eve@example.com"),
    );
    add(&full, "directors", &[r#"{"name":"one"}"#], ada);
    full.hearth(&["user", "delete", "eve@example.com", "--yes"])
        .ok();
    add(&full, "directors", &[r#"{"name":"two, \"2\""}"#], bob);
    add(&full, "directors", &[r#"{"name":"nobody's"}"#], None);
    let movies = [
        r#"{"title":"a","director":3,"tags":["x","y"]}"#,
        r#"{"title":"b","director":2,"sequel_of":1}"#,
    ];
    add(&full, "movies", &movies, bob);
    add(&full, "tokens", &[r#"{"label":"first","movie":2}"#], ada);
    (full, empty)
}

fn exported(folder: &Folder, model: &str, format: &str) -> String {
    folder.hearth(&["export", model, "--format", format]).ok()
}

fn import(folder: &Folder, model: &str, file: &str, text: &str, more: &[&str]) -> Done {
    folder.write(file, text);
    folder.hearth(&[&["import", model, file], more].concat())
}

#[test]
fn an_export_comes_back_as_the_same_bytes() {
    for format in ["jsonl", "json", "csv"] {
        let (full, empty) = folders();
        for model in MODELS {
            let text = exported(&full, model, format);
            let file = format!("f.{format}");
            let done = import(&empty, model, &file, &text, &["--keep-ids"]);
            assert_eq!(done.err, "", "{format} {model}");
            done.ok();
            assert_eq!(exported(&empty, model, format), text, "{format} {model}");
        }
        let directors = exported(&empty, "directors", "jsonl");
        assert!(directors.starts_with("{\"id\":2,"), "a hole: {directors}");
        // The counter goes on behind the highest.
        add(&empty, "directors", &[r#"{"name":"next"}"#], None);
        let directors = exported(&empty, "directors", "jsonl");
        let last: Value = serde_json::from_str(directors.lines().last().unwrap()).unwrap();
        assert_eq!(last["id"], 5);
    }
}

#[test]
fn a_record_may_refer_to_a_later_one_of_the_file() {
    let folder = Folder::with(CONFIG);
    let rows = r#"[{"id":1,"title":"c","sequel_of":2},{"id":2,"title":"b","sequel_of":7},
                   {"id":3,"title":"own","sequel_of":3},{"id":7,"title":"a"},{"id":9,"title":"d","sequel_of":8}]"#;
    let done = import(&folder, "movies", "f.json", rows, &["--keep-ids"]).refused();
    assert_eq!(
        done,
        "row 5: sequel_of: Value error, there is no such movie\n1 of 5 rows is refused, and nothing was imported. \
         Mend them, or leave them out with --skip-invalid"
    );
    let words = ["--keep-ids", "--skip-invalid"];
    import(&folder, "movies", "f.json", rows, &words).ok();
    let movies = exported(&folder, "movies", "json");
    let movies: Vec<Value> = serde_json::from_str(&movies).unwrap();
    let pairs: Vec<String> = movies
        .iter()
        .map(|movie| format!("{}-{}", movie["id"], movie["sequel_of"]))
        .collect();
    assert_eq!(pairs, ["1-2", "2-7", "3-3", "7-null"]);
}

#[test]
fn what_cannot_be_kept_is_told_with_its_row() {
    let folder = Folder::with(CONFIG);
    let fine = r#"{"id":1,"name":"a"}"#;
    import(&folder, "directors", "f.jsonl", fine, &["--keep-ids"]).ok();
    for (row, reason) in [
        (r#"{"id":1,"name":"b"}"#, "row 1: id: 1 is taken\n"),
        (
            r#"{"id":0,"name":"b"}"#,
            "row 1: id: Value error, an id is from 1 to ",
        ),
        (
            r#"{"id":9223372036854775807,"name":"b"}"#,
            "row 1: id: Value error, an id is from 1 to ",
        ),
        (
            r#"{"id":"x","name":"b"}"#,
            "row 1: id: Input should be a valid integer",
        ),
        (
            r#"{"id":[1],"name":"b"}"#,
            "row 1: id: Input should be a valid integer",
        ),
        (
            r#"{"id":2,"name":"b","created_at":"yesterday"}"#,
            "row 1: created_at: Input should be a valid datetime",
        ),
        (
            r#"{"id":2,"name":"b","user_id":"ada"}"#,
            "row 1: user_id: Input should be a valid UUID",
        ),
    ] {
        let said = import(&folder, "directors", "f.jsonl", row, &["--keep-ids"]).refused();
        assert!(said.starts_with(reason), "{row}: {said}");
    }
    let id = "0198c2f0-0000-7000-8000-000000000001";
    let row = format!("{{\"id\":\"{}\",\"label\":\"x\"}}\n", id.to_uppercase());
    import(&folder, "tokens", "f.jsonl", &row, &["--keep-ids"]).ok();
    assert!(exported(&folder, "tokens", "jsonl").contains(id));
    let said = import(&folder, "tokens", "f.jsonl", &row, &["--keep-ids"]).refused();
    let wanted = format!("row 1: id: {id} is taken\n");
    assert!(said.starts_with(&wanted), "{said}");
}

#[test]
fn an_owner_who_is_no_user_here_is_told() {
    let folder = Folder::with(CONFIG);
    folder.user("ada@example.com");
    let stranger = "0198c2f0-0000-7000-8000-00000000000a";
    let row = format!("{{\"id\":4,\"user_id\":\"{stranger}\",\"name\":\"a\"}}");
    let words = ["--keep-ids", "--as", "ada@example.com"];
    let done = import(&folder, "directors", "f.jsonl", &row, &words);
    assert_eq!(
        done.err,
        "note: the owner of 1 record is no user here, so that it belongs to whom --as names, else to nobody in particular\n"
    );
    done.ok();
    let users = folder.hearth(&["user", "list", "--json"]).json();
    let record: Value = serde_json::from_str(&exported(&folder, "directors", "jsonl")).unwrap();
    assert_eq!(record["user_id"], users[0]["id"]);
}

#[test]
fn without_the_flag_it_is_said_that_ids_are_set_anew_and_which_references_will_not_fit() {
    let (full, empty) = folders();
    let text = exported(&full, "directors", "jsonl");
    let done = import(&empty, "directors", "f.jsonl", &text, &[]);
    assert_eq!(
        done.err,
        "note: `id`, `user_id`, `created_at` and `updated_at` of the file are left out, and set anew; --keep-ids keeps \
         them\n\
         note: with new ids, references by id out of the same source do not fit: `movies.director`. Import all of these \
         models with --keep-ids\n"
    );
    done.ok();
    let row = r#"{"id":7,"label":"x","movie":null}"#;
    let done = import(&empty, "tokens", "f.jsonl", row, &[]);
    assert_eq!(
        done.err,
        "note: `id` of the file is left out, and set anew; --keep-ids keeps it\n\
         note: with new ids, references by id out of the same source do not fit: `tokens.previous`. Import all of these \
         models with --keep-ids\n"
    );
    let row = r#"{"title":"x","director":1}"#;
    let done = import(&empty, "movies", "f.jsonl", row, &[]);
    assert_eq!(done.err, "", "nothing of it was set anew");
}
