//! Backups by HTTP: whole whatever is written meanwhile, for admins alone, by names that are no paths.

use std::os::unix::fs::PermissionsExt as _;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Server, Start, User};

const PATH: &str = "/api/admin/backups";

async fn make(server: &Server, admin: &User) -> Value {
    let made = server.call("POST", PATH).by(admin).send().await;
    made.expect(201).json()["item"].clone()
}

async fn actions(server: &Server, admin: &User) -> Vec<String> {
    let call = server.get("/api/admin/audit?limit=500").by(admin);
    let entries = call.send().await.expect(200).items();
    let mut words: Vec<String> = entries
        .iter()
        .map(|entry| entry["action"].as_str().unwrap().to_owned())
        .filter(|action| action.starts_with("backup"))
        .collect();
    words.reverse();
    words
}

#[tokio::test]
async fn a_backup_while_writing_has_all_that_was_acknowledged_before() {
    let server = Server::start().await;
    let (root, ada) = (server.admin("root").await, server.user("ada").await);
    let write = async |name: String| {
        let call = server.post("/api/items", json!({"name": name})).by(&ada);
        call.send().await.expect(201);
    };
    join_all((0..50).map(|number| write(format!("before {number}")))).await;
    let (backup, ()) = tokio::join!(make(&server, &root), async {
        for round in 0..10 {
            join_all((0..20).map(|number| write(format!("beside {round} {number}")))).await;
        }
    });
    let path = format!("{PATH}/{}", backup["name"].as_str().unwrap());
    let sent = server.get(&path).by(&root).send().await.expect(200);
    assert_eq!(sent.body.len() as u64, backup["size"].as_u64().unwrap());
    assert_eq!(sent.header("cache-control"), Some("no-store"));
    assert!(
        sent.header("content-disposition")
            .unwrap()
            .starts_with("attachment")
    );
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    std::fs::write(&copy, &sent.body).unwrap();
    let database = rusqlite::Connection::open(&copy).unwrap();
    let look = |sql: &str| -> String { database.query_row(sql, [], |row| row.get(0)).unwrap() };
    assert_eq!(look("PRAGMA integrity_check"), "ok");
    assert_eq!(
        look("SELECT CAST(COUNT(*) AS TEXT) FROM items WHERE name LIKE 'before %'"),
        "50"
    );
    // One moment: whoever is in it came in order, without a hole.
    let ids = "SELECT CAST(MAX(id) - COUNT(*) AS TEXT) FROM items";
    assert_eq!(look(ids), "0");
    assert_eq!(
        actions(&server, &root).await,
        ["backup_made", "backup_downloaded"]
    );
    let part = server
        .get(&path)
        .by(&root)
        .header("range", "bytes=0-15")
        .unchecked();
    let part = part.send().await.expect(206);
    assert_eq!(&part.body, b"SQLite format 3\0");
}

/// As docs/operations.md says it.
#[tokio::test]
async fn a_restored_backup_is_the_server_as_it_was() {
    let mut server = Server::start().await;
    let (root, ada) = (server.admin("root").await, server.user("ada").await);
    let note = async |server: &Server, name: &str| {
        let call = server.post("/api/items", json!({"name": name})).by(&ada);
        call.send().await.expect(201);
    };
    note(&server, "kept").await;
    let backup = make(&server, &root).await;
    note(&server, "lost").await;
    let changes = server.get("/api/changes").by(&ada).send().await;
    let epoch = changes.expect(200).json()["epoch"].clone();
    server.stop();
    let data = server.database().parent().unwrap().to_owned();
    let name = backup["name"].as_str().unwrap();
    std::fs::copy(data.join("backups").join(name), server.database()).unwrap();
    for rest in ["hearth.db-wal", "hearth.db-shm"] {
        let _ = std::fs::remove_file(data.join(rest));
    }
    let server = Start::again(&server).run().await;
    // Who followed the log of before must not go on in this one.
    let changes = server.get("/api/changes").by(&ada).send().await;
    assert_ne!(changes.expect(200).json()["epoch"], epoch);
    let items = server
        .get("/api/items")
        .by(&ada)
        .send()
        .await
        .expect(200)
        .items();
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["name"], "kept");
    note(&server, "new").await;
}

