//! HEAD, OPTIONS and 405, on every path of a model.

use serde_json::json;

use super::make;
use crate::support::Server;

const MANY: &str = "GET, HEAD, POST, OPTIONS";
const ONE: &str = "GET, HEAD, PUT, PATCH, DELETE, OPTIONS";

#[tokio::test]
async fn head_is_get_without_the_body() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    make(&server, "items", &ada, json!({"name": "a"})).await;
    for path in [
        "/api/items",
        "/api/items?total=true",
        "/api/items/1",
        "/api/items/9",
        "/api/items?limit=0",
        "/openapi.json",
    ] {
        let get = server.get(path).by(&ada).send().await;
        let head = server.call("HEAD", path).by(&ada).send().await;
        assert_eq!(head.status, get.status, "{path}");
        assert!(head.body.is_empty());
        for name in ["content-type", "content-length", "etag", "vary"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
    server.call("HEAD", "/api/items").send().await.expect(401);
}

#[tokio::test]
async fn options_answers_204_with_all_that_is_allowed_to_anybody() {
    let server = Server::start().await;
    for (path, allow) in [
        ("/api/items", MANY),
        ("/api/items/", MANY),
        ("/api/items/1", ONE),
        ("/api/items/abc", ONE),
    ] {
        let answer = server.call("OPTIONS", path).send().await.expect(204);
        assert_eq!(answer.header("allow"), Some(allow));
        assert!(answer.body.is_empty());
    }
}

#[tokio::test]
async fn another_method_is_a_405_with_all_that_is_allowed() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    for (path, allow, methods) in [
        (
            "/api/items",
            MANY,
            ["PUT", "PATCH", "DELETE", "TRACE", "QUERY"],
        ),
        (
            "/api/items/1",
            ONE,
            ["POST", "TRACE", "LOCK", "COPY", "get"],
        ),
    ] {
        for method in methods {
            for call in [
                server.call(method, path),
                server.call(method, path).by(&ada),
            ] {
                let answer = call.unchecked().send().await.expect(405);
                assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
                assert_eq!(answer.json()["code"], "method_not_allowed");
            }
        }
    }
}
