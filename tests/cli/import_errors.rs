//! What `hearth import` refuses, and that it says the same as the API. Row A5.

use serde_json::{Value, json};

use crate::folder::{Folder, hearth};
use crate::support::Server;

const CONFIG: &str = r#"
[models.things.fields]
name = { type = "string", required = true, min_length = 2 }
size = { type = "integer", maximum = 10 }
day = { type = "string", format = "date" }
kind = { type = "string", enum = ["a", "b"] }
tags = { type = "array", items = "string", max_items = 2 }
place = { type = "object", properties = { street = { type = "string", required = true } } }
any = { type = "object" }
code = { type = "string", unique = true }
"#;

fn import(
    folder: &Folder,
    file: &str,
    text: impl AsRef<[u8]>,
    more: &[&str],
) -> crate::folder::Done {
    folder.write(file, text);
    folder.hearth(&[&["import", "things", file], more].concat())
}

/// The faults of an import as the API tells them: `[type, way, message]`.
fn told(rejects: &str) -> Vec<Value> {
    let reject: Value = serde_json::from_str(rejects.lines().next().unwrap()).unwrap();
    let errors = reject["errors"].as_array().unwrap();
    errors
        .iter()
        .map(|one| json!([one["type"], one["field"], one["reason"]]))
        .collect()
}

#[tokio::test]
async fn a_bad_record_gives_the_same_errors_by_import_and_by_http() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    for record in [
        json!({}),
        json!({"name": "x", "size": 11, "day": "Jun 12 1998", "kind": "c", "tags": ["a", 1, "b"],
               "place": {"town": "y"}, "extra": 1}),
        json!({"name": null, "size": "7", "day": 3, "kind": 1, "tags": {}, "place": []}),
        json!({"name": "ok", "size": 7.5, "tags": ["a", "b", "c"], "place": {"street": null}}),
        json!({"name": "a\u{0}b", "user_id": 1}),
        json!([1]),
        json!("text"),
    ] {
        let folder = Folder::with(CONFIG);
        let body = json!([record]);
        let mut wanted: Vec<Value> = Vec::new();
        let answer = server
            .post("/api/things", body.clone())
            .by(&ada)
            .send()
            .await;
        for fault in answer.expect(422).json()["detail"].as_array().unwrap() {
            let way: Vec<String> = fault["loc"].as_array().unwrap()[2..]
                .iter()
                .map(|step| {
                    step.as_str()
                        .map_or_else(|| step.to_string(), str::to_owned)
                })
                .collect();
            wanted.push(json!([fault["type"], way.join("."), fault["msg"]]));
        }
        // In a file, what Hearth sets itself is what an export wrote, and is left out.
        wanted.retain(|fault| fault[1] != "user_id");
        for (file, text) in [
            ("f.json", body.to_string()),
            ("f.jsonl", format!("{record}\n")),
        ] {
            import(&folder, file, text, &["--rejects", "r"]).refused();
            assert_eq!(told(&folder.read("r")), wanted, "{file} {record}");
        }
    }
}

#[tokio::test]
async fn a_clash_is_told_as_by_http() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    let record = json!({"name": "one", "code": "c"});
    server
        .post("/api/things", record.clone())
        .by(&ada)
        .send()
        .await
        .expect(201);
    let answer = server
        .post("/api/things", record.clone())
        .by(&ada)
        .send()
        .await
        .expect(409);
    std::fs::write(server.folder().join("f.jsonl"), format!("{record}\n")).unwrap();
    let words = ["import", "things", "f.jsonl", "--as", &ada.email];
    let said = hearth(server.folder(), &words, "").refused();
    assert!(
        said.starts_with(&format!("row 1: code: {}\n", answer.detail())),
        "{said}"
    );
    let more = hearth(server.folder(), &words[..3], "").ok();
    assert_eq!(
        more,
        "Imported 1 of 1 rows\n".replace("rows", "row"),
        "nobody's are another owner's"
    );
}

