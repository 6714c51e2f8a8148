//! `/healthz` and `/readyz`, and that they answer whatever else goes on.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{PASSWORD, Server};

#[tokio::test]
async fn a_healthy_server_says_so() {
    let server = Server::start().await;
    for path in ["/healthz", "/readyz"] {
        let answer = server.get(path).send().await.expect(200);
        assert_eq!(answer.json(), json!({"success": true}));
        server.get(&format!("{path}?verbose")).send().await;
    }
}

/// The 99th of 100 times of `/healthz` while `busy` is at work.
async fn health_during(server: &Server, busy: impl Future<Output = ()>) -> Duration {
    let mut times = Vec::new();
    tokio::pin!(busy);
    loop {
        let began = Instant::now();
        let call = server.client.get(format!("{}/healthz", server.url)).send();
        tokio::select! {
            () = &mut busy => break,
            answer = call => assert_eq!(answer.unwrap().status(), 200),
        }
        times.push(began.elapsed());
        tokio::select! {
            () = &mut busy => break,
            () = tokio::time::sleep(Duration::from_millis(3)) => {}
        }
    }
    times.sort();
    assert!(times.len() > 20, "{} times", times.len());
    times[(times.len() - 1) * 99 / 100]
}

#[tokio::test]
async fn neither_a_long_write_nor_slow_reads_delay_others() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    server
        .post("/api/items", json!({"name": "x"}))
        .by(&ada)
        .send()
        .await
        .expect(201);
    let mut slowest = Duration::ZERO;
    // Other tests take the processor meanwhile: one quiet round of three is enough.
    for _ in 0..3 {
        let fail = |delay| {
            server
                .post("/test/fail", json!({"delay_reads": delay}))
                .unchecked()
                .send()
        };
        fail(20).await.expect(200);
        let busy = async {
            let write = server
                .post("/test/write", json!({"milliseconds": 3000}))
                .unchecked();
            let readers = (0..8).map(|_| async {
                let until = Instant::now() + Duration::from_millis(2500);
                let mut reads = 0;
                while Instant::now() < until {
                    server.get("/api/items/1").by(&ada).send().await.expect(200);
                    reads += 1;
                }
                assert!(reads >= 5, "reads stood still: {reads}");
            });
            let (written, _) = tokio::join!(write.send(), futures_util::future::join_all(readers));
            written.expect(200);
        };
        slowest = health_during(&server, busy).await;
        fail(0).await.expect(200);
        if slowest < Duration::from_millis(50) {
            return;
        }
    }
    panic!("/healthz took {slowest:?}");
}

#[tokio::test]
async fn fifty_sign_ins_at_once_delay_nobody() {
    let server = Server::start().await;
    for number in 0..5 {
        server.user(&format!("user{number}")).await;
    }
    let mut slowest = Duration::ZERO;
    for _ in 0..3 {
        let busy = async {
            let all = (0..50)
                .map(|number| async move { (number, ()) })
                .map(|next| async {
                    let (number, ()) = next.await;
                    let email = format!("user{}@example.com", number % 5);
                    let body = json!({"email": email, "password": PASSWORD});
                    server.post("/api/auth/login", body).send().await
                });
            for answer in futures_util::future::join_all(all).await {
                assert!([200, 429].contains(&answer.status), "{}", answer.text());
            }
        };
        slowest = health_during(&server, busy).await;
        if slowest < Duration::from_millis(200) {
            return;
        }
    }
    panic!("/healthz took {slowest:?}");
}

#[tokio::test]
async fn beyond_what_can_wait_a_sign_in_hears_when_to_come_back() {
    let server = Server::start().await;
    server.user("ada").await;
    let all = (0..150).map(|number| {
        let body = json!({"email": format!("nobody{number}@example.com"), "password": PASSWORD});
        server.post("/api/auth/login", body).send()
    });
    let answers = futures_util::future::join_all(all).await;
    let mut turned_away = 0;
    for answer in answers {
        if answer.status == 503 {
            turned_away += 1;
            assert!(answer.header("retry-after").is_some());
        } else {
            answer.expect(401);
        }
    }
    assert!(turned_away > 0);
    server.sign_in("ada@example.com", PASSWORD).await;
}
