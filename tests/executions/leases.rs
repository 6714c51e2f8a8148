//! Leases and fences: a lost worker's run is taken over, and what it says later is refused.

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
    until(&server, &worker.by, &made, "running").await;
    until(&server, &worker.by, &made, "queued").await;
    assert_eq!(worker.claim("a").await["attempt"], 2);
}
