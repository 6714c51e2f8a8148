//! `hearth auth rotate-secret`: a new signing secret, and what becomes of tokens of the old one.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{PASSWORD, Server, Start};

async fn status_of(server: &Server, token: &str) -> u16 {
    server.get("/api/auth/me").token(token).send().await.status
}

/// Tokens that a server signs from now on are of the newest secret: the database alone knows which one that is.
async fn wait_until_taken_up(server: &Server) {
    let database = rusqlite::Connection::open(server.database()).unwrap();
    let sql = "SELECT value FROM hearth_meta WHERE name = 'secret'";
    let secret: String = database.query_row(sql, [], |row| row.get(0)).unwrap();
    let sql = "SELECT value FROM hearth_meta WHERE name = 'instance'";
    let issuer: String = database.query_row(sql, [], |row| row.get(0)).unwrap();
    let ada = server.sign_in("ada@example.com", PASSWORD).await;
    let claims = crate::forge::claims(&ada.token);
    assert_eq!(claims["iss"], issuer.as_str());
    let own = crate::forge::token(&crate::forge::hs256(), &claims, secret.as_bytes());
    let until = Instant::now() + Duration::from_secs(5);
    while status_of(server, &own).await != 200 {
        assert!(Instant::now() < until, "the new secret is not taken up");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn tokens_of_the_old_secrets_go_on_and_end_with_their_time() {
    let mut server = Server::start().await;
    let first = server.user("ada").await;
    let said = server.hearth(&["auth", "rotate-secret"]);
    assert!(said.contains("nobody is signed out"), "{said}");
    wait_until_taken_up(&server).await;
    let second = server.sign_in(&first.email, PASSWORD).await;
    server.hearth(&["auth", "rotate-secret"]);
    wait_until_taken_up(&server).await;
    let third = server.sign_in(&first.email, PASSWORD).await;
    for user in [&first, &second, &third] {
        assert_eq!(status_of(&server, &user.token).await, 200);
    }
    server.stop();
    server = Start::again(&server).run().await;
    for user in [&first, &second, &third] {
        assert_eq!(status_of(&server, &user.token).await, 200, "over a restart");
    }
    // The old ones' time is over.
    let database = rusqlite::Connection::open(server.database()).unwrap();
    let sql = "UPDATE hearth_meta SET value = json_set(value, '$[0].until', 1, '$[1].until', 1) WHERE name = 'previous_secrets'";
    assert_eq!(database.execute(sql, []).unwrap(), 1);
    let until = Instant::now() + Duration::from_secs(5);
    while status_of(&server, &first.token).await != 401 {
        assert!(Instant::now() < until, "the old secret lives on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(status_of(&server, &second.token).await, 401);
    assert_eq!(status_of(&server, &third.token).await, 200);
    let body = json!({"refresh_token": first.refresh_token});
    server
        .post("/api/auth/refresh", body)
        .send()
        .await
        .expect(200);
    assert_eq!(
        server
            .hearth(&["audit", "--json"])
            .matches("secret_rotated")
            .count(),
        2
    );
}

#[tokio::test]
async fn a_secret_of_the_configuration_is_changed_there_and_sessions_go_on() {
    let mut server = Server::with(&crate::forge::config()).await;
    let ada = server.user("ada").await;
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_hearth"))
        .args(["auth", "rotate-secret"])
        .current_dir(server.folder())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("comes from config.toml:2"), "{said}");
    assert!(!said.contains(crate::forge::SECRET), "{said}");
    server.stop();
    let other = crate::forge::config().replace("a secret", "b secret");
    std::fs::write(server.folder().join("config.toml"), other).unwrap();
    let server = Start::again(&server).run().await;
    assert_eq!(status_of(&server, &ada.token).await, 401);
    let body = json!({"refresh_token": ada.refresh_token});
    server
        .post("/api/auth/refresh", body)
        .send()
        .await
        .expect(200);
}
