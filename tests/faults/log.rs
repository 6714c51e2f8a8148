//! The write-ahead log under a running server: deleted, replaced, and its size.

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;

use crate::support::{Server, User};
use crate::tools::{create, names, sound, until};

/// Eight clients write until they are no longer answered; what was acknowledged, and when the last one was.
async fn writers(server: &Server, user: &User) -> (Vec<String>, Instant) {
    let acknowledged = Mutex::new((Vec::new(), Instant::now()));
    let clients = (0..8).map(|client| {
        let acknowledged = &acknowledged;
        let url = format!("{}/api/items", server.url);
        async move {
            for number in 0.. {
                let name = format!("{client} {number}");
                let request = server.client.post(&url).bearer_auth(&user.token);
                match request.json(&json!({"name": name})).send().await {
                    Ok(answer) if answer.status() == 201 => {
                        let mut acknowledged = acknowledged.lock().unwrap();
                        acknowledged.0.push(name);
                        acknowledged.1 = Instant::now();
                    }
                    Ok(answer) => assert_eq!(answer.status(), 503),
                    Err(_) => break,
                }
            }
        }
    });
    join_all(clients).await;
    acknowledged.into_inner().unwrap()
}

fn rescue(server: &Server) -> PathBuf {
    let files = std::fs::read_dir(server.database().parent().unwrap()).unwrap();
    let mut copies = files.map(|file| file.unwrap().path()).filter(|path| {
        path.file_name()
            .unwrap()
            .to_string_lossy()
            .starts_with("rescue-")
    });
    copies.next().unwrap()
}

/// A stranger does this to the files while clients write.
async fn is_noticed(server: &mut Server, damage: impl FnOnce(&Server) + Send) {
    let user = server.user("ada").await;
    create(server, &user, "before", 10).await.expect(201);
    let (damaged, (acknowledged, last)) = tokio::join!(
        async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            damage(server);
            Instant::now()
        },
        writers(server, &user)
    );
    assert_eq!(server.wait().code(), Some(1), "{}", server.log());
    assert!(last < damaged + Duration::from_secs(1));
    assert!(
        server
            .log()
            .contains("deleted or replaced by another process")
    );
    assert!(
        server
            .log()
            .contains("What was refused just now may stand in it")
    );
    assert!(
        server
            .log()
            .contains("The database was replaced under the server")
    );
    let copy = sound(&rescue(server));
    let mut find = copy
        .prepare("SELECT count(*) FROM items WHERE name = ?1")
        .unwrap();
    for name in acknowledged.iter().map(String::as_str).chain(["before"]) {
        let found: i64 = find.query_row([name], |row| row.get(0)).unwrap();
        assert_eq!(
            found, 1,
            "{name} was acknowledged and is not in the rescue copy"
        );
    }
}

#[tokio::test]
async fn a_deleted_log_ends_the_server_with_a_rescue_copy_of_all_that_was_acknowledged() {
    let mut server = Server::start().await;
    let delete = |server: &Server| {
        std::fs::remove_file(server.database().with_extension("db-wal")).unwrap();
    };
    is_noticed(&mut server, delete).await;
}

#[tokio::test]
async fn a_replaced_log_ends_the_server_too() {
    let mut server = Server::start().await;
    let replace = |server: &Server| {
        let log = server.database().with_extension("db-wal");
        let other = log.with_extension("other");
        std::fs::copy(&log, &other).unwrap();
        std::fs::rename(&other, &log).unwrap();
    };
    is_noticed(&mut server, replace).await;
}

#[tokio::test]
async fn a_replaced_database_ends_the_server_too() {
    let mut server = Server::start().await;
    let replace = |server: &Server| {
        let other = server.database().with_extension("other");
        std::fs::write(&other, "another file").unwrap();
        std::fs::rename(&other, server.database()).unwrap();
    };
    is_noticed(&mut server, replace).await;
}

#[tokio::test]
async fn without_a_write_a_deleted_log_is_noticed_within_a_second() {
    let mut server = Server::start().await;
    let user = server.user("ada").await;
    create(&server, &user, "before", 10).await.expect(201);
    std::fs::remove_file(server.database().with_extension("db-wal")).unwrap();
    let deleted = Instant::now();
    assert_eq!(server.wait().code(), Some(1));
    // The look is after 500 ms; the rest is for a busy machine.
    assert!(
        deleted.elapsed() < Duration::from_secs(3),
        "{:?}",
        deleted.elapsed()
    );
    let copy = sound(&rescue(&server));
    let name: String = copy
        .query_row("SELECT name FROM items", [], |row| row.get(0))
        .unwrap();
    assert_eq!(name, "before");
}

#[tokio::test]
async fn the_log_stays_small_under_a_steady_load_of_creates_and_is_cut_when_idle() {
    let server = Server::start().await;
    let user = server.user("ada").await;
    let log = server.database().with_extension("db-wal");
    let size = || log.metadata().unwrap().len();
    let mut largest = 0;
    for round in 0..30 {
        let record = |number: usize| json!({"name": format!("{round} {number}"), "metadata": {"text": "x".repeat(2_000)}});
        let many: Vec<_> = (0..400).map(record).collect();
        let bulk = server.post("/api/items", many.into()).by(&user).send();
        let single = (0..8).map(|_| create(&server, &user, "single", 2_000));
        let (bulk, single) = tokio::join!(bulk, join_all(single));
        bulk.expect(201);
        for answer in single {
            answer.expect(201);
        }
        server
            .get("/api/items?sort=-id")
            .by(&user)
            .send()
            .await
            .expect(200);
        largest = largest.max(size());
    }
    let whole = server.database().metadata().unwrap().len();
    assert!(whole > 24 * 1024 * 1024, "{whole} bytes are no load");
    assert!(largest < 12 * 1024 * 1024, "{largest} bytes");
    until("the log is cut", async || size() == 0).await;
    assert_eq!(names(&server, &user).await.len(), 30 * 408);
}