#[tokio::test]
async fn they_are_listed_newest_first_readable_by_the_operator_alone_and_deleted() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let list = async || server.get(PATH).by(&root).send().await.expect(200).items();
    assert!(list().await.is_empty());
    let (one, other) = (make(&server, &root).await, make(&server, &root).await);
    let names: Vec<Value> = list()
        .await
        .iter()
        .map(|item| item["name"].clone())
        .collect();
    assert_eq!(names, [other["name"].clone(), one["name"].clone()]);
    let folder = server.database().with_file_name("backups");
    let file = folder.join(one["name"].as_str().unwrap());
    let mode = file.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // What is no backup is none here: neither unfinished, nor a link, nor of another name.
    std::fs::write(folder.join("backup-x.db.new"), "half").unwrap();
    std::os::unix::fs::symlink(server.database(), folder.join("link.db")).unwrap();
    std::fs::write(folder.join("notes.txt"), "mine").unwrap();
    assert_eq!(list().await.len(), 2);
    let path = format!("{PATH}/{}", one["name"].as_str().unwrap());
    server.delete(&path).by(&root).send().await.expect(200);
    server.delete(&path).by(&root).send().await.expect(404);
    server.get(&path).by(&root).send().await.expect(404);
    assert_eq!(list().await.len(), 1);
    make(&server, &root).await;
    assert!(!folder.join("backup-x.db.new").exists(), "left-overs go");
    assert!(folder.join("notes.txt").exists());
    assert_eq!(actions(&server, &root).await.last().unwrap(), "backup_made");
}

#[tokio::test]
async fn a_name_leads_nowhere_else_and_nobody_else_gets_in() {
    let server = Server::start().await;
    let (root, ada) = (server.admin("root").await, server.user("ada").await);
    let backup = make(&server, &root).await;
    let folder = server.database().with_file_name("backups");
    std::os::unix::fs::symlink(server.database(), folder.join("link.db")).unwrap();
    for name in [
        "..%2Fhearth.db",
        "%2e%2e%2fhearth.db",
        "..%5Chearth.db",
        "link.db",
        "%2Fetc%2Fpasswd",
        "hearth.db",
        "x.db%00",
        "none.db",
    ] {
        for method in ["GET", "DELETE"] {
            let call = server.call(method, &format!("{PATH}/{name}")).by(&root);
            assert_eq!(call.send().await.status, 404, "{method} {name}");
        }
    }
    let own = format!("{PATH}/{}", backup["name"].as_str().unwrap());
    for (method, path) in [
        ("GET", PATH),
        ("POST", PATH),
        ("GET", &own),
        ("DELETE", &own),
    ] {
        server.call(method, path).send().await.expect(401);
        server.call(method, path).by(&ada).send().await.expect(403);
    }
    assert!(server.database().exists());
    let key = server.post(
        "/api/auth/api-keys",
        json!({"name": "k", "scopes": ["read"]}),
    );
    let key = key.by(&root).send().await.expect(201).json();
    let call = server.get(&own).token(key["key"].as_str().unwrap());
    call.send().await.expect(403);
}

#[tokio::test]
async fn where_it_cannot_be_written_nothing_is_left_and_it_is_said() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let folder = server.database().with_file_name("backups");
    std::fs::write(&folder, "no folder").unwrap();
    let refused = server.call("POST", PATH).by(&root).send().await;
    assert_eq!(refused.status, 500);
    std::fs::remove_file(&folder).unwrap();
    make(&server, &root).await;
    assert_eq!(actions(&server, &root).await, ["backup_made"]);
}
