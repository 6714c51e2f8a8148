//! The table of errors: each status and its envelope.

use serde_json::{Value, json};

use super::{At, make, with_role};
use crate::support::{Answer, Server};

pub(super) const CONFIG: &str = r#"
[server]
body_size = "20KiB"
[auth.roles.editor]
[models.posts]
access = { read = "signed_in", create = "role:editor", update = ["owner", "role:chief"], delete = "owner" }
[models.posts.fields]
title = { type = "string", required = true, max_length = 20 }
slug = { type = "string", unique = "global" }
next = { references = "posts" }
[auth.roles.chief]
"#;

fn envelope(answer: &Answer, code: &str) {
    let json = answer.json();
    let names: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(names, ["success", "detail", "code", "request_id"], "{json}");
    assert_eq!(
        (&json["success"], &json["code"]),
        (&json!(false), &json!(code))
    );
    assert_eq!(json["request_id"].as_str(), answer.header("x-request-id"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    match answer.status {
        422 => assert!(!json["detail"].as_array().unwrap().is_empty()),
        _ => assert!(json["detail"].is_string()),
    }
}

#[tokio::test]
async fn each_status_has_its_envelope_and_code() {
    let server = Server::with(CONFIG).await;
    let (eve, bob) = (
        with_role(&server, "eve", "editor").await,
        server.user("bob").await,
    );
    let id = make(&server, "posts", &eve, json!({"title": "t", "slug": "s"})).await;
    let path = format!("/api/posts/{id}");
    let (eve, bob) = (At(&server, Some(&eve)), At(&server, Some(&bob)));
    let at = At(&server, None);
    let large = json!({"title": "x".repeat(30_000)});
    let stale = ("if-match", "\"x\"");
    let bad = ("authorization", "Bearer x");
    let clash = json!({"title": "u", "slug": "s"});
    for (answer, status, code) in [
        (bob.get("/api/posts?cursor=x").await, 400, "bad_request"),
        (at.get(&path).await, 401, "not_authenticated"),
        (
            at.with(bad, "GET", &path, Value::Null).await,
            401,
            "invalid_token",
        ),
        (bob.post("/api/posts", json!({})).await, 403, "forbidden"),
        (bob.put(&path, json!({})).await, 403, "forbidden"),
        (bob.get("/api/posts/99").await, 404, "not_found"),
        (bob.get("/api/nothing").await, 404, "not_found"),
        (
            bob.patch("/api/posts", json!({})).await,
            405,
            "method_not_allowed",
        ),
        (eve.post("/api/posts", clash).await, 409, "conflict"),
        (
            eve.with(stale, "DELETE", &path, Value::Null).await,
            412,
            "precondition_failed",
        ),
        (eve.post("/api/posts", large).await, 413, "too_large"),
        (
            eve.text("text/plain", "POST", "/api/posts", "x").await,
            415,
            "unsupported_media_type",
        ),
        (eve.post("/api/posts", json!({})).await, 422, "invalid"),
        (
            server.get("/test/panic").unchecked().send().await,
            500,
            "internal",
        ),
    ] {
        envelope(&answer.expect(status), code);
    }
}

#[tokio::test]
async fn a_clash_names_the_field_and_a_404_the_model() {
    let server = Server::with(CONFIG).await;
    let eve = with_role(&server, "eve", "editor").await;
    make(&server, "posts", &eve, json!({"title": "t", "slug": "s"})).await;
    let clash = server
        .post("/api/posts", json!({"title": "u", "slug": "s"}))
        .by(&eve)
        .send()
        .await
        .expect(409);
    assert_eq!(clash.detail(), "Another post has the same `slug`");
    let absent = server
        .get("/api/posts/99")
        .by(&eve)
        .send()
        .await
        .expect(404);
    assert_eq!(absent.detail(), "Post not found");
}

#[tokio::test]
async fn an_internal_error_says_nothing_of_the_inside_and_is_logged_once() {
    let server = Server::with(CONFIG).await;
    let answer = server
        .get("/test/panic")
        .unchecked()
        .header("x-request-id", "find-me")
        .send()
        .await
        .expect(500);
    assert_eq!(answer.detail(), "Internal error");
    assert!(!answer.text().contains("on purpose"));
    let answer = server
        .post("/test/write", json!({"panic": true}))
        .unchecked()
        .header("x-request-id", "me-too")
        .send()
        .await;
    assert_eq!(answer.expect(500).detail(), "Internal error");
    let log = server.log();
    for id in ["find-me", "me-too"] {
        let lines = log
            .lines()
            .filter(|line| line.contains(id) && line.contains("on purpose"));
        assert_eq!(lines.count(), 1, "{log}");
    }
    server.user("ada").await;
}

#[tokio::test]
async fn an_allowed_origin_can_read_errors_too() {
    let server = Server::with("[server]\ncors_origins = [\"https://app.example.com\"]\n[models.items.fields]\nname = { type = \"string\" }").await;
    for path in ["/api/items", "/api/nothing", "/test/panic"] {
        let origin = "https://app.example.com";
        let answer = server
            .get(path)
            .unchecked()
            .header("origin", origin)
            .send()
            .await;
        assert!(answer.status >= 400);
        assert_eq!(
            answer.header("access-control-allow-origin"),
            Some(origin),
            "{path}"
        );
        assert_eq!(answer.header("vary"), Some("Origin"));
        let other = server
            .get(path)
            .unchecked()
            .header("origin", "https://app.example.com.evil.org")
            .send()
            .await;
        assert_eq!(other.header("access-control-allow-origin"), None);
    }
    let exposed = server
        .get("/api/items")
        .header("origin", "https://app.example.com")
        .send()
        .await;
    let exposed = exposed
        .header("access-control-expose-headers")
        .unwrap()
        .to_lowercase();
    for name in ["etag", "location", "x-request-id"] {
        assert!(exposed.contains(name), "{exposed}");
    }
}
