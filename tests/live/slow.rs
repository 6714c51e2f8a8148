//! Rights that end while the server waits for a slow client, or while a socket is just being opened.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::bench::run;
use crate::client::{Socket, connect, create};
use crate::support::{Server, User};

const MODELS: &str = "[models.large.fields]\ntext = { type = \"string\" }\n[models.small.fields]\ntext = { type = \"string\" }\n";

/// More than the system takes for a client that does not read; another client has seen it all when it returns.
async fn flood(server: &Server, writer: &User, reader: &mut Socket) {
    let text = "x".repeat(90 * 1024);
    let ten: Vec<Value> = (0..10).map(|_| json!({"text": text})).collect();
    for _ in 0..12 {
        let made = server.post("/api/large", json!(ten)).by(writer).send();
        made.await.expect(201);
        reader.changes(10).await;
    }
}

/// Everything that comes on the small channel, up to its reset or the socket's close.
async fn told_of_small(socket: &mut Socket) -> (Vec<Value>, Option<u16>) {
    let mut told = Vec::new();
    loop {
        match socket.message().await {
            Message::Text(text) => {
                let frame: Value = serde_json::from_str(&text).unwrap();
                if frame["channel"] == "records:small" {
                    told.push(frame.clone());
                    if frame["type"] == "reset" {
                        return (told, None);
                    }
                }
            }
            Message::Close(frame) => return (told, Some(frame.unwrap().code.into())),
            _ => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_client_sees_nothing_more_once_its_user_is_no_admin() {
    let server = Server::with(MODELS).await;
    let (root, eve) = (server.admin("root").await, server.admin("eve").await);
    let bob = server.user("bob").await;
    let mut fast = Socket::open(&server, &root).await;
    fast.watch("records:large").await;
    let mut slow = Socket::slow(&server, &eve.token).await;
    slow.watch("records:large").await;
    slow.watch("records:small").await;
    flood(&server, &bob, &mut fast).await;
    create(&server, &bob, "small", json!({"text": "secret"})).await;
    let path = format!("/api/admin/users/{}", eve.id);
    let demoted = server.put(&path, json!({"role": "user"})).by(&root);
    demoted.send().await.expect(200);
    let (told, code) = told_of_small(&mut slow).await;
    assert_eq!((told.len(), code), (1, None), "{told:?}");
    assert_eq!(told[0]["reason"], "access");
    // The socket lives, with its user's own view.
    let mut left = slow.ask(json!({"channel": "records:small"})).await;
    while left["type"] != "ok" {
        assert_eq!(left["channel"], "records:large", "{left}");
        left = slow.next().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_client_sees_nothing_more_once_its_credential_has_ended() {
    let server = Server::with(MODELS).await;
    let (root, eve) = (server.admin("root").await, server.admin("eve").await);
    let bob = server.user("bob").await;
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_millis(2_500);
    let wish = json!({"name": "k", "scopes": ["read"], "expires_at": soon.to_string()});
    let made = server.post("/api/auth/api-keys", wish).by(&eve).send();
    let key = made.await.expect(201).json()["key"].clone();
    let key = key.as_str().unwrap();
    let mut fast = Socket::open(&server, &root).await;
    fast.watch("records:large").await;
    let mut slow = Socket::slow(&server, key).await;
    slow.watch("records:large").await;
    slow.watch("records:small").await;
    flood(&server, &bob, &mut fast).await;
    create(&server, &bob, "small", json!({"text": "secret"})).await;
    while server.get("/api/small").token(key).send().await.status == 200 {}
    let (told, code) = told_of_small(&mut slow).await;
    assert_eq!((told.len(), code), (0, Some(4401)), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_a_session_while_its_socket_is_being_opened_ends_the_socket() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let one = run(&server, &ada, json!({"task": "a", "input": {}})).await;
    let path = format!("/ws/{}", one["id"].as_str().unwrap());
    let delay = async |milliseconds: u64| {
        let wish = json!({"delay_reads": milliseconds});
        let answer = server.post("/test/fail", wish).unchecked().send().await;
        answer.expect(200);
    };
    loop {
        let session = server.sign_in(&ada.email, crate::support::PASSWORD).await;
        server
            .get("/api/items")
            .by(&session)
            .send()
            .await
            .expect(200);
        let bearer = format!("Bearer {}", session.token);
        delay(700).await;
        let headers = [("authorization", bearer.as_str())];
        let sign_out = server.call("POST", "/api/auth/logout").by(&session).send();
        let (opened, out) = tokio::join!(connect(&server, &path, &headers), sign_out);
        out.expect(200);
        delay(0).await;
        match opened {
            Ok((stream, _)) => {
                assert_eq!(Socket::of(stream).closed().await, 4401);
                return;
            }
            // It was signed out before anything was looked at.
            Err((status, _)) => assert_eq!(status, 401),
        }
    }
}
