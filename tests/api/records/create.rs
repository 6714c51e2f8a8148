//! `POST /api/{model}`: who owns it, what is stored, what is answered.

use serde_json::{Value, json};

use super::{kinds, make};
use crate::support::Server;

#[tokio::test]
async fn the_owner_is_the_caller_and_nothing_that_a_body_says() {
    let server = Server::start().await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let made = server
        .post("/api/items", json!({"name": "x"}))
        .by(&ada)
        .send()
        .await;
    assert_eq!(made.expect(201).item()["user_id"], ada.id.as_str());
    for name in [
        "user_id",
        "id",
        "created_at",
        "updated_at",
        "role",
        "_row",
        "_rowid_",
        "rowid",
    ] {
        let value = if name == "id" {
            json!(7)
        } else {
            json!(bob.id)
        };
        let mut body = json!({"name": "x"});
        body[name] = value;
        let calls = [
            server.post("/api/items", body.clone()),
            server.post("/api/items", json!([body.clone()])),
            server.put("/api/items/1", body.clone()),
            server.patch("/api/items/1", body.clone()),
        ];
        for call in calls {
            let answer = call.by(&ada).send().await.expect(422);
            let kinds = kinds(&answer);
            assert_eq!(kinds.len(), 1, "{kinds:?}");
            assert!(
                kinds[0].ends_with(&format!("{name} extra_forbidden")),
                "{kinds:?}"
            );
        }
    }
    let list = server.get("/api/items").by(&ada).send().await.expect(200);
    assert_eq!(list.items().len(), 1);
    assert_eq!(list.items()[0]["user_id"], ada.id.as_str());
}

#[tokio::test]
async fn the_answer_to_a_write_is_the_stored_record_and_a_read_says_the_same_bytes() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let body = json!({
        "name": "Zoë \u{1F980} \"quoted\" \\ \u{7f} \u{2028}",
        "items": ["b", "a", ""],
        "metadata": {"z": 1, "a": {"deep": [1.0, 2.5e-7, null, true]}, "": "empty"},
    });
    let made = server
        .post("/api/items", body.clone())
        .by(&ada)
        .send()
        .await
        .expect(201);
    let read = server.get("/api/items/1").by(&ada).send().await.expect(200);
    assert_eq!(made.text(), read.text());
    assert_eq!(made.header("etag"), read.header("etag"));
    for (name, sent) in body.as_object().unwrap() {
        assert_eq!(read.item()[name], *sent, "{name}");
    }
    let listed = server.get("/api/items").by(&ada).send().await.expect(200);
    let item = read.text();
    let item = item
        .strip_prefix("{\"success\":true,\"item\":")
        .unwrap()
        .strip_suffix('}')
        .unwrap();
    assert!(listed.text().contains(item), "{}", listed.text());
    let changed = server
        .put("/api/items/1", json!({"name": "y"}))
        .by(&ada)
        .send()
        .await
        .expect(200);
    let read = server.get("/api/items/1").by(&ada).send().await.expect(200);
    assert_eq!(changed.text(), read.text());
    assert_eq!(changed.header("etag"), read.header("etag"));
}

#[tokio::test]
async fn members_stand_in_the_order_of_the_declaration() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let body = json!({"metadata": {}, "items": [], "name": "x"});
    let item = server
        .post("/api/items", body)
        .by(&ada)
        .send()
        .await
        .expect(201)
        .item();
    let names: Vec<&String> = item.as_object().unwrap().keys().collect();
    let wanted = [
        "id",
        "user_id",
        "name",
        "optional_field",
        "items",
        "metadata",
        "created_at",
        "updated_at",
    ];
    assert_eq!(names, wanted);
    for time in ["created_at", "updated_at"] {
        let text = item[time].as_str().unwrap();
        assert!(
            text.len() == 24 && text.ends_with('Z'),
            "UTC with milliseconds: {text}"
        );
    }
}

