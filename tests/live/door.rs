//! Who may open a socket, and how they say who they are.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::client::{Socket, connect};
use crate::support::Server;

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

#[tokio::test]
async fn a_header_a_subprotocol_a_ticket_and_a_frame_say_who_it_is() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let (plain, answer) = connect(&server, "/ws", &[("authorization", &bearer(&ada.token))])
        .await
        .unwrap();
    assert_eq!(answer.headers().get("sec-websocket-protocol"), None);
    let welcome = Socket::of(plain).next().await;
    assert_eq!(welcome["protocol"], "hearth.v1");
    assert_eq!(welcome.as_object().unwrap().keys().next().unwrap(), "type");
    assert!(welcome["expires_at"].is_string());

    let hidden = format!("hearth.v1, bearer.{}", URL_SAFE_NO_PAD.encode(&ada.token));
    let (stream, answer) = connect(&server, "/ws", &[("sec-websocket-protocol", &hidden)])
        .await
        .unwrap();
    let echoed = answer.headers().get("sec-websocket-protocol").unwrap();
    assert_eq!(echoed, "hearth.v1");
    assert_eq!(Socket::of(stream).next().await["type"], "welcome");

    let issued = server
        .call("POST", "/api/auth/ws-ticket")
        .by(&ada)
        .send()
        .await;
    let ticket = issued.expect(200).json()["data"]["ticket"].clone();
    let path = format!("/ws?ticket={}", ticket.as_str().unwrap());
    let (stream, _) = connect(&server, &path, &[]).await.unwrap();
    assert_eq!(Socket::of(stream).next().await["type"], "welcome");
    let (status, _) = connect(&server, &path, &[]).await.unwrap_err();
    assert_eq!(status, 401, "a ticket works once");

    let (stream, _) = connect(&server, "/ws", &[]).await.unwrap();
    let mut socket = Socket::of(stream);
    socket
        .say(json!({"type": "hello", "id": 1, "token": ada.token}))
        .await;
    let welcome = socket.next().await;
    assert_eq!(
        (&welcome["type"], &welcome["id"]),
        (&json!("welcome"), &json!(1))
    );
}

#[tokio::test]
async fn a_bad_credential_is_refused_before_the_upgrade_and_after_a_hello_with_4401() {
    let server = Server::start().await;
    let hidden = format!("hearth.v1, bearer.{}", URL_SAFE_NO_PAD.encode("nonsense"));
    for (path, header) in [
        ("/ws", ("authorization", "Bearer nonsense")),
        ("/ws", ("authorization", "Basic YTpi")),
        ("/ws", ("sec-websocket-protocol", hidden.as_str())),
        ("/ws", ("sec-websocket-protocol", "hearth.v1, bearer.%%%")),
        ("/ws?ticket=nonsense", ("x-nothing", "1")),
    ] {
        let (status, body) = connect(&server, path, &[header]).await.unwrap_err();
        assert_eq!(
            (status, &body["success"]),
            (401, &json!(false)),
            "{header:?}"
        );
    }
    let (stream, _) = connect(&server, "/ws", &[]).await.unwrap();
    let mut socket = Socket::of(stream);
    socket
        .say(json!({"type": "hello", "token": "nonsense"}))
        .await;
    assert_eq!(socket.closed().await, 4401);
}

#[tokio::test]
async fn the_first_frame_is_hello_and_comes_soon() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let (stream, _) = connect(&server, "/ws", &[]).await.unwrap();
    let mut socket = Socket::of(stream);
    socket
        .say(json!({"type": "subscribe", "channel": "records:items"}))
        .await;
    assert_eq!(socket.closed().await, 4400);
    let (stream, _) = connect(&server, "/ws", &[]).await.unwrap();
    assert_eq!(Socket::of(stream).closed().await, 4408);
    let mut known = Socket::open(&server, &ada).await;
    known
        .say(json!({"type": "hello", "token": ada.token}))
        .await;
    assert_eq!(known.next().await["code"], "conflict");
}

#[tokio::test]
async fn a_foreign_page_is_refused_whatever_its_credential() {
    let server = Server::with("[server]\ncors_origins = [\"https://app.example.com\"]\n").await;
    let ada = server.user("ada").await;
    let bearer = bearer(&ada.token);
    let own = format!("http://{}", server.address());
    for (origin, status) in [
        ("https://evil.example", 403),
        ("null", 403),
        ("https://app.example.com.evil.example", 403),
        ("https://app.example.com", 101),
        (own.as_str(), 101),
    ] {
        let headers = [("authorization", bearer.as_str()), ("origin", origin)];
        let opened = connect(&server, "/ws", &headers).await;
        let got = opened.map_or_else(|(status, _)| status, |(_, answer)| answer.status().as_u16());
        assert_eq!(got, status, "{origin}");
    }
    let (status, _) = connect(&server, "/ws", &[("origin", "https://evil.example")])
        .await
        .unwrap_err();
    assert_eq!(status, 403);
}

