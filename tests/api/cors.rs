//! Which pages of other sites may ask: exactly those that `server.cors_origins` names.

use serde_json::json;

use crate::support::{Answer, Server};

const ORIGIN: &str = "https://app.example.com";

async fn preflight(server: &Server, origin: &str) -> Answer {
    server
        .call("OPTIONS", "/api/items")
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "authorization, content-type",
        )
        .send()
        .await
        .expect(204)
}

fn says_nothing(answer: &Answer) -> bool {
    answer
        .headers
        .keys()
        .all(|name| !name.as_str().starts_with("access-control-"))
}

#[tokio::test]
async fn by_default_no_other_site_may_ask() {
    let server = Server::start().await;
    assert!(says_nothing(&preflight(&server, ORIGIN).await));
    let answer = server
        .get("/healthz")
        .header("origin", ORIGIN)
        .send()
        .await
        .expect(200);
    assert!(says_nothing(&answer));
}

#[tokio::test]
async fn a_named_origin_may_ask_and_read_errors_too() {
    let server = Server::with("[server]\ncors_origins = [\"https://app.example.com\", \"http://localhost:5173\"]\n[models.items.fields]\nname = { type = \"string\" }\n").await;
    let allowed = preflight(&server, ORIGIN).await;
    assert_eq!(allowed.header("access-control-allow-origin"), Some(ORIGIN));
    let methods = allowed.header("access-control-allow-methods").unwrap();
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        assert!(methods.contains(method));
    }
    let headers = allowed
        .header("access-control-allow-headers")
        .unwrap()
        .to_lowercase();
    for name in [
        "authorization",
        "content-type",
        "if-match",
        "idempotency-key",
    ] {
        assert!(headers.contains(name));
    }
    let ada = server.user("ada").await;
    for (call, status) in [
        (server.get("/healthz"), 200),
        (server.get("/api/items"), 401),
        (server.get("/api/nothing"), 404),
        (server.post("/api/items", json!({"x": 1})).by(&ada), 422),
        (server.call("POST", "/api/items").by(&ada), 415),
        (server.call("DELETE", "/api/items").by(&ada), 405),
        (server.get("/healthz").header("host", "evil.example"), 400),
        (server.get("/test/panic").unchecked(), 500),
    ] {
        let answer = call.header("origin", ORIGIN).send().await.expect(status);
        assert_eq!(
            answer.header("access-control-allow-origin"),
            Some(ORIGIN),
            "{status}"
        );
        assert_eq!(
            answer.header("access-control-allow-credentials"),
            Some("true")
        );
        let exposed = answer.header("access-control-expose-headers").unwrap();
        for name in ["ETag", "Location", "Retry-After", "X-Request-Id"] {
            assert!(exposed.contains(name));
        }
        assert!(varies_by_origin(&answer));
    }
}

fn varies_by_origin(answer: &Answer) -> bool {
    answer
        .headers
        .get_all("vary")
        .iter()
        .any(|value| value.to_str().unwrap().contains("Origin"))
}

#[tokio::test]
async fn nothing_but_the_exact_origin_is_it() {
    let server = Server::with("[server]\ncors_origins = [\"https://app.example.com\"]\n").await;
    for origin in [
        "null",
        "*",
        "https://app.example.com.evil.example",
        "https://evil.example/https://app.example.com",
        "https://evilapp.example.com",
        "https://app-example.com",
        "https://appXexample.com",
        "https://app.example.com:443",
        "https://app.example.com/",
        "https://APP.example.com",
        "http://app.example.com",
        "https://sub.app.example.com",
        "https://app.example.com, https://evil.example",
    ] {
        assert!(says_nothing(&preflight(&server, origin).await), "{origin}");
        let answer = server
            .get("/healthz")
            .header("origin", origin)
            .send()
            .await
            .expect(200);
        assert!(says_nothing(&answer), "{origin}");
        // A cache must not hand this answer to the one that is named.
        assert!(varies_by_origin(&answer), "{origin}");
    }
    let without = server.get("/healthz").send().await.expect(200);
    assert!(varies_by_origin(&without) && says_nothing(&without));
}
