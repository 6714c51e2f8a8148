//! An admin who sees as another user, on sockets: everything that user sees, nothing to be said.

use serde_json::json;

use crate::client::{Socket, create};
use crate::support::{Server, User};

const CONFIG: &str = r#"
[tasks.report]
[realtime.rooms.lobby]
[models.items.fields]
name = { type = "string" }
"#;

async fn view(server: &Server, admin: &User, user: &User) -> User {
    let path = format!("/api/admin/users/{}/view-as", user.id);
    let call = server.post(&path, json!({"reason": "why"})).by(admin);
    let made = call.send().await.expect(201).json();
    let token = made["data"]["access_token"].as_str().unwrap().to_owned();
    User {
        token,
        ..user.clone()
    }
}

#[tokio::test]
async fn changes_are_seen_and_nothing_is_said() {
    let server = Server::with(CONFIG).await;
    let (root, ada) = (server.admin("root").await, server.user("ada").await);
    let run = server.post("/api/executions", json!({"task": "report"}));
    let run = run.by(&ada).send().await.expect(201).json()["item"]["id"].clone();
    let eyes = view(&server, &root, &ada).await;
    let mut socket = Socket::open(&server, &eyes).await;
    socket.watch("records:items").await;
    create(&server, &root, "items", json!({"name": "of root"})).await;
    let item = create(&server, &ada, "items", json!({"name": "of ada"})).await;
    let seen = socket.changes(1).await;
    assert_eq!(seen, [("insert".to_owned(), item["id"].clone())]);
    socket.subscribe(json!({"channel": "room:lobby"})).await;
    socket
        .say(json!({"type": "publish", "channel": "room:lobby", "data": 1}))
        .await;
    assert_eq!(socket.next().await["code"], "read_only");
    let path = format!("/ws/{}", run.as_str().unwrap());
    let mut socket = Socket::at(&server, &eyes, &path).await;
    for frame in [
        json!({"type": "cancel", "id": 1}),
        json!({"type": "input", "id": 2, "request": "q", "data": 1}),
    ] {
        socket.say(frame.clone()).await;
        let answer = loop {
            let next = socket.next().await;
            if next["id"] == frame["id"] {
                break next;
            }
        };
        assert_eq!(answer["code"], "read_only", "{frame}");
    }
}

#[tokio::test]
async fn the_sockets_end_with_the_admins_session_or_role_and_with_the_user() {
    let server = Server::with(CONFIG).await;
    let (root, eve) = (server.admin("root").await, server.admin("eve").await);
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let eyes = view(&server, &root, &ada).await;
    let mut by_session = Socket::open(&server, &eyes).await;
    let eyes = view(&server, &eve, &ada).await;
    let mut by_role = Socket::open(&server, &eyes).await;
    let eyes = view(&server, &eve, &bob).await;
    let mut by_user = Socket::open(&server, &eyes).await;
    server.hearth(&["user", "disable", &bob.email]);
    assert_eq!(by_user.closed().await, 4401);
    server.hearth(&["user", "promote", &eve.email, "user"]);
    assert_eq!(by_role.closed().await, 4401);
    let logout = server.post("/api/auth/logout", json!({})).by(&root);
    logout.send().await.expect(200);
    assert_eq!(by_session.closed().await, 4401);
}
