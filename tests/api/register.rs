//! `POST /api/auth/register`: new accounts.

use std::collections::HashMap;

use serde_json::json;

use crate::support::{PASSWORD, Server};

#[tokio::test]
async fn a_new_account_is_signed_in() {
    let server = Server::start().await;
    let body = json!({"email": "Ada@Example.com", "password": PASSWORD, "name": "Ada"});
    let made = server
        .post("/api/auth/register", body)
        .send()
        .await
        .expect(201);
    let data = made.json()["data"].clone();
    assert_eq!(data["user"]["email"], "Ada@Example.com");
    assert_eq!(data["user"]["name"], "Ada");
    assert_eq!(data["user"]["role"], "user");
    assert_eq!(data["user"]["email_verified"], false);
    assert_eq!(data["token_type"], "bearer");
    assert_eq!(data["expires_in"], 900);
    assert_eq!(made.header("cache-control"), Some("no-store"));
    let token = data["access_token"].as_str().unwrap();
    let me = server
        .get("/api/auth/me")
        .token(token)
        .send()
        .await
        .expect(200);
    assert_eq!(me.item(), data["user"]);
    assert!(!made.text().contains(PASSWORD));
}

#[tokio::test]
async fn the_refresh_cookie_is_for_the_servers_own_pages_alone() {
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    for (config, secure) in [
        ("", false),
        ("[server]\nurl = \"https://app.example.com\"", true),
    ] {
        let server = Server::with(&format!("{config}\n")).await;
        let made = server.post("/api/auth/register", body.clone()).send().await;
        let made = made.expect(201);
        let cookie = made.header("set-cookie").unwrap();
        let parts: Vec<&str> = cookie.split("; ").collect();
        assert!(parts[0].starts_with("hearth_refresh=") && parts[0].len() > 40);
        for part in ["HttpOnly", "SameSite=Strict", "Path=/api/auth"] {
            assert!(parts.contains(&part), "{cookie}");
        }
        assert!(parts.iter().any(|part| part.starts_with("Max-Age=")));
        assert!(!cookie.contains("Domain"));
        assert_eq!(parts.contains(&"Secure"), secure);
    }
}

#[tokio::test]
async fn every_fault_of_the_body_is_told_at_once() {
    let server = Server::start().await;
    let refused = |body| server.post("/api/auth/register", body).send();
    let answer = refused(json!({})).await.expect(422);
    assert_eq!(
        answer.detail(),
        "body.email missing: Field required\nbody.password missing: Field required"
    );
    let body =
        json!({"email": "ada", "password": 7, "role": "admin", "id": "x", "name": "n".repeat(201)});
    let detail = refused(body).await.expect(422).detail();
    let kinds: HashMap<&str, &str> = detail
        .lines()
        .filter_map(|line| line.split(':').next()?.split_once(' '))
        .collect();
    assert_eq!(kinds["body.email"], "value_error");
    assert_eq!(kinds["body.password"], "string_type");
    assert_eq!(kinds["body.name"], "string_too_long");
    assert_eq!(kinds["body.role"], "extra_forbidden");
    assert_eq!(kinds["body.id"], "extra_forbidden");
    for email in [
        "ada@localhost",
        "Ada <ada@example.com>",
        "ada@example.com\n",
        "a b@example.com",
        "ada@[127.0.0.1]",
        "@example.com",
    ] {
        refused(json!({"email": email, "password": PASSWORD}))
            .await
            .expect(422);
    }
}

#[tokio::test]
async fn weak_passwords_are_refused_and_never_echoed() {
    let server = Server::start().await;
    let long = "aB3$".repeat(257);
    for password in [
        "short",
        "password123",
        "12345678",
        "qwertyuiop",
        "ada@example.com",
        "ADA@example.com",
        long.as_str(),
    ] {
        let body = json!({"email": "ada@example.com", "password": password});
        let answer = server
            .post("/api/auth/register", body)
            .send()
            .await
            .expect(422);
        assert!(answer.detail().starts_with("body.password "));
        if password != "ada@example.com" {
            assert!(!answer.text().contains(password), "{}", answer.text());
        }
    }
}

