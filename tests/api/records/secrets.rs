//! `write_only`: accepted, and never said again. Not in answers, errors, exports or logs.

use serde_json::json;

use super::{At, kinds, make};
use crate::support::{Answer, Server, User};

const CONFIG: &str = r#"
[logs]
level = "debug"
requests = "all"
[models.logins]
access = "shared_read"
[models.logins.fields]
site = { type = "string", required = true }
code = { type = "string", write_only = true, min_length = 5, pattern = "^hunter2", unique = "global" }
data = { type = "object", write_only = true }
pins = { type = "array", items = "integer", write_only = true, max_items = 2 }
"#;

/// Every answer that has to do with hidden fields, good ones and bad ones.
async fn answers(server: &Server, ada: &User) -> Vec<Answer> {
    let (bob, root) = (server.user("bob").await, server.admin("root").await);
    let body = json!({
        "site": "s", "code": "hunter2-secret", "data": {"k": "hunter2-inner"}, "pins": [424_242],
    });
    let at = At(server, Some(ada));
    let key = ("idempotency-key", "k");
    let mut all = Vec::new();
    for _ in 0..2 {
        let made = at.with(key, "POST", "/api/logins", body.clone()).await;
        all.push(made.expect(201));
    }
    let many = json!([body]);
    all.push(at.post("/api/logins", many).await.expect(409));
    let bad = json!({"site": 1, "code": "no-hunter2", "data": [], "pins": ["hunter2"]});
    all.push(at.post("/api/logins", bad).await.expect(422));
    for user in [ada, &bob, &root] {
        let at = At(server, Some(user));
        all.push(at.get("/api/logins").await.expect(200));
        all.push(at.get("/api/logins/1").await.expect(200));
    }
    let path = "/api/logins/1";
    all.push(
        at.put(path, json!({"code": "hunter2-other"}))
            .await
            .expect(200),
    );
    all.push(
        at.patch(path, json!({"data": {"more": "hunter2"}}))
            .await
            .expect(200),
    );
    all.push(
        at.patch(path, json!({"code": "hunter2-x", "site": 7}))
            .await
            .expect(422),
    );
    for query in [
        "code=hunter2-other",
        "data=x",
        "pins=1",
        "sort=code",
        "sort=-code",
        "fields=code",
        "fields=site,data",
    ] {
        all.push(at.get(&format!("/api/logins?{query}")).await.expect(422));
    }
    all
}

#[tokio::test]
async fn a_hidden_field_never_leaves() {
    let mut server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    for answer in answers(&server, &ada).await {
        let text = answer.text();
        for hidden in [
            "hunter2-",
            "424242",
            "\"code\":\"hunter",
            "\"data\":{",
            "\"pins\":[",
        ] {
            assert!(!text.contains(hidden), "{text}");
        }
        let named = text.contains("pins") || text.contains("\"data\"");
        assert!(answer.status >= 300 || !named, "{text}");
    }
    let exported = server.hearth(&["export", "logins"]);
    assert!(exported.contains("\"s\""), "{exported}");
    assert!(
        !exported.contains("hunter2") && !exported.contains("pins"),
        "{exported}"
    );
    server.stop();
    let log = server.log();
    assert!(log.contains("/api/logins"), "{log}");
    assert!(!log.contains("hunter2") && !log.contains("424242"), "{log}");
    // It is there all the same.
    let stored = rusqlite::Connection::open(server.database()).unwrap();
    let (code, data): (String, String) = stored
        .query_row("SELECT code, data FROM logins", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert_eq!(code, "hunter2-other");
    assert_eq!(data, r#"{"k":"hunter2-inner","more":"hunter2"}"#);
}

#[tokio::test]
async fn a_change_of_a_hidden_field_is_a_new_version() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    let id = make(&server, "logins", &ada, json!({"site": "s"})).await;
    let path = format!("/api/logins/{id}");
    let before = server.get(&path).by(&ada).send().await;
    let tag = before.header("etag").unwrap();
    let changed = server
        .put(&path, json!({"code": "hunter2-a"}))
        .by(&ada)
        .header("if-match", tag)
        .send()
        .await
        .expect(200);
    assert_ne!(changed.header("etag"), Some(tag));
    let answer = server
        .put(&path, json!({"code": "x"}))
        .by(&ada)
        .send()
        .await
        .expect(422);
    assert_eq!(kinds(&answer), ["body.code string_too_short"]);
}
