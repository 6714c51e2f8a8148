//! Trying again: by the server after a failure that may pass, by a person after the end.

use serde_json::json;

use crate::bench::{Worker, get, path, run, until};
use crate::support::Server;

#[tokio::test]
async fn a_failure_that_may_pass_is_tried_again_after_a_while() {
    let server = Server::with("[tasks.a]\nmax_attempts = 2\n").await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &worker.by, json!({"task": "a"})).await;
    let failure = json!({"state": "failed", "error": {"message": "busy", "retryable": true}});
    let one = worker.claim("a").await;
    let first = worker
        .say(&one, "finish", failure.clone())
        .await
        .expect(200);
    assert_eq!(first.json()["data"]["state"], "scheduled");
    // Said twice, it is the same.
    worker
        .say(&one, "finish", failure.clone())
        .await
        .expect(200);
    until(&server, &worker.by, &made, "queued").await;
    let two = worker.claim("a").await;
    let second = worker.say(&two, "finish", failure).await.expect(200);
    assert_eq!(second.json()["data"]["state"], "failed");
    assert_eq!(
        get(&server, &worker.by, &made).await["error"]["message"],
        "busy"
    );
}

#[tokio::test]
async fn a_retry_is_a_new_execution_and_only_one() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    let body = json!({"task": "a", "input": {"x": 1}, "labels": {"k": "v"}, "priority": 7});
    let made = run(&server, &worker.by, body).await;
    let retry = format!("{}/retry", path(&made));
    let early = server
        .post(&retry, json!({}))
        .by(&worker.by)
        .send()
        .await
        .expect(409);
    assert_eq!(early.json()["code"], "invalid_transition");
    let one = worker.claim("a").await;
    worker
        .say(&one, "finish", json!({"state": "failed"}))
        .await
        .expect(200);
    let first = server
        .post(&retry, json!({}))
        .by(&worker.by)
        .send()
        .await
        .expect(201);
    let second = server
        .post(&retry, json!({}))
        .by(&worker.by)
        .send()
        .await
        .expect(201);
    let child = first.item();
    assert_eq!(child["id"], second.item()["id"]);
    assert_eq!(child["parent_id"], made["id"]);
    for name in ["input", "labels", "priority", "task", "user_id"] {
        assert_eq!(child[name], made[name], "{name}");
    }
    assert_eq!(get(&server, &worker.by, &made).await["state"], "failed");
}
