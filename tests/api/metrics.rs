//! `/metrics` and who reads it.

use crate::support::Server;

async fn status(server: &Server, forwarded: Option<&str>) -> u16 {
    let mut call = server.get("/metrics");
    if let Some(address) = forwarded {
        call = call.header("x-forwarded-for", address);
    }
    call.send().await.status
}

#[tokio::test]
async fn admins_read_numbers_of_what_happened() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let ada = server.user("ada").await;
    assert_eq!(status(&server, None).await, 401);
    server.get("/metrics").by(&ada).send().await.expect(403);
    let answer = server.get("/metrics").by(&root).send().await.expect(200);
    assert!(
        answer
            .header("content-type")
            .unwrap()
            .starts_with("text/plain; version=0.0.4")
    );
    let text = answer.text();
    for name in [
        "hearth_wal_bytes",
        "hearth_writes_waiting ",
        "hearth_requests_total{status=\"2xx\"}",
        "hearth_requests_total{status=\"4xx\"}",
        "hearth_request_seconds_bucket",
        "hearth_connections",
        "hearth_database_bytes",
    ] {
        assert!(text.contains(name), "{name}\n{text}");
    }
    assert!(!text.contains("example.com"));
}

#[tokio::test]
async fn the_setting_opens_it_to_this_machine_or_to_all() {
    let open = Server::with("[server]\nmetrics = \"open\"\n").await;
    assert_eq!(status(&open, None).await, 200);
    let local =
        Server::with("[server]\nmetrics = \"loopback\"\ntrusted_proxies = [\"127.0.0.1\"]\n").await;
    assert_eq!(status(&local, None).await, 200);
    assert_eq!(status(&local, Some("198.51.100.7")).await, 401);
    assert_eq!(status(&local, Some("127.0.0.1, 198.51.100.7")).await, 401);
}
