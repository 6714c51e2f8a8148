//! What a network and a machine do to workers: requests that come twice, answers that are lost, a worker that is frozen, a
//! server that dies around each commit. The log is what it would have been without.

use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::bench::{Worker, assert_gapless, get, log, path, run, until, words};
use crate::support::{Server, Start, User};

/// A proxy between a worker and the server that loses every third answer and sends every fifth request twice. Each
/// connection carries one request.
async fn cutting_proxy(server: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let count = AtomicU64::new(0);
    tokio::spawn(async move {
        loop {
            let (client, _) = listener.accept().await.unwrap();
            let number = count.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(carry(client, server.clone(), number));
        }
    });
    url
}

async fn carry(mut client: TcpStream, server: String, number: u64) {
    let request = read_request(&mut client).await;
    let mut answer = send(&server, &request).await;
    if number % 5 == 4 {
        answer = send(&server, &request).await;
    }
    if number % 3 != 2 {
        client.write_all(&answer).await.unwrap();
    }
}

async fn send(server: &str, request: &[u8]) -> Vec<u8> {
    let mut socket = TcpStream::connect(server).await.unwrap();
    socket.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    answer
}

/// A head and the body that its length says; the connection is to be closed after the answer.
async fn read_request(client: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let count = client.read(&mut piece).await.unwrap();
        bytes.extend_from_slice(&piece[..count]);
        let Some(end) = bytes.windows(4).position(|part| part == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8(bytes[..end].to_vec())
            .unwrap()
            .to_lowercase();
        let length = head.split("content-length: ").nth(1).map_or(0, |rest| {
            rest.lines()
                .next()
                .unwrap()
                .trim()
                .parse::<usize>()
                .unwrap()
        });
        if bytes.len() == end + 4 + length {
            let text = [b"\r\nConnection: close".as_slice(), &bytes[end..]].concat();
            return [&bytes[..end], &text].concat();
        }
    }
}

/// A worker that sends until it is answered.
struct Stubborn {
    client: reqwest::Client,
    url: String,
    token: String,
}

impl Stubborn {
    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        loop {
            let request = self.client.post(format!("{}{path}", self.url));
            let sent = request.bearer_auth(&self.token).json(body).send().await;
            let Ok(answer) = sent else { continue };
            let status = answer.status().as_u16();
            if let Ok(text) = answer.text().await {
                return (status, serde_json::from_str(&text).unwrap_or_default());
            }
        }
    }
}

#[tokio::test]
async fn requests_that_come_twice_and_answers_that_are_lost_change_nothing() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    let proxy = cutting_proxy(server.address().to_owned()).await;
    let client = reqwest::Client::builder()
        .pool_max_idle_per_host(0)
        .build()
        .unwrap();
    let by = Stubborn {
        client,
        url: proxy,
        token: worker.by.token.clone(),
    };
    for round in 0..10 {
        let made = run(&server, &worker.by, json!({"task": "a"})).await;
        let claim = json!({"tasks": ["a"], "worker": "w", "claim_id": format!("claim-{round}")});
        let (status, given) = by.post("/api/workers/claim", &claim).await;
        assert_eq!((status, given["items"].as_array().unwrap().len()), (200, 1));
        let fence = &given["items"][0]["fence"];
        let at = |what: &str| format!("{}/{what}", path(&made));
        for batch in 1..=20 {
            let events = json!([{"kind": "custom.n", "data": {"n": batch}}]);
            let body = json!({"fence": fence, "batch": batch, "events": events});
            assert_eq!(by.post(&at("events"), &body).await.0, 200);
        }
        let body = json!({"fence": fence, "state": "succeeded", "output": round});
        let (status, ended) = by.post(&at("finish"), &body).await;
        assert_eq!(
            (status, &ended["data"]["state"]),
            (200, &json!("succeeded"))
        );
        let log = log(&server, &worker.by, &made).await;
        assert_gapless(&log);
        let said: Vec<u64> = log
            .iter()
            .filter_map(|event| event["data"]["n"].as_u64())
            .collect();
        assert_eq!(said, (1..=20).collect::<Vec<u64>>());
        assert_eq!(words(&log)[..3], ["queued", "lease", "running"]);
        assert_eq!(log.len(), 24);
        assert_eq!(get(&server, &worker.by, &made).await["attempt"], 1);
    }
}

