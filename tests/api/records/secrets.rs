//! `write_only`: accepted, and never said again. Not in answers, errors, exports or logs.

use serde_json::json;

use super::{kinds, make};
use crate::support::Server;

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

#[tokio::test]
async fn a_hidden_field_never_leaves() {
    let mut server = Server::with(CONFIG).await;
    let (ada, bob, root) = (
        server.user("ada").await,
        server.user("bob").await,
        server.admin("root").await,
    );
    let body = json!({"site": "s", "code": "hunter2-secret", "data": {"k": "hunter2-inner"}, "pins": [424_242]});
    let mut answers = vec![
        server
            .post("/api/logins", body.clone())
            .by(&ada)
            .header("idempotency-key", "k")
            .send()
            .await
            .expect(201),
    ];
    answers.push(
        server
            .post("/api/logins", body.clone())
            .by(&ada)
            .header("idempotency-key", "k")
            .send()
            .await
            .expect(201),
    );
    answers.push(
        server
            .post("/api/logins", json!([body.clone()]))
            .by(&ada)
            .send()
            .await
            .expect(409),
    );
    answers.push(
        server
            .post(
                "/api/logins",
                json!({"site": 1, "code": "no-hunter2", "data": [], "pins": ["hunter2"]}),
            )
            .by(&ada)
            .send()
            .await
            .expect(422),
    );
    for user in [&ada, &bob, &root] {
        answers.push(server.get("/api/logins").by(user).send().await.expect(200));
        answers.push(
            server
                .get("/api/logins/1")
                .by(user)
                .send()
                .await
                .expect(200),
        );
    }
    answers.push(
        server
            .put("/api/logins/1", json!({"code": "hunter2-other"}))
            .by(&ada)
            .send()
            .await
            .expect(200),
    );
    answers.push(
        server
            .patch("/api/logins/1", json!({"data": {"more": "hunter2"}}))
            .by(&ada)
            .send()
            .await
            .expect(200),
    );
    answers.push(
        server
            .patch("/api/logins/1", json!({"code": "hunter2-x", "site": 7}))
            .by(&ada)
            .send()
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
        answers.push(
            server
                .get(&format!("/api/logins?{query}"))
                .by(&ada)
                .send()
                .await
                .expect(422),
        );
    }
    for answer in &answers {
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
        if answer.status < 300 {
            assert!(
                !text.contains("pins") && !text.contains("\"data\""),
                "{text}"
            );
        }
    }
    let exported = server.hearth(&["export", "logins"]);
    assert!(
        exported.contains("\"s\"") && !exported.contains("hunter2") && !exported.contains("pins"),
        "{exported}"
    );
    server.stop();
    let log = server.log();
    assert!(
        log.contains("/api/logins") && !log.contains("hunter2") && !log.contains("424242"),
        "{log}"
    );
    // It is there all the same.
    let stored = rusqlite::Connection::open(server.database()).unwrap();
    let (code, data): (String, String) = stored
        .query_row("SELECT code, data FROM logins", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert_eq!(
        (code.as_str(), data.as_str()),
        ("hunter2-other", r#"{"k":"hunter2-inner","more":"hunter2"}"#)
    );
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
