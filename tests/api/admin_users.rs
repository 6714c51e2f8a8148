//! `/api/admin/users`: what admins may do with accounts, and that nobody else may.

use serde_json::{Value, json};

use crate::support::{PASSWORD, Server};

#[tokio::test]
async fn only_admins_get_in() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let one = format!("/api/admin/users/{}", ada.id);
    for (method, path) in [
        ("GET", "/api/admin/users?nonsense=1"),
        ("GET", one.as_str()),
        ("PUT", one.as_str()),
        ("DELETE", one.as_str()),
        ("GET", "/api/admin/users/nobody?x=1"),
        ("DELETE", "/api/admin/users/nobody?x=1"),
    ] {
        server.call(method, path).send().await.expect(401);
        let refused = server.call(method, path).by(&ada).send().await.expect(403);
        assert_eq!(refused.detail(), "Only admins may do this");
    }
    server.get("/api/auth/me").by(&ada).send().await.expect(200);
}

#[tokio::test]
async fn users_are_listed_by_pages() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    for name in ["ada", "bob", "eve"] {
        server.user(name).await;
    }
    let page = server
        .get("/api/admin/users?limit=3")
        .by(&root)
        .send()
        .await
        .expect(200);
    let names = |items: &[Value]| -> Vec<String> {
        items
            .iter()
            .map(|item| item["email"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        names(&page.items()),
        ["root@example.com", "ada@example.com", "bob@example.com"]
    );
    let cursor = page.json()["next_cursor"].as_str().unwrap().to_owned();
    let path = format!("/api/admin/users?limit=3&cursor={cursor}");
    let rest = server.get(&path).by(&root).send().await.expect(200);
    assert_eq!(names(&rest.items()), ["eve@example.com"]);
    assert_eq!(rest.json()["next_cursor"], json!(null));
    for (query, status) in [
        ("limit=0", 422),
        ("limit=501", 422),
        ("cursor=xyz", 400),
        ("role=admin", 422),
    ] {
        let path = format!("/api/admin/users?{query}");
        server.get(&path).by(&root).send().await.expect(status);
    }
    assert!(!page.text().contains("argon2"));
}

#[tokio::test]
async fn an_admin_disables_and_enables() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let ada = server.user("ada").await;
    let path = format!("/api/admin/users/{}", ada.id);
    let put = |body| server.put(&path, body).by(&root).send();
    let disabled = put(json!({"disabled": true})).await.expect(200);
    assert_eq!(disabled.item()["disabled"], true);
    server.get("/api/auth/me").by(&ada).send().await.expect(401);
    let body = json!({"email": ada.email, "password": PASSWORD});
    server
        .post("/api/auth/login", body)
        .send()
        .await
        .expect(401);
    put(json!({"disabled": false})).await.expect(200);
    // The old session stays ended.
    server.get("/api/auth/me").by(&ada).send().await.expect(401);
    server.sign_in(&ada.email, PASSWORD).await;
    put(json!({"name": "Ada"})).await.expect(200);
    let item = server.get(&path).by(&root).send().await.expect(200).item();
    assert_eq!(
        (&item["name"], &item["role"]),
        (&json!("Ada"), &json!("user"))
    );
    let said = put(json!({"role": "boss"})).await.expect(422).detail();
    assert!(said.starts_with("body.role enum"));
    put(json!({"email": "x@example.com"})).await.expect(422);
    let audit = server.hearth(&["audit", "--user", &ada.email, "--json"]);
    for action in ["user_disabled", "user_enabled", "registered", "sign_in"] {
        assert!(audit.contains(action), "{action}: {audit}");
    }
}

#[tokio::test]
async fn a_deleted_user_goes_with_their_records() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let ada = server.user("ada").await;
    server
        .post("/api/items", json!({"name": "hers"}))
        .by(&ada)
        .send()
        .await
        .expect(201);
    let path = format!("/api/admin/users/{}", ada.id);
    server.delete(&path).by(&root).send().await.expect(200);
    server
        .get("/api/items/1")
        .by(&root)
        .send()
        .await
        .expect(404);
    server.get("/api/auth/me").by(&ada).send().await.expect(401);
    for method in ["GET", "DELETE"] {
        let gone = server
            .call(method, &path)
            .by(&root)
            .send()
            .await
            .expect(404);
        assert_eq!(gone.detail(), "User not found");
    }
    server
        .put(&path, json!({"name": "x"}))
        .by(&root)
        .send()
        .await
        .expect(404);
    // The address is free again.
    server.user("ada").await;
}

#[tokio::test]
async fn the_last_admin_stays_one() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let path = format!("/api/admin/users/{}", root.id);
    for body in [json!({"role": "user"}), json!({"disabled": true})] {
        let refused = server.put(&path, body).by(&root).send().await.expect(409);
        assert!(refused.detail().contains("last admin"));
    }
    server.delete(&path).by(&root).send().await.expect(409);
    let other = server.admin("other").await;
    server.delete(&path).by(&other).send().await.expect(200);
}
