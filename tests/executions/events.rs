//! Batches of events: stored once, in order, checked.

use serde_json::json;

use crate::bench::{Worker, assert_gapless, log, path, run, words};
use crate::support::Server;

#[tokio::test]
async fn a_batch_is_stored_once_and_none_is_skipped() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &worker.by, json!({"task": "a"})).await;
    let one = worker.claim("a").await;
    let events = json!([{"kind": "log", "data": {"message": "x"}}]);
    worker.report(&one, 1, events.clone()).await.expect(200);
    let again = worker.report(&one, 1, events.clone()).await.expect(200);
    assert_eq!(again.json()["data"]["duplicate"], true);
    let gap = worker.report(&one, 3, events.clone()).await.expect(409);
    assert_eq!(gap.json()["code"], "sequence_gap");
    worker.report(&one, 2, events.clone()).await.expect(200);
    worker.finish(&one).await.expect(200);
    let late = worker.report(&one, 3, events).await.expect(409);
    assert_eq!(late.json()["code"], "lease_lost");
    let log = log(&server, &worker.by, &made).await;
    assert_gapless(&log);
    assert_eq!(words(&log).iter().filter(|word| *word == "log").count(), 2);
}

#[tokio::test]
async fn what_workers_may_not_say_is_refused_whole() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &worker.by, json!({"task": "a"})).await;
    let one = worker.claim("a").await;
    let events = json!([
        {"kind": "log", "data": {"message": "fine"}},
        {"kind": "state", "data": {}},
        {"kind": "log", "data": {"level": "loud"}},
        {"kind": "custom.", "data": {}},
        {"kind": "input.request", "data": {"request": "q", "prompt": "?", "schema": {"type": "text"}}},
        {"kind": "custom.x", "data": {"x": "y".repeat(70_000)}},
    ]);
    let told = worker.report(&one, 1, events).await.expect(422).detail();
    for way in [
        "body.events.1.kind",
        "body.events.2.data.level",
        "body.events.2.data.message",
        "body.events.3.kind",
        "body.events.4.data.schema",
        "body.events.5.data",
    ] {
        assert!(told.contains(way), "{way} in {told}");
    }
    assert_eq!(log(&server, &worker.by, &made).await.len(), 3);
    worker.report(&one, 1, json!([])).await.expect(422);
}

#[tokio::test]
async fn beyond_the_limit_the_log_is_cut_and_the_run_goes_on() {
    let server = Server::with("[executions]\nevents = 100\n").await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &worker.by, json!({"task": "a"})).await;
    let one = worker.claim("a").await;
    let lines: Vec<_> = (0..120)
        .map(|_| json!({"kind": "log", "data": {"message": "x"}}))
        .collect();
    worker.report(&one, 1, json!(lines)).await.expect(200);
    for batch in 2..4 {
        let events = json!([
            {"kind": "log", "data": {"message": "lost"}},
            {"kind": "progress", "data": {"current": batch}},
        ]);
        let stored = worker.report(&one, batch, events).await.expect(200);
        assert_eq!(stored.json()["data"]["dropped"], 1);
    }
    worker.finish(&one).await.expect(200);
    let log = log(&server, &worker.by, &made).await;
    assert_gapless(&log);
    let words = words(&log);
    assert_eq!(words.iter().filter(|word| *word == "truncated").count(), 1);
    assert_eq!(words.iter().filter(|word| *word == "progress").count(), 2);
    assert_eq!(words.last().unwrap(), "succeeded");
}

#[tokio::test]
async fn a_page_of_large_events_ends_at_about_a_mebibyte() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &worker.by, json!({"task": "a"})).await;
    let one = worker.claim("a").await;
    for batch in 1..=4 {
        let large = json!({"kind": "custom.x", "data": {"x": "y".repeat(60_000)}});
        worker
            .report(&one, batch, json!(vec![large; 10]))
            .await
            .expect(200);
    }
    let (mut seen, mut pages) = (Vec::new(), 0);
    while seen.len() < 43 {
        let path = format!("{}/events?after={}", path(&made), seen.len());
        let page = server.get(&path).by(&worker.by).send().await.expect(200);
        assert!(page.body.len() < 1_300_000, "{}", page.body.len());
        seen.extend(page.items());
        pages += 1;
        assert_eq!(page.json()["next"], seen.len());
    }
    assert_gapless(&seen);
    assert_eq!(pages, 3);
    let path = format!("{}/events?after=10&limit=1", path(&made));
    let page = server.get(&path).by(&worker.by).send().await.expect(200);
    assert_eq!(page.items().len(), 1);
}