#[test]
fn json_that_no_body_may_have_is_refused_in_every_form() {
    let deep = format!("{}1{}", "{\"a\":".repeat(70), "}".repeat(70));
    for (any, reason) in [
        (deep.as_str(), "JSON is at most 64 levels deep"),
        ("{\"a\":9223372036854775808}", "exceeded maximum size"),
        ("\"\\ud800\"", "JSON decode error"),
        ("nul", "JSON decode error"),
    ] {
        let row = format!("{{\"name\":\"xx\",\"any\":{any}}}");
        let good = "{\"name\":\"good\"}";
        let folder = Folder::with(CONFIG);
        let lines = format!("{row}\n{good}\n");
        let said = import(&folder, "f.jsonl", lines, &["--skip-invalid"]);
        assert!(said.err.contains(reason), "{reason}: {said:?}");
        assert_eq!(said.ok(), "Imported 1 of 2 rows, left 1 out\n");
        let said = import(
            &folder,
            "f.json",
            format!("[{row},{good}]"),
            &["--skip-invalid"],
        );
        assert!(
            said.err.contains(reason) || reason.starts_with("JSON decode"),
            "{reason}: {said:?}"
        );
        let cell = any.replace('"', "\"\"");
        let csv = format!("name,any\nxx,\"{cell}\"\ngood,\n");
        let said = import(&folder, "f.csv", csv, &["--skip-invalid"]).ok();
        assert_eq!(said, "Imported 1 of 2 rows, left 1 out\n", "{reason}");
    }
}

#[test]
fn a_file_that_is_something_else_is_told() {
    let folder = Folder::with(CONFIG);
    for (file, text, reason) in [
        (
            "f.json",
            &b"{\"name\":\"xx\"}"[..],
            "A .json file is one array of records",
        ),
        ("f.json", b"[{\"name\":\"xx\"}", "EOF while parsing"),
        ("f.json", b"[{\"name\":\"xx\"}] x", "trailing characters"),
        ("f.json", b"[{\"name\":\"\xff\"}]", "cannot be read"),
        ("f.json", b"", "EOF"),
        ("f.csv", b"name,name\na,b\n", "the name \"name\" twice"),
        (
            "f.txt",
            b"",
            "f.txt is neither .jsonl, .json nor .csv by its name",
        ),
        ("f", b"", "f is neither"),
    ] {
        let said = import(&folder, file, text, &[]).refused();
        assert!(said.contains(reason), "{reason}: {said}");
    }
    let said = folder.hearth(&["import", "things", "none.json"]).refused();
    assert!(said.starts_with("Cannot read none.json: "), "{said}");
    std::fs::create_dir(folder.path().join("d.json")).unwrap();
    let said = folder.hearth(&["import", "things", "d.json"]).refused();
    assert_eq!(said, "d.json is a folder, not a file");
    assert!(folder.records("things").is_empty());
}

#[test]
fn rows_of_a_csv_that_do_not_fit_are_told_with_their_number() {
    let folder = Folder::with(CONFIG);
    let csv = b"name,size\nfine,7.0\ntwo\nxx,1,2\nxx,many\nbad\xff,1\nlast, 8 \n";
    let done = import(&folder, "f.csv", csv, &["--skip-invalid"]);
    for line in [
        "row 2: The row has 1 values, the head line has 2\n",
        "row 3: The row has 3 values, the head line has 2\n",
        "row 4: size: Input should be a valid integer\n",
        "row 5: ",
    ] {
        assert!(done.err.contains(line), "{line}: {done:?}");
    }
    assert_eq!(done.ok(), "Imported 2 of 6 rows, left 4 out\n");
    let records = folder.records("things");
    let sizes: Vec<&Value> = records.iter().map(|row| &row["size"]).collect();
    assert_eq!(sizes, [&json!(7), &json!(8)]);
}

#[test]
fn an_unknown_model_is_told_before_the_database_is_touched() {
    let folder = Folder::with(CONFIG);
    folder.write("f.json", "[]");
    let said = folder.hearth(&["import", "thing", "f.json"]).refused();
    assert_eq!(said, "There is no model `thing`. Did you mean `things`?");
    assert!(!folder.path().join("hearth_data").exists());
}
