//! The first admin, by the one-time link that a new server prints.

use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, Server, Start};

/// The token of the link in the server's log.
fn token(server: &Server) -> Option<String> {
    let log = server.log();
    let (_, rest) = log.rsplit_once("/console/#/setup/")?;
    Some(rest.split('"').next().unwrap().to_owned())
}

fn body(token: &str, name: &str) -> Value {
    json!({"token": token, "email": format!("{name}@example.com"), "password": PASSWORD})
}

async fn set_up(server: &Server, token: &str, name: &str) -> Answer {
    server
        .post("/api/auth/setup", body(token, name))
        .send()
        .await
}

#[tokio::test]
async fn the_link_makes_one_admin_once() {
    let mut server = Server::start().await;
    let link = token(&server).unwrap();
    set_up(&server, "wrong", "root").await.expect(403);
    let weak = json!({"token": link, "email": "root@example.com", "password": "password"});
    server
        .post("/api/auth/setup", weak)
        .send()
        .await
        .expect(422);
    let made = set_up(&server, &link, "root").await.expect(201);
    let data = made.json()["data"].clone();
    assert_eq!(data["user"]["role"], "admin");
    assert!(
        made.header("set-cookie")
            .unwrap()
            .starts_with("hearth_refresh=")
    );
    assert_eq!(made.header("cache-control"), Some("no-store"));
    let access = data["access_token"].as_str().unwrap();
    server
        .get("/api/admin/users")
        .token(access)
        .send()
        .await
        .expect(200);
    set_up(&server, &link, "eve").await.expect(403);
    server.stop();
    std::fs::write(server.folder().join("log"), "").unwrap();
    let server = Start::again(&server).run().await;
    assert_eq!(token(&server), None);
    set_up(&server, &link, "eve").await.expect(403);
}

#[tokio::test]
async fn of_many_at_once_one_is_the_admin() {
    let server = Server::start().await;
    let link = token(&server).unwrap();
    let names: Vec<String> = (0..20).map(|number| format!("root{number}")).collect();
    let all = names.iter().map(|name| set_up(&server, &link, name));
    let answers = futures_util::future::join_all(all).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1);
    assert!(
        answers
            .iter()
            .all(|answer| [201, 403, 409].contains(&answer.status))
    );
}

#[tokio::test]
async fn an_admin_made_by_hand_uses_the_link_up() {
    let server = Server::start().await;
    let link = token(&server).unwrap();
    server.admin("root").await;
    let refused = set_up(&server, &link, "eve").await;
    assert!([403, 409].contains(&refused.status), "{}", refused.text());
}

#[tokio::test]
async fn a_link_is_good_for_this_start_alone() {
    let mut server = Server::start().await;
    let old = token(&server).unwrap();
    server.stop();
    let server = Start::again(&server).run().await;
    set_up(&server, &old, "root").await.expect(403);
    set_up(&server, &token(&server).unwrap(), "root")
        .await
        .expect(201);
}
