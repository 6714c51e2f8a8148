//! Versions: `ETag`, `If-Match`, `If-None-Match`.

use serde_json::{Value, json};

use super::{At, make};
use crate::support::{Answer, Server};

#[tokio::test]
async fn every_answer_with_one_record_has_its_etag() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let made = server
        .post("/api/items", json!({"name": "a"}))
        .by(&ada)
        .send()
        .await
        .expect(201);
    let tag = |answer: &Answer| answer.header("etag").unwrap().to_owned();
    let first = tag(&made);
    assert!(
        first.starts_with('"') && first.ends_with('"'),
        "strong: {first}"
    );
    assert_eq!(
        tag(&server.get("/api/items/1").by(&ada).send().await),
        first
    );
    assert_eq!(
        tag(&server.call("HEAD", "/api/items/1").by(&ada).send().await),
        first
    );
    let put = tag(&server
        .put("/api/items/1", json!({"name": "b"}))
        .by(&ada)
        .send()
        .await);
    assert_ne!(put, first);
    let patched = tag(&server
        .patch("/api/items/1", json!({"name": "c"}))
        .by(&ada)
        .send()
        .await);
    assert_ne!(patched, put);
    assert_eq!(
        tag(&server.get("/api/items/1").by(&ada).send().await),
        patched
    );
}

#[tokio::test]
async fn a_stale_if_match_is_a_412_and_changes_nothing() {
    let server = Server::start().await;
    let user = server.user("ada").await;
    let ada = At(&server, Some(&user));
    let made = ada
        .post("/api/items", json!({"name": "a"}))
        .await
        .expect(201);
    let stale = made.header("etag").unwrap();
    let path = "/api/items/1";
    let changed = ada
        .with(("if-match", stale), "PUT", path, json!({"name": "b"}))
        .await
        .expect(200);
    let current = changed.header("etag").unwrap();
    let (weak, bare) = (format!("W/{current}"), current.trim_matches('"'));
    let lost = json!({"name": "lost", "metadata": {"a": 1}});
    for tags in [stale, "\"x\"", "", &weak, bare, "\"x\", \"y\""] {
        for (method, body) in [("PUT", &lost), ("PATCH", &lost), ("DELETE", &Value::Null)] {
            let answer = ada
                .with(("if-match", tags), method, path, body.clone())
                .await
                .expect(412);
            assert_eq!(
                answer.json()["code"],
                "precondition_failed",
                "{method} {tags}"
            );
        }
    }
    assert_eq!(ada.get(path).await.text(), changed.text());
}

#[tokio::test]
async fn if_match_may_be_a_list_several_headers_or_a_star() {
    let server = Server::start().await;
    let user = server.user("ada").await;
    let ada = At(&server, Some(&user));
    let made = ada
        .post("/api/items", json!({"name": "a"}))
        .await
        .expect(201);
    let path = "/api/items/1";
    let list = format!("\"x\" , {}", made.header("etag").unwrap());
    let patched = ada
        .with(("if-match", &list), "PATCH", path, json!({"name": "b"}))
        .await
        .expect(200);
    let current = patched.header("etag").unwrap();
    let two = server
        .put(path, json!({"name": "c"}))
        .by(&user)
        .header("if-match", "\"x\"");
    two.header("if-match", current).send().await.expect(200);
    let star = ("if-match", "*");
    ada.with(star, "DELETE", path, Value::Null)
        .await
        .expect(200);
    ada.with(star, "DELETE", path, Value::Null)
        .await
        .expect(404);
    ada.with(star, "PUT", path, json!({"name": "d"}))
        .await
        .expect(404);
    ada.with(("if-match", current), "DELETE", path, Value::Null)
        .await
        .expect(404);
}

#[tokio::test]
async fn if_none_match_is_a_304_without_a_body() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    make(&server, "items", &ada, json!({"name": "a"})).await;
    let read = server.get("/api/items/1").by(&ada).send().await;
    let tag = read.header("etag").unwrap();
    for tags in [
        tag.to_owned(),
        format!("W/{tag}"),
        "*".to_owned(),
        format!("\"x\", {tag}"),
    ] {
        for method in ["GET", "HEAD"] {
            let call = server
                .call(method, "/api/items/1")
                .by(&ada)
                .header("if-none-match", &tags);
            let answer = call.send().await.expect(304);
            assert!(answer.body.is_empty());
            assert_eq!(answer.header("etag"), Some(tag));
        }
    }
    for tags in ["\"x\"", "", tag.trim_matches('"')] {
        server
            .get("/api/items/1")
            .by(&ada)
            .header("if-none-match", tags)
            .send()
            .await
            .expect(200);
    }
    server
        .put("/api/items/1", json!({"name": "b"}))
        .by(&ada)
        .send()
        .await
        .expect(200);
    server
        .get("/api/items/1")
        .by(&ada)
        .header("if-none-match", tag)
        .send()
        .await
        .expect(200);
    let bob = server.user("bob").await;
    server
        .get("/api/items/1")
        .by(&bob)
        .header("if-none-match", "*")
        .send()
        .await
        .expect(404);
}

#[tokio::test]
async fn of_many_changes_of_one_version_just_one_wins() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let made = server
        .post("/api/items", json!({"name": "a"}))
        .by(&ada)
        .send()
        .await;
    let tag = made.header("etag").unwrap();
    let calls = (0..50).map(|number| {
        let change = json!({"name": format!("n{number}")});
        server
            .put("/api/items/1", change)
            .by(&ada)
            .header("if-match", tag)
            .send()
    });
    let answers = futures_util::future::join_all(calls).await;
    let won: Vec<&Answer> = answers
        .iter()
        .filter(|answer| answer.status == 200)
        .collect();
    assert_eq!(won.len(), 1);
    assert_eq!(
        answers.iter().filter(|answer| answer.status == 412).count(),
        49
    );
    assert_eq!(
        server.get("/api/items/1").by(&ada).send().await.item(),
        won[0].item()
    );
}
