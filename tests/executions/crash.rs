//! The server is killed while workers append: all that was acknowledged is there, nothing twice, and workers go on.

use serde_json::{Value, json};

use crate::bench::{Worker, assert_gapless, log, run};
use crate::support::{Server, Start};

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_kill() {
    let mut server = Server::start().await;
    let worker = Worker::new(&server).await;
    let by = worker.by.clone();
    let made = run(&server, &by, json!({"task": "a"})).await;
    let one = worker.claim("a").await;
    let mut batch = 1_u64;
    for round in 0..5 {
        let until = std::time::Instant::now() + std::time::Duration::from_millis(200 + round * 37);
        let client = server.client.clone();
        let url = format!(
            "{}/api/executions/{}/events",
            server.url,
            made["id"].as_str().unwrap()
        );
        // The kill falls where it falls: in the middle of an append.
        let killer = std::thread::spawn({
            let pid = nix::unistd::Pid::from_raw(server.pid() as i32);
            move || {
                std::thread::sleep(until.saturating_duration_since(std::time::Instant::now()));
                nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGKILL).unwrap();
            }
        });
        loop {
            let body = json!({"fence": one["fence"], "batch": batch, "events": [{"kind": "custom.n", "data": {"n": batch}}]});
            let sent = client
                .post(&url)
                .bearer_auth(&by.token)
                .json(&body)
                .send()
                .await;
            match sent {
                Ok(answer) if answer.status() == 200 => batch += 1,
                // Not known whether it was stored: it is sent again after the restart.
                _ => break,
            }
        }
        killer.join().unwrap();
        server.kill();
        server = Start::again(&server).run().await;
    }
    let worker = Worker {
        server: &server,
        by,
    };
    let last = json!([{"kind": "custom.n", "data": {"n": batch}}]);
    worker.report(&one, batch, last).await.expect(200);
    worker.finish(&one).await.expect(200);
    let log = log_of_all(&server, &worker, &made).await;
    assert_gapless(&log);
    let said: Vec<u64> = log
        .iter()
        .filter_map(|event| event["data"]["n"].as_u64())
        .collect();
    let wanted: Vec<u64> = (1..=batch).collect();
    assert_eq!(said, wanted);
}

async fn log_of_all(server: &Server, worker: &Worker<'_>, made: &Value) -> Vec<Value> {
    let mut all = log(server, &worker.by, made).await;
    loop {
        let path = format!("{}/events?after={}", crate::bench::path(made), all.len());
        let more = server
            .get(&path)
            .by(&worker.by)
            .send()
            .await
            .expect(200)
            .items();
        if more.is_empty() {
            return all;
        }
        all.extend(more);
    }
}
