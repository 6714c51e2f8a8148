//! What a client may say, and what becomes of the rest.

use futures_util::SinkExt as _;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::client::{SCHEMA, Socket, check};
use crate::support::Server;

#[tokio::test]
async fn what_is_no_frame_is_an_error_and_the_socket_lives() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let mut socket = Socket::open(&server, &ada).await;
    for (text, code, id) in [
        ("", "bad_frame", Value::Null),
        ("no json", "bad_frame", Value::Null),
        ("[1]", "bad_frame", Value::Null),
        ("{\"id\":1}", "bad_frame", json!(1)),
        (
            "{\"type\":\"dance\",\"id\":\"a\"}",
            "unknown_type",
            json!("a"),
        ),
        ("{\"type\":\"subscribe\",\"id\":2}", "invalid", json!(2)),
        (
            "{\"type\":\"ping\",\"id\":3,\"more\":1}",
            "invalid",
            json!(3),
        ),
        ("{\"type\":\"ping\",\"id\":{}}", "invalid", Value::Null),
        (
            "{\"type\":\"unsubscribe\",\"id\":4,\"channel\":\"records:items\"}",
            "not_found",
            json!(4),
        ),
        (
            "{\"type\":\"subscribe\",\"id\":5,\"channel\":\"records:none\"}",
            "not_found",
            json!(5),
        ),
        (
            "{\"type\":\"subscribe\",\"id\":6,\"channel\":\"dance\"}",
            "not_found",
            json!(6),
        ),
    ] {
        socket.stream.send(Message::text(text)).await.unwrap();
        let answer = socket.next().await;
        assert_eq!(answer["type"], "error", "{text}: {answer}");
        assert_eq!(
            (&answer["code"], &answer["id"]),
            (&json!(code), &id),
            "{text}"
        );
        assert!(answer["detail"].is_string());
    }
    socket.is_quiet().await;
}

#[tokio::test]
async fn binary_and_large_frames_and_floods_end_a_socket_with_their_code() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let mut socket = Socket::open(&server, &ada).await;
    socket.stream.send(Message::binary(vec![1])).await.unwrap();
    assert_eq!(socket.closed().await, 1003);
    let mut socket = Socket::open(&server, &ada).await;
    let most = format!("{{\"type\":\"ping\",\"id\":\"{}\"}}", "x".repeat(63 * 1024));
    socket.stream.send(Message::text(most)).await.unwrap();
    assert_eq!(socket.next().await["code"], "invalid");
    let large = "x".repeat(64 * 1024 + 1);
    socket.stream.send(Message::text(large)).await.unwrap();
    assert_eq!(socket.closed().await, 1009);
    let mut socket = Socket::open(&server, &ada).await;
    for _ in 0..300 {
        let _ = socket
            .stream
            .send(Message::text("{\"type\":\"pong\"}"))
            .await;
    }
    assert_eq!(socket.closed().await, 4429);
}

#[tokio::test]
async fn a_socket_has_so_many_subscriptions_and_each_channel_once() {
    let config = "[realtime]\nsubscriptions = 2\n[models.a.fields]\nx = { type = \"string\" }\n\
                  [models.b.fields]\nx = { type = \"string\" }\n[models.c.fields]\nx = { type = \"string\" }\n";
    let server = Server::with(config).await;
    let ada = server.user("ada").await;
    let mut socket = Socket::open(&server, &ada).await;
    socket.watch("records:a").await;
    let again = socket.ask(json!({"channel": "records:a"})).await;
    assert_eq!(again["code"], "conflict");
    socket.watch("records:b").await;
    let more = socket.ask(json!({"channel": "records:c"})).await;
    assert_eq!(more["code"], "too_many_subscriptions");
    socket
        .say(json!({"type": "unsubscribe", "id": 1, "channel": "records:a"}))
        .await;
    assert_eq!(socket.next().await, json!({"type": "ok", "id": 1}));
    socket.watch("records:c").await;
}

#[tokio::test]
async fn a_silent_client_is_asked_and_then_left() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let mut socket = Socket::open(&server, &ada).await;
    let head = socket.watch("records:items").await;
    // The server asks both ways; a client that only reads answers by its library.
    let mut seen = Vec::new();
    while seen.len() < 2 {
        match socket.message().await {
            Message::Ping(_) => seen.push("ping".to_owned()),
            Message::Text(text) => {
                let frame: Value = serde_json::from_str(&text).unwrap();
                assert_eq!(frame, json!({"type": "ping", "seq": head}));
                seen.push("frame".to_owned());
            }
            other => panic!("{other:?}"),
        }
    }
    socket.is_quiet().await;
    // Nothing is read, so nothing is answered.
    let began = std::time::Instant::now();
    let metrics = || async {
        let admin = server
            .sign_in("root@example.com", crate::support::PASSWORD)
            .await;
        server.get("/metrics").by(&admin).send().await.text()
    };
    server.admin("root").await;
    while !metrics().await.contains("hearth_sockets 0") {
        assert!(began.elapsed().as_secs() < 15, "it is still there");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn the_schemas_of_all_frames_are_served_and_know_right_from_wrong() {
    let server = Server::start().await;
    let served = server
        .get("/realtime.schema.json")
        .unchecked()
        .send()
        .await
        .expect(200);
    assert_eq!(served.text(), SCHEMA);
    for frame in [
        json!({"type": "hello", "id": 1, "token": "t"}),
        json!({"type": "subscribe", "channel": "records:items", "after": 1, "epoch": "e"}),
        json!({"type": "subscribe", "channel": "records:items", "snapshot": true, "where": {"a": null}}),
        json!({"type": "publish", "channel": "room:lobby", "data": [1]}),
        json!({"type": "cancel", "reason": "enough"}),
        json!({"type": "pong"}),
    ] {
        check("client", &frame);
    }
    for frame in [
        json!({"type": "dance"}),
        json!({"type": "subscribe"}),
        json!({"type": "ok", "more": 1}),
        json!({"type": "change", "channel": "records:a", "seq": 1, "op": "insert", "key": 1}),
    ] {
        let known = std::panic::catch_unwind(|| check("server", &frame));
        assert!(known.is_err(), "{frame}");
    }
}