#[tokio::test]
async fn an_address_has_one_account_whatever_its_case() {
    let server = Server::start().await;
    server.user("ada").await;
    let body = json!({"email": "ADA@EXAMPLE.com", "password": PASSWORD});
    let answer = server
        .post("/api/auth/register", body)
        .send()
        .await
        .expect(409);
    assert_eq!(answer.json()["code"], "conflict");
    assert!(answer.detail().contains("email"));
}

#[tokio::test]
async fn fifty_at_once_with_one_address_make_one_account() {
    let server = Server::start().await;
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    let all = (0..50).map(|_| server.post("/api/auth/register", body.clone()).send());
    let answers = futures_util::future::join_all(all).await;
    let count = |status| {
        answers
            .iter()
            .filter(|answer| answer.status == status)
            .count()
    };
    assert_eq!((count(201), count(201) + count(409) + count(503)), (1, 50));
    let users: Vec<serde_json::Value> =
        serde_json::from_str(&server.hearth(&["user", "list", "--json"])).unwrap();
    assert_eq!(users.len(), 1);
}

#[tokio::test]
async fn where_registration_is_closed_admins_make_accounts() {
    let server = Server::with("[auth]\nregistration = \"closed\"\n").await;
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    let refused = server
        .post("/api/auth/register", body.clone())
        .send()
        .await
        .expect(403);
    assert!(refused.detail().contains("closed"));
    // What nobody may do is not checked further.
    server
        .post("/api/auth/register", json!({}))
        .send()
        .await
        .expect(403);
    server.hearth_with(
        &[
            "user",
            "create",
            "--admin",
            "root@example.com",
            "--password-stdin",
        ],
        PASSWORD,
    );
    let root = server.sign_in("root@example.com", PASSWORD).await;
    let made = server
        .post("/api/auth/register", body)
        .by(&root)
        .send()
        .await
        .expect(201);
    assert_eq!(
        made.header("set-cookie"),
        None,
        "the admin stays who they are"
    );
    let ada = server.sign_in("ada@example.com", PASSWORD).await;
    let body = json!({"email": "eve@example.com", "password": PASSWORD});
    server
        .post("/api/auth/register", body)
        .by(&ada)
        .send()
        .await
        .expect(403);
}

#[tokio::test]
async fn a_bad_token_is_refused_where_none_is_needed() {
    let server = Server::start().await;
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    let answer = server
        .post("/api/auth/register", body)
        .token("nonsense")
        .send()
        .await
        .expect(401);
    assert_eq!(answer.detail(), "Invalid token");
}

#[tokio::test]
async fn an_account_that_an_admin_makes_is_audited_as_theirs() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let body = json!({"email": "bob@example.com", "password": PASSWORD});
    let made = server
        .post("/api/auth/register", body)
        .by(&root)
        .send()
        .await
        .expect(201);
    let audit: serde_json::Value =
        serde_json::from_str(&server.hearth(&["audit", "--json"])).unwrap();
    let bob = &made.json()["data"]["user"]["id"];
    let entries = audit.as_array().unwrap();
    let entry = entries
        .iter()
        .find(|entry| entry["target"] == *bob)
        .unwrap();
    assert_eq!(entry["action"], "registered");
    assert_eq!(entry["user"], root.id.as_str());
}

#[tokio::test]
async fn a_weak_password_is_told_with_the_rest() {
    let server = Server::start().await;
    let body = json!({"email": "bob", "password": "123", "name": 5});
    let refused = server.post("/api/auth/register", body).send().await;
    let detail = refused.expect(422).detail();
    let ways: Vec<&str> = detail
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert_eq!(
        ways,
        ["body.email", "body.password", "body.name"],
        "{detail}"
    );
    let body = json!({"email": "bob@example.com", "password": "123", "role": "admin"});
    let refused = server.post("/api/auth/register", body).send().await;
    let detail = refused.expect(422).detail();
    assert!(detail.contains("body.password value_error"), "{detail}");
}
