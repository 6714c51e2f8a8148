//! Leases and fences: a lost worker's run is taken over, and what it says later is refused.

use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::bench::{Worker, assert_gapless, get, log, run, until, words};
use crate::support::{Server, Start};

const CONFIG: &str = "[executions]\nlease = \"1s\"\n\n[tasks.once]\nmax_attempts = 1\n\n[tasks.slow]\ntimeout = \"1s\"\n";

#[tokio::test]
async fn a_lost_workers_run_is_taken_over() {
    let server = Server::with(CONFIG).await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &worker.by, json!({"task": "a"})).await;
    let lost = worker.claim("a").await;
    until(&server, &worker.by, &made, "queued").await;
    let taken = worker.claim("a").await;
    assert_eq!((&taken["id"], &taken["attempt"]), (&lost["id"], &json!(2)));
    assert!(taken["fence"].as_i64() > lost["fence"].as_i64());
    let events = json!([{"kind": "log", "data": {"message": "late"}}]);
    for answer in [
        worker.report(&lost, 1, events.clone()).await,
        worker.say(&lost, "heartbeat", json!({})).await,
        worker.finish(&lost).await,
        worker.say(&lost, "release", json!({})).await,
    ] {
        assert_eq!(answer.expect(409).json()["code"], "lease_lost");
    }
    worker.report(&taken, 1, events).await.expect(200);
    worker.finish(&taken).await.expect(200);
    let log = log(&server, &worker.by, &made).await;
    assert_gapless(&log);
    assert_eq!(words(&log).iter().filter(|word| *word == "log").count(), 1);
}

#[tokio::test]
async fn a_heartbeat_keeps_it_and_a_restart_is_not_the_workers_fault() {
    let mut server = Server::with(CONFIG).await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &worker.by, json!({"task": "a"})).await;
    let one = worker.claim("a").await;
    for _ in 0..4 {
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
        worker.say(&one, "heartbeat", json!({})).await.expect(200);
    }
    let by = worker.by.clone();
    server.kill();
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    let server = Start::again(&server).run().await;
    let worker = Worker {
        server: &server,
        by,
    };
    worker.say(&one, "heartbeat", json!({})).await.expect(200);
    worker.finish(&one).await.expect(200);
    assert_eq!(get(&server, &worker.by, &made).await["attempt"], 1);
}

#[tokio::test]
async fn the_last_attempt_that_is_lost_fails() {
    let server = Server::with(CONFIG).await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &worker.by, json!({"task": "once"})).await;
    worker.claim("once").await;
    let failed = until(&server, &worker.by, &made, "failed").await;
    assert_eq!(failed["error"]["code"], "lease_lost");
}

#[tokio::test]
async fn an_attempt_may_not_take_longer_than_its_timeout() {
    let server = Server::with(CONFIG).await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &worker.by, json!({"task": "slow"})).await;
    let body = json!({"tasks": ["slow"], "worker": "w", "lease_seconds": 60});
    worker.post("/api/workers/claim", body).await.expect(200);
    let failed = until(&server, &worker.by, &made, "failed").await;
    assert_eq!(failed["error"]["code"], "timeout");
}

#[tokio::test]
async fn what_is_given_back_does_not_count() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &worker.by, json!({"task": "a"})).await;
    let one = worker.claim("a").await;
    for _ in 0..2 {
        let back = worker.say(&one, "release", json!({})).await.expect(200);
        assert_eq!(back.json()["data"]["state"], "queued");
    }
    assert_eq!(worker.claim("a").await["attempt"], 1);
    assert_eq!(get(&server, &worker.by, &made).await["worker"], "w1");
}

