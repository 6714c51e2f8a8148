//! Nobody sees, changes or works on what is not theirs.

use serde_json::json;

use crate::bench::{Worker, path, run};
use crate::support::Server;

#[tokio::test]
async fn anothers_execution_is_the_same_as_none() {
    let server = Server::start().await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let made = run(&server, &ada, json!({"task": "a"})).await;
    let absent = json!({"id": "01990000-0000-7000-8000-000000000000"});
    for (method, below, body) in [
        ("GET", "", None),
        ("GET", "/events", None),
        ("GET", "/events?wait=1", None),
        ("GET", "?wait=1", None),
        ("POST", "/cancel", Some(json!({}))),
        ("POST", "/retry", Some(json!({}))),
        ("POST", "/run-now", Some(json!({}))),
        ("POST", "/input/q", Some(json!({"data": 1}))),
    ] {
        let mut answers = Vec::new();
        for one in [&made, &absent] {
            let path = format!("{}{below}", path(one));
            let mut call = server.call(method, &path).by(&bob);
            if let Some(body) = body.clone() {
                call = call.json(body);
            }
            answers.push(call.send().await.expect(404).without_id());
            let mut call = server.call(method, &path);
            if let Some(body) = body.clone() {
                call = call.json(body);
            }
            call.send().await.expect(401);
        }
        assert_eq!(answers[0], answers[1], "{method} {below}");
    }
    let mine = server.get("/api/executions").by(&bob).send().await;
    assert_eq!(mine.expect(200).items().len(), 0);
    let listed = server.get("/api/executions").by(&ada).send().await;
    assert_eq!(listed.expect(200).items().len(), 1);
}

#[tokio::test]
async fn only_workers_work() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &ada, json!({"task": "a"})).await;
    let claim = json!({"tasks": ["a"], "worker": "me"});
    server
        .post("/api/workers/claim", claim.clone())
        .by(&ada)
        .send()
        .await
        .expect(403);
    server
        .post("/api/workers/claim", claim)
        .send()
        .await
        .expect(401);
    worker.claim("a").await;
    for (what, body) in [
        (
            "events",
            json!({"fence": 1, "batch": 1, "events": [{"kind": "log", "data": {"message": "x"}}]}),
        ),
        ("heartbeat", json!({"fence": 1})),
        ("finish", json!({"fence": 1, "state": "succeeded"})),
        ("release", json!({"fence": 1})),
    ] {
        let path = format!("{}/{what}", path(&made));
        server.post(&path, body).by(&ada).send().await.expect(403);
    }
    // What another worker holds is not there.
    let other = server.admin("other").await;
    let path = format!("{}/heartbeat", path(&made));
    server
        .post(&path, json!({"fence": 1}))
        .by(&other)
        .send()
        .await
        .expect(404);
}
