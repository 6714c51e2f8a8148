//! Rights that end or change while a socket is open.

use serde_json::json;

use crate::client::{Socket, create};
use crate::support::{PASSWORD, Server};

#[tokio::test]
async fn a_sign_out_a_deletion_and_a_disabled_user_end_their_sockets() {
    let server = Server::start().await;
    let (ada, bob, eve) = (
        server.user("ada").await,
        server.user("bob").await,
        server.user("eve").await,
    );
    let mut adas = Socket::open(&server, &ada).await;
    let mut bobs = Socket::open(&server, &bob).await;
    let mut eves = Socket::open(&server, &eve).await;
    let other = server.sign_in(&ada.email, PASSWORD).await;
    let mut others = Socket::open(&server, &other).await;
    server
        .call("POST", "/api/auth/logout")
        .by(&ada)
        .send()
        .await
        .expect(200);
    assert_eq!(adas.closed().await, 4401);
    others.is_quiet().await;
    server.hearth(&["user", "disable", &bob.email]);
    assert_eq!(bobs.closed().await, 4401);
    server.hearth(&["user", "delete", &eve.email, "--yes"]);
    assert_eq!(eves.closed().await, 4401);
}

#[tokio::test]
async fn another_role_is_another_view() {
    let server = Server::start().await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let mut socket = Socket::open(&server, &ada).await;
    socket.watch("records:items").await;
    server.hearth(&["user", "promote", &ada.email]);
    let reset = socket.next().await;
    assert_eq!(
        (&reset["type"], &reset["reason"]),
        (&json!("reset"), &json!("access"))
    );
    socket.watch("records:items").await;
    let item = create(&server, &bob, "items", json!({"name": "a"})).await;
    assert_eq!(
        socket.changes(1).await,
        [("insert".to_owned(), item["id"].clone())]
    );
}

#[tokio::test]
async fn a_token_ends_its_socket_unless_it_is_renewed() {
    let server = Server::with("[auth]\naccess_lifetime = \"1m\"\n").await;
    let ada = server.user("ada").await;
    let bob = server.user("bob").await;
    let mut socket = Socket::open(&server, &ada).await;
    socket
        .say(json!({"type": "auth", "id": 1, "token": "nonsense"}))
        .await;
    assert_eq!(socket.next().await["code"], "invalid_token");
    socket
        .say(json!({"type": "auth", "id": 2, "token": bob.token}))
        .await;
    assert_eq!(socket.next().await["code"], "forbidden");
    socket
        .say(json!({"type": "auth", "id": 3, "token": ada.token}))
        .await;
    assert_eq!(socket.next().await, json!({"type": "ok", "id": 3}));
    socket.is_quiet().await;
}
