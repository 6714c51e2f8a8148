//! SIGTERM: running requests finish, nothing holds the server for longer than `server.drain_timeout`.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use serde_json::json;

use crate::raw::Raw;
use crate::support::{Server, Start};

#[tokio::test]
async fn a_running_request_finishes() {
    let mut server = Server::start().await;
    let body = r#"{"milliseconds":700}"#;
    let mut raw = Raw::open(&server).await;
    raw.say(format!("POST /test/write HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len())).await;
    // An idle connection and one that never spoke do not hold it.
    let mut idle = Raw::open(&server).await;
    idle.say("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await;
    assert_eq!(idle.reply().await.unwrap().status, 200);
    let mut silent = Raw::open(&server).await;
    let began = Instant::now();
    server.signal(Signal::SIGTERM);
    let reply = raw.reply().await.expect("it was cut off");
    assert_eq!(reply.status, 200);
    assert!(reply.head.contains("connection: close"));
    assert!(raw.is_ended().await && idle.is_ended().await && silent.is_ended().await);
    assert_eq!(server.wait().code(), Some(0));
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn half_a_body_does_not_hold_it() {
    let mut server = Server::with("[server]\ndrain_timeout = \"1s\"\n").await;
    let mut raw = Raw::open(&server).await;
    let head = "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n";
    raw.say(head).await;
    // It goes on and on, so that no time-out of bodies ends it.
    let dribble = tokio::spawn(async move {
        for _ in 0..100 {
            raw.say(" ").await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    server.get("/healthz").send().await.expect(200);
    let began = Instant::now();
    assert_eq!(server.stop().code(), Some(0));
    let took = began.elapsed();
    dribble.abort();
    assert!((900..5000).contains(&took.as_millis()), "{took:?}");
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_restart() {
    let mut server = Server::start().await;
    let ada = server.user("ada").await;
    let writes = (0..40).map(|number| {
        server
            .post("/api/items", json!({"name": number.to_string()}))
            .by(&ada)
            .send()
    });
    let answers = futures_util::future::join_all(writes).await;
    assert!(answers.iter().all(|answer| answer.status == 201));
    assert_eq!(server.stop().code(), Some(0));
    // The log was folded into the database file.
    let log = server.database().with_extension("db-wal").metadata();
    assert!(log.is_ok_and(|log| log.len() == 0));
    let server = Start::again(&server).run().await;
    let answer = server
        .get("/api/items?total=true")
        .by(&ada)
        .send()
        .await
        .expect(200);
    assert_eq!(answer.json()["total"], 40);
}

#[tokio::test]
async fn a_second_signal_does_not_wait() {
    let mut server = Server::with("[server]\ndrain_timeout = \"60s\"\n").await;
    let mut raw = Raw::open(&server).await;
    raw.say("POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n").await;
    server.get("/healthz").send().await.expect(200);
    server.signal(Signal::SIGTERM);
    while !server.log().contains("stopping") {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let began = Instant::now();
    server.signal(Signal::SIGINT);
    server.wait();
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
}
