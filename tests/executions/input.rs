//! Questions to people.

use serde_json::{Value, json};

use crate::bench::{Worker, get, log, path, run, until, words};
use crate::support::Server;

fn question(name: &str, more: Value) -> Value {
    let mut data = json!({"request": name, "prompt": "Go on?"});
    for (key, value) in more.as_object().unwrap() {
        data[key] = value.clone();
    }
    json!([{"kind": "input.request", "data": data}])
}

#[tokio::test]
async fn a_question_is_answered_once_and_the_run_goes_on() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &ada, json!({"task": "a"})).await;
    let one = worker.claim("a").await;
    let asked = question("q", json!({"schema": {"type": "boolean"}}));
    worker.report(&one, 1, asked).await.expect(200);
    assert_eq!(get(&server, &ada, &made).await["state"], "waiting");
    worker.finish(&one).await.expect(409);
    let path = format!("{}/input/q", path(&made));
    let answer = |data: Value| server.post(&path, json!({"data": data})).by(&ada).send();
    assert_eq!(
        answer(json!("yes")).await.expect(422).detail(),
        "body.data bool_type: Input should be a valid boolean"
    );
    assert_eq!(
        answer(json!(true)).await.expect(200).item()["state"],
        "running"
    );
    answer(json!(true)).await.expect(200);
    let second = answer(json!(false)).await.expect(409);
    assert_eq!(second.json()["code"], "already_answered");
    let heard = worker.say(&one, "heartbeat", json!({})).await.expect(200);
    assert_eq!(
        heard.json()["data"]["inputs"],
        json!([{"request": "q", "data": true}])
    );
    worker.finish(&one).await.expect(200);
    let words = words(&log(&server, &ada, &made).await);
    assert_eq!(
        words[3..],
        [
            "input.request",
            "waiting",
            "input.answer",
            "running",
            "succeeded"
        ]
    );
}

#[tokio::test]
async fn with_two_questions_open_it_waits_for_both() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &worker.by, json!({"task": "a"})).await;
    let one = worker.claim("a").await;
    worker
        .report(&one, 1, question("q1", json!({})))
        .await
        .expect(200);
    worker
        .report(&one, 2, question("q2", json!({})))
        .await
        .expect(200);
    worker
        .report(&one, 3, question("q2", json!({})))
        .await
        .expect(422);
    for (name, state) in [("q1", "waiting"), ("q2", "running")] {
        let path = format!("{}/input/{name}", path(&made));
        let answered = server
            .post(&path, json!({"data": {"any": 1}}))
            .by(&worker.by)
            .send()
            .await;
        assert_eq!(answered.expect(200).item()["state"], state);
    }
    let nothing = format!("{}/input/q3", path(&made));
    server
        .post(&nothing, json!({"data": 1}))
        .by(&worker.by)
        .send()
        .await
        .expect(404);
}

#[tokio::test]
async fn a_question_that_nobody_answers_is_over() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &worker.by, json!({"task": "a"})).await;
    let one = worker.claim("a").await;
    worker
        .report(&one, 1, question("q", json!({"timeout": 1})))
        .await
        .expect(200);
    until(&server, &worker.by, &made, "running").await;
    let heard = worker.say(&one, "heartbeat", json!({})).await.expect(200);
    assert_eq!(
        heard.json()["data"]["inputs"],
        json!([{"request": "q", "timed_out": true}])
    );
    let path = format!("{}/input/q", path(&made));
    let late = server
        .post(&path, json!({"data": 1}))
        .by(&worker.by)
        .send()
        .await;
    assert_eq!(late.expect(409).json()["code"], "already_answered");
}
