//! Versions: `ETag`, `If-Match`, `If-None-Match`.

use reqwest::Method;
use serde_json::json;

use super::make;
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
    let ada = server.user("ada").await;
    let made = server
        .post("/api/items", json!({"name": "a"}))
        .by(&ada)
        .send()
        .await;
    let stale = made.header("etag").unwrap().to_owned();
    let changed = server
        .put("/api/items/1", json!({"name": "b"}))
        .by(&ada)
        .header("if-match", &stale);
    let current = changed
        .send()
        .await
        .expect(200)
        .header("etag")
        .unwrap()
        .to_owned();
    let weak = format!("W/{current}");
    for tags in [
        stale.as_str(),
        "\"x\"",
        "",
        weak.as_str(),
        current.trim_matches('"'),
        "\"x\", \"y\"",
    ] {
        for method in [Method::PUT, Method::PATCH, Method::DELETE] {
            let mut call = server
                .call(method.as_str(), "/api/items/1")
                .by(&ada)
                .header("if-match", tags);
            if method != Method::DELETE {
                call = call.json(json!({"name": "lost", "metadata": {"a": 1}}));
            }
            let answer = call.send().await.expect(412);
            assert_eq!(
                answer.json()["code"],
                "precondition_failed",
                "{method} {tags}"
            );
        }
    }
    assert_eq!(
        server.get("/api/items/1").by(&ada).send().await.item()["name"],
        "b"
    );
    let list = format!("\"x\" , {current}");
    let patched = server
        .patch("/api/items/1", json!({"name": "c"}))
        .by(&ada)
        .header("if-match", &list);
    let current = patched
        .send()
        .await
        .expect(200)
        .header("etag")
        .unwrap()
        .to_owned();
    let two = server.put("/api/items/1", json!({"name": "d"})).by(&ada);
    two.header("if-match", "\"x\"")
        .header("if-match", &current)
        .send()
        .await
        .expect(200);
    server
        .delete("/api/items/1")
        .by(&ada)
        .header("if-match", "*")
        .send()
        .await
        .expect(200);
    server
        .delete("/api/items/1")
        .by(&ada)
        .header("if-match", "*")
        .send()
        .await
        .expect(404);
    server
        .delete("/api/items/1")
        .by(&ada)
        .header("if-match", &current)
        .send()
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
