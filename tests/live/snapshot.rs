//! Rows first, then what comes: together they are the table, whatever happens meanwhile.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::client::{Socket, create};
use crate::support::Server;

#[tokio::test]
async fn a_snapshot_comes_in_pages_and_then_the_tail() {
    let server = Server::start().await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let many: Vec<Value> = (0..900)
        .map(|n| json!({"name": format!("{n} {}", "x".repeat(180))}))
        .collect();
    server
        .post("/api/items", json!(many))
        .by(&ada)
        .send()
        .await
        .expect(201);
    create(&server, &bob, "items", json!({"name": "bob's"})).await;
    let mut socket = Socket::open(&server, &ada).await;
    socket
        .subscribe(json!({"channel": "records:items", "snapshot": true}))
        .await;
    let pages = socket.until_live().await;
    assert!(pages.len() > 3, "{}", pages.len());
    let mut keys = Vec::new();
    for (at, page) in pages.iter().enumerate() {
        assert_eq!(page["type"], "snapshot");
        assert_eq!(page["seq"], 901);
        assert_eq!(page["more"], at + 1 < pages.len());
        assert!(page.to_string().len() <= 256 * 1024);
        keys.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["id"].clone()),
        );
    }
    assert_eq!(keys.len(), 900);
    create(&server, &ada, "items", json!({"name": "new"})).await;
    assert_eq!(socket.next().await["seq"], 902);
}

#[tokio::test]
async fn snapshot_and_tail_are_the_table_while_others_write() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let many: Vec<Value> = (0..600)
        .map(|n| json!({"name": format!("{n} {}", "x".repeat(150))}))
        .collect();
    server
        .post("/api/items", json!(many))
        .by(&ada)
        .send()
        .await
        .expect(201);
    let writers = (0..8).map(|writer| write(&server, &ada, writer));
    let watchers = (0..20).map(|_| replica(&server, &ada));
    let (_, replicas) = tokio::join!(
        futures_util::future::join_all(writers),
        futures_util::future::join_all(watchers)
    );
    let mut table = BTreeMap::new();
    let mut path = "/api/items?limit=500".to_owned();
    loop {
        let page = server.get(&path).by(&ada).send().await.expect(200);
        for item in page.items() {
            table.insert(item["id"].as_i64().unwrap(), item);
        }
        match page.json()["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/items?limit=500&cursor={cursor}"),
            None => break,
        }
    }
    for seen in replicas {
        assert_eq!(seen, table);
    }
}

/// Changes, deletes and makes records, and at last one that says that it is done.
async fn write(server: &Server, user: &crate::support::User, writer: i64) {
    for round in 0..12 {
        let id = 1 + (writer * 71 + round * 37) % 600;
        let path = format!("/api/items/{id}");
        if round % 3 == 0 {
            server.delete(&path).by(user).send().await;
        } else {
            let body = json!({"name": format!("{writer} {round}")});
            server.patch(&path, body).by(user).send().await;
        }
        create(server, user, "items", json!({"name": "made"})).await;
    }
    create(server, user, "items", json!({"name": "done"})).await;
}

/// What a watcher knows once it has seen that all writers are done.
async fn replica(server: &Server, user: &crate::support::User) -> BTreeMap<i64, Value> {
    let mut socket = Socket::open(server, user).await;
    socket
        .subscribe(json!({"channel": "records:items", "snapshot": true}))
        .await;
    let mut known: BTreeMap<i64, Value> = BTreeMap::new();
    let (mut last, mut live) = (0, false);
    loop {
        let done = known.values().filter(|item| item["name"] == "done").count();
        if done == 8 && live {
            return known;
        }
        let frame = socket.next().await;
        match frame["type"].as_str().unwrap() {
            "snapshot" => {
                last = frame["seq"].as_i64().unwrap();
                for item in frame["items"].as_array().unwrap() {
                    let before = known.insert(item["id"].as_i64().unwrap(), item.clone());
                    assert_eq!(before, None);
                }
            }
            "live" => live = true,
            "change" => {
                let seq = frame["seq"].as_i64().unwrap();
                assert!(seq > last, "{seq} after {last}");
                last = seq;
                let key = frame["key"].as_i64().unwrap();
                let known_before = known.contains_key(&key);
                match frame["op"].as_str().unwrap() {
                    "delete" => assert!(known.remove(&key).is_some()),
                    op => {
                        assert_eq!(op == "update", known_before, "{frame}");
                        known.insert(key, frame["item"].clone());
                    }
                }
            }
            other => panic!("{other}"),
        }
    }
}
