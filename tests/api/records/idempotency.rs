//! `Idempotency-Key`: a POST that is tried again makes nothing twice.

use serde_json::json;

use super::kinds;
use crate::support::{Answer, Server, Start, User};

async fn post(
    server: &Server,
    path: &str,
    by: &User,
    key: &str,
    body: serde_json::Value,
) -> Answer {
    server
        .post(path, body)
        .by(by)
        .header("idempotency-key", key)
        .send()
        .await
}

async fn count(server: &Server, by: &User) -> i64 {
    let list = server
        .get("/api/items?limit=1&total=true")
        .by(by)
        .send()
        .await
        .expect(200);
    list.json()["total"].as_i64().unwrap()
}

#[tokio::test]
async fn the_same_key_and_body_answer_as_the_first_time_also_after_a_restart() {
    let mut server = Server::start().await;
    let ada = server.user("ada").await;
    let body = json!({"name": "a"});
    let first = post(&server, "/api/items", &ada, "k1", body.clone())
        .await
        .expect(201);
    assert_eq!(first.header("idempotency-replayed"), None);
    let list = json!([{"name": "b"}, {"name": "c"}]);
    let many = post(&server, "/api/items", &ada, "k2", list.clone())
        .await
        .expect(201);
    for path in ["/api/items", "/api/items/"] {
        let again = post(&server, path, &ada, "k1", body.clone())
            .await
            .expect(201);
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        assert_eq!(again.text(), first.text());
        for name in ["location", "etag", "content-type"] {
            assert_eq!(again.header(name), first.header(name), "{name}");
        }
    }
    assert!(server.stop().success());
    let server = Start::again(&server).run().await;
    let again = post(&server, "/api/items", &ada, "k2", list)
        .await
        .expect(201);
    assert_eq!(
        (again.text(), again.header("idempotency-replayed")),
        (many.text(), Some("true"))
    );
    let again = post(&server, "/api/items", &ada, "k1", body.clone())
        .await
        .expect(201);
    assert_eq!(again.text(), first.text());
    server
        .put("/api/items/1", json!({"name": "changed"}))
        .by(&ada)
        .send()
        .await
        .expect(200);
    let again = post(&server, "/api/items", &ada, "k1", body)
        .await
        .expect(201);
    assert_eq!(
        again.text(),
        first.text(),
        "as the first time, whatever came later"
    );
    assert_eq!(count(&server, &ada).await, 3);
}

#[tokio::test]
async fn another_body_under_the_same_key_is_a_422() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    post(&server, "/api/items", &ada, "k", json!({"name": "a"}))
        .await
        .expect(201);
    let other = post(&server, "/api/items", &ada, "k", json!({"name": "b"}))
        .await
        .expect(422);
    assert_eq!(kinds(&other), ["header.Idempotency-Key value_error"]);
    assert_eq!(count(&server, &ada).await, 1);
}

#[tokio::test]
async fn a_key_is_of_its_user_and_its_path() {
    let server = Server::with(
        "[models.items.fields]\nname = { type = \"string\" }\n[models.notes.fields]\nname = { type = \"string\" }",
    )
    .await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let body = json!({"name": "a"});
    let first = post(&server, "/api/items", &ada, "k", body.clone())
        .await
        .expect(201);
    for (path, user) in [("/api/items", &bob), ("/api/notes", &ada)] {
        let other = post(&server, path, user, "k", body.clone())
            .await
            .expect(201);
        assert_eq!(other.header("idempotency-replayed"), None);
        assert_ne!(other.text(), first.text());
        assert_eq!(other.item()["user_id"], user.id.as_str());
    }
}

#[tokio::test]
async fn a_failed_first_try_leaves_the_key_free() {
    let server = Server::with(
        "[models.items.fields]\nname = { type = \"string\", required = true, unique = true }",
    )
    .await;
    let ada = server.user("ada").await;
    post(&server, "/api/items", &ada, "k", json!({}))
        .await
        .expect(422);
    post(&server, "/api/items", &ada, "other", json!({"name": "a"}))
        .await
        .expect(201);
    post(&server, "/api/items", &ada, "k", json!({"name": "a"}))
        .await
        .expect(409);
    let made = post(&server, "/api/items", &ada, "k", json!({"name": "b"}))
        .await
        .expect(201);
    assert_eq!(made.header("idempotency-replayed"), None);
    let again = post(&server, "/api/items", &ada, "k", json!({"name": "b"}))
        .await
        .expect(201);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
}

#[tokio::test]
async fn fifty_at_once_with_one_key_make_one_record() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let calls = (0..50).map(|_| post(&server, "/api/items", &ada, "k", json!({"name": "a"})));
    let answers = futures_util::future::join_all(calls).await;
    assert!(
        answers
            .iter()
            .all(|answer| answer.status == 201 && answer.body == answers[0].body)
    );
    let fresh = answers
        .iter()
        .filter(|answer| answer.header("idempotency-replayed").is_none());
    assert_eq!(fresh.count(), 1);
    assert_eq!(count(&server, &ada).await, 1);
}

#[tokio::test]
async fn a_key_is_one_short_text() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let body = json!({"name": "a"});
    post(&server, "/api/items", &ada, &"k".repeat(255), body.clone())
        .await
        .expect(201);
    for key in ["", &"k".repeat(256)] {
        let answer = post(&server, "/api/items", &ada, key, body.clone())
            .await
            .expect(422);
        assert_eq!(kinds(&answer), ["header.Idempotency-Key value_error"]);
    }
    let two = server
        .post("/api/items", body)
        .by(&ada)
        .header("idempotency-key", "a")
        .header("idempotency-key", "b");
    two.send().await.expect(422);
}

#[tokio::test]
async fn who_may_no_longer_create_is_told_nothing_by_an_old_key() {
    let server = Server::with(
        "[auth.roles.editor]\n[models.items]\naccess = { create = \"role:editor\" }\n[models.items.fields]\nname = { type = \"string\" }",
    )
    .await;
    let ada = server.user("ada").await;
    let body = json!({"name": "a"});
    server.hearth(&["user", "promote", &ada.email, "editor"]);
    post(&server, "/api/items", &ada, "k", body.clone())
        .await
        .expect(201);
    server.hearth(&["user", "promote", &ada.email, "user"]);
    // The server sees the other process's commit with its own next write at the latest.
    server.user("bob").await;
    post(&server, "/api/items", &ada, "k", body)
        .await
        .expect(403);
}
