//! `/api/auth/sessions` and signing out.

use serde_json::json;

use crate::support::{Answer, PASSWORD, Server, Start, User};

async fn sessions(server: &Server, user: &User) -> Vec<serde_json::Value> {
    server
        .get("/api/auth/sessions")
        .by(user)
        .send()
        .await
        .expect(200)
        .items()
}

async fn is_alive(server: &Server, user: &User) -> bool {
    let body = json!({"refresh_token": user.refresh_token});
    let access = server.get("/api/auth/me").by(user).send().await.status == 200;
    let renewed = server.post("/api/auth/refresh", body).send().await.status == 200;
    assert_eq!(
        access, renewed,
        "both tokens of a session live and die together"
    );
    access
}

#[tokio::test]
async fn a_user_sees_their_own_devices_newest_first() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    server.user("bob").await;
    let login = server
        .post(
            "/api/auth/login",
            json!({"email": ada.email, "password": PASSWORD}),
        )
        .header("user-agent", &format!("Telephone {}", "x".repeat(400)))
        .send()
        .await
        .expect(200);
    let telephone = login.json()["data"]["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let listed = sessions(&server, &ada).await;
    assert_eq!(listed.len(), 2);
    let marks: Vec<&serde_json::Value> = listed.iter().map(|session| &session["current"]).collect();
    assert_eq!(marks, [false, true]);
    assert_eq!(listed[0]["address"], "127.0.0.1");
    let agent = listed[0]["user_agent"].as_str().unwrap();
    assert!(agent.starts_with("Telephone ") && agent.len() == 300);
    let by_telephone = server
        .get("/api/auth/sessions")
        .token(&telephone)
        .send()
        .await
        .items();
    assert_eq!(by_telephone[0]["current"], true);
    assert!(!login.text().contains("token_hash"));
}

#[tokio::test]
async fn a_refresh_shows_from_where_the_session_is_used() {
    let server = Server::with("[server]\ntrusted_proxies = [\"127.0.0.1\"]\n").await;
    let ada = server.user("ada").await;
    server
        .post(
            "/api/auth/refresh",
            json!({"refresh_token": ada.refresh_token}),
        )
        .header("x-forwarded-for", "198.51.100.9")
        .header("user-agent", "Another browser")
        .send()
        .await
        .expect(200);
    let listed = sessions(&server, &ada).await;
    assert_eq!(listed[0]["address"], "198.51.100.9");
    assert_eq!(listed[0]["user_agent"], "Another browser");
    assert!(listed[0]["last_used_at"].as_str() >= listed[0]["created_at"].as_str());
}

#[tokio::test]
async fn an_ended_session_is_dead_at_once() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let other = server.sign_in(&ada.email, PASSWORD).await;
    let id = sessions(&server, &other)
        .await
        .into_iter()
        .find(|session| session["current"] == false)
        .unwrap()["id"]
        .clone();
    let path = format!("/api/auth/sessions/{}", id.as_str().unwrap());
    server.get("/api/auth/me").by(&ada).send().await.expect(200);
    server.delete(&path).by(&other).send().await.expect(200);
    assert!(!is_alive(&server, &ada).await);
    let again = server.delete(&path).by(&other).send().await.expect(404);
    assert_eq!(again.detail(), "Session not found");
    assert!(is_alive(&server, &other).await);
}

#[tokio::test]
async fn anothers_session_does_not_exist() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let bob = server.user("bob").await;
    let id = sessions(&server, &ada).await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let foreign = server
        .delete(&format!("/api/auth/sessions/{id}"))
        .by(&bob)
        .send()
        .await;
    let missing = server
        .delete("/api/auth/sessions/00000000-0000-7000-8000-000000000000")
        .by(&bob)
        .send()
        .await;
    assert_eq!(foreign.without_id(), missing.without_id());
    assert_eq!(foreign.status, 404);
    assert!(is_alive(&server, &ada).await);
}

async fn log_out(server: &Server, user: &User, body: serde_json::Value) -> Answer {
    server.post("/api/auth/logout", body).by(user).send().await
}

#[tokio::test]
async fn signing_out_ends_this_session_or_all() {
    let server = Server::start().await;
    let first = server.user("ada").await;
    let second = server.sign_in(&first.email, PASSWORD).await;
    let third = server.sign_in(&first.email, PASSWORD).await;
    let bob = server.user("bob").await;
    let answer = log_out(&server, &first, json!({})).await.expect(200);
    assert!(
        answer
            .header("set-cookie")
            .unwrap()
            .starts_with("hearth_refresh=; ")
    );
    assert!(!is_alive(&server, &first).await);
    log_out(&server, &first, json!({})).await.expect(401);
    server
        .get("/api/auth/me")
        .by(&second)
        .send()
        .await
        .expect(200);
    log_out(&server, &third, json!({"all": true}))
        .await
        .expect(200);
    assert!(!is_alive(&server, &second).await);
    assert!(!is_alive(&server, &third).await);
    assert!(is_alive(&server, &bob).await);
    log_out(&server, &bob, json!({"all": "yes"}))
        .await
        .expect(422);
    server
        .call("POST", "/api/auth/logout")
        .send()
        .await
        .expect(401);
}

#[tokio::test]
async fn the_cookie_alone_signs_out() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let cookie = format!("hearth_refresh={}", ada.refresh_token);
    server
        .call("POST", "/api/auth/logout")
        .header("cookie", &cookie)
        .send()
        .await
        .expect(200);
    assert!(!is_alive(&server, &ada).await);
    let audit = server.hearth(&["audit", "--user", &ada.email, "--json"]);
    assert!(audit.contains("\"sign_out\""));
}

#[tokio::test]
async fn a_restart_ends_no_session() {
    let mut server = Server::start().await;
    let ada = server.user("ada").await;
    let bob = server.user("bob").await;
    assert!(server.stop().success());
    let mut server = Start::again(&server).run().await;
    assert!(is_alive(&server, &ada).await);
    server.kill();
    let server = Start::again(&server).run().await;
    assert!(is_alive(&server, &bob).await);
}
