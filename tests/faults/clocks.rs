//! A clock that jumps back: ids, sequences and sessions do not mind.

use std::path::PathBuf;

use serde_json::json;

use crate::support::{PASSWORD, Server, Start};
use crate::tools::{create, names};

/// The library that makes up the time of a process, where it is installed.
fn library() -> Option<PathBuf> {
    let found = std::fs::read_dir("/usr/lib")
        .ok()?
        .flatten()
        .map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"))
        .find(|path| path.exists());
    if found.is_none() {
        eprintln!("skipped: libfaketime is not here");
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

#[tokio::test]
async fn a_jump_back_reorders_neither_ids_nor_lists_nor_the_audit() {
    let Some(library) = library() else { return };
    let folder = tempfile::tempdir().unwrap();
    let clock = folder.path().join("clock");
    let server = with_clock(&library, &clock).await;
    let ada = server.user("ada").await;
    let first = create(&server, &ada, "0", 10).await.expect(201).item();
    std::fs::write(&clock, "-2d").unwrap();
    for number in 1..5 {
        create(&server, &ada, &number.to_string(), 10)
            .await
            .expect(201);
    }
    let second = server
        .get("/api/items/2")
        .by(&ada)
        .send()
        .await
        .expect(200)
        .item();
    assert!(
        second["created_at"].as_str() < first["created_at"].as_str(),
        "the clock did not jump"
    );
    assert_eq!(names(&server, &ada).await, ["0", "1", "2", "3", "4"]);
    let bob = server.user("bob").await;
    assert!(
        bob.id > ada.id,
        "ids of accounts follow each other: {} {}",
        ada.id,
        bob.id
    );
    // An update is never dated before the record's beginning.
    let changed = server
        .patch("/api/items/1", json!({"name": "changed"}))
        .by(&ada)
        .send()
        .await
        .expect(200)
        .item();
    assert!(
        changed["updated_at"].as_str() >= first["created_at"].as_str(),
        "{changed}"
    );
    let audit = server.hearth(&["audit", "--json"]);
    let place = |word: &str| {
        audit
            .find(word)
            .unwrap_or_else(|| panic!("{word}: {audit}"))
    };
    let (one, other) = (place(&ada.id), place(&bob.id));
    assert_ne!(one, other);
}

#[tokio::test]
async fn sessions_live_on_and_begin_when_the_clock_jumps() {
    let Some(library) = library() else { return };
    let folder = tempfile::tempdir().unwrap();
    let clock = folder.path().join("clock");
    let server = with_clock(&library, &clock).await;
    let ada = server.user("ada").await;
    std::fs::write(&clock, "-2d").unwrap();
    server.get("/api/auth/me").by(&ada).send().await.expect(200);
    let body = json!({"email": ada.email, "password": PASSWORD});
    let login = server
        .post("/api/auth/login", body)
        .send()
        .await
        .expect(200);
    let token = login.json()["data"]["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    server
        .get("/api/auth/me")
        .token(&token)
        .send()
        .await
        .expect(200);
    let refresh = json!({"refresh_token": ada.refresh_token});
    server
        .post("/api/auth/refresh", refresh)
        .send()
        .await
        .expect(200);
    // And forward again: what was made in the past has ended by now, timers did not fire.
    std::fs::write(&clock, "+0").unwrap();
    server
        .get("/api/auth/me")
        .token(&token)
        .send()
        .await
        .expect(401);
    server.get("/healthz").unchecked().send().await.expect(200);
}
