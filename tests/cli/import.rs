//! `hearth import`: forms of files, mappings, owners, and beside a running server.

use serde_json::{Value, json};

use crate::folder::{Folder, hearth};
use crate::support::Server;

const CONFIG: &str = r#"
[models.persons]
access = "public_read"
[models.persons.fields]
name = { type = "string", required = true, unique = "global" }

[models.films]
access = "public_read"
unique = [["title", "year"]]
[models.films.fields]
title = { type = "string", required = true, max_length = 40 }
year = { type = "integer", minimum = 1800 }
score = { type = "number" }
seen = { type = "boolean", default = false }
released = { type = "string", format = "date" }
entered = { type = "string", format = "date-time" }
director = { references = "persons" }
tags = { type = "array", items = "string", default = [] }
"#;

fn import(
    folder: &Folder,
    file: &str,
    text: impl AsRef<[u8]>,
    more: &[&str],
) -> crate::folder::Done {
    folder.write(file, text);
    folder.hearth(&[&["import", "films", file], more].concat())
}

fn titles(folder: &Folder) -> Vec<Value> {
    folder
        .records("films")
        .iter()
        .map(|row| row["title"].clone())
        .collect()
}

#[test]
fn the_three_forms_give_the_same_records() {
    let lines = "{\"title\":\"A\",\"year\":1999,\"score\":7.5,\"seen\":true,\"tags\":[\"x\"]}\n\n{\"title\":\"B, \\\"b\\\"\"}\n";
    let array = "[{\"title\":\"A\",\"year\":1999,\"score\":7.5,\"seen\":true,\"tags\":[\"x\"]},\n{\"title\":\"B, \\\"b\\\"\"}]";
    let csv =
        "title,year,score,seen,tags\r\nA,1999,7.5,TRUE,\"[\"\"x\"\"]\"\r\n\"B, \"\"b\"\"\",,,,\r\n";
    let mut seen: Option<Vec<Value>> = None;
    for (file, text) in [
        ("f.jsonl", lines.to_owned()),
        ("f.ndjson", lines.to_owned()),
        ("f.json", array.to_owned()),
        ("f.csv", csv.to_owned()),
        ("f.JSON", array.to_owned()),
        // As Windows' programs write them.
        ("g.jsonl", format!("\u{feff}{lines}")),
        ("g.json", format!("\u{feff}{array}")),
        ("g.csv", format!("\u{feff}{csv}")),
        ("h.csv", csv.replace(',', ";").replace("B;", "B,")),
    ] {
        let folder = Folder::with(CONFIG);
        let said = import(&folder, file, text, &[]).ok();
        assert_eq!(said, "Imported 2 of 2 rows\n", "{file}");
        let records = folder.records("films");
        assert_eq!(records[0]["tags"], json!(["x"]), "{file}");
        assert_eq!(records[1]["seen"], false, "{file}: a default");
        let first = seen.get_or_insert_with(|| records.clone());
        assert_eq!(records, *first, "{file}");
    }
}

#[test]
fn names_are_mapped_and_left_out_by_flags() {
    let folder = Folder::with(CONFIG);
    let text = r#"[{"Film Title": "A", "Notes": "x", "a=b": 3}]"#;
    let flags = [
        "--map",
        "Film Title=title",
        "--map",
        "Notes=",
        "--map",
        "a=b=score",
    ];
    import(&folder, "f.json", text, &flags).ok();
    let records = folder.records("films");
    assert_eq!(
        (&records[0]["title"], &records[0]["score"]),
        (&json!("A"), &json!(3.0))
    );
}

#[test]
fn a_mapping_file_reads_dates_names_and_numbers() {
    let folder = Folder::with(CONFIG);
    folder.write(
        "mapping.toml",
        "[fields]\n\"Title\" = { field = \"title\", text = true }\n\
         \"Release Date\" = { field = \"released\", date = \"%b %d %Y\" }\n\
         \"Entered\" = { field = \"entered\", date = \"%d.%m.%Y %H:%M\" }\n\
         \"Director\" = { field = \"director\", by = \"name\", create = true }\n\
         \"Notes\" = false\n\"Rating\" = \"year\"\n",
    );
    let text = "{\"Title\":1776,\"Release Date\":\"Nov 09 1972\",\"Director\":\"Peter H. Hunt\",\"Notes\":1,\"Rating\":7.5}\n\
                {\"Title\":\"B\",\"Release Date\":null,\"Director\":null,\"Entered\":\"2.1.2020 13:05\"}\n\
                {\"Title\":\"C\",\"Director\":\"Peter H. Hunt\"}\n";
    let flags = ["--mapping", "mapping.toml", "--map", "Rating=score"];
    let said = import(&folder, "f.jsonl", text, &flags).ok();
    assert_eq!(said, "Imported 3 of 3 rows, made 1 of `persons`\n");
    let records = folder.records("films");
    assert_eq!(records[0]["title"], "1776");
    assert_eq!(records[0]["released"], "1972-11-09");
    assert_eq!(records[0]["score"], 7.5, "a flag wins over the file");
    assert_eq!(records[1]["entered"], "2020-01-02T13:05:00.000Z");
    let directors: Vec<&Value> = records.iter().map(|row| &row["director"]).collect();
    assert_eq!(directors, [&json!(1), &json!(null), &json!(1)]);
}

