//! A clock that jumps back: ids, sequences and sessions do not mind.

use std::path::PathBuf;

use serde_json::json;

use crate::support::{PASSWORD, Server, Start, User};
use crate::tools::{create, names, skip};

/// The library that makes up the time of a process, where it is installed.
fn library() -> Option<PathBuf> {
    let found = std::fs::read_dir("/usr/lib")
        .ok()?
        .flatten()
        .map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"))
        .find(|path| path.exists());
    if found.is_none() {
        skip("libfaketime is not here");
    }
    found
}

/// A server whose clock is set by the file, as `+0` or `-2d`.
async fn with_clock(library: &std::path::Path, file: &std::path::Path) -> Server {
    std::fs::write(file, "+0").unwrap();
    Start::new("")
        .environment("LD_PRELOAD", library.to_str().unwrap())
        .environment("FAKETIME_TIMESTAMP_FILE", file.to_str().unwrap())
        .environment("FAKETIME_NO_CACHE", "1")
        .environment("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .environment("DONT_FAKE_MONOTONIC", "1")
        .run()
        .await
}

/// The same user with the tokens of now; one from the future is refused, so a client refreshes as it always does.
async fn refreshed(server: &Server, user: &User) -> User {
    server.get("/api/auth/me").by(user).send().await.expect(401);
    let body = json!({"refresh_token": user.refresh_token});
    let answer = server
        .post("/api/auth/refresh", body)
        .send()
        .await
        .expect(200);
    let data = &answer.json()["data"];
    let text = |name: &str| data[name].as_str().unwrap().to_owned();
    User {
        token: text("access_token"),
        refresh_token: text("refresh_token"),
        ..user.clone()
    }
}

#[tokio::test]
async fn a_jump_back_reorders_neither_ids_nor_lists_nor_the_audit() {
    let Some(library) = library() else { return };
    let folder = tempfile::tempdir().unwrap();
    let clock = folder.path().join("clock");
    let server = with_clock(&library, &clock).await;
    let ada = server.user("ada").await;
    let first = create(&server, &ada, "0", 10).await.expect(201).item();
    std::fs::write(&clock, "-2d").unwrap();
    let ada = refreshed(&server, &ada).await;
    let mut made = vec![first.clone()];
    for number in 1..5 {
        made.push(
            create(&server, &ada, &number.to_string(), 10)
                .await
                .expect(201)
                .item(),
        );
    }
    let times: Vec<&str> = made
        .iter()
        .map(|item| item["created_at"].as_str().unwrap())
        .collect();
    assert!(times[1] < times[0], "the clock did not jump");
    let ids: Vec<i64> = made
        .iter()
        .map(|item| item["id"].as_i64().unwrap())
        .collect();
    assert_eq!(ids, [1, 2, 3, 4, 5]);
    assert_eq!(names(&server, &ada).await, ["0", "1", "2", "3", "4"]);
    let bob = server.user("bob").await;
    assert!(bob.id > ada.id, "{} was made before {}", ada.id, bob.id);
    let audit = server.hearth(&["audit", "--json"]);
    let of = |user: &User| audit.find(&user.id).unwrap();
    assert!(of(&bob) < of(&ada), "the newest is first: {audit}");
}

#[tokio::test]
async fn sessions_live_on_and_begin_when_the_clock_jumps() {
    let Some(library) = library() else { return };
    let folder = tempfile::tempdir().unwrap();
    let clock = folder.path().join("clock");
    let server = with_clock(&library, &clock).await;
    let ada = server.user("ada").await;
    std::fs::write(&clock, "-2d").unwrap();
    let ada = refreshed(&server, &ada).await;
    server.get("/api/auth/me").by(&ada).send().await.expect(200);
    let body = json!({"email": ada.email, "password": PASSWORD});
    let answer = server
        .post("/api/auth/login", body)
        .send()
        .await
        .expect(200);
    let token = answer.json()["data"]["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    server
        .get("/api/auth/me")
        .token(&token)
        .send()
        .await
        .expect(200);
    // And forward again: what was made in the past has ended by now.
    std::fs::write(&clock, "+0").unwrap();
    server
        .get("/api/auth/me")
        .token(&token)
        .send()
        .await
        .expect(401);
    let ada = refreshed(&server, &ada).await;
    server.get("/api/auth/me").by(&ada).send().await.expect(200);
}
