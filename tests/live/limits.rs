//! Limits of all sockets together, and what /metrics says of them.

use serde_json::json;

use crate::client::{Socket, connect, create};
use crate::support::Server;

#[tokio::test]
async fn beyond_so_many_sockets_in_all_the_next_is_refused_before_the_upgrade() {
    let server = Server::with(
        "[realtime]\nsockets = 16\n[models.items.fields]\nname = { type = \"string\" }\n",
    )
    .await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let mut sockets = Vec::new();
    for _ in 0..16 {
        sockets.push(Socket::open(&server, &ada).await);
    }
    let bearer = format!("Bearer {}", bob.token);
    let headers = [("authorization", bearer.as_str())];
    let (status, body) = connect(&server, "/ws", &headers).await.unwrap_err();
    assert_eq!((status, &body["code"]), (503, &json!("unavailable")));
    // Calls go on.
    create(&server, &bob, "items", json!({"name": "a"})).await;
    let mut first = sockets.swap_remove(0);
    first.stream.close(None).await.unwrap();
    while futures_util::StreamExt::next(&mut first.stream)
        .await
        .is_some()
    {}
    Socket::open(&server, &bob).await.is_quiet().await;
}

#[tokio::test]
async fn metrics_count_sockets_subscriptions_deliveries_and_resumes() {
    let server = Server::start().await;
    let (ada, admin) = (server.user("ada").await, server.admin("eve").await);
    let mut socket = Socket::open(&server, &ada).await;
    let head = socket.watch("records:items").await;
    create(&server, &ada, "items", json!({"name": "a"})).await;
    socket.changes(1).await;
    let mut back = Socket::open(&server, &ada).await;
    let wish = json!({"channel": "records:items", "after": head, "epoch": back.epoch});
    back.subscribe(wish).await;
    assert_eq!(back.until_live().await.len(), 1);
    let mut late = Socket::open(&server, &ada).await;
    late.subscribe(json!({"channel": "records:items", "after": head + 100}))
        .await;
    assert_eq!(late.next().await["reason"], "ahead");
    let read = || async {
        server
            .get("/metrics")
            .by(&admin)
            .send()
            .await
            .expect(200)
            .text()
    };
    // The refused subscription ends just behind its frame.
    let mut text = read().await;
    for _ in 0..100 {
        if text.contains("hearth_subscriptions{channel=\"records\"} 2") {
            break;
        }
        text = read().await;
    }
    for line in [
        "hearth_sockets 3".to_owned(),
        "hearth_subscriptions{channel=\"records\"} 2".to_owned(),
        "hearth_resumes_total{result=\"resumed\"} 1".to_owned(),
        "hearth_resumes_total{result=\"reset\"} 1".to_owned(),
        "hearth_slow_closed_total 0".to_owned(),
        format!("hearth_changes_seq {}", head + 1),
    ] {
        assert!(text.lines().any(|one| one == line), "{line} in {text}");
    }
    let delivered = text
        .lines()
        .find(|line| line.starts_with("hearth_deliveries_total "));
    let delivered = delivered.unwrap().rsplit(' ').next().unwrap();
    assert!(delivered.parse::<f64>().unwrap() >= 2.0, "{delivered}");
}
