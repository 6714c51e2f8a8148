//! A run from its making to its end, and who watches it.

use futures_util::StreamExt as _;
use serde_json::{Value, json};

use crate::bench::{Worker, assert_gapless, get, log, path, run, words};
use crate::support::{Server, User};

#[tokio::test]
async fn a_run_is_queued_claimed_reported_on_and_finished() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let worker = Worker::new(&server).await;
    let made = run(
        &server,
        &ada,
        json!({"task": "greet", "input": {"name": "Ada"}}),
    )
    .await;
    assert_eq!(
        (&made["state"], &made["user_id"]),
        (&json!("queued"), &json!(ada.id))
    );
    let one = worker.claim("greet").await;
    assert_eq!(one["input"], json!({"name": "Ada"}));
    assert_eq!((&one["attempt"], &one["fence"]), (&json!(1), &json!(1)));
    let events = json!([
        {"kind": "log", "data": {"message": "begun"}},
        {"kind": "progress", "data": {"current": 1, "total": 2}},
        {"kind": "custom.thing", "data": {"any": [1, {"deep": null}]}},
    ]);
    let stored = worker.report(&one, 1, events).await.expect(200);
    assert_eq!(stored.json()["data"], json!({"first": 4, "last": 6}));
    let body = json!({"state": "succeeded", "output": ["Hello", null]});
    worker.say(&one, "finish", body).await.expect(200);
    let done = get(&server, &ada, &made).await;
    assert_eq!(
        (&done["state"], &done["output"]),
        (&json!("succeeded"), &json!(["Hello", null]))
    );
    let log = log(&server, &ada, &made).await;
    let wanted = [
        "queued",
        "lease",
        "running",
        "log",
        "progress",
        "custom.thing",
        "succeeded",
    ];
    assert_eq!(words(&log), wanted);
    assert_gapless(&log);
    assert_eq!(log[5]["data"], json!({"any": [1, {"deep": null}]}));
}

#[tokio::test]
async fn all_ways_of_watching_see_the_same() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &ada, json!({"task": "greet"})).await;
    let (polled, streamed) = tokio::join!(poll(&server, &ada, &made), async {
        let watching = stream(&server, &ada, &made, 0);
        let working = async {
            let one = worker.claim("greet").await;
            for batch in 1..=20 {
                let events = json!([{"kind": "log", "data": {"message": format!("{batch}")}}]);
                worker.report(&one, batch, events).await.expect(200);
            }
            worker.finish(&one).await.expect(200);
        };
        tokio::join!(watching, working).0
    });
    let stored = log(&server, &ada, &made).await;
    assert_eq!(stored.len(), 24);
    assert_gapless(&stored);
    assert_eq!(polled, stored);
    assert_eq!(streamed, stored);
    // Who was cut off goes on where they were, also after the end.
    assert_eq!(stream(&server, &ada, &made, 7).await, stored[7..]);
    let path = format!("{}/events?after=24", path(&made));
    let over = server
        .get(&path)
        .by(&ada)
        .header("accept", "text/event-stream")
        .unchecked();
    over.send().await.expect(204);
}

async fn poll(server: &Server, user: &User, one: &Value) -> Vec<Value> {
    let (mut seen, mut after) = (Vec::new(), json!(0));
    loop {
        let path = format!("{}/events?wait=10&after={after}", path(one));
        let page = server.get(&path).by(user).send().await.expect(200);
        seen.extend(page.items());
        after = page.json()["next"].clone();
        if page.json()["ended"] == true {
            return seen;
        }
    }
}

/// Reads server-sent events to their end.
async fn stream(server: &Server, user: &User, one: &Value, after: u64) -> Vec<Value> {
    let request = server
        .client
        .get(format!("{}{}/events", server.url, path(one)))
        .bearer_auth(&user.token)
        .header("last-event-id", after.to_string())
        .header("accept", "text/event-stream");
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let (mut text, mut pieces) = (String::new(), response.bytes_stream());
    while let Some(piece) = pieces.next().await {
        text.push_str(std::str::from_utf8(&piece.unwrap()).unwrap());
    }
    let (events, end) = text.split_once("event: end\n").unwrap();
    assert!(end.contains("succeeded"));
    let data = events
        .lines()
        .filter_map(|line| line.strip_prefix("data: "));
    data.map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn a_get_waits_for_a_change() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &ada, json!({"task": "greet"})).await;
    let path = format!("{}?wait=20&after=1", path(&made));
    let waiting = server.get(&path).by(&ada).send();
    let (seen, _) = tokio::join!(waiting, worker.claim("greet"));
    assert_eq!(seen.expect(200).item()["state"], "running");
}
