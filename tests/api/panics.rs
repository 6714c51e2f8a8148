//! A panic in a handler: a 500 that says nothing, a line in the log, and the server goes on.

use serde_json::json;

use crate::support::Server;

#[tokio::test]
async fn a_panic_is_a_500_with_an_id_and_nothing_else() {
    let server = Server::start().await;
    for _ in 0..3 {
        let answer = server
            .get("/test/panic")
            .unchecked()
            .send()
            .await
            .expect(500);
        let body = answer.json();
        let id = body["request_id"].as_str().unwrap();
        assert_eq!(
            body,
            json!({"success": false, "detail": "Internal error", "code": "internal", "request_id": id})
        );
        let log = server.log();
        let lines: Vec<&str> = log.lines().filter(|line| line.contains(id)).collect();
        assert!(
            lines
                .iter()
                .any(|line| line.contains("on purpose") && line.contains("ERROR")),
            "{lines:?}"
        );
    }
    server.get("/healthz").send().await.expect(200);
}

#[tokio::test]
async fn a_panic_inside_a_transaction_takes_nothing_along() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let break_it = || {
        server
            .post("/test/write", json!({"panic": true}))
            .unchecked()
            .send()
    };
    let write = |name: &'static str| {
        server
            .post("/api/items", json!({"name": name}))
            .by(&ada)
            .send()
    };
    let (panicked, first, again, second) =
        tokio::join!(break_it(), write("a"), break_it(), write("b"));
    assert_eq!((panicked.status, again.status), (500, 500));
    assert!(!panicked.text().contains("on purpose"));
    first.expect(201);
    second.expect(201);
    let items = server.get("/api/items").by(&ada).send().await.items();
    assert_eq!(items.len(), 2);
}
