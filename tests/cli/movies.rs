//! `examples/movies`, on a small file with the same troubles as the real one.

use std::path::Path;

use serde_json::{Value, json};

use crate::folder::Folder;
use crate::support::Start;

/// Keys with spaces, titles that are no strings, dates in words, many nulls, directors by name, some more than once.
const MOVIES: &str = r#"[
    {"Title": "The Land Girls", "US Gross": 146083, "Release Date": "Jun 12 1998", "MPAA Rating": "R", "Director": null, "IMDB Rating": 6.1},
    {"Title": 1776, "US Gross": 0, "Release Date": "Nov 09 1972", "MPAA Rating": "PG", "Director": null, "IMDB Rating": 7},
    {"Title": "Following", "US Gross": 44705, "Release Date": "Apr 04 1999", "MPAA Rating": "R", "Director": "Christopher Nolan", "IMDB Rating": 7.7},
    {"Title": null, "US Gross": null, "Release Date": "Jan 26 2006", "MPAA Rating": "Not Rated", "Director": null, "IMDB Rating": null},
    {"Title": "Pirates", "US Gross": 1641825, "Release Date": "Jul 01 1986", "MPAA Rating": "R", "Director": "Roman Polanski", "IMDB Rating": 5.8},
    {"Title": "Memento", "US Gross": 25544867, "Release Date": "Mar 16 2001", "MPAA Rating": null, "Director": "Christopher Nolan", "IMDB Rating": 8.7}
]"#;

fn example() -> Folder {
    let folder = Folder::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/movies");
    for name in ["config.toml", "mapping.toml"] {
        folder.write(name, std::fs::read_to_string(source.join(name)).unwrap());
    }
    folder.write("movies.json", MOVIES);
    folder.user("ada@example.com");
    folder
}

const IMPORT: [&str; 7] = [
    "import",
    "movies",
    "movies.json",
    "--mapping",
    "mapping.toml",
    "--as",
    "ada@example.com",
];

#[test]
fn without_a_flag_it_is_all_or_nothing() {
    let folder = example();
    let done = folder.hearth(&IMPORT);
    assert!(
        done.err
            .contains("row 2: title: Input should be a valid string\nrow 4: title: "),
        "{done:?}"
    );
    assert!(
        done.refused()
            .contains("2 of 6 rows are refused, and nothing was imported")
    );
    assert!(folder.records("movies").is_empty() && folder.records("directors").is_empty());
}

#[tokio::test]
async fn the_imported_movies_answer_real_questions() {
    let folder = example();
    let words = [
        &IMPORT[..],
        &["--skip-invalid", "--rejects", "rejects.jsonl"],
    ]
    .concat();
    let said = folder.hearth(&words).ok();
    assert_eq!(
        said,
        "Imported 4 of 6 rows, made 2 of `directors`, left 2 out\n"
    );
    let rejects = folder.read("rejects.jsonl");
    let titles: Vec<Value> = rejects
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["record"]["Title"].clone())
        .collect();
    assert_eq!(titles, [json!(1776), json!(null)]);

    let data = folder.path().join("hearth_data");
    let config = folder.path().join("config.toml");
    let server = Start::new("")
        .argument("--config")
        .argument(config.to_str().unwrap())
        .argument("--data-dir")
        .argument(data.to_str().unwrap())
        .run()
        .await;
    let items = async |path: &str| server.get(path).send().await.expect(200).json();
    let best =
        items("/api/movies?sort=-imdb_rating&limit=2&total=true&fields=title,released").await;
    assert_eq!(best["total"], 4);
    assert_eq!(best["items"][0]["title"], "Memento");
    assert_eq!(best["items"][0]["released"], "2001-03-16");
    let cursor = best["next_cursor"].as_str().unwrap();
    let next = format!("/api/movies?sort=-imdb_rating&limit=2&cursor={cursor}");
    assert_eq!(items(&next).await["items"][0]["title"], "The Land Girls");
    let nolan = items("/api/directors?name=Christopher%20Nolan").await["items"][0].clone();
    let his = items(&format!(
        "/api/movies?director={}&sort=released",
        nolan["id"]
    ))
    .await;
    let titles: Vec<&Value> = his["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["title"])
        .collect();
    assert_eq!(titles, ["Following", "Memento"]);
    assert_eq!(his["items"][0]["user_id"], nolan["user_id"]);
    assert!(
        nolan["user_id"].is_string(),
        "made on the way, they belong to the same person"
    );
}
