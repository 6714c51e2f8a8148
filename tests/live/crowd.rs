//! Many who write and many who watch, under the one checker.

use futures_util::future::join_all;
use serde_json::json;
use tokio::sync::watch;

use crate::checker::{END, Replica};
use crate::client::create;
use crate::support::{Server, User};

const WRITERS: i64 = 64;
const WATCHERS: usize = 200;

/// `WRITES=100` for more of each writer.
fn writes() -> i64 {
    let wanted = std::env::var("WRITES").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(4)
}

async fn write(server: &Server, user: &User, writer: i64) {
    let call = |method: &str, path: String| {
        let method: reqwest::Method = method.parse().unwrap();
        let request = server
            .client
            .request(method, format!("{}{path}", server.url));
        request.bearer_auth(&user.token)
    };
    let mut mine = Vec::new();
    for round in 0..writes() {
        let body = json!({"name": format!("{writer} {round}")});
        let request = match (round % 4, mine.last()) {
            (2, Some(id)) => call("PATCH", format!("/api/items/{id}")).json(&body),
            (3, Some(id)) => call("DELETE", format!("/api/items/{id}")),
            _ => call("POST", "/api/items".to_owned()).json(&body),
        };
        // The server ends a connection that was quiet for a while, perhaps just as it is used: it is not known what was done.
        let Ok(answer) = request.send().await else {
            mine.clear();
            continue;
        };
        assert!(answer.status().is_success(), "{}", answer.status());
        match round % 4 {
            2 => {}
            3 => {
                mine.pop();
            }
            _ => {
                let made: serde_json::Value = answer.json().await.unwrap();
                mine.push(made["item"]["id"].as_i64().unwrap());
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_watchers_see_what_sixty_four_writers_do_in_one_order() {
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let config = "[realtime]\nsockets_per_user = 1000\n[models.items.fields]\nname = { type = \"string\" }\n";
    let mut server = Server::with(config).await;
    let ada = server.user("ada").await;
    let (_tell, place) = watch::channel(server.address().to_owned());
    let mut watchers = Vec::new();
    for n in 0..WATCHERS {
        // Every tenth is cut off again and again.
        let cut = (n % 10 == 0).then_some(50 + n);
        let replica = Replica::default().follow(place.clone(), ada.token.clone(), cut);
        watchers.push(tokio::spawn(replica));
    }
    join_all((0..WRITERS).map(|writer| write(&server, &ada, writer))).await;
    create(&server, &ada, "items", json!({"name": END})).await;
    let mut replicas = Vec::new();
    for watcher in watchers {
        replicas.push(watcher.await.unwrap());
    }
    assert!(server.stop().success());
    for replica in &replicas {
        replica.must_be(&server.database());
    }
}