/// A worker of its own process: claims one run, says a line each 50 ms, and stops when it is refused.
fn frozen_worker(server: &Server, by: &User) -> Child {
    let script = r#"
import json, sys, time, urllib.error, urllib.request
url, key = sys.argv[1:]
def call(path, body):
    head = {"Authorization": "Bearer " + key, "Content-Type": "application/json"}
    answer = urllib.request.urlopen(urllib.request.Request(url + path, json.dumps(body).encode(), head))
    return json.loads(answer.read() or "null")
one = call("/api/workers/claim", {"tasks": ["a"], "worker": "frozen", "lease_seconds": 1, "wait_seconds": 20})["items"][0]
for batch in range(1, 1000):
    events = [{"kind": "custom.frozen", "data": {"n": batch}}]
    try:
        call(f"/api/executions/{one['id']}/events", {"fence": one["fence"], "batch": batch, "events": events})
        call(f"/api/executions/{one['id']}/heartbeat", {"fence": one["fence"]})
    except urllib.error.HTTPError as error:
        print(json.load(error)["code"])
        sys.exit(3)
    time.sleep(0.05)
"#;
    Command::new("python3")
        .args(["-c", script, &server.url, &by.token])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn a_worker_that_was_frozen_beyond_its_lease_is_refused_when_it_wakes() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &worker.by, json!({"task": "a"})).await;
    let mut child = frozen_worker(&server, &worker.by);
    let pid = nix::unistd::Pid::from_raw(child.id() as i32);
    let mut seen = get(&server, &worker.by, &made).await;
    while seen["last_seq"].as_i64().unwrap() < 8 {
        let path = format!("{}?wait=20&after={}", path(&made), seen["last_seq"]);
        seen = server
            .get(&path)
            .by(&worker.by)
            .send()
            .await
            .expect(200)
            .item();
    }
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGSTOP).unwrap();
    until(&server, &worker.by, &made, "queued").await;
    let taken = worker.claim("a").await;
    let events = json!([{"kind": "custom.taken", "data": {}}]);
    worker.report(&taken, 1, events).await.expect(200);
    let before = log(&server, &worker.by, &made).await;
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGCONT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(3));
    let mut said = String::new();
    std::io::Read::read_to_string(&mut child.stdout.take().unwrap(), &mut said).unwrap();
    assert_eq!(said.trim(), "lease_lost");
    assert_eq!(log(&server, &worker.by, &made).await, before);
    worker.finish(&taken).await.expect(200);
    let log = log(&server, &worker.by, &made).await;
    assert_gapless(&log);
    let of = |kind: &str| log.iter().rposition(|event| event["kind"] == kind).unwrap();
    assert!(
        of("custom.frozen") < of("custom.taken"),
        "a late write was stored"
    );
}

/// How often the server dies; CI makes do with each point once.
fn rounds() -> usize {
    let wanted = std::env::var("HEARTH_KILL_ROUNDS");
    wanted.map_or(3, |text| text.parse().unwrap())
}

#[tokio::test]
async fn a_server_that_dies_around_a_commit_loses_and_doubles_nothing() {
    let mut server = Server::start().await;
    let by = Worker::new(&server).await.by;
    let made = run(&server, &by, json!({"task": "a"})).await;
    let one = Worker {
        server: &server,
        by: by.clone(),
    }
    .claim("a")
    .await;
    let mut batch = 0_u64;
    let mut acknowledged = 0_u64;
    for round in 0..rounds() {
        let point = ["before_commit", "after_commit", "after_publish"][round % 3];
        // Some that go well, then the one at whose commit it dies; a watcher waits for it.
        for _ in 0..5 {
            batch += 1;
            send_batch(&server, &by, &one, batch).await.unwrap();
            acknowledged = batch;
        }
        let after = get(&server, &by, &made).await["last_seq"].clone();
        let watching = watch(&server, &by, &made, &after);
        server
            .post("/test/fail", json!({"abort_at": point}))
            .unchecked()
            .send()
            .await
            .expect(200);
        batch += 1;
        let (seen, sent) = tokio::join!(watching, send_batch(&server, &by, &one, batch));
        assert!(
            sent.is_none(),
            "it was answered although the server died {point}"
        );
        server.wait();
        server = Start::again(&server).run().await;
        let stored = whole_log(&server, &by, &made).await;
        assert_gapless(&stored);
        // What a watcher saw is there, and what was acknowledged.
        let seen = seen.unwrap_or_default();
        assert!(
            seen.iter().all(|event| stored.contains(event)),
            "{point}: {seen:?}"
        );
        let said = numbers(&stored);
        let is_there = point != "before_commit";
        let wanted: Vec<u64> = (1..=acknowledged + u64::from(is_there)).collect();
        assert_eq!(said, wanted, "{point}");
        // The worker does not know, and sends the same again.
        send_batch(&server, &by, &one, batch).await.unwrap();
        acknowledged = batch;
    }
    Worker {
        server: &server,
        by: by.clone(),
    }
    .finish(&one)
    .await
    .expect(200);
    let stored = whole_log(&server, &by, &made).await;
    assert_gapless(&stored);
    assert_eq!(numbers(&stored), (1..=batch).collect::<Vec<u64>>());
}

fn numbers(log: &[Value]) -> Vec<u64> {
    log.iter()
        .filter_map(|event| event["data"]["n"].as_u64())
        .collect()
}

/// None where there was no answer.
async fn send_batch(server: &Server, by: &User, one: &Value, batch: u64) -> Option<Value> {
    let events = json!([{"kind": "custom.n", "data": {"n": batch}}]);
    let body = json!({"fence": one["fence"], "batch": batch, "events": events});
    let url = format!("{}{}/events", server.url, path(one));
    let request = server.client.post(url).bearer_auth(&by.token).json(&body);
    let answer = request.send().await.ok()?;
    assert_eq!(answer.status(), 200);
    answer.json().await.ok()
}

/// What a long poll from here on gets, if it gets anything.
async fn watch(server: &Server, by: &User, one: &Value, after: &Value) -> Option<Vec<Value>> {
    let url = format!("{}{}/events?wait=20&after={after}", server.url, path(one));
    let answer = server
        .client
        .get(url)
        .bearer_auth(&by.token)
        .send()
        .await
        .ok()?;
    let page: Value = answer.json().await.ok()?;
    page["items"].as_array().cloned()
}

async fn whole_log(server: &Server, by: &User, one: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    loop {
        let path = format!("{}/events?after={}", path(one), all.len());
        let more = server.get(&path).by(by).send().await.expect(200).items();
        if more.is_empty() {
            return all;
        }
        all.extend(more);
    }
}