#[tokio::test]
async fn a_required_field_must_be_sent_and_the_others_have_their_defaults() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let empty = server
        .post("/api/items", json!({}))
        .by(&ada)
        .send()
        .await
        .expect(422);
    let detail = &empty.json()["detail"];
    assert_eq!(
        *detail,
        json!([{"type": "missing", "loc": ["body", "name"], "msg": "Field required"}])
    );
    let item = server
        .post("/api/items", json!({"name": "x"}))
        .by(&ada)
        .send()
        .await
        .expect(201)
        .item();
    assert_eq!(item["optional_field"], Value::Null);
    assert_eq!(item["items"], json!([]));
    assert_eq!(item["metadata"], json!({}));
    let null = json!({"name": null, "optional_field": null, "items": null});
    let answer = server
        .post("/api/items", null)
        .by(&ada)
        .send()
        .await
        .expect(422);
    assert_eq!(
        kinds(&answer),
        ["body.name string_type"],
        "only what is required is never null"
    );
}

#[tokio::test]
async fn a_default_is_made_for_each_record_and_never_shared() {
    let server = Server::with(
        r#"
        [models.notes.fields]
        tags = { type = "array", items = "string", default = [] }
        data = { type = "object", default = { a = 1 } }
        at = { type = "string", format = "date-time", default = "now()" }
        key = { type = "string", format = "uuid", default = "uuid()" }
        "#,
    )
    .await;
    let ada = server.user("ada").await;
    let (first, second) = (
        make(&server, "notes", &ada, json!({})).await,
        make(&server, "notes", &ada, json!({})).await,
    );
    let change = json!({"tags": ["x"], "data": {"a": 2}});
    server
        .put(&format!("/api/notes/{first}"), change)
        .by(&ada)
        .send()
        .await
        .expect(200);
    let other = server
        .get(&format!("/api/notes/{second}"))
        .by(&ada)
        .send()
        .await
        .item();
    assert_eq!(
        (&other["tags"], &other["data"]),
        (&json!([]), &json!({"a": 1}))
    );
    let third = server
        .post("/api/notes", json!({}))
        .by(&ada)
        .send()
        .await
        .expect(201)
        .item();
    assert_eq!(
        (&third["tags"], &third["data"]),
        (&json!([]), &json!({"a": 1}))
    );
    assert_ne!(third["key"], other["key"]);
    assert_eq!(third["key"].as_str().unwrap().len(), 36);
    assert!(third["at"].as_str().unwrap().ends_with('Z'));
}

#[tokio::test]
async fn location_leads_to_the_record_whatever_its_ids_are() {
    let server = Server::with(
        "[models.notes]\nid = \"uuid\"\n[models.notes.fields]\nt = { type = \"string\" }",
    )
    .await;
    let ada = server.user("ada").await;
    let made = server
        .post("/api/notes/", json!({}))
        .by(&ada)
        .send()
        .await
        .expect(201);
    let id = made.item()["id"].as_str().unwrap().to_owned();
    assert_eq!(
        made.header("location"),
        Some(format!("/api/notes/{id}").as_str())
    );
    assert_eq!(id.as_bytes()[14], b'7', "version 7: {id}");
    let read = server
        .get(made.header("location").unwrap())
        .by(&ada)
        .send()
        .await;
    assert_eq!(read.expect(200).text(), made.text());
    let upper = format!("/api/notes/{}", id.to_uppercase());
    assert_eq!(
        server.get(&upper).by(&ada).send().await.expect(200).text(),
        made.text()
    );
    for bad in [
        id.replace('-', ""),
        format!("{{{id}}}"),
        format!("urn:uuid:{id}"),
        "1".to_owned(),
    ] {
        let answer = server
            .get(&format!("/api/notes/{bad}"))
            .by(&ada)
            .send()
            .await
            .expect(422);
        assert_eq!(kinds(&answer), ["path.id uuid_parsing"], "{bad}");
    }
}
