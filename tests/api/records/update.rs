//! PUT changes what is sent, PATCH merges (RFC 7396).

use serde_json::{Value, json};

use super::{At, kinds, make};
use crate::support::{Server, Start};

const CONFIG: &str = r#"
[models.things.fields]
name = { type = "string", required = true }
note = { type = "string", default = "n" }
list = { type = "array", items = "integer", default = [1] }
metadata = { type = "object", default = {} }
shape = { type = "object", properties = { name = { type = "string", required = true }, size = { type = "integer", default = 1 }, inner = { type = "object", properties = { a = { type = "integer" } } } } }
"#;

#[tokio::test]
async fn put_keeps_what_is_not_sent_and_sets_an_explicit_null() {
    let server = Server::with(CONFIG).await;
    let user = server.user("ada").await;
    let ada = At(&server, Some(&user));
    let record = json!({"name": "a", "metadata": {"a": {"b": 1, "c": 2}}});
    let before = ada.post("/api/things", record).await.expect(201).item();
    let path = "/api/things/1";
    let after = ada
        .put(path, json!({"note": null}))
        .await
        .expect(200)
        .item();
    assert_eq!(after["note"], Value::Null);
    for name in [
        "id",
        "user_id",
        "name",
        "list",
        "metadata",
        "shape",
        "created_at",
    ] {
        assert_eq!(after[name], before[name], "{name}");
    }
    let set = ada
        .put(path, json!({"metadata": {"x": 1}}))
        .await
        .expect(200)
        .item();
    assert_eq!(
        set["metadata"],
        json!({"x": 1}),
        "PUT sets an object as a whole"
    );
    let bad = json!({"name": null, "note": "m"});
    let answer = ada.put(path, bad).await.expect(422);
    assert_eq!(kinds(&answer), ["body.name string_type"]);
    let kept = ada.get(path).await.expect(200).item();
    assert_eq!(kept, set, "a refused change changes nothing");
    let same = ada.put(path, json!({})).await.expect(200).item();
    assert_eq!(same["metadata"], json!({"x": 1}));
}

#[tokio::test]
async fn patch_merges_in_depth_and_null_removes() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    let id = make(&server, "things", &ada, json!({"name": "a"})).await;
    let path = format!("/api/things/{id}");
    let steps = [
        (
            json!({"a": {"b": 1, "c": 2}}),
            json!({"a": {"b": 1, "c": 2}}),
        ),
        (json!({"a": {"b": 2}}), json!({"a": {"b": 2, "c": 2}})),
        (json!({"a": {"b": null}}), json!({"a": {"c": 2}})),
        (
            json!({"a": {"d": {"e": null, "f": 1}}}),
            json!({"a": {"c": 2, "d": {"f": 1}}}),
        ),
        (json!({"a": [1, null]}), json!({"a": [1, null]})),
        (json!({"a": {"x": 1}}), json!({"a": {"x": 1}})),
        (json!({"gone": null}), json!({"a": {"x": 1}})),
        (json!({}), json!({"a": {"x": 1}})),
        (json!({"a": null}), json!({})),
        (Value::Null, Value::Null),
        (json!({"new": {"y": 1}}), json!({"new": {"y": 1}})),
    ];
    for (patch, wanted) in steps {
        let change = json!({"metadata": patch});
        let item = server
            .patch(&path, change)
            .by(&ada)
            .send()
            .await
            .expect(200)
            .item();
        assert_eq!(item["metadata"], wanted, "{patch}");
        assert_eq!(item["name"], "a");
        assert_eq!(server.get(&path).by(&ada).send().await.item(), item);
    }
    let item = server
        .patch(&path, json!({"list": [2]}))
        .by(&ada)
        .send()
        .await
        .expect(200)
        .item();
    assert_eq!(item["list"], json!([2]), "an array is replaced");
}

