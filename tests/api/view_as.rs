//! Seeing as another user: what an admin then sees, that they change nothing by whatever call, and what ends it.

use serde_json::{Value, json};

use crate::support::{PASSWORD, Server, User};

const CONFIG: &str = r#"
[auth.roles.editor]
[tasks.report]
[models.notes.fields]
text = { type = "string" }
[models.pages]
access = "admin"
[models.pages.fields]
text = { type = "string" }
"#;

fn path(user: &User) -> String {
    format!("/api/admin/users/{}/view-as", user.id)
}

/// The token by which the admin sees as that user.
async fn view(server: &Server, admin: &User, user: &User) -> String {
    let call = server.post(&path(user), json!({"reason": "ticket 7"}));
    let made = call.by(admin).send().await.expect(201);
    made.json()["data"]["access_token"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn status(server: &Server, token: &str) -> u16 {
    server.get("/api/auth/me").token(token).send().await.status
}

#[tokio::test]
async fn an_admin_sees_what_the_user_sees_and_not_what_an_admin_does() {
    let server = Server::with(CONFIG).await;
    let (root, ada) = (server.admin("root").await, server.user("ada").await);
    for (user, text) in [(&ada, "of ada"), (&root, "of root")] {
        let call = server.post("/api/notes", json!({"text": text})).by(user);
        call.send().await.expect(201);
    }
    let begun = server.post(&path(&ada), json!({"reason": "ticket 7"}));
    let begun = begun.by(&root).send().await.expect(201);
    assert_eq!(begun.header("cache-control"), Some("no-store"));
    assert!(begun.header("set-cookie").is_none());
    let data = begun.json()["data"].clone();
    assert_eq!(data["user"]["id"], ada.id);
    assert!(data["expires_in"].as_i64().unwrap() <= 900);
    assert!(data.get("refresh_token").is_none());
    let token = data["access_token"].as_str().unwrap();
    let me = server.get("/api/auth/me").token(token).send().await;
    assert_eq!(me.expect(200).json()["item"]["id"], ada.id);
    let notes = server.get("/api/notes").token(token).send().await.items();
    assert_eq!(notes.len(), 1);
    assert_eq!(notes[0]["text"], "of ada");
    let pages = server.get("/api/pages").token(token).send().await;
    assert_eq!(pages.expect(403).json()["code"], "forbidden");
    let users = server.get("/api/admin/users").token(token).send().await;
    users.expect(403);
}

/// Every call that `hearth routes` lists, also those that ask nobody who they are.
#[tokio::test]
async fn nothing_is_written_by_whatever_call() {
    let server = Server::with(CONFIG).await;
    let (root, ada) = (server.admin("root").await, server.user("ada").await);
    let note = server.post("/api/notes", json!({"text": "x"})).by(&ada);
    note.send().await.expect(201);
    let run = server.post("/api/executions", json!({"task": "report"}));
    let run = run.by(&ada).send().await.expect(201).json();
    let run = run["item"]["id"].as_str().unwrap().to_owned();
    let token = view(&server, &root, &ada).await;
    let routes: Vec<Value> = serde_json::from_str(&server.hearth(&["routes", "--json"])).unwrap();
    let mut writes = 0;
    for route in &routes {
        let (method, path) = (
            route["method"].as_str().unwrap(),
            route["path"].as_str().unwrap(),
        );
        let id = if path.contains("executions") {
            &run
        } else {
            "1"
        };
        let filled = path.replace("{id}", id);
        let call = server.call(method, &filled).token(&token);
        if method == "GET" {
            let answer = call.unchecked().send().await;
            assert!(answer.status < 500, "{path}: {}", answer.text());
            continue;
        }
        let answer = call.json(json!({"text": "y"})).send().await;
        assert_eq!(answer.status, 403, "{method} {path}: {}", answer.text());
        assert_eq!(answer.json()["code"], "read_only", "{method} {path}");
        writes += 1;
    }
    assert!(writes > 35, "{writes}");
    let note = server.get("/api/notes/1").by(&ada).send().await.expect(200);
    assert_eq!(note.json()["item"]["text"], "x");
    let unknown = server.post("/api/nothing", json!({})).token(&token);
    unknown.send().await.expect(404);
}

#[tokio::test]
async fn what_is_the_users_own_is_not_shown() {
    let server = Server::with(CONFIG).await;
    let (root, ada) = (server.admin("root").await, server.user("ada").await);
    let key = server.post("/api/auth/api-keys", json!({"name": "nightly"}));
    let key = key.by(&ada).send().await.expect(201).json();
    let token = view(&server, &root, &ada).await;
    for path in [
        "/api/auth/sessions",
        "/api/auth/api-keys",
        "/api/auth/second-factors",
        "/api/auth/identities",
    ] {
        let answer = server.get(path).token(&token).send().await.expect(403);
        assert!(
            !answer
                .text()
                .contains(key["item"]["prefix"].as_str().unwrap())
        );
    }
    // Nor is it a use of theirs: they have the one session with which they began.
    let sessions = server.get("/api/auth/sessions").by(&ada).send().await;
    assert_eq!(sessions.items().len(), 1);
}

#[tokio::test]
async fn it_is_for_admins_in_a_session_and_not_for_seeing_as_admins() {
    let server = Server::with(CONFIG).await;
    let (root, ada) = (server.admin("root").await, server.user("ada").await);
    let (eve, reason) = (server.admin("eve").await, json!({"reason": "why"}));
    let ask = async |token: &str, user: &User, body: &Value| {
        let call = server.post(&path(user), body.clone()).token(token);
        call.send().await
    };
    ask(&ada.token, &ada, &reason).await.expect(403);
    server
        .post(&path(&ada), reason.clone())
        .send()
        .await
        .expect(401);
    for admin in [&eve, &root] {
        ask(&root.token, admin, &reason).await.expect(409);
    }
    for body in [
        json!({}),
        json!({"reason": ""}),
        json!({"reason": "x", "minutes": 600}),
    ] {
        ask(&root.token, &ada, &body).await.expect(422);
    }
    let key = server.post("/api/auth/api-keys", json!({"name": "k"}));
    let key = key.by(&root).send().await.expect(201).json();
    let key = key["key"].as_str().unwrap();
    ask(key, &ada, &reason).await.expect(403);
    let nobody = User {
        id: "nobody".to_owned(),
        ..ada.clone()
    };
    ask(&root.token, &nobody, &reason).await.expect(404);
    let token = view(&server, &root, &ada).await;
    let again = ask(&token, &ada, &reason).await.expect(403);
    assert_eq!(again.json()["code"], "read_only");
}

#[tokio::test]
async fn it_ends_with_the_admin_and_with_the_user() {
    let server = Server::with(CONFIG).await;
    let (root, ada) = (server.admin("root").await, server.user("ada").await);
    let change = async |user: &User, body: Value| {
        let path = format!("/api/admin/users/{}", user.id);
        server.put(&path, body).by(&root).send().await.expect(200);
    };
    // The user is disabled, then an admin.
    let token = view(&server, &root, &ada).await;
    for (ended, mended) in [
        (json!({"disabled": true}), json!({"disabled": false})),
        (json!({"role": "admin"}), json!({"role": "user"})),
    ] {
        assert_eq!(status(&server, &token).await, 200);
        change(&ada, ended).await;
        assert_eq!(status(&server, &token).await, 401);
        change(&ada, mended).await;
    }
    // A role that the user gets acts at once.
    change(&ada, json!({"role": "editor"})).await;
    let me = server.get("/api/auth/me").token(&token).send().await;
    assert_eq!(me.expect(200).json()["item"]["role"], "editor");
    // The admin loses the role, then the session.
    let eve = server.admin("eve").await;
    let token = view(&server, &eve, &ada).await;
    change(&eve, json!({"role": "user"})).await;
    assert_eq!(status(&server, &token).await, 401);
    change(&eve, json!({"role": "admin"})).await;
    let eve = server.sign_in(&eve.email, PASSWORD).await;
    let token = view(&server, &eve, &ada).await;
    assert_eq!(status(&server, &token).await, 200);
    let logout = server.post("/api/auth/logout", json!({})).by(&eve);
    logout.send().await.expect(200);
    assert_eq!(status(&server, &token).await, 401);
    let bob = server.user("bob").await;
    let token = view(&server, &root, &bob).await;
    let gone = format!("/api/admin/users/{}", bob.id);
    server.delete(&gone).by(&root).send().await.expect(200);
    assert_eq!(status(&server, &token).await, 401);
}

#[tokio::test]
async fn its_token_is_of_no_other_use() {
    let server = Server::with(CONFIG).await;
    let (root, ada) = (server.admin("root").await, server.user("ada").await);
    let token = view(&server, &root, &ada).await;
    let bare = token.strip_prefix("hv_").unwrap();
    for other in [
        bare,
        &format!("hv_{}", root.token),
        &format!("hv_{}", ada.token),
        "hv_",
        "hv_x",
    ] {
        assert_eq!(status(&server, other).await, 401, "{other}");
    }
    let body = json!({"refresh_token": token});
    let refresh = server.post("/api/auth/refresh", body).send().await;
    refresh.expect(401);
    // A bad one is 401 before it is said what it may not do.
    let call = server
        .post("/api/notes", json!({"text": "x"}))
        .token("hv_x");
    call.send().await.expect(401);
}

#[tokio::test]
async fn the_audit_and_the_log_know_who_looked() {
    let server = Server::with(CONFIG).await;
    let (root, ada) = (server.admin("root").await, server.user("ada").await);
    let token = view(&server, &root, &ada).await;
    let refused = server.get("/api/admin/users").token(&token).send().await;
    let refused = refused.expect(403);
    let entries = async |action: &str| {
        let path = format!("/api/admin/audit?action={action}");
        server.get(&path).by(&root).send().await.expect(200).items()
    };
    let begun = entries("viewed_as").await;
    assert_eq!(begun.len(), 1);
    assert_eq!(begun[0]["user"], root.id);
    assert_eq!(begun[0]["target"], ada.id);
    assert_eq!(begun[0]["address"], "127.0.0.1");
    assert_eq!(begun[0]["detail"]["reason"], "ticket 7");
    // What was refused to the admin's eyes is no try of the user's.
    assert_eq!(entries("refused").await[0]["user"], root.id);
    let id = refused.header("x-request-id").unwrap();
    let log = server.log();
    let line = log.lines().find(|line| line.contains(id)).unwrap();
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["user"], ada.id.as_str());
    assert_eq!(line["viewer"], root.id.as_str());
    assert!(!log.contains(&token));
}
