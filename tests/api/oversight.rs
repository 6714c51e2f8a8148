//! What admins see of the server's settings and of others' sessions, and how they find a user.

use serde_json::{Value, json};

use crate::support::{PASSWORD, Server};

fn emails(items: &[Value]) -> Vec<&str> {
    items
        .iter()
        .map(|item| item["email"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn users_are_found_by_parts_of_their_address_or_name_and_by_their_id() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let ada = server.user("ada").await;
    let bob = server.user("bob").await;
    let named = json!({"name": "Countess 100% _Lovelace_"});
    server
        .put("/api/auth/me", named)
        .by(&ada)
        .send()
        .await
        .expect(200);
    for (search, found) in [
        ("ada%40example", vec!["ada@example.com"]),
        ("ADA", vec!["ada@example.com"]),
        ("lovelace", vec!["ada@example.com"]),
        ("%25", vec!["ada@example.com"]),
        ("_love", vec!["ada@example.com"]),
        (bob.id.as_str(), vec!["bob@example.com"]),
        ("nobody", vec![]),
        (
            "",
            vec!["root@example.com", "ada@example.com", "bob@example.com"],
        ),
    ] {
        let path = format!("/api/admin/users?search={search}");
        let answer = server.get(&path).by(&root).send().await.expect(200);
        assert_eq!(emails(&answer.items()), found, "{search}");
    }
    let path = "/api/admin/users?search=example&limit=1";
    let first = server.get(path).by(&root).send().await.expect(200);
    let cursor = first.json()["next_cursor"].as_str().unwrap().to_owned();
    let path = format!("{path}&cursor={cursor}");
    let second = server.get(&path).by(&root).send().await.expect(200);
    assert_eq!(emails(&second.items()), ["ada@example.com"]);
    let twice = server.get("/api/admin/users?search=a&search=b").by(&root);
    twice.send().await.expect(422);
}

#[tokio::test]
async fn admins_see_and_end_the_sessions_of_others() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let ada = server.user("ada").await;
    let path = format!("/api/admin/users/{}/sessions", ada.id);
    for method in ["GET", "DELETE"] {
        server.call(method, &path).send().await.expect(401);
        server.call(method, &path).by(&ada).send().await.expect(403);
        let nobody = server.call(method, "/api/admin/users/nobody/sessions");
        nobody.by(&root).send().await.expect(404);
    }
    let listed = server.get(&path).by(&root).send().await.expect(200).items();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["current"], false);
    let own = format!("/api/admin/users/{}/sessions", root.id);
    let own = server.get(&own).by(&root).send().await.expect(200).items();
    assert!(own.iter().any(|session| session["current"] == true));
    server.delete(&path).by(&root).send().await.expect(200);
    server.get("/api/auth/me").by(&ada).send().await.expect(401);
    let none = server.get(&path).by(&root).send().await.expect(200);
    assert!(none.items().is_empty());
    let again = json!({"email": ada.email, "password": PASSWORD});
    let call = server.post("/api/auth/login", again);
    call.send().await.expect(200);
    let audit = server.get("/api/admin/audit?action=sessions_ended");
    let entries = audit.by(&root).send().await.expect(200).items();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["user"], root.id);
    assert_eq!(entries[0]["target"], ada.id);
}

#[tokio::test]
async fn admins_alone_see_the_settings_and_nobody_a_secret() {
    let server =
        Server::with("[auth]\nsecret = \"a secret that is long enough to be one\"\n").await;
    let root = server.admin("root").await;
    let ada = server.user("ada").await;
    let path = "/api/admin/settings";
    server.get(path).send().await.expect(401);
    server.get(path).by(&ada).send().await.expect(403);
    let answer = server.get(path).by(&root).send().await.expect(200);
    assert!(!answer.text().contains("long enough to be one"));
    let items = answer.items();
    let find = |name: &str| items.iter().find(|item| item["name"] == name).unwrap();
    assert_eq!(find("auth.secret")["value"], "(hidden)");
    let from = find("auth.secret")["source"].as_str().unwrap();
    assert!(from.starts_with("config.toml:"), "{from}");
    assert_eq!(find("auth.registration")["source"], "default");
    let unknown = server.get("/api/admin/settings?x=1").by(&root);
    unknown.send().await.expect(422);
}
