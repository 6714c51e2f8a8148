//! Handing out work: once, in order, within the limits, without polling.

use std::collections::HashMap;
use std::time::Instant;

use serde_json::{Value, json};

use crate::bench::{Worker, assert_gapless, log, run};
use crate::support::Server;

async fn claim(worker: &Worker<'_>, body: Value) -> Vec<Value> {
    let answer = worker.post("/api/workers/claim", body).await;
    match answer.status {
        204 => Vec::new(),
        _ => answer.expect(200).items(),
    }
}

#[tokio::test]
async fn the_most_urgent_is_claimed_first_then_the_oldest() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    for (name, priority) in [("old", 0), ("new", 0), ("urgent", 5), ("last", -5)] {
        let body = json!({"task": "a", "priority": priority, "input": {"name": name}});
        run(&server, &worker.by, body).await;
    }
    let body = json!({"tasks": ["a", "b"], "worker": "w", "max": 10});
    let given = claim(&worker, body).await;
    let names: Vec<&Value> = given.iter().map(|one| &one["input"]["name"]).collect();
    assert_eq!(names, ["urgent", "old", "new", "last"]);
}

#[tokio::test]
async fn null_is_the_default_of_what_has_one() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    let body = json!({"task": "a", "input": null, "priority": null, "labels": null});
    run(&server, &worker.by, body).await;
    let body = json!({"tasks": ["a"], "worker": "w", "max": null, "wait_seconds": null, "lease_seconds": null, "claim_id": null});
    let given = claim(&worker, body).await.remove(0);
    assert_eq!(given["input"], json!({}));
    let events = json!([{"kind": "custom.empty", "data": null}]);
    worker.report(&given, 1, events).await.expect(200);
    assert_eq!(log(&server, &worker.by, &given).await[3]["data"], json!({}));
    let body =
        json!({"state": "failed", "error": {"message": "no", "code": null, "retryable": null}});
    let ended = worker.say(&given, "finish", body).await;
    assert_eq!(ended.expect(200).json()["data"]["state"], "failed");
    let body = json!({"model": "more", "from": null, "accept_stop": null, "declaration": {"fields": {"name": {"type": "string"}}}});
    worker
        .post("/api/admin/schema/preview", body)
        .await
        .expect(200);
}

#[tokio::test]
async fn a_repeated_claim_gives_the_same_again() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    for _ in 0..3 {
        run(&server, &worker.by, json!({"task": "a"})).await;
    }
    let body = json!({"tasks": ["a"], "worker": "w", "max": 2, "claim_id": "c1"});
    let first = claim(&worker, body.clone()).await;
    assert_eq!(first.len(), 2);
    assert_eq!(claim(&worker, body).await, first);
    let other = json!({"tasks": ["a"], "worker": "w", "max": 2, "claim_id": "c2"});
    assert_eq!(claim(&worker, other).await.len(), 1);
}

#[tokio::test]
async fn no_more_run_at_once_than_may() {
    let server = Server::with("[tasks.a]\nconcurrency = 2\n").await;
    let worker = Worker::new(&server).await;
    for _ in 0..4 {
        run(&server, &worker.by, json!({"task": "a"})).await;
        run(
            &server,
            &worker.by,
            json!({"task": "b", "concurrency_key": "k"}),
        )
        .await;
    }
    let all = |task: &str| json!({"tasks": [task], "worker": "w", "max": 10});
    let of_a = claim(&worker, all("a")).await;
    assert_eq!(of_a.len(), 2);
    let of_b = claim(&worker, all("b")).await;
    assert_eq!(of_b.len(), 1);
    // Who waits gets the place that becomes free, and at once.
    let began = Instant::now();
    let waiting = json!({"tasks": ["a"], "worker": "w", "wait_seconds": 20});
    let (next, _) = tokio::join!(claim(&worker, waiting), worker.finish(&of_a[0]));
    assert_eq!(next.len(), 1);
    let waiting = json!({"tasks": ["b"], "worker": "w", "wait_seconds": 20});
    let (next, _) = tokio::join!(claim(&worker, waiting), worker.finish(&of_b[0]));
    assert_eq!(next.len(), 1);
    assert!(began.elapsed() < std::time::Duration::from_secs(10));
}

#[tokio::test]
async fn work_is_handed_out_as_soon_as_it_is_there() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    let body = json!({"tasks": ["a"], "worker": "w", "wait_seconds": 30});
    let began = Instant::now();
    let (given, _) = tokio::join!(claim(&worker, body), async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        run(&server, &worker.by, json!({"task": "a"})).await
    });
    assert_eq!(given.len(), 1);
    assert!(began.elapsed() < std::time::Duration::from_secs(10));
    let nothing = json!({"tasks": ["a"], "worker": "w", "wait_seconds": 1});
    assert_eq!(claim(&worker, nothing).await.len(), 0);
}

#[tokio::test]
async fn each_is_finished_once_however_many_work() {
    const WORKERS: usize = 50;
    const RUNS: usize = 1_000;
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    let make = async {
        for _ in 0..RUNS / 50 {
            let many = (0..50).map(|_| run(&server, &worker.by, json!({"task": "a"})));
            futures_util::future::join_all(many).await;
        }
    };
    let work = || async {
        let mut done = Vec::new();
        loop {
            let body = json!({"tasks": ["a"], "worker": "w", "max": 5, "wait_seconds": 3});
            let given = claim(&worker, body).await;
            if given.is_empty() {
                return done;
            }
            for one in given {
                let events = json!([{"kind": "log", "data": {"message": "x"}}]);
                worker.report(&one, 1, events).await.expect(200);
                worker.finish(&one).await.expect(200);
                done.push(one);
            }
        }
    };
    let workers = futures_util::future::join_all((0..WORKERS).map(|_| work()));
    let (_, done) = tokio::join!(make, workers);
    let mut times = HashMap::new();
    for one in done.iter().flatten() {
        *times.entry(one["id"].as_str().unwrap()).or_insert(0) += 1;
    }
    assert_eq!(times.len(), RUNS);
    assert!(times.values().all(|count| *count == 1));
    let log = log(&server, &worker.by, &done.concat()[0]).await;
    assert_gapless(&log);
    assert_eq!(log.len(), 5);
}
