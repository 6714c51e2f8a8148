//! Paths and ids: how they may be written, and what is none.

use serde_json::json;

use super::{kinds, make};
use crate::support::Server;

#[tokio::test]
async fn a_trailing_slash_makes_no_difference_and_no_redirect() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let made = server
        .post("/api/items/", json!({"name": "a"}))
        .by(&ada)
        .send()
        .await
        .expect(201);
    assert_eq!(made.header("location"), Some("/api/items/1"));
    for path in ["/api/items", "/api/items/", "/api/items/?limit=1"] {
        assert_eq!(
            server
                .get(path)
                .by(&ada)
                .send()
                .await
                .expect(200)
                .items()
                .len(),
            1
        );
    }
    for path in [
        "/api/items/1",
        "/api/items/1/",
        "/api/items/%31",
        "/api/item%73/1",
    ] {
        let read = server.get(path).unchecked().by(&ada).send().await;
        assert_eq!(read.expect(200).text(), made.text(), "{path}");
    }
    server
        .put("/api/items/1/", json!({"name": "b"}))
        .by(&ada)
        .send()
        .await
        .expect(200);
    server
        .patch("/api/items/1/", json!({"name": "c"}))
        .by(&ada)
        .send()
        .await
        .expect(200);
    server
        .delete("/api/items/1/")
        .by(&ada)
        .send()
        .await
        .expect(200);
}

#[tokio::test]
async fn an_id_is_typed_and_never_a_500() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    make(&server, "items", &ada, json!({"name": "a"})).await;
    for id in [
        "0",
        "-1",
        "2",
        "9223372036854775807",
        "-9223372036854775808",
    ] {
        for method in ["GET", "DELETE", "HEAD"] {
            server
                .call(method, &format!("/api/items/{id}"))
                .by(&ada)
                .send()
                .await
                .expect(404);
        }
    }
    for (id, wanted) in [
        ("abc", "int_parsing"),
        ("1.0", "int_parsing"),
        ("01", "int_parsing"),
        ("+1", "int_parsing"),
        ("%201", "int_parsing"),
        ("1%00", "int_parsing"),
        ("1%2F2", "int_parsing"),
        ("-0", "int_parsing"),
        ("1e0", "int_parsing"),
        ("0x1", "int_parsing"),
        ("%D9%A1", "int_parsing"),
        ("null", "int_parsing"),
        ("1%20OR%201=1", "int_parsing"),
        ("%ff", "int_parsing"),
        ("..%2f1", "int_parsing"),
        ("9223372036854775808", "int_parsing_size"),
        ("-9223372036854775809", "int_parsing_size"),
    ] {
        let path = format!("/api/items/{id}");
        for call in [
            server.get(&path),
            server.put(&path, json!({})),
            server.patch(&path, json!({})),
            server.delete(&path),
        ] {
            let answer = call.by(&ada).send().await.expect(422);
            assert_eq!(kinds(&answer), [format!("path.id {wanted}")], "{id}");
        }
    }
    let long = format!("/api/items/{}", "9".repeat(10_000));
    server.get(&long).by(&ada).send().await.expect(422);
    server.get("/api/items/1").by(&ada).send().await.expect(200);
}

#[tokio::test]
async fn an_unknown_path_of_the_api_is_a_json_404_whatever_the_client_prefers() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    for path in [
        "/api",
        "/api/",
        "/api/nothing",
        "/api/nothing/1",
        "/api/items/1/2",
        "/api/items/1/metadata",
        "/api/Items",
        "/api//items",
        "/api/items//1",
        "/api/items//",
        "/api/hearth_users",
        "/api/sqlite_master",
        "/api/items;x",
        "/api/items%2F1",
        "/api/%00",
        "/api/items%00",
    ] {
        for method in ["GET", "POST", "DELETE", "OPTIONS"] {
            let call = server.call(method, path).unchecked().by(&ada);
            let answer = call.header("accept", "text/html").send().await.expect(404);
            assert_eq!(
                answer.header("content-type"),
                Some("application/json"),
                "{path}"
            );
            assert_eq!(answer.json()["code"], "not_found");
        }
    }
}

#[tokio::test]
async fn every_answer_has_a_request_id_and_a_sane_one_is_kept() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    for path in [
        "/api/items",
        "/api/items/1",
        "/api/nothing",
        "/openapi.json",
        "/healthz",
    ] {
        let answer = server.get(path).by(&ada).send().await;
        let id = answer.header("x-request-id").unwrap().to_owned();
        assert!(id.len() >= 16);
        let kept = server
            .get(path)
            .by(&ada)
            .header("x-request-id", "abc-1.2_3")
            .send()
            .await;
        assert_eq!(kept.header("x-request-id"), Some("abc-1.2_3"));
        for bad in ["", "a b", "<script>", "é", &"x".repeat(65)] {
            let answer = server
                .get(path)
                .by(&ada)
                .header("x-request-id", bad)
                .send()
                .await;
            assert_ne!(answer.header("x-request-id"), Some(bad));
            assert!(!answer.text().contains("<script>"));
        }
    }
}
