//! Executions on sockets: the log from any place, live, then the end; and what their owners say there.

use serde_json::{Value, json};

use crate::bench::{Worker, log, run, until};
use crate::client::{Socket, connect};
use crate::support::{Server, Start};

fn path(one: &Value, rest: &str) -> String {
    format!("/ws/{}{rest}", one["id"].as_str().unwrap())
}

/// The events of some frames, as the log has them.
fn events(frames: &[Value], one: &Value) -> Vec<Value> {
    let channel = format!("execution:{}", one["id"].as_str().unwrap());
    frames
        .iter()
        .map(|frame| {
            assert_eq!(
                (&frame["type"], &frame["channel"]),
                (&json!("event"), &json!(channel))
            );
            let mut event = frame.clone();
            let members = event.as_object_mut().unwrap();
            members.remove("type");
            members.remove("channel");
            event
        })
        .collect()
}

/// Everything up to the end, without `live`; and the end.
async fn to_the_end(socket: &mut Socket) -> (Vec<Value>, Value) {
    let mut frames = Vec::new();
    loop {
        let frame = socket.next().await;
        match frame["type"].as_str().unwrap() {
            "live" => {}
            "end" => return (frames, frame),
            _ => frames.push(frame),
        }
    }
}

#[tokio::test]
async fn three_sockets_see_the_whole_log_and_its_end() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let one = run(&server, &ada, json!({"task": "a", "input": {"x": 1}})).await;
    let mut first = Socket::at(&server, &ada, &path(&one, "")).await;
    let worker = Worker::new(&server).await;
    let claimed = worker.claim("a").await;
    let mut second = Socket::at(&server, &ada, &path(&one, "?after=1")).await;
    for batch in 1..=20 {
        let events = json!([{"kind": "log", "data": {"level": "info", "message": format!("{batch} \"ü\"")}}]);
        worker.report(&claimed, batch, events).await.expect(200);
    }
    let mut third = Socket::open(&server, &worker.by).await;
    let channel = format!("execution:{}", one["id"].as_str().unwrap());
    third.subscribe(json!({"channel": channel})).await;
    worker.finish(&claimed).await.expect(200);
    let whole = log(&server, &ada, &one).await;
    for (socket, skipped) in [(&mut first, 0), (&mut second, 1), (&mut third, 0)] {
        let (frames, end) = to_the_end(socket).await;
        assert_eq!(events(&frames, &one), whole[skipped..]);
        let told =
            json!({"type": "end", "channel": channel, "seq": whole.len(), "state": "succeeded"});
        assert_eq!(end, told);
    }
    assert_eq!(first.closed().await, 1000);
    assert_eq!(second.closed().await, 1000);
    third.is_quiet().await;
}

#[tokio::test]
async fn who_comes_back_goes_on_also_across_a_restart_and_after_the_end() {
    let mut server = Server::start().await;
    let ada = server.user("ada").await;
    let one = run(&server, &ada, json!({"task": "a"})).await;
    let worker = Worker::new(&server).await;
    let claimed = worker.claim("a").await;
    let logs: Vec<Value> = (0..8)
        .map(|n| json!({"kind": "log", "data": {"level": "info", "message": n.to_string()}}))
        .collect();
    worker.report(&claimed, 1, json!(logs)).await.expect(200);
    let mut socket = Socket::at(&server, &ada, &path(&one, "")).await;
    let epoch = socket.epoch.clone();
    for seq in 1..=7 {
        assert_eq!(socket.next().await["seq"], seq);
    }
    drop(socket);
    let by = worker.by;
    assert!(server.stop().success());
    let server = Start::again(&server).run().await;
    let worker = Worker {
        server: &server,
        by,
    };
    let back = format!("?after=7&epoch={epoch}");
    let mut socket = Socket::at(&server, &ada, &path(&one, &back)).await;
    worker.finish(&claimed).await.expect(200);
    let whole = log(&server, &ada, &one).await;
    let (frames, _) = to_the_end(&mut socket).await;
    assert_eq!(events(&frames, &one), whole[7..]);
    let mut late = Socket::at(&server, &ada, &path(&one, "?after=7")).await;
    let (frames, end) = to_the_end(&mut late).await;
    assert_eq!(events(&frames, &one), whole[7..]);
    assert_eq!(end["state"], "succeeded");
    assert_eq!(late.closed().await, 1000);
    for (query, reason) in [("?after=7&epoch=other", "epoch"), ("?after=700", "ahead")] {
        let mut lost = Socket::at(&server, &ada, &path(&one, query)).await;
        let reset = lost.next().await;
        assert_eq!(
            (&reset["type"], &reset["reason"]),
            (&json!("reset"), &json!(reason))
        );
    }
}

#[tokio::test]
async fn anothers_execution_is_none() {
    let server = Server::start().await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let one = run(&server, &ada, json!({"task": "a"})).await;
    let absent = json!({"id": "01990000-0000-7000-8000-000000000000"});
    let bearer = format!("Bearer {}", bob.token);
    let headers = [("authorization", bearer.as_str())];
    let mut bodies = Vec::new();
    for one in [&one, &absent] {
        let (status, mut body) = connect(&server, &path(one, ""), &headers)
            .await
            .unwrap_err();
        assert_eq!(status, 404);
        body["request_id"] = Value::Null;
        bodies.push(body);
        let (stream, _) = connect(&server, &path(one, ""), &[]).await.unwrap();
        let mut socket = Socket::of(stream);
        socket
            .say(json!({"type": "hello", "token": bob.token}))
            .await;
        assert_eq!(socket.closed().await, 4404);
        let mut socket = Socket::open(&server, &bob).await;
        let channel = format!("execution:{}", one["id"].as_str().unwrap());
        let answer = socket.ask(json!({"channel": channel})).await;
        assert_eq!(answer["code"], "not_found");
    }
    assert_eq!(bodies[0], bodies[1]);
    let mut own = Socket::at(&server, &ada, &path(&one, "")).await;
    assert_eq!(own.next().await["seq"], 1);
}

#[tokio::test]
async fn its_owner_answers_and_cancels_on_the_socket() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let one = run(&server, &ada, json!({"task": "a"})).await;
    let worker = Worker::new(&server).await;
    let claimed = worker.claim("a").await;
    let mut socket = Socket::at(&server, &ada, &path(&one, "")).await;
    let question = json!([{"kind": "input.request", "data": {"request": "q", "prompt": "Go?"}}]);
    worker.report(&claimed, 1, question).await.expect(200);
    let frame = json!({"type": "input", "id": 1, "request": "q", "data": true});
    socket.say(frame).await;
    let frame = next_answer(&mut socket, 1).await;
    assert_eq!(frame["type"], "ok", "{frame}");
    socket
        .say(json!({"type": "input", "id": 2, "request": "q", "data": false}))
        .await;
    assert_eq!(
        next_answer(&mut socket, 2).await["code"],
        "already_answered"
    );
    until(&server, &ada, &one, "running").await;
    socket
        .say(json!({"type": "cancel", "id": 3, "reason": "enough"}))
        .await;
    assert_eq!(next_answer(&mut socket, 3).await["type"], "ok");
    until(&server, &ada, &one, "cancelling").await;
    let mut plain = Socket::open(&server, &ada).await;
    plain.say(json!({"type": "cancel", "id": 4})).await;
    assert_eq!(plain.next().await["code"], "invalid");
}

async fn next_answer(socket: &mut Socket, id: i64) -> Value {
    loop {
        let frame = socket.next().await;
        if frame["id"] == id {
            return frame;
        }
    }
}
