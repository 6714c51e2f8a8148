//! What every answer carries, and what pages do.

use serde_json::json;

use crate::support::Server;

#[tokio::test]
async fn every_answer_has_an_id_and_is_what_it_says() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    for call in [
        server.get("/healthz"),
        server.get("/api/items").by(&ada),
        server.get("/api/items"),
        server.get("/api/nothing"),
        server.post("/api/items", json!({})).by(&ada),
        server.get("/nothing.js").unchecked(),
        server.get("/docs").unchecked(),
        server.get("/test/panic").unchecked(),
        server.get("/healthz").header("host", "evil.example"),
        server.call("OPTIONS", "/api/items"),
    ] {
        let answer = call.send().await;
        assert!(
            answer
                .header("x-request-id")
                .is_some_and(|id| id.len() >= 32)
        );
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("server"), None);
        if answer.status >= 400 {
            assert_eq!(answer.header("content-type"), Some("application/json"));
            assert_eq!(
                answer.json()["request_id"],
                answer.header("x-request-id").unwrap()
            );
        }
    }
}

#[tokio::test]
async fn a_sane_request_id_is_kept() {
    let server = Server::start().await;
    let sent = |id: &str| server.get("/healthz").header("x-request-id", id).send();
    for id in ["abc-123_4.5", "A", &"a".repeat(64)] {
        assert_eq!(sent(id).await.header("x-request-id"), Some(id));
    }
    for id in ["", "a b", "<script>", "a\"b", &"a".repeat(65)] {
        assert_ne!(sent(id).await.header("x-request-id"), Some(id), "{id}");
    }
}

#[tokio::test]
async fn answers_with_tokens_are_kept_by_no_cache() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let body = json!({"refresh_token": ada.refresh_token});
    let answer = server
        .post("/api/auth/refresh", body)
        .send()
        .await
        .expect(200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn our_pages_run_their_own_scripts_alone_and_nobody_frames_them() {
    let server = Server::start().await;
    for path in ["/console/", "/docs", "/docs/guide", "/docs/guide/models"] {
        let page = server.get(path).unchecked().send().await.expect(200);
        let policy = page.header("content-security-policy").unwrap();
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(
                policy.split("; ").any(|own| own.trim() == part),
                "{path}: {policy}"
            );
        }
        assert!(!policy.contains("unsafe"));
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(
            page.header("cross-origin-opener-policy"),
            Some("same-origin")
        );
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        // Nothing inline, which the policy would stop.
        let html = page.text();
        assert!(
            !html.contains("<script>") && !html.contains(" onclick=") && !html.contains("<style")
        );
    }
}

#[tokio::test]
async fn the_guide_is_read_without_an_account() {
    let server = Server::start().await;
    let get = async |path: &str| server.get(path).unchecked().send().await;
    let list = get("/docs/guide").await.expect(200);
    assert!(list.text().contains("href=\"/docs/guide/executions\""));
    let page = get("/docs/guide/executions/").await.expect(200);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(
        page.text()
            .contains("<a href=\"/docs/guide/settings\">settings</a>")
    );
    let written = get("/docs/guide/executions.md").await.expect(200);
    assert_eq!(written.text(), include_str!("../../docs/executions.md"));
    get("/docs/guide/nothing").await.expect(404);
    get("/docs/guide.css").await.expect(200);
    assert!(get("/docs").await.text().contains("href=\"/docs/guide\""));
    let document = get("/openapi.json").await.json();
    let about = document["info"]["description"].as_str().unwrap();
    assert!(about.contains("/ws/{execution_id}"), "{about}");
    let ticket = &document["paths"]["/api/auth/ws-ticket"]["post"]["description"];
    assert!(ticket.as_str().unwrap().contains("/ws?ticket="), "{ticket}");
}
