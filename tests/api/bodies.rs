//! What is refused of a body before it costs anything.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::raw::pour;
use crate::support::Server;

const CONFIG: &str = "[server]\nbody_size = \"64KiB\"\n[models.items.fields]\nname = { type = \"string\" }\ndata = { type = \"object\" }\n";

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_before_it_is_read() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    let head = format!(
        "POST /api/items HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer {}\r\n",
        ada.token
    );
    let declared = format!("{head}Content-Length: 300000000\r\n\r\n");
    let (reply, _) = pour(&server, &declared, b"", 0).await;
    assert_eq!(reply.status, 413, "by its length alone");
    assert!(reply.body.contains("\"too_large\""));
    // A chunked one is counted; it is cut long before its end.
    let chunk = format!("4000\r\n{}\r\n", "a".repeat(0x4000));
    let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n");
    let (reply, sent) = pour(&server, &chunked, chunk.as_bytes(), 4000).await;
    assert_eq!(reply.status, 413, "{}", reply.head);
    assert!(sent < 32 * 1024 * 1024, "{sent} bytes were taken");
    let at_most = json!({"name": "a".repeat(64 * 1024 - 11)});
    server
        .post("/api/items", at_most)
        .by(&ada)
        .send()
        .await
        .expect(201);
    let beyond = json!({"name": "a".repeat(64 * 1024 - 10)});
    server
        .post("/api/items", beyond)
        .by(&ada)
        .send()
        .await
        .expect(413);
}

#[tokio::test]
async fn a_compressed_or_foreign_body_is_refused() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    let post = || server.post("/api/items", json!({"name": "x"})).by(&ada);
    for coding in ["gzip", "br", "identity", "deflate, gzip"] {
        let refused = post()
            .header("content-encoding", coding)
            .send()
            .await
            .expect(415);
        assert!(refused.detail().contains("Content-Encoding"));
    }
    for kind in [
        "",
        "text/plain",
        "application/xml",
        "application/json-patch+json",
        "application/jsonx",
    ] {
        server
            .call("POST", "/api/items")
            .by(&ada)
            .body(kind, "{}")
            .send()
            .await
            .expect(415);
    }
    server
        .call("POST", "/api/items")
        .by(&ada)
        .send()
        .await
        .expect(415);
    let items = server.get("/api/items").by(&ada).send().await.items();
    assert!(items.is_empty());
}

#[tokio::test]
async fn deep_or_broken_json_is_refused_at_once() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let nested = |depth: usize| {
        let inner = depth - 2;
        format!(
            "{{\"name\": \"x\", \"metadata\": {}{{}}{}}}",
            "{\"a\":".repeat(inner),
            "}".repeat(inner)
        )
    };
    let million = format!("{}1{}", "[".repeat(500_000), "]".repeat(500_000));
    for (what, body, status) in [
        ("64 levels", nested(64), 201),
        ("65 levels", nested(65), 400),
        ("half a million levels", million, 400),
        ("a lone surrogate", r#"{"name": "\ud800"}"#.to_owned(), 422),
        (
            "a swapped pair",
            r#"{"name": "\udc00\ud800"}"#.to_owned(),
            422,
        ),
        ("nothing", String::new(), 422),
        ("half of it", "{\"name\": ".to_owned(), 422),
        ("two of them", "{}{}".to_owned(), 422),
        (
            "a number beyond all",
            "{\"name\": 1e999999}".to_owned(),
            422,
        ),
        ("NaN", "{\"name\": NaN}".to_owned(), 422),
        (
            "a long number",
            format!("{{\"name\": {}}}", "9".repeat(900_000)),
            422,
        ),
        ("a comment", "{/**/}".to_owned(), 422),
    ] {
        // Other tests take the processor meanwhile: the quickest of three counts.
        let mut quickest = Duration::MAX;
        for _ in 0..3 {
            let began = Instant::now();
            let call = server.call("POST", "/api/items").by(&ada);
            let answer = call.body("application/json", body.clone()).send().await;
            assert_eq!(answer.status, status, "{what}: {}", answer.text());
            quickest = quickest.min(began.elapsed());
        }
        assert!(
            quickest < Duration::from_millis(100),
            "{what}: {quickest:?}"
        );
    }
    let broken = server.call("POST", "/api/items").by(&ada);
    let answer = broken
        .body("application/json", vec![b'"', 0xff, b'"'])
        .send()
        .await;
    answer.expect(400);
    server.get("/healthz").send().await.expect(200);
}

#[tokio::test]
async fn six_huge_bodies_at_once_cost_no_memory() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    let head = format!(
        "POST /api/items HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer {}\r\nTransfer-Encoding: chunked\r\n\r\n",
        ada.token
    );
    let chunk = format!("10000\r\n{}\r\n", "a".repeat(0x10000));
    let before = memory(&server);
    let all = (0..6).map(|_| pour(&server, &head, chunk.as_bytes(), 4800));
    for (reply, _) in futures_util::future::join_all(all).await {
        assert!(reply.status == 413 || reply.status == 0, "{}", reply.head);
    }
    let grown = memory(&server).saturating_sub(before);
    assert!(grown < 64 * 1024, "{grown} KiB more");
    server.get("/healthz").send().await.expect(200);
}

/// What the process has in memory, in KiB.
fn memory(server: &Server) -> u64 {
    let path = format!("/proc/{}/status", server.pid());
    let status = std::fs::read_to_string(path).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|text| text.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
