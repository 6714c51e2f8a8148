//! Which access tokens are believed, and for how long.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::forge;
use crate::support::Server;

#[tokio::test]
async fn an_access_token_says_who_for_how_long_and_in_which_session() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let claims = forge::claims(&ada.token);
    let mut names: Vec<&String> = claims.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["exp", "iat", "iss", "jti", "sid", "sub"]);
    assert_eq!(claims["sub"], ada.id.as_str());
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        900
    );
    let sessions = server
        .get("/api/auth/sessions")
        .by(&ada)
        .send()
        .await
        .items();
    assert_eq!(claims["sid"], sessions[0]["id"]);
}

/// The token's claims changed by one, and what the server then says.
async fn verdict(server: &Server, header: &Value, claims: &Value, secret: &[u8]) -> String {
    let token = forge::token(header, claims, secret);
    let answer = server.get("/api/auth/me").token(&token).send().await;
    if answer.status == 200 {
        return "fine".to_owned();
    }
    assert_eq!(answer.status, 401, "{}", answer.text());
    assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    answer.detail()
}

#[tokio::test]
async fn a_token_with_a_missing_or_wrong_claim_is_refused() {
    let server = Server::with(&forge::config()).await;
    let ada = server.user("ada").await;
    let bob = server.user("bob").await;
    let good = forge::claims(&ada.token);
    let now = good["iat"].as_i64().unwrap();
    let secret = forge::SECRET.as_bytes();
    assert_eq!(
        verdict(&server, &forge::hs256(), &good, secret).await,
        "fine"
    );
    for (name, value, says) in [
        ("exp", Value::Null, "Invalid token"),
        ("sub", Value::Null, "Invalid token"),
        ("iss", Value::Null, "Invalid token"),
        ("sid", Value::Null, "Invalid token"),
        ("iat", Value::Null, "Invalid token"),
        ("exp", json!(now - 60), "Token expired"),
        ("exp", json!("never"), "Invalid token"),
        ("sub", json!(""), "Invalid token"),
        ("sub", json!(bob.id), "Invalid token"),
        (
            "sub",
            json!("00000000-0000-0000-0000-000000000000"),
            "Invalid token",
        ),
        ("sid", json!("no such session"), "Invalid token"),
        ("iss", json!("another instance"), "Invalid token"),
        ("nbf", json!(now + 600), "Invalid token"),
        ("iat", json!(now + 600), "Invalid token"),
    ] {
        let mut claims = good.clone();
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
        let said = verdict(&server, &forge::hs256(), &claims, secret).await;
        assert_eq!(said, says, "{name} = {value}");
    }
}

#[tokio::test]
async fn the_algorithm_is_the_keys_not_the_tokens() {
    let server = Server::with(&forge::config()).await;
    let ada = server.user("ada").await;
    let claims = forge::claims(&ada.token);
    let secret = forge::SECRET.as_bytes();
    for header in [
        json!({"alg": "none"}),
        json!({"alg": "NONE", "typ": "JWT"}),
        json!({"alg": "RS256", "typ": "JWT"}),
        json!({"alg": "ES256", "typ": "JWT"}),
        json!({"alg": "HS512", "typ": "JWT"}),
        json!({"alg": "HS256", "typ": "JWT", "crit": ["exp"]}),
        json!({"alg": "HS256", "typ": "at+jwt"}),
        json!({"typ": "JWT"}),
    ] {
        let said = verdict(&server, &header, &claims, secret).await;
        assert_eq!(said, "Invalid token", "{header}");
    }
    for secret in [&b""[..], b"a guess of at least thirty-two bytes"] {
        let said = verdict(&server, &forge::hs256(), &claims, secret).await;
        assert_eq!(said, "Invalid token");
    }
    let (message, _) = ada.token.rsplit_once('.').unwrap();
    for token in [
        format!("{message}."),
        message.to_owned(),
        format!("{}x", ada.token),
    ] {
        let answer = server.get("/api/auth/me").token(&token).send().await;
        assert_eq!(answer.expect(401).detail(), "Invalid token");
    }
}

#[tokio::test]
async fn whatever_else_is_sent_as_a_credential_is_a_bad_one() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let nothing = server.get("/api/auth/me").send().await.expect(401);
    assert_eq!(nothing.detail(), "Not authenticated");
    assert_eq!(nothing.header("www-authenticate"), Some("Bearer"));
    let long = format!("Bearer {}", "a".repeat(9000));
    for credential in [
        "Bearer",
        "Bearer ",
        "Basic YWRhOnNlY3JldA==",
        &format!("Token {}", ada.token),
        &ada.token,
        &format!("Bearer {}", ada.refresh_token),
        &long,
        "",
    ] {
        for path in ["/api/auth/me", "/api/items"] {
            let answer = server
                .get(path)
                .header("authorization", credential)
                .send()
                .await
                .expect(401);
            assert!(answer.detail().starts_with("Invalid token"), "{credential}");
        }
    }
    let twice = server.get("/api/auth/me").by(&ada).by(&ada).send().await;
    assert_eq!(twice.expect(401).detail(), "Invalid token");
    // A token in the address is none: it would stand in logs.
    let path = format!("/api/auth/me?access_token={}", ada.token);
    server.get(&path).send().await.expect(401);
    let lower = format!("bearer {}", ada.token);
    server
        .get("/api/auth/me")
        .header("authorization", &lower)
        .send()
        .await
        .expect(200);
}

#[tokio::test]
async fn a_disabled_or_deleted_users_token_is_dead_within_a_second() {
    let server = Server::start().await;
    for (name, command) in [
        ("ada", vec!["user", "disable", "ada@example.com"]),
        ("bob", vec!["user", "delete", "bob@example.com", "--yes"]),
        ("eve", vec!["user", "delete", "eve@example.com", "--yes"]),
    ] {
        let user = server.user(name).await;
        server.get("/api/items").by(&user).send().await.expect(200);
        server.hearth(&command);
        let done = Instant::now();
        while server.get("/api/items").by(&user).send().await.status == 200 {
            assert!(done.elapsed() < Duration::from_secs(1), "{name}");
        }
        let answer = server.get("/api/items").by(&user).send().await.expect(401);
        assert_eq!(answer.detail(), "Invalid token");
        let body = json!({"refresh_token": user.refresh_token});
        server
            .post("/api/auth/refresh", body)
            .send()
            .await
            .expect(401);
    }
}

#[tokio::test]
async fn a_role_given_or_taken_acts_on_the_next_request() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let ada = server.user("ada").await;
    server
        .get("/api/admin/users")
        .by(&ada)
        .send()
        .await
        .expect(403);
    let path = format!("/api/admin/users/{}", ada.id);
    for (role, status) in [("admin", 200), ("user", 403)] {
        server
            .put(&path, json!({"role": role}))
            .by(&root)
            .send()
            .await
            .expect(200);
        server
            .get("/api/admin/users")
            .by(&ada)
            .send()
            .await
            .expect(status);
    }
}
