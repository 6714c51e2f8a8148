//! `GET /api/{model}`: its order, its limits, the fields that it shows.

use serde_json::{Value, json};

use super::{kinds, make};
use crate::support::Server;

pub(super) const CONFIG: &str = r#"
[models.things.fields]
name = { type = "string" }
count = { type = "integer" }
price = { type = "number" }
open = { type = "boolean" }
when = { type = "string", format = "date-time" }
kind = { type = "string", enum = ["a", "b"] }
list = { type = "array", items = "string" }
data = { type = "object" }
secret = { type = "string", write_only = true }
filter = { type = "string" }

[models.others.fields]
name = { type = "string" }
"#;

pub(super) async fn names(server: &Server, by: &crate::support::User, query: &str) -> Vec<String> {
    let path = format!("/api/things?{query}");
    let items = server.get(&path).by(by).send().await.expect(200).items();
    items
        .iter()
        .map(|item| item["name"].as_str().unwrap_or("null").to_owned())
        .collect()
}

#[tokio::test]
async fn a_list_is_empty_at_first_and_in_the_order_of_making() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    let empty = server.get("/api/things").by(&ada).send().await.expect(200);
    assert_eq!(
        empty.text(),
        "{\"success\":true,\"items\":[],\"next_cursor\":null}"
    );
    for name in ["c", "a", "b"] {
        make(&server, "things", &ada, json!({"name": name})).await;
    }
    assert_eq!(names(&server, &ada, "").await, ["c", "a", "b"]);
    assert_eq!(names(&server, &ada, "sort=-id").await, ["b", "a", "c"]);
    assert_eq!(names(&server, &ada, "sort=name").await, ["a", "b", "c"]);
    assert_eq!(names(&server, &ada, "offset=1&limit=1").await, ["a"]);
    assert_eq!(
        names(&server, &ada, "offset=9223372036854775807").await,
        [""; 0]
    );
}

#[tokio::test]
async fn limits_hold_and_are_never_capped_in_silence() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    let many: Vec<Value> = (0..510).map(|_| json!({})).collect();
    server
        .post("/api/things", json!(many))
        .by(&ada)
        .send()
        .await
        .expect(201);
    for (query, count) in [
        ("", 50),
        ("limit=1", 1),
        ("limit=500", 500),
        ("offset=505", 5),
    ] {
        let page = server
            .get(&format!("/api/things?{query}"))
            .by(&ada)
            .send()
            .await
            .expect(200);
        assert_eq!(page.items().len(), count, "{query}");
    }
    for (query, wanted) in [
        ("limit=0", "query.limit greater_than_equal"),
        ("limit=-1", "query.limit greater_than_equal"),
        ("limit=501", "query.limit less_than_equal"),
        (
            "limit=99999999999999999999999",
            "query.limit less_than_equal",
        ),
        ("limit=", "query.limit int_parsing"),
        ("limit=ten", "query.limit int_parsing"),
        ("limit=1.0", "query.limit int_parsing"),
        ("limit=%201", "query.limit int_parsing"),
        ("offset=-1", "query.offset greater_than_equal"),
        ("offset=9223372036854775808", "query.offset less_than_equal"),
        ("offset=x", "query.offset int_parsing"),
        ("total=1", "query.total bool_parsing"),
        ("total=", "query.total bool_parsing"),
        ("limit=1&limit=2", "query.limit value_error"),
        ("limit=1&limit=1", "query.limit value_error"),
        ("sort=name&sort=count", "query.sort value_error"),
        ("fields=name&fields=count", "query.fields value_error"),
        ("total=true&total=true", "query.total value_error"),
        ("offset=1&offset=1", "query.offset value_error"),
        ("cursor=x&cursor=x", ""),
    ] {
        let answer = server
            .get(&format!("/api/things?{query}"))
            .by(&ada)
            .send()
            .await;
        match wanted {
            "" => assert_eq!(answer.status, 400, "{query}"),
            wanted => assert_eq!(kinds(&answer.expect(422)), [wanted], "{query}"),
        }
    }
}

#[tokio::test]
async fn fields_are_those_that_were_asked_for_in_that_order() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    make(&server, "things", &ada, json!({"name": "a", "count": 1})).await;
    make(&server, "things", &ada, json!({"name": "b", "count": 0})).await;
    let page = server
        .get("/api/things?fields=name,id&sort=count&limit=1")
        .by(&ada)
        .send()
        .await
        .expect(200);
    assert!(
        page.text()
            .contains("\"items\":[{\"name\":\"b\",\"id\":2}]"),
        "{}",
        page.text()
    );
    let path = format!(
        "/api/things?fields=name,name&sort=count&limit=1&cursor={}",
        page.json()["next_cursor"].as_str().unwrap()
    );
    let page = server.get(&path).by(&ada).send().await.expect(200);
    assert_eq!(page.items(), [json!({"name": "a"})]);
    let all = server
        .get("/api/things?fields=user_id,created_at,data,list")
        .by(&ada)
        .send()
        .await
        .expect(200);
    assert_eq!(all.items()[0]["user_id"], ada.id.as_str());
}

#[tokio::test]
async fn a_long_query_is_answered_or_refused_quickly() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    make(&server, "things", &ada, json!({"name": "x", "count": 7})).await;
    let many: Vec<String> = (0..500).map(|number| format!("count={number}")).collect();
    let answer = server
        .get(&format!("/api/things?{}", many.join("&")))
        .by(&ada)
        .send()
        .await
        .expect(200);
    assert_eq!(answer.items().len(), 1);
    let answer = server
        .get(&format!("/api/things?count=0&{}", many.join("&")))
        .by(&ada)
        .send()
        .await
        .expect(422);
    assert_eq!(kinds(&answer), ["query.count too_long"]);
    let answer = server
        .get(&format!("/api/things?name={}", "%25_".repeat(12_000)))
        .by(&ada)
        .send()
        .await;
    assert!(answer.expect(200).items().is_empty());
}

#[tokio::test]
async fn a_sort_has_a_bound_whatever_its_names() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let path = format!("/api/items?sort={}", ["name"; 9].join(","));
    let answer = server.get(&path).by(&ada).send().await.expect(422);
    assert!(
        answer.detail().contains("at most 8 names"),
        "{}",
        answer.text()
    );
}
