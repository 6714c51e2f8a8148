//! A caller whose rights end while their body is on its way may not write any more.

use serde_json::json;

use crate::raw::Raw;
use crate::support::{Server, User};

const BODY: &str = r#"{"name": "written too late"}"#;

/// The head and half of the body of a POST.
async fn begin(server: &Server, user: &User) -> Raw {
    let mut raw = Raw::open(server).await;
    let head = format!(
        "POST /api/items HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\n\r\n",
        user.token,
        BODY.len()
    );
    raw.say(head).await.say(&BODY[..9]).await;
    raw
}

#[tokio::test]
async fn a_session_that_ends_meanwhile_writes_nothing() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    // Both are in the handler before the one session ends: the first one's answer says that its turn was taken.
    let mut late = begin(&server, &ada).await;
    let mut other = begin(&server, &ada).await;
    other.say(&BODY[9..]).await;
    assert_eq!(other.reply().await.unwrap().status, 201);
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    server
        .post("/api/auth/logout", json!({}))
        .by(&ada)
        .send()
        .await
        .expect(200);
    late.say(&BODY[9..]).await;
    assert_eq!(late.reply().await.unwrap().status, 401);
    let database = rusqlite::Connection::open(server.database()).unwrap();
    let count: i64 = database
        .query_row("SELECT count(*) FROM items", [], |row| row.get(0))
        .unwrap();
    assert_eq!(count, 1);
}

#[tokio::test]
async fn another_session_that_ends_disturbs_nobody() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let bob = server.user("bob").await;
    let mut slow = begin(&server, &ada).await;
    server
        .post("/api/auth/logout", json!({}))
        .by(&bob)
        .send()
        .await
        .expect(200);
    slow.say(&BODY[9..]).await;
    assert_eq!(slow.reply().await.unwrap().status, 201);
}
