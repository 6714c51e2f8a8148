//! What ends a key, from where it is made, and that it is nowhere in what is written.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{key, make};
use crate::support::Server;

#[tokio::test]
async fn a_key_ends_with_its_time_its_deletion_and_its_owner() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(2);
    let made = make(
        &server,
        &ada,
        json!({"name": "k", "expires_at": soon.to_string()}),
    )
    .await;
    let short = made.expect(201).json()["key"].as_str().unwrap().to_owned();
    server
        .get("/api/items")
        .token(&short)
        .send()
        .await
        .expect(200);
    let made = make(&server, &ada, json!({"name": "k"})).await.expect(201);
    let long = made.json()["key"].as_str().unwrap().to_owned();
    server
        .get("/api/items")
        .token(&long)
        .send()
        .await
        .expect(200);
    let path = format!("/api/auth/api-keys/{}", made.item()["id"].as_str().unwrap());
    let bob = server.user("bob").await;
    server.delete(&path).by(&bob).send().await.expect(404);
    server.delete(&path).by(&ada).send().await.expect(200);
    server
        .get("/api/items")
        .token(&long)
        .send()
        .await
        .expect(401);
    server.delete(&path).by(&ada).send().await.expect(404);
    let other = key(&server, &ada, json!(["read"])).await;
    server
        .get("/api/items")
        .token(&other)
        .send()
        .await
        .expect(200);
    server.hearth(&["user", "disable", &ada.email]);
    let since = Instant::now();
    while server.get("/api/items").token(&other).send().await.status != 401 {
        assert!(
            since.elapsed() < Duration::from_secs(1),
            "a disabled user's key works on"
        );
    }
    let until = Instant::now() + Duration::from_secs(4);
    while server.get("/api/items").token(&short).send().await.status != 401 {
        assert!(Instant::now() < until);
    }
}

#[tokio::test]
async fn the_command_line_makes_and_ends_keys_beside_the_server() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let made = server.hearth(&["key", "create", "w", "--worker", "--user", &root.email]);
    let key = made.trim();
    let claim = json!({"tasks": ["a"], "worker": "w"});
    server
        .post("/api/workers/claim", claim.clone())
        .token(key)
        .send()
        .await
        .expect(204);
    server.get("/api/items").token(key).send().await.expect(403);
    let listed: Value = serde_json::from_str(&server.hearth(&["key", "list", "--json"])).unwrap();
    let id = listed[0]["id"].as_str().unwrap();
    let shown = server
        .get("/api/admin/api-keys")
        .by(&root)
        .send()
        .await
        .expect(200);
    assert_eq!(shown.items()[0]["user"], json!(root.email));
    server.hearth(&["key", "delete", id]);
    let since = Instant::now();
    while server
        .post("/api/workers/claim", claim.clone())
        .token(key)
        .send()
        .await
        .status
        != 401
    {
        assert!(since.elapsed() < Duration::from_secs(1));
    }
    let audit = server.hearth(&["audit", "--json"]);
    assert!(audit.contains("key_created") && audit.contains("key_deleted"));
    assert!(!audit.contains(key));
}

#[tokio::test]
async fn no_key_is_anywhere_in_what_is_written() {
    let mut server = Server::with("[logs]\nlevel = \"trace\"\nrequests = \"all\"\n").await;
    let ada = server.user("ada").await;
    let key = key(&server, &ada, json!(["read", "write"])).await;
    server
        .get("/api/auth/me")
        .token(&key)
        .send()
        .await
        .expect(200);
    server.get("/nothing").token(&key).unchecked().send().await;
    server.stop();
    let mut written = server.log().into_bytes();
    for file in std::fs::read_dir(server.folder().join("hearth_data")).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            written.extend(std::fs::read(path).unwrap());
        }
    }
    let secret = &key.as_bytes()[11..];
    assert!(!written.windows(secret.len()).any(|window| window == secret));
    // Its use was noted before the end.
    let again = crate::support::Start::again(&server).run().await;
    let listed = again
        .get("/api/auth/api-keys")
        .by(&ada)
        .send()
        .await
        .expect(200);
    assert_eq!(listed.items()[0]["last_address"], "127.0.0.1");
}

#[tokio::test]
async fn a_ticket_is_given_to_who_is_signed_in() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let got = server
        .post("/api/auth/ws-ticket", json!({}))
        .by(&ada)
        .send()
        .await
        .expect(200);
    assert_eq!(got.json()["data"]["expires_in"], 30);
    server
        .post("/api/auth/ws-ticket", json!({}))
        .send()
        .await
        .expect(401);
}

#[tokio::test]
async fn a_disabled_user_is_out_at_once_beside_many_writers() {
    let server = Server::start().await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let key = key(&server, &bob, json!(["read"])).await;
    let writing = async {
        let until = Instant::now() + Duration::from_secs(3);
        let write = || async {
            while Instant::now() < until {
                server
                    .post("/api/items", json!({"name": "x"}))
                    .by(&ada)
                    .send()
                    .await
                    .expect(201);
            }
        };
        futures_util::future::join_all((0..64).map(|_| write())).await;
    };
    let watching = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let (folder, email) = (server.folder().to_owned(), bob.email.clone());
        tokio::task::spawn_blocking(move || {
            let status = std::process::Command::new(env!("CARGO_BIN_EXE_hearth"))
                .args(["user", "disable", &email])
                .current_dir(folder)
                .output()
                .unwrap();
            assert!(status.status.success());
        })
        .await
        .unwrap();
        let since = Instant::now();
        for token in [&bob.token, &key] {
            while server.get("/api/items").token(token).send().await.status != 401 {
                assert!(
                    since.elapsed() < Duration::from_secs(1),
                    "a disabled user is still in"
                );
            }
        }
    };
    tokio::join!(writing, watching);
}
