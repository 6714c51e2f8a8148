//! References: to what is there and may be seen, and what a deletion does to them.

use serde_json::{Value, json};

use super::{kinds, make};
use crate::support::Server;

const CONFIG: &str = r#"
[models.folders.fields]
name = { type = "string" }
parent = { references = "folders", on_delete = "cascade" }

[models.tags]
id = "uuid"
access = "shared_read"
[models.tags.fields]
name = { type = "string" }

[models.notes.fields]
folder = { references = "folders" }
tag = { references = "tags", on_delete = "set_null" }
secret = { references = "folders", write_only = true, on_delete = "set_null" }
must = { references = "folders", on_delete = "cascade" }
"#;

#[tokio::test]
async fn nothing_and_what_may_not_be_seen_are_the_same_422() {
    let server = Server::with(CONFIG).await;
    let (ada, bob, root) = (
        server.user("ada").await,
        server.user("bob").await,
        server.admin("root").await,
    );
    let folder = make(&server, "folders", &ada, json!({"name": "f"})).await;
    let foreign: i64 = folder.parse().unwrap();
    let own = make(&server, "notes", &bob, json!({})).await;
    for field in ["folder", "secret", "must"] {
        let mut answers = Vec::new();
        for id in [foreign, 999_999] {
            let body = json!({field: id});
            let path = format!("/api/notes/{own}");
            for call in [
                server.post("/api/notes", body.clone()),
                server.put(&path, body.clone()),
                server.patch(&path, body),
            ] {
                answers.push(call.by(&bob).send().await.expect(422).without_id());
            }
        }
        assert!(
            answers.iter().all(|answer| *answer == answers[0]),
            "{answers:?}"
        );
        let entry = &answers[0].1["detail"][0];
        assert_eq!(entry["loc"], json!(["body", field]));
        assert_eq!(entry["msg"], "Value error, there is no such folder");
    }
    server
        .post("/api/notes", json!({"folder": foreign}))
        .by(&ada)
        .send()
        .await
        .expect(201);
    server
        .post("/api/notes", json!({"folder": foreign}))
        .by(&root)
        .send()
        .await
        .expect(201);
}

#[tokio::test]
async fn a_reference_is_of_the_other_models_id_type() {
    let server = Server::with(CONFIG).await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let tag = make(&server, "tags", &ada, json!({"name": "t"})).await;
    let note = server
        .post("/api/notes", json!({"tag": tag.to_uppercase()}))
        .by(&bob)
        .send()
        .await
        .expect(201);
    assert_eq!(
        note.item()["tag"],
        tag.as_str(),
        "what another shows may be referred to"
    );
    for (body, wanted) in [
        (json!({"tag": 1}), "body.tag string_type"),
        (json!({"tag": "x"}), "body.tag uuid_parsing"),
        (json!({"folder": "1"}), "body.folder int_type"),
        (json!({"folder": {"id": 1}}), "body.folder int_type"),
    ] {
        let answer = server
            .post("/api/notes", body)
            .by(&bob)
            .send()
            .await
            .expect(422);
        assert_eq!(kinds(&answer), [wanted]);
    }
    let found = server
        .get(&format!("/api/notes?tag={}", tag.to_uppercase()))
        .by(&bob)
        .send()
        .await
        .expect(200);
    assert_eq!(found.items().len(), 1);
    assert!(
        server
            .get(&format!("/api/notes?tag={tag}"))
            .by(&ada)
            .send()
            .await
            .items()
            .is_empty()
    );
}

#[tokio::test]
async fn restrict_is_a_409_that_says_by_what() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    let folder = make(&server, "folders", &ada, json!({})).await;
    let note = make(
        &server,
        "notes",
        &ada,
        json!({"folder": folder.parse::<i64>().unwrap()}),
    )
    .await;
    let path = format!("/api/folders/{folder}");
    let refused = server.delete(&path).by(&ada).send().await.expect(409);
    assert_eq!(
        refused.detail(),
        "The folder is still referenced by `notes`"
    );
    server.get(&path).by(&ada).send().await.expect(200);
    server
        .put(&format!("/api/notes/{note}"), json!({"folder": null}))
        .by(&ada)
        .send()
        .await
        .expect(200);
    server.delete(&path).by(&ada).send().await.expect(200);
}

#[tokio::test]
async fn cascade_takes_along_and_set_null_lets_go() {
    let server = Server::with(CONFIG).await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let root: i64 = make(&server, "folders", &ada, json!({}))
        .await
        .parse()
        .unwrap();
    let child: i64 = make(&server, "folders", &ada, json!({"parent": root}))
        .await
        .parse()
        .unwrap();
    let tag = make(&server, "tags", &ada, json!({})).await;
    let inside = make(&server, "notes", &ada, json!({"must": child})).await;
    let beside = make(&server, "notes", &ada, json!({"tag": tag, "secret": root})).await;
    let others = make(&server, "notes", &bob, json!({"tag": tag})).await;
    server
        .delete(&format!("/api/folders/{root}"))
        .by(&ada)
        .send()
        .await
        .expect(200);
    for path in [
        format!("/api/folders/{child}"),
        format!("/api/notes/{inside}"),
    ] {
        server.get(&path).by(&ada).send().await.expect(404);
    }
    let path = format!("/api/notes/{beside}");
    let before = server.get(&path).by(&ada).send().await.expect(200);
    assert_eq!(before.item()["tag"], tag.as_str());
    server
        .delete(&format!("/api/tags/{tag}"))
        .by(&ada)
        .send()
        .await
        .expect(200);
    let after = server.get(&path).by(&ada).send().await.expect(200);
    assert_eq!(after.item()["tag"], Value::Null);
    assert_ne!(
        after.header("etag"),
        before.header("etag"),
        "it is another version"
    );
    let after = server
        .get(&format!("/api/notes/{others}"))
        .by(&bob)
        .send()
        .await
        .expect(200);
    assert_eq!(after.item()["tag"], Value::Null);
}

#[tokio::test]
async fn a_chain_that_ends_at_a_restricted_reference_is_kept_whole() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    let root: i64 = make(&server, "folders", &ada, json!({}))
        .await
        .parse()
        .unwrap();
    let child: i64 = make(&server, "folders", &ada, json!({"parent": root}))
        .await
        .parse()
        .unwrap();
    make(&server, "notes", &ada, json!({"folder": child})).await;
    server
        .delete(&format!("/api/folders/{root}"))
        .by(&ada)
        .send()
        .await
        .expect(409);
    server
        .get(&format!("/api/folders/{child}"))
        .by(&ada)
        .send()
        .await
        .expect(200);
}
