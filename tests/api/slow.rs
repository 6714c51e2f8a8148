//! Clients that are slow on purpose hold a connection for a while and nobody else up. (Test builds wait 2 s for heads and
//! bodies.)

use std::time::{Duration, Instant};

use crate::raw::Raw;
use crate::support::Server;

const BODY: &str = "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";

#[tokio::test]
async fn each_kind_is_cut_off_in_time_while_others_are_served() {
    let server = Server::start().await;
    let mut held = Vec::new();
    for start in ["", "GET /healthz HTTP/1.1\r\nHost: loc", "GET", BODY] {
        for _ in 0..10 {
            let mut raw = Raw::open(&server).await;
            raw.say(start).await;
            held.push((start, raw));
        }
    }
    let began = Instant::now();
    let others = tokio::spawn({
        let (client, url) = (server.client.clone(), format!("{}/healthz", server.url));
        async move {
            let mut slowest = Duration::ZERO;
            while began.elapsed() < Duration::from_secs(2) {
                let asked = Instant::now();
                assert_eq!(client.get(&url).send().await.unwrap().status(), 200);
                slowest = slowest.max(asked.elapsed());
            }
            slowest
        }
    });
    let ends = held.into_iter().map(|(start, mut raw)| async move {
        if start == BODY {
            let reply = raw.reply().await.expect("a body that stops is told so");
            assert_eq!(reply.status, 400);
            assert!(reply.body.contains("progress"));
        }
        assert!(raw.is_ended().await, "{start}");
        began.elapsed()
    });
    for took in futures_util::future::join_all(ends).await {
        assert!(took > Duration::from_millis(1500), "cut off after {took:?}");
        assert!(took < Duration::from_secs(8), "held for {took:?}");
    }
    let slowest = others.await.unwrap();
    assert!(
        slowest < Duration::from_secs(1),
        "somebody waited {slowest:?}"
    );
}

#[tokio::test]
async fn a_head_that_dribbles_has_no_more_time() {
    let server = Server::start().await;
    let mut raw = Raw::open(&server).await;
    let began = Instant::now();
    // Behind a whole request, too: the clock starts with the first byte of each.
    raw.say("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await;
    assert_eq!(raw.reply().await.unwrap().status, 200);
    let dribble = async {
        for byte in "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: bbbbbbbbbb".bytes() {
            tokio::time::sleep(Duration::from_millis(100)).await;
            raw.say([byte]).await;
        }
    };
    dribble.await;
    assert!(raw.is_ended().await);
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_slow_body_that_comes_is_waited_for() {
    let server = Server::start().await;
    let mut raw = Raw::open(&server).await;
    let body = r#"{"email":"ada@example.com","password":"x"}"#;
    raw.say(format!("POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len())).await;
    // Longer in all than any time-out, never longer between two pieces.
    for piece in body.as_bytes().chunks(9) {
        tokio::time::sleep(Duration::from_millis(700)).await;
        raw.say(piece).await;
    }
    assert_eq!(raw.reply().await.unwrap().status, 401);
}

#[tokio::test]
async fn an_idle_connection_is_kept_for_its_time() {
    let server = Server::with("[server]\nidle_timeout = \"5s\"\n").await;
    let mut raw = Raw::open(&server).await;
    let get = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    raw.say(get).await.reply().await.unwrap();
    // Longer than a head may take: between two requests another clock runs.
    tokio::time::sleep(Duration::from_millis(2600)).await;
    assert_eq!(raw.say(get).await.reply().await.unwrap().status, 200);
    let began = Instant::now();
    assert!(raw.is_ended().await);
    let took = began.elapsed();
    assert!((4500..9000).contains(&took.as_millis()), "{took:?}");
}
