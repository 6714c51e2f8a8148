//! API keys: made once, narrowed by scopes, gone at once.

use serde_json::{Value, json};

use crate::support::{Answer, Server, User};

mod ends;

const MODELS: &str = "[models.notes.fields]\ntitle = { type = \"string\" }\n\n[models.tasks.fields]\ntitle = { type = \"string\" }\n";

async fn make(server: &Server, user: &User, body: Value) -> Answer {
    server
        .post("/api/auth/api-keys", body)
        .by(user)
        .send()
        .await
}

async fn key(server: &Server, user: &User, scopes: Value) -> String {
    let made = make(server, user, json!({"name": "k", "scopes": scopes}))
        .await
        .expect(201);
    made.json()["key"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_key_is_shown_once_and_works_as_its_owner() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let made = make(&server, &ada, json!({"name": "nightly"}))
        .await
        .expect(201);
    let (item, key) = (made.item(), made.json()["key"].as_str().unwrap().to_owned());
    assert_eq!(made.header("cache-control"), Some("no-store"));
    assert_eq!(item["scopes"], json!(["read", "write"]));
    assert!(key.starts_with(item["prefix"].as_str().unwrap()) && key.len() == 46);
    let created = server
        .post("/api/items", json!({"name": "x"}))
        .token(&key)
        .send()
        .await
        .expect(201);
    assert_eq!(created.item()["user_id"], json!(ada.id));
    let me = server
        .get("/api/auth/me")
        .token(&key)
        .send()
        .await
        .expect(200);
    assert_eq!(me.item()["email"], json!(ada.email));
    let listed = server
        .get("/api/auth/api-keys")
        .by(&ada)
        .send()
        .await
        .expect(200);
    assert_eq!(listed.items()[0]["name"], "nightly");
    assert!(!listed.text().contains(&key));
    server
        .get("/api/items")
        .token("hk_nothing")
        .send()
        .await
        .expect(401);
    server
        .get("/api/items")
        .token(&format!("{key}x"))
        .send()
        .await
        .expect(401);
}

#[tokio::test]
async fn what_a_person_does_no_key_does() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let all = key(
        &server,
        &root,
        json!(["read", "write", "worker", "metrics"]),
    )
    .await;
    for (method, path, body) in [
        ("GET", "/api/auth/api-keys", None),
        ("POST", "/api/auth/api-keys", Some(json!({"name": "more"}))),
        ("DELETE", "/api/auth/api-keys/x", None),
        ("GET", "/api/auth/sessions", None),
        ("DELETE", "/api/auth/sessions/x", None),
        ("PUT", "/api/auth/me", Some(json!({"name": "x"}))),
        ("POST", "/api/auth/verify-email", None),
        (
            "POST",
            "/api/auth/change-email",
            Some(json!({"email": "b@example.com", "password": "x"})),
        ),
        ("POST", "/api/auth/logout", Some(json!({"all": true}))),
        (
            "POST",
            "/api/auth/password",
            Some(json!({"current_password": "a", "new_password": "b"})),
        ),
    ] {
        let mut call = server.call(method, path).token(&all);
        if let Some(body) = body {
            call = call.json(body);
        }
        call.send().await.expect(403);
    }
    server
        .get("/api/admin/users")
        .token(&all)
        .send()
        .await
        .expect(200);
}

const SCOPES: [&str; 8] = [
    "read",
    "write",
    "read:notes",
    "write:notes",
    "worker",
    "worker:b",
    "worker:c",
    "metrics",
];

/// Method, path, body, and the scopes that let it through.
type Allowed = (&'static str, String, Option<Value>, &'static [&'static str]);

fn calls(note: &str, run: &str) -> Vec<Allowed> {
    let (reads, writes): (&[&str], &[&str]) = (&["read", "read:notes"], &["write", "write:notes"]);
    let claim = json!({"tasks": ["b"], "worker": "w"});
    let task = json!({"task": "a"});
    let title = json!({"title": "x"});
    vec![
        ("GET", "/api/notes".to_owned(), None, reads),
        ("GET", note.to_owned(), None, reads),
        ("GET", "/api/tasks".to_owned(), None, &["read"]),
        ("POST", "/api/notes".to_owned(), Some(json!({})), writes),
        ("POST", "/api/tasks".to_owned(), Some(json!({})), &["write"]),
        ("PUT", note.to_owned(), Some(title.clone()), writes),
        ("PATCH", note.to_owned(), Some(title), writes),
        ("GET", run.to_owned(), None, &["read"]),
        ("POST", "/api/executions".to_owned(), Some(task), &["write"]),
        (
            "POST",
            "/api/workers/claim".to_owned(),
            Some(claim),
            &["worker", "worker:b"],
        ),
        ("GET", "/metrics".to_owned(), None, &["metrics"]),
        ("GET", "/api/admin/users".to_owned(), None, &[]),
    ]
}

#[tokio::test]
async fn scopes_say_what_a_key_may_do() {
    let server = Server::with(MODELS).await;
    let root = server.admin("root").await;
    let note = server
        .post("/api/notes", json!({}))
        .by(&root)
        .send()
        .await
        .expect(201);
    let note = format!("/api/notes/{}", note.item()["id"]);
    let run = server
        .post("/api/executions", json!({"task": "a"}))
        .by(&root)
        .send()
        .await
        .expect(201);
    let run = format!("/api/executions/{}", run.item()["id"].as_str().unwrap());
    let calls = calls(&note, &run);
    for scope in SCOPES {
        let key = key(&server, &root, json!([scope])).await;
        for (method, path, body, through) in &calls {
            let mut call = server.call(method, path).token(&key);
            if let Some(body) = body {
                call = call.json(body.clone());
            }
            let answer = call.send().await;
            let went = (200..300).contains(&answer.status);
            assert!(
                went || answer.status == 403,
                "{scope} {method} {path}: {}",
                answer.text()
            );
            assert_eq!(
                went,
                through.contains(&scope),
                "{scope} {method} {path}: {}",
                answer.text()
            );
        }
    }
    let refused = server
        .get("/api/tasks")
        .token(&key(&server, &root, json!(["read:notes"])).await)
        .send()
        .await;
    assert_eq!(refused.detail(), "This API key has no scope `read:tasks`");
}

#[tokio::test]
async fn what_is_no_scope_is_refused_with_what_was_meant() {
    let server = Server::with(MODELS).await;
    let ada = server.user("ada").await;
    let body = json!({"name": "", "scopes": ["read:note", "admin", "worker", "metrics"], "expires_at": "2020-01-01T00:00:00Z"});
    let told = make(&server, &ada, body).await.expect(422).detail();
    assert!(told.contains("body.name"), "{told}");
    let body = json!({"name": "k", "scopes": ["read:note", "admin", "worker", "metrics"], "expires_at": "2020-01-01T00:00:00Z"});
    let told = make(&server, &ada, body).await.expect(422).detail();
    for way in [
        "Did you mean `notes`?",
        "body.scopes.1",
        "body.scopes.2 value_error: Value error, admins alone",
        "body.scopes.3",
        "body.expires_at",
    ] {
        assert!(told.contains(way), "{told}");
    }
}
