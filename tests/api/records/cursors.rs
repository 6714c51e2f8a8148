//! Cursors that were forged, cut, or are of another list.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::At;
use super::list::CONFIG;
use crate::support::Server;

fn forged(parts: Value) -> String {
    URL_SAFE_NO_PAD.encode(parts.to_string())
}

/// Three records in each model, and a cursor behind the first by name.
async fn start(ada: At<'_>) -> String {
    for name in ["a", "b", "c"] {
        for model in ["things", "others"] {
            let made = ada
                .post(&format!("/api/{model}"), json!({"name": name}))
                .await;
            made.expect(201);
        }
    }
    let page = ada.get("/api/things?limit=1&sort=name").await.expect(200);
    page.json()["next_cursor"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_cursor_is_bound_to_its_model_and_its_sort() {
    let server = Server::with(CONFIG).await;
    let user = server.user("ada").await;
    let ada = At(&server, Some(&user));
    let good = start(ada).await;
    let page = ada
        .get(&format!("/api/things?sort=name&cursor={good}"))
        .await
        .expect(200);
    assert_eq!(page.items().len(), 2);
    for sort in ["", "sort=-name&", "sort=name,count&", "sort=-name,-id&"] {
        let answer = ada
            .get(&format!("/api/things?{sort}cursor={good}"))
            .await
            .expect(400);
        let wanted = "The cursor belongs to another sort; start again without it";
        assert_eq!(answer.detail(), wanted);
    }
    let other = format!("/api/others?sort=name&cursor={good}");
    ada.get(&other).await.expect(400);
}

#[tokio::test]
async fn a_cursor_that_is_none_of_ours_is_a_400() {
    let server = Server::with(CONFIG).await;
    let user = server.user("ada").await;
    let ada = At(&server, Some(&user));
    let good = start(ada).await;
    let sort = "name,id";
    let mut texts = vec![
        String::new(),
        "x".to_owned(),
        "%00".to_owned(),
        good[1..].to_owned(),
        format!("{good}AAAA"),
        "W1tb".repeat(2000),
    ];
    texts.extend(
        [
            json!([]),
            json!({}),
            json!(null),
            json!(["things"]),
            json!(["things", sort]),
            json!(["things", sort, "a"]),
            json!(["things", sort, "a", 1, 2]),
            json!(["things", sort, 1, 1]),
            json!(["things", sort, "a", "1 OR 1=1"]),
            json!(["things", sort, "a", 1.5]),
            json!(["things", sort, ["a"], 1]),
            json!(["things", sort, "a", u64::MAX]),
            json!(["things", "1); DROP TABLE things; --", "a", 1]),
        ]
        .map(forged),
    );
    for text in texts {
        let answer = ada
            .get(&format!("/api/things?sort=name&cursor={text}"))
            .await;
        answer.expect(400);
    }
}

#[tokio::test]
async fn a_forged_cursor_is_a_place_and_never_sql() {
    let server = Server::with(CONFIG).await;
    let user = server.user("ada").await;
    let ada = At(&server, Some(&user));
    start(ada).await;
    for text in ["x') OR 1=1 --", "\"; DROP TABLE things; --", "\u{0}", "z"] {
        let cursor = forged(json!(["things", "name,id", text, i64::MIN]));
        let page = ada
            .get(&format!("/api/things?sort=name&cursor={cursor}"))
            .await
            .expect(200);
        let behind = ["a", "b", "c"].iter().filter(|name| **name >= text);
        assert_eq!(page.items().len(), behind.count(), "{text}");
    }
    for bits in [f64::NAN.to_bits(), f64::INFINITY.to_bits(), u64::MAX] {
        let cursor = forged(json!(["things", "price,id", bits.to_string(), 1]));
        ada.get(&format!("/api/things?sort=price&cursor={cursor}"))
            .await
            .expect(200);
    }
    let page = ada.get("/api/things?total=true").await.expect(200);
    assert_eq!(page.json()["total"], 3);
}
