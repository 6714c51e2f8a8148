//! A request that fails leaves nothing behind: no connection, no transaction, no thread, no memory.

use futures_util::future::join_all;
use serde_json::json;

use super::make;
use crate::support::{Server, User};

const CONFIG: &str = r#"
[models.items.fields]
name = { type = "string", required = true, unique = true }
other = { references = "items" }
metadata = { type = "object", default = {} }
"#;

/// What the process holds: file descriptors, threads, kilobytes of memory.
fn held(server: &Server) -> (usize, usize, usize) {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    // How many connections the client keeps is its own affair.
    let files = std::fs::read_dir(format!("/proc/{}/fd", server.pid()))
        .unwrap()
        .filter_map(|entry| std::fs::read_link(entry.unwrap().path()).ok())
        .filter(|target| !target.to_string_lossy().starts_with("socket:"))
        .count();
    (files, line("Threads:"), line("VmRSS:"))
}

/// One request of a kind that fails, and the status that it must have.
async fn fail(server: &Server, ada: &User, kind: usize) {
    let call = |method: &str, path: &str| {
        let method: reqwest::Method = method.parse().unwrap();
        server
            .client
            .request(method, format!("{}{path}", server.url))
            .bearer_auth(&ada.token)
    };
    let (request, wanted) = match kind % 14 {
        0 => (call("GET", "/api/items/999"), 404),
        1 => (
            call("POST", "/api/items").json(&json!({"name": "taken"})),
            409,
        ),
        2 => (
            call("POST", "/api/items")
                .json(&json!([{"name": format!("x{kind}")}, {"name": "taken"}])),
            409,
        ),
        3 => (call("POST", "/api/items").json(&json!({"name": 7})), 422),
        4 => (
            call("PUT", "/api/items/1")
                .json(&json!({"name": "x"}))
                .header("if-match", "\"x\""),
            412,
        ),
        5 => (
            call("POST", "/api/items").json(&json!({"name": "y", "other": 999})),
            422,
        ),
        6 => (
            call("PATCH", "/api/items/999").json(&json!({"metadata": {"a": 1}})),
            404,
        ),
        7 => (call("DELETE", "/api/items/1"), 409),
        8 => (server.client.get(format!("{}/api/items", server.url)), 401),
        9 => (call("GET", "/api/items?limit=501"), 422),
        10 => (
            call("POST", "/test/write").json(&json!({"error": true})),
            409,
        ),
        11 => (
            call("POST", "/api/items")
                .body("{")
                .header("content-type", "application/json"),
            422,
        ),
        12 => (call("PATCH", "/api/items"), 405),
        _ if kind % 140 == 13 => (
            call("POST", "/test/write").json(&json!({"panic": true})),
            500,
        ),
        _ if kind % 140 == 27 => (call("GET", "/test/panic"), 500),
        _ => (call("GET", "/api/items?cursor=x"), 400),
    };
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), wanted, "kind {}", kind % 14);
    answer.bytes().await.unwrap();
}

async fn fail_often(server: &Server, ada: &User, from: usize, count: usize) {
    let clients = (0..16).map(|client| async move {
        for number in (from + client..from + count).step_by(16) {
            fail(server, ada, number).await;
        }
    });
    join_all(clients).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_failing_requests_leave_pools_and_memory_as_they_were() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    make(&server, "items", &ada, json!({"name": "taken"})).await;
    make(&server, "items", &ada, json!({"name": "child", "other": 1})).await;
    fail_often(&server, &ada, 0, 2_000).await;
    let before = held(&server);
    fail_often(&server, &ada, 2_000, 10_000).await;
    let after = held(&server);
    // The clients' own connections come and go; a leak would be thousands.
    assert!(
        after.0 <= before.0 + 16,
        "file descriptors: {before:?} {after:?}"
    );
    assert!(after.1 <= before.1 + 2, "threads: {before:?} {after:?}");
    assert!(
        after.2 <= before.2 + 8 * 1024,
        "memory: {before:?} {after:?}"
    );
    let list = server
        .get("/api/items?total=true")
        .by(&ada)
        .send()
        .await
        .expect(200);
    assert_eq!(list.json()["total"], 2, "nothing of them was stored");
    make(&server, "items", &ada, json!({"name": "next"})).await;
}
