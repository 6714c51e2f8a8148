//! The end of a token on an open socket.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::client::{Socket, create};
use crate::forge::{self, SECRET, claims, hs256};
use crate::support::{Server, User};

fn config() -> String {
    let model = "[models.items.fields]\nname = { type = \"string\" }\n";
    format!("{}{model}", forge::config())
}

/// The user with a token that ends in so many seconds.
fn ending_in(user: &User, seconds: u64) -> User {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let mut claims = claims(&user.token);
    claims["exp"] = (now.as_secs() + seconds).into();
    User {
        token: forge::token(&hs256(), &claims, SECRET.as_bytes()),
        ..user.clone()
    }
}

async fn expiring(socket: &mut Socket) -> i64 {
    let told = socket.next().await;
    assert_eq!(told["type"], "expiring", "{told}");
    told["in"].as_i64().unwrap()
}

#[tokio::test]
async fn a_socket_is_told_thirty_seconds_before_its_token_ends() {
    let server = Server::with(&config()).await;
    let ada = server.user("ada").await;
    let mut socket = Socket::open(&server, &ending_in(&ada, 33)).await;
    socket.watch("records:items").await;
    // Not yet.
    socket.is_quiet().await;
    let left = expiring(&mut socket).await;
    assert!((28..=30).contains(&left), "{left}");
}

#[tokio::test]
async fn a_newer_token_keeps_the_socket_and_what_it_watches() {
    let server = Server::with(&config()).await;
    let ada = server.user("ada").await;
    let mut socket = Socket::open(&server, &ending_in(&ada, 2)).await;
    let left = expiring(&mut socket).await;
    assert!((0..=2).contains(&left), "{left}");
    socket.watch("records:items").await;
    socket
        .say(json!({"type": "auth", "id": 1, "token": ada.token}))
        .await;
    assert_eq!(socket.next().await, json!({"type": "ok", "id": 1}));
    // Beyond the end of the first one.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let made = create(&server, &ada, "items", json!({"name": "a"})).await;
    let seen: Value = socket.next().await;
    assert_eq!(
        (&seen["type"], &seen["key"]),
        (&json!("change"), &made["id"])
    );
    socket.is_quiet().await;
}

#[tokio::test]
async fn without_a_newer_token_the_socket_ends_with_4401() {
    let server = Server::with(&config()).await;
    let ada = server.user("ada").await;
    let mut socket = Socket::open(&server, &ending_in(&ada, 2)).await;
    expiring(&mut socket).await;
    socket.watch("records:items").await;
    assert_eq!(socket.closed().await, 4401);
}
