//! Files of executions: whole or not at all, for who sees the execution, and gone with it.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::bench::{Worker, assert_gapless, log, path, run};
use crate::support::{Answer, Server, Start, User};

/// What the test build takes at most, of one file.
const MOST: usize = 1024 * 1024;

async fn put(
    worker: &Worker<'_>,
    one: &Value,
    name: &str,
    kind: &str,
    body: impl Into<reqwest::Body>,
) -> Answer {
    let path = format!("{}/artifacts/{name}?fence={}", path(one), one["fence"]);
    worker
        .server
        .call("PUT", &path)
        .by(&worker.by)
        .body(kind, body)
        .send()
        .await
}

async fn fetch(server: &Server, by: &User, one: &Value, name: &str) -> Answer {
    let path = format!("{}/artifacts/{name}", path(one));
    server.get(&path).by(by).send().await
}

/// The files that lie in the data folder.
fn on_disk(server: &Server) -> Vec<PathBuf> {
    let mut list = Vec::new();
    let mut folders = vec![server.folder().join("hearth_data/artifacts")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.path().is_dir() {
                true => folders.push(entry.path()),
                false => list.push(entry.path()),
            }
        }
    }
    list
}

#[tokio::test]
async fn a_file_comes_back_as_it_was_sent_and_only_as_a_download() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &ada, json!({"task": "a"})).await;
    let one = worker.claim("a").await;
    let page = "<script>alert(1)</script>";
    let item = put(
        &worker,
        &one,
        "r%C3%A9port%20%22x%22.html",
        "text/html",
        page,
    )
    .await
    .expect(201)
    .item();
    assert_eq!(
        (&item["name"], &item["size"], &item["type"]),
        (&json!("réport \"x\".html"), &json!(25), &json!("text/html"))
    );
    let answer = fetch(&server, &ada, &made, "r%C3%A9port%20%22x%22.html")
        .await
        .expect(200);
    assert_eq!(answer.text(), page);
    for (name, value) in [
        ("content-type", "application/octet-stream"),
        ("x-content-type-options", "nosniff"),
        (
            "content-disposition",
            "attachment; filename*=UTF-8''r%C3%A9port%20%22x%22.html",
        ),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("cache-control", "private, no-cache"),
        ("content-length", "25"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    let log = log(&server, &ada, &made).await;
    assert_gapless(&log);
    let event = log
        .iter()
        .find(|event| event["kind"] == "artifact")
        .unwrap();
    assert_eq!(event["data"]["sha256"], item["sha256"]);
    let path = format!("{}/artifacts", crate::bench::path(&made));
    assert_eq!(
        server.get(&path).by(&ada).send().await.expect(200).items(),
        [item]
    );
}

#[tokio::test]
async fn a_part_of_a_file_is_sent_and_what_is_known_is_not() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    let ada = worker.by.clone();
    let made = run(&server, &ada, json!({"task": "a"})).await;
    let one = worker.claim("a").await;
    put(
        &worker,
        &one,
        "a",
        "text/plain",
        "<script>alert(1)</script>",
    )
    .await
    .expect(201);
    let answer = fetch(&server, &ada, &made, "a").await.expect(200);
    let tag = answer.header("etag").unwrap().to_owned();
    let path = format!("{}/artifacts/a", path(&made));
    let same = server
        .get(&path)
        .by(&ada)
        .header("if-none-match", &tag)
        .unchecked()
        .send()
        .await;
    assert_eq!(same.status, 304);
    let part = server
        .get(&path)
        .by(&ada)
        .header("range", "bytes=8-12")
        .unchecked()
        .send()
        .await;
    assert_eq!((part.status, part.text().as_str()), (206, "alert"));
}

#[tokio::test]
async fn the_same_again_changes_nothing_and_another_takes_its_place() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &worker.by, json!({"task": "a"})).await;
    let one = worker.claim("a").await;
    let first = put(&worker, &one, "a", "text/plain", "one")
        .await
        .expect(201)
        .item();
    let again = put(&worker, &one, "a", "text/plain", "one")
        .await
        .expect(201)
        .item();
    assert_eq!(first, again);
    put(&worker, &one, "a", "text/plain", "two")
        .await
        .expect(201);
    assert_eq!(fetch(&server, &worker.by, &made, "a").await.text(), "two");
    let log = log(&server, &worker.by, &made).await;
    let count = log
        .iter()
        .filter(|event| event["kind"] == "artifact")
        .count();
    assert_eq!((count, on_disk(&server).len()), (2, 1));
}