#[tokio::test]
async fn a_patch_into_a_declared_object_must_leave_it_valid() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    let id = make(&server, "things", &ada, json!({"name": "a"})).await;
    let path = format!("/api/things/{id}");
    let answer = server
        .patch(&path, json!({"shape": {"size": 2}}))
        .by(&ada)
        .send()
        .await
        .expect(422);
    assert_eq!(kinds(&answer), ["body.shape.name missing"]);
    let item = server
        .patch(&path, json!({"shape": {"name": "n"}}))
        .by(&ada)
        .send()
        .await
        .expect(200)
        .item();
    assert_eq!(item["shape"], json!({"name": "n", "size": 1}));
    let item = server
        .patch(&path, json!({"shape": {"size": 5, "inner": {"a": 1}}}))
        .by(&ada)
        .send()
        .await
        .expect(200)
        .item();
    assert_eq!(
        item["shape"],
        json!({"name": "n", "size": 5, "inner": {"a": 1}})
    );
    for (patch, wanted) in [
        (json!({"name": null}), "body.shape.name string_type"),
        (json!({"size": "x"}), "body.shape.size int_type"),
        (
            json!({"inner": {"user_id": 1}}),
            "body.shape.inner.user_id extra_forbidden",
        ),
        (json!({"role": "admin"}), "body.shape.role extra_forbidden"),
    ] {
        let answer = server
            .patch(&path, json!({"shape": patch}))
            .by(&ada)
            .send()
            .await
            .expect(422);
        assert_eq!(kinds(&answer), [wanted], "{patch}");
    }
    assert_eq!(server.get(&path).by(&ada).send().await.item(), item);
    for body in [json!([]), json!("x"), json!(null), json!([{"op": "add"}])] {
        let answer = server.patch(&path, body).by(&ada).send().await.expect(422);
        assert_eq!(kinds(&answer), ["body dict_type"]);
    }
}

#[tokio::test]
async fn a_change_deep_in_an_object_is_there_after_a_restart_in_the_same_bytes() {
    let mut server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    let id = make(
        &server,
        "things",
        &ada,
        json!({"name": "a", "metadata": {"a": {"c": 1.50}, "z": 1, "b": [1e3]}}),
    )
    .await;
    let path = format!("/api/things/{id}");
    server
        .patch(&path, json!({"metadata": {"a": {"b": 2}}}))
        .by(&ada)
        .send()
        .await
        .expect(200);
    let before = server.get(&path).by(&ada).send().await.expect(200);
    let list = server.get("/api/things").by(&ada).send().await.expect(200);
    assert_eq!(before.item()["metadata"]["a"], json!({"c": 1.5, "b": 2}));
    assert!(server.stop().success());
    let server = Start::again(&server).run().await;
    let after = server.get(&path).by(&ada).send().await.expect(200);
    assert_eq!(
        (after.text(), after.header("etag")),
        (before.text(), before.header("etag"))
    );
    assert_eq!(
        server.get("/api/things").by(&ada).send().await.text(),
        list.text()
    );
}

#[tokio::test]
async fn updated_at_moves_and_created_at_stays() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    let made = server
        .post("/api/things", json!({"name": "a"}))
        .by(&ada)
        .send()
        .await
        .item();
    assert_eq!(made["created_at"], made["updated_at"]);
    let changed = loop {
        let changed = server
            .put("/api/things/1", json!({"name": "b"}))
            .by(&ada)
            .send()
            .await
            .item();
        if changed["updated_at"] != made["updated_at"] {
            break changed;
        }
    };
    assert_eq!(changed["created_at"], made["created_at"]);
    assert!(changed["updated_at"].as_str() > made["updated_at"].as_str());
}

#[tokio::test]
async fn a_change_of_nothing_changes_neither_time_nor_version() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let made = server
        .post("/api/items", json!({"name": "x"}))
        .by(&ada)
        .send()
        .await
        .expect(201);
    for method in ["PUT", "PATCH"] {
        let call = server.call(method, "/api/items/1").json(json!({}));
        let answer = call.by(&ada).send().await.expect(200);
        assert_eq!(answer.item(), made.item(), "{method}");
        assert_eq!(answer.header("etag"), made.header("etag"), "{method}");
        let absent = server.call(method, "/api/items/2").json(json!({}));
        absent.by(&ada).send().await.expect(404);
    }
}

#[tokio::test]
async fn a_field_that_is_never_null_may_have_a_value_when_none_is_sent() {
    let config = "[models.notes.fields]\nstate = { type = \"string\", required = true, default = \"open\" }\n";
    let server = Server::with(config).await;
    let ada = server.user("ada").await;
    let made = server.post("/api/notes", json!({})).by(&ada).send().await;
    assert_eq!(made.expect(201).item()["state"], "open");
    let null = server.put("/api/notes/1", json!({"state": null}));
    null.by(&ada).send().await.expect(422);
}

#[tokio::test]
async fn delete_answers_success_and_again_404() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    let id = make(&server, "things", &ada, json!({"name": "a"})).await;
    let path = format!("/api/things/{id}");
    let gone = server.delete(&path).by(&ada).send().await.expect(200);
    assert_eq!(gone.text(), "{\"success\":true}");
    server.delete(&path).by(&ada).send().await.expect(404);
    server
        .put(&path, json!({"name": "b"}))
        .by(&ada)
        .send()
        .await
        .expect(404);
    server
        .patch(&path, json!({"metadata": {"a": 1}}))
        .by(&ada)
        .send()
        .await
        .expect(404);
    let next = make(&server, "things", &ada, json!({"name": "b"})).await;
    assert_ne!(next, id, "an id is never given again");
}
