//! Cancelling, in each state.

use serde_json::json;

use crate::bench::{Worker, get, log, path, run, until, words};
use crate::support::Server;

const CONFIG: &str = "[executions]\ncancel_grace = \"1s\"\n";

#[tokio::test]
async fn what_waits_is_cancelled_at_once() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    for body in [
        json!({"task": "a"}),
        json!({"task": "a", "run_at": "2999-01-01T00:00:00Z"}),
    ] {
        let made = run(&server, &ada, body).await;
        let cancel = format!("{}/cancel", path(&made));
        let first = server
            .post(&cancel, json!({"reason": "no more"}))
            .by(&ada)
            .send()
            .await;
        assert_eq!(first.expect(200).item()["state"], "cancelled");
        let again = server.post(&cancel, json!({})).by(&ada).send().await;
        assert_eq!(again.expect(200).item()["state"], "cancelled");
        let log = log(&server, &ada, &made).await;
        assert_eq!(words(&log)[1..], ["cancel", "cancelled"]);
        assert_eq!(log[1]["data"]["reason"], "no more");
    }
}

#[tokio::test]
async fn a_worker_learns_it_and_says_how_it_ended() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    for (state, ends) in [
        ("cancelled", "cancelled"),
        ("succeeded", "succeeded"),
        ("failed", "failed"),
    ] {
        let made = run(&server, &worker.by, json!({"task": "a"})).await;
        let one = worker.claim("a").await;
        let cancel = format!("{}/cancel", path(&made));
        let told = server
            .post(&cancel, json!({}))
            .by(&worker.by)
            .send()
            .await
            .expect(200);
        assert_eq!(told.item()["state"], "cancelling");
        let heard = worker.say(&one, "heartbeat", json!({})).await.expect(200);
        assert_eq!(heard.json()["data"]["cancel_requested"], true);
        let ended = worker
            .say(&one, "finish", json!({"state": state}))
            .await
            .expect(200);
        assert_eq!(ended.json()["data"]["state"], ends);
        let again = server.post(&cancel, json!({})).by(&worker.by).send().await;
        again.expect(if ends == "cancelled" { 200 } else { 409 });
    }
}

#[tokio::test]
async fn a_worker_that_does_not_stop_loses_it() {
    let server = Server::with(CONFIG).await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &worker.by, json!({"task": "a"})).await;
    let one = worker.claim("a").await;
    let cancel = format!("{}/cancel", path(&made));
    server
        .post(&cancel, json!({}))
        .by(&worker.by)
        .send()
        .await
        .expect(200);
    until(&server, &worker.by, &made, "cancelled").await;
    let late = worker.finish(&one).await.expect(409);
    assert_eq!(late.json()["code"], "lease_lost");
}

#[tokio::test]
async fn nobody_finishes_as_cancelled_unasked() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &worker.by, json!({"task": "a"})).await;
    let one = worker.claim("a").await;
    let refused = worker
        .say(&one, "finish", json!({"state": "cancelled"}))
        .await
        .expect(409);
    assert_eq!(refused.json()["code"], "invalid_transition");
    assert_eq!(get(&server, &worker.by, &made).await["state"], "running");
}