#[tokio::test]
async fn records_belong_to_who_is_named_and_are_served_at_once() {
    let server = Server::with("[models.items.fields]\nname = { type = \"string\" }\n").await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    std::fs::write(
        server.folder().join("f.json"),
        r#"[{"name":"x"},{"name":"y"}]"#,
    )
    .unwrap();
    let said = server.hearth(&["import", "items", "f.json", "--as", &ada.email]);
    assert_eq!(said, "Imported 2 of 2 rows\n");
    let items = server
        .get("/api/items")
        .by(&ada)
        .send()
        .await
        .expect(200)
        .items();
    assert_eq!(items.len(), 2);
    assert_eq!(items[0]["user_id"], ada.id.as_str());
    assert!(
        server
            .get("/api/items")
            .by(&bob)
            .send()
            .await
            .expect(200)
            .items()
            .is_empty()
    );
    let words = ["import", "items", "f.json", "--as", "eve@example.com"];
    let said = hearth(server.folder(), &words, "").refused();
    assert_eq!(
        said,
        "There is no user eve@example.com. `hearth user list` shows all"
    );
    server.hearth(&["import", "items", "f.json"]);
    let items = server
        .get("/api/items")
        .by(&ada)
        .send()
        .await
        .expect(200)
        .items();
    assert_eq!(items.len(), 2, "nobody's records are not hers");
}

#[tokio::test]
async fn the_server_answers_while_many_rows_are_imported() {
    let server = Server::with("[models.items.fields]\nname = { type = \"string\" }\n").await;
    let ada = server.user("ada").await;
    let text: String = (0..20_000)
        .map(|at| format!("{{\"name\":\"{at}\"}}\n"))
        .collect();
    std::fs::write(server.folder().join("f.jsonl"), text).unwrap();
    let folder = server.folder().to_owned();
    let importing = tokio::task::spawn_blocking(move || {
        hearth(&folder, &["import", "items", "f.jsonl"], "").ok()
    });
    while !importing.is_finished() {
        let item = json!({"name": "meanwhile"});
        server
            .post("/api/items", item)
            .by(&ada)
            .send()
            .await
            .expect(201);
        server.get("/api/items").by(&ada).send().await.expect(200);
    }
    assert_eq!(importing.await.unwrap(), "Imported 20000 of 20000 rows\n");
}

#[test]
fn refused_rows_are_left_out_on_demand_and_kept_in_a_file() {
    let folder = Folder::with(CONFIG);
    folder.write(
        "mapping.toml",
        "[fields]\nBy = { field = \"director\", by = \"name\", create = true }\n",
    );
    let text = "{\"title\":\"A\",\"year\":1999}\n\
                {\"title\":7,\"year\":\"x\"}\n\
                not json\n\
                {\"title\":\"A\",\"year\":1999,\"By\":\"Nobody Else\"}\n\
                {\"title\":\"B\",\"director\":99}\n\
                {\"title\":\"C\",\"By\":\"Ada\"}\n";
    let flags = [
        "--mapping",
        "mapping.toml",
        "--skip-invalid",
        "--rejects",
        "rejects.jsonl",
    ];
    let said = import(&folder, "f.jsonl", text, &flags).ok();
    assert_eq!(
        said,
        "Imported 2 of 6 rows, made 1 of `persons`, left 4 out\n"
    );
    assert_eq!(titles(&folder), ["A", "C"]);
    assert_eq!(
        folder.records("persons"),
        [json!({"name": "Ada"})],
        "none of a refused row"
    );
    let rejects = folder.read("rejects.jsonl");
    let rejects: Vec<Value> = rejects
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        rejects,
        [
            json!({"row": 2, "errors": [
                {"field": "title", "type": "string_type", "reason": "Input should be a valid string"},
                {"field": "year", "type": "int_type", "reason": "Input should be a valid integer"}],
                "record": {"title": 7, "year": "x"}}),
            json!({"row": 3, "errors": [
                {"field": "", "type": "json_invalid", "reason": "JSON decode error: expected ident at character 2"}],
                "record": "not json"}),
            json!({"row": 4, "errors": [
                {"field": "title, year", "type": "conflict", "reason": "Another film has the same `title`, `year`"}],
                "record": {"title": "A", "year": 1999, "By": "Nobody Else"}}),
            json!({"row": 5, "errors": [
                {"field": "director", "type": "value_error", "reason": "Value error, there is no such person"}],
                "record": {"title": "B", "director": 99}}),
        ]
    );
}

#[test]
fn one_refused_row_means_that_nothing_is_imported() {
    for (text, wanted) in [
        (
            "{\"title\":\"A\"}\n{\"title\":7}\n",
            "row 2: title: Input should be a valid string\n",
        ),
        (
            "{\"title\":\"A\",\"year\":1999}\n{\"title\":\"A\",\"year\":1999}\n{\"title\":\"B\",\"director\":9}\n",
            "row 2: title, year: Another film has the same `title`, `year`\n\
             row 3: director: Value error, there is no such person\n",
        ),
    ] {
        let folder = Folder::with(CONFIG);
        let said = import(&folder, "f.jsonl", text, &["--rejects", "r.jsonl"]).refused();
        assert!(said.starts_with(wanted), "{said}");
        assert!(said.contains("nothing was imported"), "{said}");
        assert!(said.ends_with("--skip-invalid"), "{said}");
        assert!(folder.records("films").is_empty());
        assert_eq!(
            folder.read("r.jsonl").lines().count(),
            wanted.lines().count()
        );
    }
}

#[test]
fn of_many_refused_rows_the_first_are_shown() {
    let folder = Folder::with(CONFIG);
    let said = import(&folder, "f.jsonl", "{\"titel\":1}\n".repeat(500), &[]).refused();
    assert!(said.lines().count() < 30, "{said}");
    assert!(
        said.contains("more refused rows; --rejects FILE has all of them"),
        "{said}"
    );
    assert!(
        said.contains("No field is named \"titel\". Name one with --map \"titel=FIELD\""),
        "{said}"
    );
}
