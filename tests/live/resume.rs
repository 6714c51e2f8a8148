//! Coming back: nothing is missed and nothing comes twice, also across a restart; and what can't go on says so.

use serde_json::{Value, json};

use crate::client::{Socket, create, delete, update};
use crate::support::{Server, Start};

fn seqs(frames: &[Value]) -> Vec<i64> {
    frames
        .iter()
        .map(|frame| frame["seq"].as_i64().unwrap())
        .collect()
}

#[tokio::test]
async fn what_was_missed_comes_first_in_order_also_across_a_restart() {
    let mut server = Server::start().await;
    let ada = server.user("ada").await;
    let mut socket = Socket::open(&server, &ada).await;
    let head = socket.watch("records:items").await;
    let first = create(&server, &ada, "items", json!({"name": "a"})).await;
    assert_eq!(socket.next().await["seq"], head + 1);
    let epoch = socket.epoch.clone();
    drop(socket);
    let path = format!("/api/items/{}", first["id"]);
    update(&server, &ada, &path, json!({"name": "b"})).await;
    create(&server, &ada, "items", json!({"name": "c"})).await;
    delete(&server, &ada, &path).await;
    for restarted in [false, true] {
        if restarted {
            assert!(server.stop().success());
            server = Start::again(&server).run().await;
        }
        let mut back = Socket::open(&server, &ada).await;
        assert_eq!(back.epoch, epoch);
        back.subscribe(json!({"channel": "records:items", "after": head + 1, "epoch": epoch}))
            .await;
        let missed = back.until_live().await;
        let new = head + 4 + i64::from(restarted);
        assert_eq!(seqs(&missed), (head + 2..=new).collect::<Vec<_>>());
        let ops: Vec<_> = missed
            .iter()
            .map(|frame| frame["op"].as_str().unwrap())
            .collect();
        assert_eq!(ops[..3], ["update", "insert", "delete"]);
        create(&server, &ada, "items", json!({"name": "d"})).await;
        let next = back.next().await["seq"].as_i64().unwrap();
        assert_eq!(next, new + 1);
    }
}

#[tokio::test]
async fn the_query_says_from_where_as_well() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    for title in ["a", "b", "c"] {
        create(&server, &ada, "items", json!({"name": title})).await;
    }
    let mut socket = Socket::at(&server, &ada, "/ws?after=1").await;
    socket.subscribe(json!({"channel": "records:items"})).await;
    assert_eq!(seqs(&socket.until_live().await), [2, 3]);
}

#[tokio::test]
async fn who_cannot_go_on_is_told_why() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    create(&server, &ada, "items", json!({"name": "a"})).await;
    let mut socket = Socket::open(&server, &ada).await;
    for (wish, reason) in [
        (json!({"after": 1, "epoch": "other"}), "epoch"),
        (json!({"after": 2}), "ahead"),
    ] {
        let mut wish = wish;
        wish["channel"] = "records:items".into();
        socket.subscribe(wish).await;
        let reset = socket.next().await;
        let told = json!({"type": "reset", "channel": "records:items", "reason": reason, "first": 1, "seq": 1});
        assert_eq!(reset, told);
    }
    // It ended that subscription, not the socket.
    socket.watch("records:items").await;
}

#[tokio::test]
async fn what_is_no_longer_kept_is_a_reset() {
    let server = Server::with(
        "[realtime]\nchanges = 100\n[models.items.fields]\nname = { type = \"string\" }\n",
    )
    .await;
    let ada = server.user("ada").await;
    let mut watching = Socket::open(&server, &ada).await;
    watching.watch("records:items").await;
    let many: Vec<Value> = (0..300).map(|n| json!({"name": n.to_string()})).collect();
    server
        .post("/api/items", json!(many))
        .by(&ada)
        .send()
        .await
        .expect(201);
    assert_eq!(watching.changes(300).await.len(), 300);
    let mut socket = Socket::open(&server, &ada).await;
    loop {
        socket
            .subscribe(json!({"channel": "records:items", "after": 5}))
            .await;
        let frame = socket.next().await;
        if frame["type"] == "reset" {
            assert_eq!(frame["reason"], "trimmed");
            assert_eq!((&frame["first"], &frame["seq"]), (&json!(201), &json!(300)));
            break;
        }
        // The log was not looked after yet.
        socket.until_live().await;
        socket
            .say(json!({"type": "unsubscribe", "channel": "records:items"}))
            .await;
        assert_eq!(socket.next().await["type"], "ok");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    socket
        .subscribe(json!({"channel": "records:items", "after": 200}))
        .await;
    assert_eq!(
        seqs(&socket.until_live().await),
        (201..=300).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn records_of_another_form_are_a_reset() {
    let config = "[models.notes.fields]\ntext = { type = \"string\" }\n";
    let mut server = Server::with(config).await;
    let ada = server.user("ada").await;
    create(&server, &ada, "notes", json!({"text": "a"})).await;
    create(&server, &ada, "notes", json!({"text": "b"})).await;
    assert!(server.stop().success());
    let start = Start::again(&server);
    let more = format!("{config}{}", "more = { type = \"string\" }\n");
    std::fs::write(start.folder().join("config.toml"), more).unwrap();
    let server = start.run().await;
    let mut socket = Socket::open(&server, &ada).await;
    socket
        .subscribe(json!({"channel": "records:notes", "after": 1}))
        .await;
    assert_eq!(socket.next().await["reason"], "schema");
    socket
        .subscribe(json!({"channel": "records:notes", "after": 2}))
        .await;
    assert!(socket.until_live().await.is_empty());
}
