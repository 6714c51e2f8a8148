//! `server.connections`: when it is full, those that only wait make room.

use std::time::{Duration, Instant};

use crate::raw::Raw;
use crate::support::{Server, Start};

const GET: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

fn slow_write(milliseconds: u64) -> String {
    let body = format!("{{\"milliseconds\":{milliseconds}}}");
    format!(
        "POST /test/write HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[tokio::test]
async fn idle_connections_make_room_for_new_ones() {
    let server = Server::with("[server]\nconnections = 16\n").await;
    let mut idle = Vec::new();
    for _ in 0..16 {
        let mut raw = Raw::open(&server).await;
        assert_eq!(raw.say(GET).await.reply().await.unwrap().status, 200);
        idle.push(raw);
    }
    // All sixteen may stay as long as nobody else comes.
    for raw in &mut idle {
        assert_eq!(raw.say(GET).await.reply().await.unwrap().status, 200);
    }
    let began = Instant::now();
    let mut new = Raw::open(&server).await;
    assert_eq!(new.say(GET).await.reply().await.unwrap().status, 200);
    assert!(began.elapsed() < Duration::from_secs(1));
    assert!(idle[0].is_ended().await);
}

#[tokio::test]
async fn who_is_busy_when_it_is_full_makes_room_afterwards() {
    let server = Server::with("[server]\nconnections = 16\n").await;
    let mut busy = Vec::new();
    for _ in 0..16 {
        let mut raw = Raw::open(&server).await;
        raw.say(slow_write(30)).await;
        busy.push(raw);
    }
    let began = Instant::now();
    let mut new = Raw::open(&server).await;
    new.say(GET).await;
    // Nobody is cut off: each gets its answer, and only then leaves.
    for raw in &mut busy {
        assert_eq!(raw.reply().await.unwrap().status, 200);
    }
    assert_eq!(new.reply().await.unwrap().status, 200);
    assert!(
        began.elapsed() < Duration::from_secs(4),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn without_file_descriptors_it_makes_room_and_goes_on() {
    let server = Start::new("")
        .run_in(&["sh", "-c", "ulimit -n 64 && exec \"$@\"", "sh"])
        .await;
    let mut held = Vec::new();
    for number in 0..100 {
        let mut raw = Raw::open(&server).await;
        let reply = raw.say(GET).await.reply().await;
        assert_eq!(reply.unwrap().status, 200, "{number}");
        held.push(raw);
    }
    assert!(held[0].is_ended().await);
    server.get("/readyz").send().await.expect(200);
    let warnings = server.log().matches("could not be accepted").count();
    assert!((1..200).contains(&warnings), "{warnings} warnings");
}