#[tokio::test]
async fn unknown_subprotocols_and_tokens_in_urls_are_refused() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let bearer = bearer(&ada.token);
    let others = [
        ("authorization", bearer.as_str()),
        ("sec-websocket-protocol", "graphql-ws"),
    ];
    let (status, _) = connect(&server, "/ws", &others).await.unwrap_err();
    assert_eq!(status, 400);
    let path = format!("/ws?token={}", ada.token);
    let (status, _) = connect(&server, &path, &[]).await.unwrap_err();
    assert_eq!(status, 422);
    let plain = server.get("/ws").by(&ada).unchecked().send().await;
    assert_eq!(plain.expect(400).json()["code"], "bad_request");
    server
        .call("POST", "/ws")
        .unchecked()
        .send()
        .await
        .expect(405);
}

#[tokio::test]
async fn a_users_sockets_are_counted_and_given_back() {
    let server = Server::with("[realtime]\nsockets_per_user = 2\n").await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let mut first = Socket::open(&server, &ada).await;
    let _second = Socket::open(&server, &ada).await;
    let bearer = bearer(&ada.token);
    let headers = [("authorization", bearer.as_str())];
    let (status, body) = connect(&server, "/ws", &headers).await.unwrap_err();
    assert_eq!((status, &body["code"]), (429, &json!("too_many_requests")));
    let (stream, _) = connect(&server, "/ws", &[]).await.unwrap();
    let mut late = Socket::of(stream);
    late.say(json!({"type": "hello", "token": ada.token})).await;
    assert_eq!(late.closed().await, 4429);
    let _bobs = Socket::open(&server, &bob).await;
    first.stream.close(None).await.unwrap();
    while futures_util::StreamExt::next(&mut first.stream)
        .await
        .is_some()
    {}
    let _third = Socket::open(&server, &ada).await;
}

#[tokio::test]
async fn sockets_are_no_connections_and_are_told_when_the_server_stops() {
    let mut server = Server::with("[server]\nconnections = 16\n").await;
    let admin = server.admin("ada").await;
    let mut sockets = Vec::new();
    for _ in 0..18 {
        sockets.push(Socket::open(&server, &admin).await);
    }
    let metrics = server.get("/metrics").by(&admin).send().await.expect(200);
    assert!(
        metrics.text().contains("hearth_sockets 18"),
        "{}",
        metrics.text()
    );
    server.signal(nix::sys::signal::Signal::SIGTERM);
    let mut waits: Vec<Value> = Vec::new();
    for socket in &mut sockets {
        let bye = socket.next().await;
        assert_eq!(bye["type"], "bye", "{bye}");
        waits.push(bye["retry_ms"].clone());
        assert_eq!(socket.closed().await, 4503);
    }
    waits.sort_by_key(Value::as_u64);
    waits.dedup();
    assert!(
        waits.len() > 9,
        "they come back at different times: {waits:?}"
    );
    assert!(server.wait().success());
}

#[tokio::test]
async fn a_hello_that_is_wrong_is_told_why() {
    let server = Server::start().await;
    for (hello, detail) in [
        (json!({"type": "hello"}), "`token` is needed"),
        (
            json!({"type": "hello", "token": "t", "epoch": "e"}),
            "`hello` has no member `epoch`",
        ),
        (
            json!({"type": "helo", "token": "t"}),
            "There is no frame of type `helo`; there are hello, auth, subscribe, unsubscribe, publish, input, cancel, \
             ping and pong",
        ),
    ] {
        let (stream, _) = connect(&server, "/ws", &[]).await.unwrap();
        let mut socket = Socket::of(stream);
        socket.say(hello).await;
        assert_eq!(socket.next().await["detail"], detail);
        assert_eq!(socket.closed().await, 4400);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_credential_of_the_upgrade_is_told() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let (status, body) = connect(&server, "/ws?ticket=used", &[]).await.unwrap_err();
    let told = body["detail"].as_str().unwrap();
    assert_eq!(status, 401);
    assert!(told.contains("POST /api/auth/ws-ticket"), "{told}");
    let header = ("authorization", ada.token.as_str());
    let (status, body) = connect(&server, "/ws", &[header]).await.unwrap_err();
    let told = body["detail"].as_str().unwrap();
    assert_eq!(status, 401);
    assert!(told.contains("`Authorization: Bearer TOKEN`"), "{told}");
}
