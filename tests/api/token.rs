//! `POST /api/auth/token`, OAuth2's own form.

use serde_json::json;

use crate::support::{Answer, PASSWORD, Server};

async fn grant(server: &Server, form: &[(&str, &str)]) -> Answer {
    server
        .call("POST", "/api/auth/token")
        .form(form)
        .send()
        .await
}

fn password<'t>(email: &'t str, password: &'t str) -> Vec<(&'t str, &'t str)> {
    vec![
        ("grant_type", "password"),
        ("username", email),
        ("password", password),
    ]
}

#[tokio::test]
async fn the_password_and_refresh_grants_answer_in_oauth2s_shape() {
    let server = Server::start().await;
    server.user("ada").await;
    let mut form = password("ada@example.com", PASSWORD);
    form.extend([
        ("scope", ""),
        ("client_id", "swagger"),
        ("client_secret", ""),
    ]);
    let answer = grant(&server, &form).await.expect(200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let first = answer.json();
    let mut names: Vec<&String> = first.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(
        names,
        ["access_token", "expires_in", "refresh_token", "token_type"]
    );
    assert_eq!(
        (&first["token_type"], &first["expires_in"]),
        (&json!("bearer"), &json!(900))
    );
    let old = first["refresh_token"].as_str().unwrap();
    let form = [("grant_type", "refresh_token"), ("refresh_token", old)];
    let second = grant(&server, &form).await.expect(200).json();
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    let token = second["access_token"].as_str().unwrap();
    server
        .get("/api/auth/me")
        .token(token)
        .send()
        .await
        .expect(200);
}

#[tokio::test]
async fn a_failure_has_the_usual_envelope_and_oauth2s_words() {
    let server = Server::start().await;
    server.user("ada").await;
    for (form, status, word) in [
        (
            password("ada@example.com", "wrong one"),
            401,
            "invalid_grant",
        ),
        (
            vec![("grant_type", "refresh_token"), ("refresh_token", "x")],
            401,
            "invalid_grant",
        ),
        (
            vec![("grant_type", "password"), ("username", "a")],
            422,
            "invalid_request",
        ),
        (
            vec![("grant_type", "client_credentials")],
            422,
            "invalid_request",
        ),
        (vec![], 422, "invalid_request"),
        (
            vec![("grant_type", "password"), ("grant_type", "password")],
            400,
            "invalid_request",
        ),
    ] {
        let answer = grant(&server, &form).await.expect(status);
        let body = answer.json();
        assert_eq!(body["error"], word, "{body}");
        assert_eq!(body["success"], false);
        assert!(body["error_description"].is_string());
        let challenge = (status == 401).then_some("Bearer");
        assert_eq!(answer.header("www-authenticate"), challenge);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    server
        .post("/api/auth/token", json!({"grant_type": "password"}))
        .send()
        .await
        .expect(415);
}

#[tokio::test]
async fn another_sites_form_signs_nobody_in() {
    let server = Server::start().await;
    server.user("ada").await;
    for (origin, status) in [
        ("https://evil.example", 403),
        ("null", 403),
        ("http://127.0.0.1:1", 403),
        (server.url.as_str(), 200),
    ] {
        server
            .call("POST", "/api/auth/token")
            .form(&password("ada@example.com", PASSWORD))
            .header("origin", origin)
            .send()
            .await
            .expect(status);
    }
}
