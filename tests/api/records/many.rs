//! A JSON array as a body: all records or none.

use serde_json::{Value, json};

use super::kinds;
use crate::support::Server;

#[tokio::test]
async fn a_list_makes_all_of_its_records_in_its_order() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let many: Vec<Value> = (0..1000)
        .map(|number| json!({"name": format!("n{number}")}))
        .collect();
    let made = server
        .post("/api/items", json!(many))
        .by(&ada)
        .send()
        .await
        .expect(201);
    assert_eq!((made.header("location"), made.header("etag")), (None, None));
    let items = made.items();
    assert_eq!(items.len(), 1000);
    for (number, item) in items.iter().enumerate() {
        assert_eq!(item["name"], format!("n{number}"));
        assert_eq!(item["id"], number + 1);
    }
    let read = server
        .get("/api/items/1000")
        .by(&ada)
        .send()
        .await
        .expect(200);
    assert_eq!(read.item(), items[999]);
    let one = server
        .post("/api/items", json!([{"name": "x"}]))
        .by(&ada)
        .send()
        .await
        .expect(201);
    assert_eq!(one.items().len(), 1, "a list of one is answered as a list");
}

#[tokio::test]
async fn one_bad_record_means_none_and_every_fault_has_its_index() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let many = json!([{"name": "a"}, {}, {"name": 7, "x": 1}, 3, {"name": "b"}, [], null]);
    let answer = server
        .post("/api/items", many)
        .by(&ada)
        .send()
        .await
        .expect(422);
    let wanted = [
        "body.1.name missing",
        "body.2.name string_type",
        "body.2.x extra_forbidden",
        "body.3 dict_type",
        "body.5 dict_type",
        "body.6 dict_type",
    ];
    assert_eq!(kinds(&answer), wanted);
    let list = server
        .get("/api/items?total=true")
        .by(&ada)
        .send()
        .await
        .expect(200);
    assert_eq!(list.json()["total"], 0);
}

#[tokio::test]
async fn a_list_has_one_to_a_thousand_records() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let answer = server
        .post("/api/items", json!([]))
        .by(&ada)
        .send()
        .await
        .expect(422);
    assert_eq!(kinds(&answer), ["body too_short"]);
    let many: Vec<Value> = vec![json!({"name": "x"}); 1001];
    let answer = server
        .post("/api/items", json!(many))
        .by(&ada)
        .send()
        .await
        .expect(422);
    assert_eq!(kinds(&answer), ["body too_long"]);
    assert!(
        server
            .get("/api/items")
            .by(&ada)
            .send()
            .await
            .items()
            .is_empty()
    );
}

#[tokio::test]
async fn a_clash_within_a_list_or_with_a_stored_record_undoes_the_whole_list() {
    let server =
        Server::with("[models.tags.fields]\nname = { type = \"string\", unique = true }").await;
    let ada = server.user("ada").await;
    server
        .post("/api/tags", json!({"name": "old"}))
        .by(&ada)
        .send()
        .await
        .expect(201);
    for list in [
        json!([{"name": "a"}, {"name": "a"}]),
        json!([{"name": "b"}, {"name": "old"}]),
    ] {
        let answer = server
            .post("/api/tags", list)
            .by(&ada)
            .send()
            .await
            .expect(409);
        assert_eq!(answer.detail(), "Another tag has the same `name`");
    }
    let list = server.get("/api/tags").by(&ada).send().await.expect(200);
    assert_eq!(list.items().len(), 1);
}

#[tokio::test]
async fn bad_references_of_all_records_are_told_at_once() {
    let server = Server::with(
        "[models.lists.fields]\nname = { type = \"string\" }\n\
         [models.cards.fields]\nlist = { references = \"lists\" }\nother = { references = \"lists\" }",
    )
    .await;
    let ada = server.user("ada").await;
    server
        .post("/api/lists", json!({}))
        .by(&ada)
        .send()
        .await
        .expect(201);
    let many = json!([{"list": 1}, {"list": 2}, {"other": 1}, {"list": 3, "other": 4}]);
    let answer = server
        .post("/api/cards", many)
        .by(&ada)
        .send()
        .await
        .expect(422);
    let wanted = [
        "body.1.list value_error",
        "body.3.list value_error",
        "body.3.other value_error",
    ];
    assert_eq!(kinds(&answer), wanted);
    assert!(
        server
            .get("/api/cards")
            .by(&ada)
            .send()
            .await
            .items()
            .is_empty()
    );
}

#[tokio::test]
async fn a_short_request_gets_no_endless_list_of_faults() {
    let fields: Vec<String> = (0..30)
        .map(|at| format!("f{at} = {{ type = \"string\", required = true }}"))
        .collect();
    let server = Server::with(&format!("[models.wide.fields]\n{}", fields.join("\n"))).await;
    let ada = server.user("ada").await;
    let answer = server
        .post("/api/wide", json!(vec![json!({}); 1000]))
        .by(&ada)
        .send()
        .await
        .expect(422);
    assert_eq!(kinds(&answer).len(), 1000);
}
