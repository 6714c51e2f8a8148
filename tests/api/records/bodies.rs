//! Bodies: their type, their size, their depth, and JSON that is none.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::json;

use super::kinds;
use crate::support::{Answer, Server, User};

async fn raw(server: &Server, user: &User, body: impl Into<Vec<u8>>) -> Answer {
    let call = server
        .call("POST", "/api/items")
        .body("application/json", body.into());
    call.by(user).send().await
}

#[tokio::test]
async fn malformed_json_is_a_422_with_its_place() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    for body in [
        "",
        "{",
        "{\"name\":}",
        "{'name':1}",
        "{\"name\":\"x\"} x",
        "{\"name\":\"x\",}",
        "nul",
        "{\"name\":NaN}",
        "{\"name\":Infinity}",
        "{\"name\":-Infinity}",
        "{\"name\":01}",
        "{\"name\":\"\u{1}\"}",
        "{\"name\":\"\\ud800\"}",
        "{\"name\":\"\\udc00\\ud800\"}",
        "{\"\\ud83e\":1}",
    ] {
        let answer = raw(&server, &ada, body).await.expect(422);
        let detail = &answer.json()["detail"];
        assert_eq!(detail[0]["type"], "json_invalid", "{body}: {detail}");
        assert_eq!(detail[0]["loc"][0], "body");
        assert!(detail[0]["loc"][1].is_number(), "{detail}");
    }
    for body in ["null", "true", "7", "\"x\""] {
        let answer = raw(&server, &ada, body).await.expect(422);
        assert_eq!(kinds(&answer), ["body dict_type"], "{body}");
    }
}

#[tokio::test]
async fn of_two_equal_keys_the_last_wins() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let body = r#"{"name":"a","name":"b","metadata":{"k":1,"k":2}}"#;
    let item = raw(&server, &ada, body).await.expect(201).item();
    assert_eq!(
        (&item["name"], &item["metadata"]),
        (&json!("b"), &json!({"k": 2}))
    );
}

#[tokio::test]
async fn what_is_not_utf8_is_a_400() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    raw(&server, &ada, b"{\"name\":\"\xff\"}".to_vec())
        .await
        .expect(400);
    raw(&server, &ada, b"{\"name\":\"\xed\xa0\x80\"}".to_vec())
        .await
        .expect(400);
}

#[tokio::test]
async fn json_is_at_most_64_levels_deep() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let nested = |levels: usize| {
        let inner = levels - 2;
        format!(
            "{{\"name\":\"x\",\"metadata\":{{\"a\":{}{}}}}}",
            "[".repeat(inner),
            "]".repeat(inner)
        )
    };
    let stored = raw(&server, &ada, nested(64)).await.expect(201);
    let read = server.get("/api/items/1").by(&ada).send().await.expect(200);
    assert_eq!(read.text(), stored.text());
    raw(&server, &ada, nested(65)).await.expect(400);
    raw(&server, &ada, "[".repeat(500_000)).await.expect(400);
    // A patch that would nest deeper than a body can say is refused as well.
    let mut body = json!(1);
    for _ in 0..62 {
        body = json!({"b": body});
    }
    let deep = json!({"metadata": body});
    server
        .patch("/api/items/1", deep)
        .by(&ada)
        .send()
        .await
        .expect(200);
}

#[tokio::test]
async fn another_media_type_or_none_is_a_415() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let body = r#"{"name":"x"}"#;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/xml",
        "application/jsonx",
        "application/merge-patch+json",
        "json",
        "*/*",
    ] {
        let call = server.call("POST", "/api/items").body(kind, body).by(&ada);
        call.send().await.expect(415);
    }
    let none = server
        .client
        .post(format!("{}/api/items", server.url))
        .body(body)
        .bearer_auth(&ada.token);
    assert_eq!(none.send().await.unwrap().status(), 415);
    for kind in [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON",
    ] {
        server
            .call("POST", "/api/items")
            .body(kind, body)
            .by(&ada)
            .send()
            .await
            .expect(201);
    }
    let merge = "application/merge-patch+json";
    server
        .call("PATCH", "/api/items/1")
        .body(merge, body)
        .by(&ada)
        .send()
        .await
        .expect(200);
    server
        .call("PUT", "/api/items/1")
        .body(merge, body)
        .by(&ada)
        .send()
        .await
        .expect(415);
    let packed = server
        .call("POST", "/api/items")
        .body("application/json", body)
        .by(&ada);
    packed
        .header("content-encoding", "gzip")
        .send()
        .await
        .expect(415);
}

/// The answer to a body of unknown length. The server need not read all of it, so the end may be a reset.
fn chunked(server: &Server, user: &User, body: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let head = format!(
        "POST /api/items HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
        user.token
    );
    let pieces = body.as_bytes().chunks(1000).map(|piece| {
        let text = str::from_utf8(piece).unwrap();
        format!("{:x}\r\n{text}\r\n", piece.len())
    });
    let whole = head + &pieces.collect::<String>() + "0\r\n\r\n";
    stream.write_all(whole.as_bytes()).unwrap();
    read(&mut stream)
}

/// An answer that fits one segment.
fn read(stream: &mut TcpStream) -> String {
    let mut answer = [0; 4096];
    let length = stream.read(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[..length]).into_owned()
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_a_413_also_when_it_comes_in_chunks() {
    let server = Server::with(
        "[server]\nbody_size = \"10KiB\"\n[models.items.fields]\nname = { type = \"string\" }",
    )
    .await;
    let ada = server.user("ada").await;
    let large = format!("{{\"name\":\"{}\"}}", "x".repeat(20_000));
    raw(&server, &ada, large.clone()).await.expect(413);
    assert!(chunked(&server, &ada, &large).starts_with("HTTP/1.1 413 "));
    let small = format!("{{\"name\":\"{}\"}}", "x".repeat(5_000));
    raw(&server, &ada, small).await.expect(201);
}

#[tokio::test]
async fn an_answer_that_did_not_want_the_body_leaves_the_connection_in_use() {
    let server = Server::start().await;
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let body = "x".repeat(200_000);
    let length = body.len();
    for _ in 0..3 {
        let head = format!(
            "POST /api/items HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n"
        );
        stream.write_all((head + &body).as_bytes()).unwrap();
        let answer = read(&mut stream);
        assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
        assert!(
            !answer.to_lowercase().contains("connection: close"),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_large_body_that_nobody_wants_is_not_read_and_the_answer_says_that_it_closes() {
    let server = Server::start().await;
    for more in [
        "Content-Length: 900000",
        "Content-Length: 5\r\nExpect: 100-continue",
    ] {
        let mut stream = TcpStream::connect(server.address()).unwrap();
        let head = format!("POST /api/items HTTP/1.1\r\nHost: localhost\r\n{more}\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let answer = read(&mut stream);
        assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
        assert!(
            answer.to_lowercase().contains("connection: close"),
            "{answer}"
        );
    }
}
