//! Clients that others have written: Python's `websockets`, Node's WebSocket, `curl` for server-sent events. `websocat` is
//! not among them: it comes as a crate alone here, and to build it takes longer than all of these tests.

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

use crate::bench::{Worker, assert_gapless, log, path, run};
use crate::client::Socket;
use crate::support::Server;
use crate::support::python::python;

fn script(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/live/clients")
        .join(name)
}

fn start(mut command: Command) -> Child {
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn node(url: &str, token: &str) -> Child {
    let mut command = Command::new("node");
    // Without a flag from Node 22 on.
    command.arg("--experimental-websocket");
    command.arg(script("watch.mjs")).args([url, token]);
    start(command)
}

fn websockets(url: &str, token: &str) -> Child {
    let mut command = Command::new(python());
    command.arg(script("watch.py")).args([url, token]);
    start(command)
}

fn curl(url: &str, token: &str, more: &[&str]) -> Child {
    let mut command = Command::new("curl");
    let bearer = format!("Authorization: Bearer {token}");
    command
        .args(["-sN", "-m", "30", "-H", "Accept: text/event-stream", "-H"])
        .arg(&bearer)
        .args(more)
        .arg(url);
    start(command)
}

async fn said(child: Child) -> String {
    let waiting = tokio::task::spawn_blocking(|| child.wait_with_output().unwrap());
    let Output {
        status,
        stdout,
        stderr,
    } = waiting.await.unwrap();
    let stderr = String::from_utf8_lossy(&stderr).into_owned();
    assert!(status.success(), "{stderr}");
    String::from_utf8(stdout).unwrap()
}

/// The events among a socket's frames, as the log has them; at the end the state and the close code.
fn seen(frames: &[Value]) -> (Vec<Value>, Value, Value) {
    let mut events = Vec::new();
    let mut end = Value::Null;
    for frame in frames {
        match frame["type"].as_str() {
            Some("event") => {
                let mut event = frame.clone();
                let members = event.as_object_mut().unwrap();
                members.remove("type");
                members.remove("channel");
                events.push(event);
            }
            Some("end") => end = frame["state"].clone(),
            _ => {}
        }
    }
    (events, end, frames.last().unwrap().clone())
}

fn lines(text: &str) -> Vec<Value> {
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The events of a stream, whose ids are their numbers; and what its end says.
fn streamed(text: &str) -> (Vec<Value>, Value) {
    let (mut events, mut end) = (Vec::new(), Value::Null);
    for block in text.split("\n\n").filter(|block| !block.is_empty()) {
        if block.starts_with(':') {
            continue;
        }
        let (head, data) = block.split_once("\ndata: ").unwrap();
        let data: Value = serde_json::from_str(data).unwrap();
        if head == "event: end" {
            end = data;
            continue;
        }
        assert!(end.is_null(), "something came after the end: {block}");
        assert_eq!(head, format!("id: {}", data["seq"]));
        events.push(data);
    }
    (events, end)
}

/// Proof 1 of executions.
#[tokio::test(flavor = "multi_thread")]
async fn sockets_a_stream_and_a_long_poll_of_others_making_see_one_log() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let worker = Worker::new(&server).await;
    let one = run(&server, &ada, json!({"task": "a"})).await;
    let id = one["id"].as_str().unwrap();
    let socket = format!("ws://{}/ws/{id}?after=0", server.address());
    let events = format!("{}{}/events", server.url, path(&one));
    let (first, second) = (node(&socket, &ada.token), websockets(&socket, &ada.token));
    let stream = curl(&events, &ada.token, &[]);
    let mut third = Socket::at(&server, &ada, &format!("/ws/{id}")).await;
    let polling = async {
        let (mut after, mut all) = (0, Vec::new());
        loop {
            let path = format!("{}/events?after={after}&wait=20&limit=7", path(&one));
            let page = server.get(&path).by(&ada).send().await.expect(200);
            all.extend(page.items());
            after = page.json()["next"].as_i64().unwrap();
            if page.json()["ended"] == true {
                return all;
            }
        }
    };
    let working = async {
        let held = worker.claim("a").await;
        for batch in 1..=20 {
            let message = format!("{batch} \"ü\" \u{1f525}\n");
            let event = json!([{"kind": "log", "data": {"message": message}}]);
            worker.report(&held, batch, event).await.expect(200);
        }
        worker.finish(&held).await.expect(200);
    };
    let watching = async {
        let mut frames = Vec::new();
        while frames
            .last()
            .is_none_or(|frame: &Value| frame["type"] != "end")
        {
            frames.push(third.next().await);
        }
        frames.push(third.closed().await.into());
        frames
    };
    let (polled, (), watched) = tokio::join!(polling, working, watching);
    let stored = log(&server, &ada, &one).await;
    assert_gapless(&stored);
    assert!(stored.len() >= 23);
    assert_eq!(polled, stored);
    let whole = (stored.clone(), json!("succeeded"), json!(1000));
    assert_eq!(seen(&watched), whole);
    assert_eq!(seen(&lines(&said(first).await)), whole);
    assert_eq!(seen(&lines(&said(second).await)), whole);
    let last = stored.len();
    let end = json!({"seq": last, "state": "succeeded"});
    assert_eq!(streamed(&said(stream).await), (stored.clone(), end.clone()));
    // Who was cut off goes on; who comes back after the end is told that there is nothing more.
    let header = format!("Last-Event-ID: {}", last - 3);
    let rest = said(curl(&events, &ada.token, &["-H", &header])).await;
    assert_eq!(streamed(&rest), (stored[last - 3..].to_vec(), end));
    let header = format!("Last-Event-ID: {last}");
    let more = ["-H", &header, "-w", "%{http_code}"];
    assert_eq!(said(curl(&events, &ada.token, &more)).await, "204");
}
