//! `POST /api/auth/password`.

use serde_json::json;

use crate::support::{Answer, PASSWORD, Server, User};

const NEW: &str = "another horse, another battery";

async fn change(server: &Server, user: &User, current: &str, new: &str) -> Answer {
    server
        .post(
            "/api/auth/password",
            json!({"current_password": current, "new_password": new}),
        )
        .by(user)
        .send()
        .await
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let other = server.sign_in(&ada.email, PASSWORD).await;
    change(&server, &ada, PASSWORD, NEW).await.expect(200);
    server.get("/api/auth/me").by(&ada).send().await.expect(200);
    server
        .get("/api/auth/me")
        .by(&other)
        .send()
        .await
        .expect(401);
    for (user, status) in [(&other, 401), (&ada, 200)] {
        let body = json!({"refresh_token": user.refresh_token});
        server
            .post("/api/auth/refresh", body)
            .send()
            .await
            .expect(status);
    }
    let login = |password: &str| {
        server
            .post(
                "/api/auth/login",
                json!({"email": ada.email, "password": password}),
            )
            .send()
    };
    login(PASSWORD).await.expect(401);
    login(NEW).await.expect(200);
}

#[tokio::test]
async fn the_current_password_must_be_known_and_the_new_one_good() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let wrong = change(&server, &ada, "not the password", NEW)
        .await
        .expect(403);
    assert!(wrong.detail().contains("current password"));
    for new in ["short", "password123", "ada@example.com"] {
        let refused = change(&server, &ada, PASSWORD, new).await.expect(422);
        assert!(
            refused
                .detail()
                .starts_with("body.new_password value_error")
        );
    }
    let nobody = server
        .post("/api/auth/password", json!({}))
        .send()
        .await
        .expect(401);
    assert_eq!(nobody.detail(), "Not authenticated");
}

#[tokio::test]
async fn guessing_it_with_a_stolen_token_is_slow() {
    let server = Server::with("[auth]\nattempts_per_account = \"3/m\"\n").await;
    let ada = server.user("ada").await;
    for _ in 0..3 {
        change(&server, &ada, "not the password", NEW)
            .await
            .expect(403);
    }
    let refused = change(&server, &ada, PASSWORD, NEW).await.expect(429);
    assert!(refused.header("retry-after").is_some());
}

#[tokio::test]
async fn of_many_changes_at_once_one_holds() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let new: Vec<String> = (0..8).map(|number| format!("{NEW} {number}")).collect();
    let all = new.iter().map(|new| change(&server, &ada, PASSWORD, new));
    let answers = futures_util::future::join_all(all).await;
    let done: Vec<usize> = (0..8).filter(|at| answers[*at].status == 200).collect();
    assert_eq!(done.len(), 1);
    server.sign_in(&ada.email, &new[done[0]]).await;
}
