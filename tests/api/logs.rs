//! One line a write, a sign-in, a refusal; and the audit.

use serde_json::{Value, json};

use crate::support::Server;

fn lines(server: &Server) -> Vec<Value> {
    let log = server.log();
    log.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
        .collect()
}

#[tokio::test]
async fn each_write_sign_in_and_refusal_is_one_line() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let login = json!({"email": "ada@example.com", "password": "not the password"});
    let calls = [
        (
            server.post("/api/items", json!({"name": "x"})).by(&ada),
            201,
            true,
        ),
        (server.get("/api/items/1").by(&ada), 200, false),
        (server.get("/api/items/2").by(&ada), 404, false),
        (
            server.patch("/api/items/1", json!({"name": "y"})).by(&ada),
            200,
            true,
        ),
        (
            server.post("/api/items", json!({"name": 1})).by(&ada),
            422,
            true,
        ),
        (server.delete("/api/items/1").by(&ada), 200, true),
        (server.post("/api/auth/login", login), 401, true),
        (server.get("/api/items?name=secret-of-the-query"), 401, true),
        (server.get("/api/admin/users").by(&ada), 403, true),
    ];
    for (call, status, logged) in calls {
        let answer = call.send().await.expect(status);
        let id = answer.header("x-request-id").unwrap().to_owned();
        let found: Vec<Value> = lines(&server)
            .into_iter()
            .filter(|line| line["request_id"] == id.as_str())
            .collect();
        assert_eq!(found.len(), usize::from(logged), "{found:?}");
        let Some(line) = found.first() else { continue };
        assert_eq!(line["message"], "request");
        assert_eq!(line["status"], status);
        assert_eq!(line["address"], "127.0.0.1");
        for name in ["method", "path", "ms", "timestamp", "level"] {
            assert!(!line[name].is_null(), "{name}: {line}");
        }
        if status != 401 {
            assert_eq!(line["user"], ada.id.as_str(), "{line}");
        }
    }
    assert!(!server.log().contains("secret-of-the-query"));
}

#[tokio::test]
async fn what_is_logged_is_said_by_the_setting() {
    for (setting, read, write) in [("all", 1, 1), ("writes", 0, 1), ("errors", 0, 0)] {
        let server = Server::with(&format!("[logs]\nrequests = \"{setting}\"\n")).await;
        server.get("/healthz").send().await.expect(200);
        server
            .post("/api/auth/login", json!({}))
            .send()
            .await
            .expect(422);
        server
            .get("/test/panic")
            .unchecked()
            .send()
            .await
            .expect(500);
        let count = |path: &str| {
            lines(&server)
                .iter()
                .filter(|line| line["path"] == path)
                .count()
        };
        assert_eq!(count("/healthz"), read, "{setting}");
        assert_eq!(count("/api/auth/login"), write, "{setting}");
        assert_eq!(count("/test/panic"), 1, "{setting}");
    }
}

#[tokio::test]
async fn a_line_is_a_line_whatever_the_path_has() {
    let server = Server::start().await;
    let path = "/api/%0a%1b[31m%22forged%22%0d";
    server.post(path, json!({})).send().await.expect(404);
    for line in lines(&server) {
        assert!(line["level"].is_string());
    }
    assert!(!server.log().contains('\u{1b}'));
}

#[tokio::test]
async fn the_audit_knows_who_did_what() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let body = json!({"email": "ada@example.com", "password": "not the password"});
    server
        .post("/api/auth/login", body)
        .send()
        .await
        .expect(401);
    server
        .post("/api/auth/logout", json!({"all": true}))
        .by(&ada)
        .send()
        .await
        .expect(200);
    server.hearth(&["user", "disable", "ada@example.com"]);
    let text = server.hearth(&["audit", "--user", "ada@example.com", "--json"]);
    let entries: Vec<Value> = serde_json::from_str(&text).unwrap();
    let actions: Vec<&str> = entries
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        actions,
        [
            "user_disabled",
            "sign_out_all",
            "sign_in_failed",
            "registered"
        ]
    );
    assert_eq!(entries[3]["address"], "127.0.0.1");
}
