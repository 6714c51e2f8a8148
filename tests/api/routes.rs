//! Every call of the API asks who is there, except those that `hearth routes --public` lists.

use serde_json::{Value, json};

use crate::support::Server;

const CONFIG: &str = r#"
[models.posts]
access = "public_read"
[models.posts.fields]
title = { type = "string" }

[models.notes.fields]
text = { type = "string" }

[models.pages]
access = "admin"
[models.pages.fields]
text = { type = "string" }
"#;

fn listed(server: &Server, arguments: &[&str]) -> Vec<(String, String)> {
    let routes: Vec<Value> = serde_json::from_str(&server.hearth(arguments)).unwrap();
    let text = |route: &Value, name: &str| route[name].as_str().unwrap().to_owned();
    routes
        .iter()
        .map(|route| (text(route, "method"), text(route, "path")))
        .collect()
}

/// Calls that are nobody's: each of them has a proof of its own, or nothing to hide.
const PUBLIC: [&str; 21] = [
    "POST /api/auth/register",
    "POST /api/auth/setup",
    "POST /api/auth/token",
    "POST /api/auth/login",
    "POST /api/auth/refresh",
    "POST /api/auth/second-factor",
    "POST /api/auth/verify-email/confirm",
    "POST /api/auth/reset-password",
    "POST /api/auth/reset-password/confirm",
    "POST /api/auth/change-email/confirm",
    "POST /api/auth/webhooks",
    "GET /api/auth/providers",
    "GET /api/auth/oauth/{provider}",
    "GET /api/auth/oauth/{provider}/callback",
    "GET /healthz",
    "GET /readyz",
    "GET /openapi.json",
    "GET /docs",
    "GET /docs/guide",
    "GET /docs/guide/{page}",
    "GET /realtime.schema.json",
];

#[tokio::test]
async fn without_a_token_every_call_is_401_but_the_public_ones() {
    let server = Server::with(CONFIG).await;
    let all = listed(&server, &["routes", "--json"]);
    let public = listed(&server, &["routes", "--public", "--json"]);
    assert!(all.len() > 30);
    let own = public
        .iter()
        .filter(|(_, path)| !path.starts_with("/api/posts"));
    let own: Vec<String> = own
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    assert_eq!(own, PUBLIC);
    for (method, path) in &all {
        // Pages are for everybody; how a socket says who it is stands in tests/live/door.rs.
        if ["/docs/", "/ws", "/realtime"]
            .iter()
            .any(|start| path.starts_with(start))
        {
            continue;
        }
        let filled = path.replace("{id}", "1");
        let mut call = server.call(method, &filled);
        if ["POST", "PUT", "PATCH"].contains(&method.as_str()) {
            call = call.json(json!({}));
        }
        let answer = call.send().await;
        let open = public.contains(&(method.clone(), path.clone()));
        if open && path != "/api/auth/refresh" {
            assert_ne!(answer.status, 401, "{method} {path}");
            continue;
        }
        let answer = answer.expect(401);
        assert_eq!(answer.detail(), "Not authenticated", "{method} {path}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        if !open {
            let bad = server
                .call(method, &filled)
                .token("bad")
                .send()
                .await
                .expect(401);
            assert_eq!(bad.detail(), "Invalid token", "{method} {path}");
        }
    }
    assert!(public.contains(&("GET".to_owned(), "/api/posts".to_owned())));
    assert!(!public.contains(&("POST".to_owned(), "/api/posts".to_owned())));
}

#[tokio::test]
async fn a_call_that_does_not_exist_is_json_whatever_is_accepted() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    for path in [
        "/api",
        "/api/",
        "/api/nothing",
        "/api/nothing/1",
        "/api/auth",
        "/api/auth/nothing",
        "/api/items/1/2",
        "/api/%00",
        "/api/auth/oauth",
        "/api/auth/oauth/x/y",
    ] {
        let answer = server
            .get(path)
            .header("accept", "text/html")
            .send()
            .await
            .expect(404);
        assert_eq!(
            answer.header("content-type"),
            Some("application/json"),
            "{path}"
        );
        assert_eq!(answer.json()["code"], "not_found");
        server
            .post(path, json!({}))
            .by(&ada)
            .send()
            .await
            .expect(404);
    }
}

#[tokio::test]
async fn each_path_tells_its_methods() {
    let server = Server::start().await;
    for (path, allow) in [
        ("/api/auth/login", "POST, OPTIONS"),
        ("/api/auth/me", "GET, HEAD, PUT, OPTIONS"),
        ("/api/auth/sessions/1", "DELETE, OPTIONS"),
        ("/api/admin/users/1", "GET, HEAD, PUT, DELETE, OPTIONS"),
        ("/api/items", "GET, HEAD, POST, OPTIONS"),
        ("/healthz", "GET, HEAD, OPTIONS"),
        ("/", "GET, HEAD, OPTIONS"),
    ] {
        let options = server.call("OPTIONS", path).send().await.expect(204);
        assert_eq!(options.header("allow"), Some(allow), "{path}");
        assert!(options.body.is_empty());
        let wrong = server
            .call("TRACE", path)
            .unchecked()
            .send()
            .await
            .expect(405);
        assert_eq!(wrong.header("allow"), Some(allow), "{path}");
        assert_eq!(wrong.json()["code"], "method_not_allowed");
    }
    // With a slash at the end it is the same path, without a redirect.
    server.get("/healthz/").send().await.expect(200);
    server.get("/api/auth/me/").send().await.expect(401);
    server.call("HEAD", "/healthz").send().await.expect(200);
}

#[tokio::test]
async fn who_takes_no_json_is_told_before_anything_happens() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let make = |accept: &'static str| {
        server
            .post("/api/items", json!({"name": "x"}))
            .by(&ada)
            .header("accept", accept)
            .send()
    };
    for accept in [
        "application/xml",
        "text/html, image/*;q=0.5",
        "application/json;q=0, text/csv",
        "*/*;q=0",
    ] {
        let refused = make(accept).await.expect(406);
        assert_eq!(refused.json()["code"], "not_acceptable");
        assert_eq!(refused.header("content-type"), Some("application/json"));
    }
    let items = server.get("/api/items").by(&ada).send().await.items();
    assert!(items.is_empty());
    for accept in [
        "*/*",
        "application/*",
        "APPLICATION/JSON",
        "text/html, */*;q=0.1",
        "",
        "text/html,application/json; q=0.9",
    ] {
        make(accept).await.expect(201);
    }
    // What is not there is not there in any form.
    let path = server
        .get("/api/nothing")
        .header("accept", "application/xml");
    path.send().await.expect(404);
}