#[tokio::test]
async fn a_last_word_is_repeated_and_never_contradicted() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &worker.by, json!({"task": "a"})).await;
    let one = worker.claim("a").await;
    let first = json!({"state": "succeeded", "output": {"a": 1, "b": 2}});
    worker.say(&one, "finish", first.clone()).await.expect(200);
    let again = json!({"state": "succeeded", "output": {"b": 2, "a": 1}});
    for said in [first, again] {
        let answer = worker.say(&one, "finish", said).await.expect(200);
        assert_eq!(answer.json()["data"]["state"], "succeeded");
    }
    for other in [
        json!({"state": "failed", "error": {"message": "no"}}),
        json!({"state": "failed", "error": {"message": "no", "retryable": true}}),
        json!({"state": "succeeded", "output": {"a": 2}}),
        json!({"state": "succeeded"}),
        json!({"state": "cancelled"}),
    ] {
        let refused = worker.say(&one, "finish", other).await.expect(409).json();
        assert_eq!(refused["code"], "invalid_transition");
        let detail = refused["detail"].as_str().unwrap();
        assert!(detail.contains("over (succeeded)"), "{detail}");
    }
    let kept = get(&server, &worker.by, &made).await;
    assert_eq!(
        (&kept["state"], &kept["output"]),
        (&json!("succeeded"), &json!({"a": 1, "b": 2}))
    );
}

#[tokio::test]
async fn a_failure_that_is_tried_again_may_be_said_twice() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    run(&server, &worker.by, json!({"task": "a"})).await;
    let one = worker.claim("a").await;
    let failed = json!({"state": "failed", "error": {"message": "busy", "retryable": true}});
    for _ in 0..2 {
        let answer = worker.say(&one, "finish", failed.clone()).await.expect(200);
        assert_eq!(answer.json()["data"]["state"], "scheduled");
    }
    let other = worker
        .say(&one, "finish", json!({"state": "succeeded"}))
        .await;
    assert_eq!(other.expect(409).json()["code"], "invalid_transition");
}

#[tokio::test]
async fn an_outcome_has_what_belongs_to_it() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    run(&server, &worker.by, json!({"task": "a"})).await;
    let one = worker.claim("a").await;
    let error = json!({"message": "no"});
    for (said, at) in [
        (
            json!({"state": "succeeded", "error": error}),
            "body.error value_error",
        ),
        (
            json!({"state": "failed", "output": 1, "error": error}),
            "body.output value_error",
        ),
    ] {
        let refused = worker.say(&one, "finish", said).await.expect(422);
        assert!(refused.detail().starts_with(at), "{}", refused.detail());
    }
    worker.finish(&one).await.expect(200);
}

#[tokio::test]
async fn who_holds_nothing_is_told_where_id_and_fence_come_from() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &worker.by, json!({"task": "a"})).await;
    let absent = json!({"id": "01990000-0000-7000-8000-000000000000", "fence": 1});
    let guessed = json!({"id": made["id"], "fence": 7});
    let mut told = Vec::new();
    for one in [&absent, &guessed] {
        let refused = worker.say(one, "heartbeat", json!({})).await.expect(404);
        assert!(refused.detail().contains("fence"), "{}", refused.detail());
        told.push(refused.without_id());
    }
    assert_eq!(told[0], told[1]);
}

/// A number of `/metrics`.
async fn number(worker: &Worker<'_>, name: &str) -> f64 {
    let text = worker.server.get("/metrics").by(&worker.by).send().await;
    let text = text.expect(200).text();
    let mut lines = text.lines();
    let found = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    found.unwrap().parse().unwrap()
}

#[tokio::test]
async fn who_hangs_up_while_they_are_given_a_run_lose_it_like_anybody() {
    let server = Server::with(CONFIG).await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &worker.by, json!({"task": "a"})).await;
    let busy = json!({"milliseconds": 2_000});
    let writing = server.post("/test/write", busy).unchecked().send();
    let hang_up = async {
        while number(&worker, "hearth_writes_waiting").await < 1.0 {}
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        let body = r#"{"tasks":["a"],"worker":"gone"}"#;
        let head = format!(
            "POST /api/workers/claim HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            worker.by.token,
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        // Its claim is in the queue; then its connection is gone, and all that waited for the answer.
        while number(&worker, "hearth_writes_waiting").await < 2.0 {}
        let before = number(&worker, "hearth_connections").await;
        drop(stream);
        while number(&worker, "hearth_connections").await >= before {}
    };
    let (written, ()) = tokio::join!(writing, hang_up);
    written.expect(200);
    // It is held for a moment only, so the log tells.
    while words(&log(&server, &worker.by, &made).await) != ["queued", "lease", "running", "queued"]
    {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(worker.claim("a").await["attempt"], 2);
}
