//! What was acknowledged is there, once, after the process was killed in the middle of writing.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::support::{Server, Start, User};

const ROUNDS: usize = 20;
const CLIENTS: usize = 64;

/// One client that makes records until the server is gone: those that were acknowledged, and the one that was not.
async fn client(
    server: &Server,
    ada: &User,
    name: String,
    acknowledged: &AtomicUsize,
    enough: &Notify,
) -> (Vec<(String, Value)>, String) {
    let mut made = Vec::new();
    loop {
        let key = format!("{name}-{}", made.len());
        let call = server
            .client
            .post(format!("{}/api/items", server.url))
            .bearer_auth(&ada.token);
        let sent = call
            .header("idempotency-key", &key)
            .json(&json!({"name": key}))
            .send()
            .await;
        let Ok(answer) = sent else { return (made, key) };
        let status = answer.status();
        let Ok(body) = answer.json::<Value>().await else {
            return (made, key);
        };
        assert_eq!(status, 201, "{body}");
        made.push((key, body["item"].clone()));
        acknowledged.fetch_add(1, Ordering::Relaxed);
        enough.notify_one();
    }
}

/// All records by their names; each name once.
async fn stored(server: &Server, ada: &User) -> HashMap<String, Value> {
    let mut all = HashMap::new();
    let mut path = "/api/items?limit=500".to_owned();
    loop {
        let page = server.get(&path).by(ada).send().await.expect(200).json();
        for item in page["items"].as_array().unwrap() {
            let name = item["name"].as_str().unwrap().to_owned();
            assert!(
                all.insert(name, item.clone()).is_none(),
                "made twice: {item}"
            );
        }
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/items?limit=500&cursor={cursor}"),
            None => return all,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_record_outlives_a_kill_and_none_is_made_twice() {
    let mut server = Server::start().await;
    let ada = server.user("ada").await;
    let mut wanted: HashMap<String, Value> = HashMap::new();
    for round in 0..ROUNDS {
        let (acknowledged, enough) = (AtomicUsize::new(0), Notify::new());
        // Another moment in each round.
        let killed_at = 20 + round * 37 % 300;
        let pid = nix::unistd::Pid::from_raw(i32::try_from(server.pid()).unwrap());
        let clients = (0..CLIENTS).map(|at| {
            client(
                &server,
                &ada,
                format!("r{round}-c{at}"),
                &acknowledged,
                &enough,
            )
        });
        let killer = async {
            while acknowledged.load(Ordering::Relaxed) < killed_at {
                enough.notified().await;
            }
            nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGKILL).unwrap();
        };
        let (clients, ()) = tokio::join!(join_all(clients), killer);
        server.kill();
        server = Start::again(&server).run().await;
        let unsure: HashSet<String> = clients.iter().map(|(_, key)| key.clone()).collect();
        wanted.extend(clients.into_iter().flat_map(|(made, _)| made));
        let found = stored(&server, &ada).await;
        for (key, item) in &wanted {
            assert_eq!(
                found.get(key),
                Some(item),
                "round {round}: acknowledged and lost"
            );
        }
        for key in found.keys() {
            assert!(wanted.contains_key(key) || unsure.contains(key), "{key}");
        }
        // Who heard nothing tries again, and gets the one record whether it had been made or not.
        for key in unsure {
            let call = server
                .post("/api/items", json!({"name": key}))
                .by(&ada)
                .header("idempotency-key", &key);
            let item = call.send().await.expect(201).item();
            assert!(found.get(&key).is_none_or(|before| *before == item));
            wanted.insert(key, item);
        }
        assert_eq!(stored(&server, &ada).await, wanted);
    }
    server.kill();
    let database = rusqlite::Connection::open(server.database()).unwrap();
    let check: String = database
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(check, "ok");
    let count: i64 = database
        .query_row("SELECT count(DISTINCT id) FROM items", [], |row| row.get(0))
        .unwrap();
    assert_eq!(count, i64::try_from(wanted.len()).unwrap());
}

#[tokio::test]
async fn after_a_restart_every_answer_is_the_same_bytes() {
    let config = r#"
        [models.things]
        access = "public_read"
        [models.things.fields]
        s = { type = "string" }
        n = { type = "number" }
        b = { type = "boolean", default = true }
        d = { type = "string", format = "date-time", default = "now()" }
        l = { type = "array", items = "number", default = [] }
        o = { type = "object", default = {} }
    "#;
    let mut server = Server::with(config).await;
    let ada = server.user("ada").await;
    for number in [0.1, 1e21, 1e-7, -1.5, 7.0, 123_456_789.123_456_79] {
        let body = json!({"s": format!("é {number}"), "n": number, "l": [number, 1], "o": {"z": number, "a": [null]}});
        server
            .post("/api/things", body)
            .by(&ada)
            .send()
            .await
            .expect(201);
    }
    let paths = [
        "/api/things",
        "/api/things/1",
        "/api/things/6",
        "/api/things?sort=-n&limit=2&total=true&fields=n,o",
    ];
    let mut before = Vec::new();
    for path in paths {
        let answer = server.get(path).send().await.expect(200);
        before.push((answer.text(), answer.header("etag").map(str::to_owned)));
    }
    assert!(server.stop().success());
    let server = Start::again(&server).run().await;
    for (path, before) in paths.iter().zip(before) {
        let answer = server.get(path).send().await.expect(200);
        assert_eq!(
            (answer.text(), answer.header("etag").map(str::to_owned)),
            before,
            "{path}"
        );
    }
}