#[tokio::test]
async fn what_is_too_large_or_broken_off_leaves_nothing() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    run(&server, &worker.by, json!({"task": "a"})).await;
    let one = worker.claim("a").await;
    put(&worker, &one, "most", "a/b", vec![1; MOST])
        .await
        .expect(201);
    put(&worker, &one, "more", "a/b", vec![1; MOST + 1])
        .await
        .expect(413);
    // Without a length: it is counted as it comes.
    let pieces = (0..20).map(|_| Ok::<_, std::io::Error>(vec![7_u8; MOST / 10]));
    let endless = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
    put(&worker, &one, "stream", "a/b", endless)
        .await
        .expect(413);
    for name in ["1", "2", "3"] {
        put(&worker, &one, name, "a/b", vec![1; MOST])
            .await
            .expect(201);
    }
    let full = put(&worker, &one, "4", "a/b", "x").await.expect(413);
    assert!(full.detail().contains("files"), "{}", full.detail());
    for name in ["a%2Fb", "a%5Cb", "%00", &"x".repeat(201)] {
        put(&worker, &one, name, "a/b", "x").await.expect(422);
    }
    // One that breaks off.
    let address = server.address().to_owned();
    let head = format!(
        "PUT {}/artifacts/half?fence=1 HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\nContent-Length: 100\r\n\r\nhalf",
        path(&one),
        worker.by.token
    );
    use std::io::Write as _;
    let mut socket = std::net::TcpStream::connect(&address).unwrap();
    socket.write_all(head.as_bytes()).unwrap();
    drop(socket);
    for _ in 0..200 {
        if on_disk(&server).len() == 4 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(on_disk(&server).len(), 4);
    fetch(&server, &worker.by, &one, "half").await.expect(404);
}

#[tokio::test]
async fn others_see_no_file_and_who_lost_the_lease_adds_none() {
    let server = Server::start().await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let worker = Worker::new(&server).await;
    let made = run(&server, &ada, json!({"task": "a"})).await;
    let one = worker.claim("a").await;
    put(&worker, &one, "a", "a/b", "x").await.expect(201);
    let missing = fetch(&server, &ada, &json!({"id": "none"}), "a")
        .await
        .expect(404);
    for (by, one, name) in [(&bob, &made, "a"), (&bob, &made, "none")] {
        let refused = fetch(&server, by, one, name).await;
        assert_eq!(refused.without_id(), missing.without_id());
    }
    assert_eq!(
        fetch(&server, &ada, &made, "none")
            .await
            .expect(404)
            .detail(),
        "File not found"
    );
    let list = format!("{}/artifacts", path(&made));
    server.get(&list).by(&bob).send().await.expect(404);
    server.get(&list).send().await.expect(401);
    let by_owner = format!("{}/artifacts/b?fence=1", path(&made));
    server
        .call("PUT", &by_owner)
        .by(&ada)
        .body("a/b", "x")
        .send()
        .await
        .expect(403);
    worker.finish(&one).await.expect(200);
    let late = put(&worker, &one, "late", "a/b", "x").await.expect(409);
    assert_eq!(late.json()["code"], "lease_lost");
    let bare = format!("{}/artifacts/b", path(&made));
    server
        .call("PUT", &bare)
        .by(&worker.by)
        .body("a/b", "x")
        .send()
        .await
        .expect(422);
}

#[tokio::test]
async fn a_file_goes_with_its_execution_and_what_a_crash_left_is_swept() {
    let mut server = Server::start().await;
    let ada = server.user("ada").await;
    let worker = Worker::new(&server).await;
    run(&server, &ada, json!({"task": "a"})).await;
    run(&server, &worker.by, json!({"task": "b"})).await;
    let (gone, kept) = (worker.claim("a").await, worker.claim("b").await);
    put(&worker, &gone, "a", "a/b", "x").await.expect(201);
    put(&worker, &kept, "b", "a/b", "y").await.expect(201);
    let user = format!("/api/admin/users/{}", ada.id);
    server.delete(&user).by(&worker.by).send().await.expect(200);
    assert_eq!(on_disk(&server).len(), 1);
    let by = worker.by.clone();
    server.kill();
    let folder = server.folder().join("hearth_data/artifacts");
    std::fs::write(folder.join(kept["id"].as_str().unwrap()).join("stray"), "z").unwrap();
    std::fs::create_dir_all(folder.join("no-execution")).unwrap();
    std::fs::write(folder.join("no-execution/a"), "z").unwrap();
    std::fs::write(folder.join("incoming/half"), "z").unwrap();
    let server = Start::again(&server).run().await;
    assert_eq!(on_disk(&server).len(), 1);
    assert_eq!(
        fetch(&server, &by, &kept, "b").await.expect(200).text(),
        "y"
    );
}
