//! Of several faults of one request, which is told.

use serde_json::json;

use super::errors::CONFIG;
use super::{At, kinds, make, with_role};
use crate::support::Server;

#[tokio::test]
async fn a_bad_head_an_unknown_path_and_who_asks_come_before_what_is_asked() {
    let server = Server::with(CONFIG).await;
    let eve = with_role(&server, "eve", "editor").await;
    let bob = server.user("bob").await;
    let text = |method: &str, path: &str| server.call(method, path).body("text/plain", "x");
    text("PATCH", "/api/nothing?x=%ff").send().await.expect(400);
    let foreign = text("PATCH", "/api/posts").header("host", "evil.example.com");
    foreign.send().await.expect(400);
    // An unknown path or method, before anybody is asked who they are.
    let nothing = text("PUT", "/api/nothing").token("x");
    nothing.send().await.expect(404);
    let method = text("PATCH", "/api/posts").token("x");
    method.send().await.expect(405);
    // 401 before all that is said of the body, the query, the id.
    text("POST", "/api/posts?x=1").send().await.expect(401);
    let bad = text("PUT", "/api/posts/abc?x=1").token("x");
    bad.send().await.expect(401);
    server.get("/api/posts?limit=0").send().await.expect(401);
    // 403 by role, before the body is looked at.
    let (bob, eve) = (At(&server, Some(&bob)), At(&server, Some(&eve)));
    let large = "x".repeat(30_000);
    let kind = "application/json";
    bob.text("text/plain", "POST", "/api/posts?x=1", "x")
        .await
        .expect(403);
    bob.text(kind, "POST", "/api/posts", &large)
        .await
        .expect(403);
    // 413 and 415.
    eve.text("text/plain", "POST", "/api/posts?x=1", "x")
        .await
        .expect(415);
    eve.text("text/plain", "PUT", "/api/posts/abc", "x")
        .await
        .expect(415);
    eve.text(kind, "PUT", "/api/posts/abc?x=1", &large)
        .await
        .expect(413);
    // 400 of what was sent, before 422.
    eve.text(kind, "PUT", "/api/posts/abc?x=1", &"[".repeat(65))
        .await
        .expect(400);
    eve.get("/api/posts?limit=0&cursor=x").await.expect(400);
}

#[tokio::test]
async fn what_was_sent_comes_before_the_record_and_the_record_before_its_version() {
    let server = Server::with(CONFIG).await;
    let eve = with_role(&server, "eve", "editor").await;
    let chief = with_role(&server, "chief", "chief").await;
    let bob = server.user("bob").await;
    make(
        &server,
        "posts",
        &eve,
        json!({"title": "taken", "slug": "taken"}),
    )
    .await;
    let id = make(&server, "posts", &eve, json!({"title": "t"})).await;
    let path = format!("/api/posts/{id}");
    let at = |user| At(&server, Some(user));
    let (eve, chief, bob) = (at(&eve), at(&chief), at(&bob));
    let stale = ("if-match", "\"x\"");
    // 422 of path, query and body, before 404.
    eve.put("/api/posts/abc", json!({})).await.expect(422);
    eve.put("/api/posts/99?x=1", json!({})).await.expect(422);
    eve.put("/api/posts/99", json!({"title": 7}))
        .await
        .expect(422);
    eve.put("/api/posts/99", json!({"next": 98}))
        .await
        .expect(422);
    bob.put(&path, json!({"next": 98})).await.expect(422);
    eve.with(stale, "PUT", &path, json!({"next": 98}))
        .await
        .expect(422);
    // 404, before 412 and 409.
    eve.with(stale, "PUT", "/api/posts/99", json!({}))
        .await
        .expect(404);
    chief
        .put("/api/posts/99", json!({"slug": "taken"}))
        .await
        .expect(404);
    // 403 by record, before 412.
    let taken = json!({"slug": "taken"});
    bob.with(stale, "PUT", &path, taken.clone())
        .await
        .expect(403);
    // 412, before 409.
    eve.with(stale, "PUT", &path, taken.clone())
        .await
        .expect(412);
    eve.put(&path, taken).await.expect(409);
    chief.put(&path, json!({"slug": "free"})).await.expect(200);
}

#[tokio::test]
async fn faults_of_path_and_body_are_told_together() {
    let server = Server::with(CONFIG).await;
    let eve = with_role(&server, "eve", "editor").await;
    let eve = At(&server, Some(&eve));
    let body = json!({"title": 7, "slug": 7});
    let answer = eve.put("/api/posts/abc", body).await.expect(422);
    let wanted = [
        "path.id int_parsing",
        "body.title string_type",
        "body.slug string_type",
    ];
    assert_eq!(kinds(&answer), wanted);
}
