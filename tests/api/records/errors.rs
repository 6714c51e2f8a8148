//! The table of errors: each status, the envelope, and which comes first.

use serde_json::json;

use super::{kinds, make, with_role};
use crate::support::{Answer, Server};

const CONFIG: &str = r#"
[server]
body_size = "20kB"
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
    let cases = [
        (
            server.get("/api/posts?cursor=x").by(&bob),
            400,
            "bad_request",
        ),
        (server.get(&path), 401, "not_authenticated"),
        (server.get(&path).token("x"), 401, "invalid_token"),
        (
            server.post("/api/posts", json!({})).by(&bob),
            403,
            "forbidden",
        ),
        (server.put(&path, json!({})).by(&bob), 403, "forbidden"),
        (server.get("/api/posts/99").by(&bob), 404, "not_found"),
        (server.get("/api/nothing").by(&bob), 404, "not_found"),
        (
            server.patch("/api/posts", json!({})).by(&bob),
            405,
            "method_not_allowed",
        ),
        (
            server
                .post("/api/posts", json!({"title": "u", "slug": "s"}))
                .by(&eve),
            409,
            "conflict",
        ),
        (
            server.delete(&path).by(&eve).header("if-match", "\"x\""),
            412,
            "precondition_failed",
        ),
        (
            server
                .post("/api/posts", json!({"title": "x".repeat(30_000)}))
                .by(&eve),
            413,
            "too_large",
        ),
        (
            server
                .call("POST", "/api/posts")
                .body("text/plain", "x")
                .by(&eve),
            415,
            "unsupported_media_type",
        ),
        (
            server.post("/api/posts", json!({})).by(&eve),
            422,
            "invalid",
        ),
        (server.get("/test/panic").unchecked(), 500, "internal"),
    ];
    for (call, status, code) in cases {
        envelope(&call.send().await.expect(status), code);
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
async fn the_first_fault_by_the_contracts_order_is_told() {
    let server = Server::with(CONFIG).await;
    let (eve, chief, bob) = (
        with_role(&server, "eve", "editor").await,
        with_role(&server, "chief", "chief").await,
        server.user("bob").await,
    );
    make(
        &server,
        "posts",
        &eve,
        json!({"title": "taken", "slug": "taken"}),
    )
    .await;
    let id = make(&server, "posts", &eve, json!({"title": "t"})).await;
    let path = format!("/api/posts/{id}");
    let large = "x".repeat(30_000);
    let json_kind = "application/json";
    let text = |method: &str, path: &str| server.call(method, path).body("text/plain", "x");
    // A bad head, before everything.
    text("PATCH", "/api/nothing?x=%ff").send().await.expect(400);
    text("PATCH", "/api/posts")
        .header("host", "evil.example.com")
        .send()
        .await
        .expect(400);
    // An unknown path or method, before anybody is asked who they are.
    text("PUT", "/api/nothing")
        .token("x")
        .send()
        .await
        .expect(404);
    text("PATCH", "/api/posts")
        .token("x")
        .send()
        .await
        .expect(405);
    // 401 before all that is said of the body, the query, the id.
    text("POST", "/api/posts?x=1").send().await.expect(401);
    text("PUT", "/api/posts/abc?x=1")
        .token("x")
        .send()
        .await
        .expect(401);
    server.get("/api/posts?limit=0").send().await.expect(401);
    // 403 by role.
    text("POST", "/api/posts?x=1")
        .by(&bob)
        .send()
        .await
        .expect(403);
    server
        .call("POST", "/api/posts")
        .body(json_kind, large.clone())
        .by(&bob)
        .send()
        .await
        .expect(403);
    // 413 and 415.
    text("POST", "/api/posts?x=1")
        .by(&eve)
        .send()
        .await
        .expect(415);
    text("PUT", "/api/posts/abc")
        .by(&eve)
        .send()
        .await
        .expect(415);
    server
        .call("PUT", "/api/posts/abc?x=1")
        .body(json_kind, large)
        .by(&eve)
        .send()
        .await
        .expect(413);
    // 400 of what was sent, before 422.
    server
        .call("PUT", "/api/posts/abc?x=1")
        .body(json_kind, "[".repeat(65))
        .by(&eve)
        .send()
        .await
        .expect(400);
    server
        .get("/api/posts?limit=0&cursor=x")
        .by(&eve)
        .send()
        .await
        .expect(400);
    // 422 of path, query and body, before 404.
    server
        .put("/api/posts/abc", json!({}))
        .by(&eve)
        .send()
        .await
        .expect(422);
    server
        .put("/api/posts/99?x=1", json!({}))
        .by(&eve)
        .send()
        .await
        .expect(422);
    server
        .put("/api/posts/99", json!({"title": 7}))
        .by(&eve)
        .send()
        .await
        .expect(422);
    server
        .put("/api/posts/99", json!({"next": 98}))
        .by(&eve)
        .send()
        .await
        .expect(422);
    server
        .put(&path, json!({"next": 98}))
        .by(&bob)
        .send()
        .await
        .expect(422);
    server
        .put(&path, json!({"next": 98}))
        .by(&eve)
        .header("if-match", "\"x\"")
        .send()
        .await
        .expect(422);
    // 404, before 412.
    server
        .put("/api/posts/99", json!({}))
        .by(&eve)
        .header("if-match", "\"x\"")
        .send()
        .await
        .expect(404);
    server
        .put("/api/posts/99", json!({"slug": "taken"}))
        .by(&chief)
        .send()
        .await
        .expect(404);
    // 403 by record, before 412.
    server
        .put(&path, json!({"slug": "taken"}))
        .by(&bob)
        .header("if-match", "\"x\"")
        .send()
        .await
        .expect(403);
    // 412, before 409.
    server
        .put(&path, json!({"slug": "taken"}))
        .by(&eve)
        .header("if-match", "\"x\"")
        .send()
        .await
        .expect(412);
    server
        .put(&path, json!({"slug": "taken"}))
        .by(&eve)
        .send()
        .await
        .expect(409);
    server
        .put(&path, json!({"slug": "free"}))
        .by(&chief)
        .send()
        .await
        .expect(200);
}

#[tokio::test]
async fn faults_of_path_and_body_are_told_together() {
    let server = Server::with(CONFIG).await;
    let eve = with_role(&server, "eve", "editor").await;
    let answer = server
        .put("/api/posts/abc", json!({"title": 7, "slug": 7}))
        .by(&eve)
        .send()
        .await
        .expect(422);
    let wanted = [
        "path.id int_parsing",
        "body.title string_type",
        "body.slug string_type",
    ];
    assert_eq!(kinds(&answer), wanted);
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
