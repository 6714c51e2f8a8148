//! Rooms: what is said there is heard by all who are there, where the operator declared them.

use serde_json::json;

use crate::client::Socket;
use crate::support::Server;

const ROOMS: &str = "[realtime.rooms.lobby]\n[realtime.rooms.\"chat-*\"]\npublish = \"admin\"\n\
                     [realtime.rooms.board]\njoin = \"role:editor\"\n[auth.roles.editor]\n";

#[tokio::test]
async fn what_is_said_is_heard_by_all_who_are_there() {
    let server = Server::with(ROOMS).await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let mut adas = Socket::open(&server, &ada).await;
    let mut bobs = Socket::open(&server, &bob).await;
    let mut away = Socket::open(&server, &bob).await;
    for socket in [&mut adas, &mut bobs] {
        socket.subscribe(json!({"channel": "room:lobby"})).await;
    }
    for n in 0..3 {
        bobs.say(json!({"type": "publish", "channel": "room:lobby", "data": {"n": n}}))
            .await;
        assert_eq!(bobs.next().await["type"], "ok");
        for socket in [&mut adas, &mut bobs] {
            let heard = socket.next().await;
            assert_eq!(
                (&heard["type"], &heard["kind"]),
                (&json!("event"), &json!("message"))
            );
            assert_eq!(
                (&heard["channel"], &heard["from"]),
                (&json!("room:lobby"), &json!(bob.id))
            );
            assert_eq!(heard["data"], json!({"n": n}));
        }
    }
    away.is_quiet().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_is_held_back_a_mebibyte_and_told_what_it_missed() {
    let server = Server::with(&format!("{ROOMS}[realtime]\nframe_size = \"512KiB\"\n")).await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let mut adas = Socket::open(&server, &ada).await;
    let mut slow = Socket::slow(&server, &bob.token).await;
    slow.subscribe(json!({"channel": "room:lobby"})).await;
    let (count, large) = (50, "x".repeat(240 * 1024));
    for n in 0..count {
        let data = json!({"n": n, "text": large});
        adas.say(json!({"type": "publish", "channel": "room:lobby", "data": data}))
            .await;
        assert_eq!(adas.next().await["type"], "ok");
    }
    let (mut dropped, mut came, mut since) = (0, 0, 0);
    while dropped + came < count {
        let frame = slow.next().await;
        if frame["type"] == "dropped" {
            dropped += frame["count"].as_i64().unwrap();
            since = 0;
        } else {
            came += 1;
            since += 1;
            assert_eq!(
                frame["data"]["n"],
                dropped + came - 1,
                "the oldest are missing"
            );
        }
    }
    assert!(
        dropped > 0 && since <= 4,
        "{dropped} dropped, {since} held back"
    );
}

#[tokio::test]
async fn there_are_declared_rooms_alone_and_each_has_its_rules() {
    let server = Server::with(ROOMS).await;
    let ada = server.user("ada").await;
    let eve = server.admin("eve").await;
    let mut adas = Socket::open(&server, &ada).await;
    let mut eves = Socket::open(&server, &eve).await;
    for name in ["none", "lobby2", "", "chat"] {
        let answer = adas.ask(json!({"channel": format!("room:{name}")})).await;
        assert_eq!(answer["code"], "not_found", "{name}");
    }
    let answer = adas.ask(json!({"channel": "room:board"})).await;
    assert_eq!(answer["code"], "forbidden");
    eves.subscribe(json!({"channel": "room:board"})).await;
    adas.subscribe(json!({"channel": "room:chat-7"})).await;
    let hello = json!({"type": "publish", "channel": "room:chat-7", "data": "hello"});
    adas.say(hello.clone()).await;
    assert_eq!(adas.next().await["code"], "forbidden");
    eves.say(hello).await;
    assert_eq!(eves.next().await["type"], "ok");
    assert_eq!(adas.next().await["data"], "hello");
}
