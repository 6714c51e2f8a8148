//! `POST /api/auth/login`, and what is kept of a password.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Answer, PASSWORD, Server};

async fn login(server: &Server, email: &str, password: &str) -> Answer {
    server
        .post(
            "/api/auth/login",
            json!({"email": email, "password": password}),
        )
        .send()
        .await
}

#[tokio::test]
async fn who_knows_the_password_gets_tokens() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let answer = login(&server, "ADA@example.com", PASSWORD)
        .await
        .expect(200);
    let data = answer.json()["data"].clone();
    assert_eq!(data["user"]["id"], ada.id.as_str());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let cookie = answer.header("set-cookie").unwrap();
    let refresh = data["refresh_token"].as_str().unwrap();
    assert!(cookie.starts_with(&format!("hearth_refresh={refresh}; ")));
    let token = data["access_token"].as_str().unwrap();
    server
        .get("/api/auth/me")
        .token(token)
        .send()
        .await
        .expect(200);
}

#[tokio::test]
async fn a_wrong_password_an_unknown_and_a_disabled_account_hear_the_same() {
    let server = Server::start().await;
    server.user("ada").await;
    server.user("bob").await;
    server.hearth(&["user", "disable", "bob@example.com"]);
    let wrong = login(&server, "ada@example.com", "not the password").await;
    let unknown = login(&server, "eve@example.com", "not the password").await;
    let disabled = login(&server, "bob@example.com", PASSWORD).await;
    assert_eq!(wrong.status, 401);
    assert_eq!(wrong.header("www-authenticate"), Some("Bearer"));
    assert_eq!(wrong.without_id(), unknown.without_id());
    assert_eq!(wrong.without_id(), disabled.without_id());
    server.hearth(&["user", "enable", "bob@example.com"]);
    login(&server, "bob@example.com", PASSWORD)
        .await
        .expect(200);
}

#[tokio::test]
async fn an_unknown_account_takes_as_long_as_a_wrong_password() {
    let server = Server::with("[auth]\nattempts_per_account = \"1000/m\"\n").await;
    server.user("ada").await;
    let timed = async |email: &str| {
        let began = Instant::now();
        login(&server, email, "not the password").await.expect(401);
        began.elapsed()
    };
    let mut difference = Duration::ZERO;
    // Other tests take the processor meanwhile: one quiet round of three is enough.
    for _ in 0..3 {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for number in 0..15 {
            known.push(timed("ada@example.com").await);
            unknown.push(timed(&format!("nobody{number}@example.com")).await);
        }
        let (known, unknown) = (median(known), median(unknown));
        difference = known.abs_diff(unknown);
        if difference < Duration::from_millis(2).max(known * 15 / 100) {
            return;
        }
    }
    panic!("the medians differ by {difference:?}");
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

#[tokio::test]
async fn a_password_counts_to_its_last_character() {
    let server = Server::start().await;
    let long = format!("{}a", "long words ".repeat(10));
    for (name, password, others) in [
        (
            "long",
            long.as_str(),
            vec![&long[..72], &long[..long.len() - 1]],
        ),
        (
            "umlaut",
            "ein Wort mit Ü und ß",
            vec!["ein Wort mit U und s", "ein Wort mit ü und ß"],
        ),
        ("spaces", " spaces stay spaces ", vec!["spaces stay spaces"]),
    ] {
        let email = format!("{name}@example.com");
        let body = json!({"email": email, "password": password});
        server
            .post("/api/auth/register", body)
            .send()
            .await
            .expect(201);
        for other in others {
            login(&server, &email, other).await.expect(401);
        }
        login(&server, &email, password).await.expect(200);
    }
    // Where C would end a text, none is taken.
    let body = json!({"email": "nul@example.com", "password": "before the nul\0 and after"});
    server
        .post("/api/auth/register", body)
        .send()
        .await
        .expect(422);
}

#[tokio::test]
async fn only_an_argon2id_hash_is_kept_and_it_opens_nothing() {
    let server = Server::start().await;
    server.user("ada").await;
    server.user("bob").await;
    let database = rusqlite::Connection::open(server.database()).unwrap();
    let mut statement = database
        .prepare("SELECT password_hash FROM hearth_users ORDER BY email")
        .unwrap();
    let hashes: Vec<String> = statement
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(hashes[0].starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_ne!(hashes[0], hashes[1], "each has a salt of its own");
    login(&server, "ada@example.com", &hashes[0])
        .await
        .expect(401);
}

#[tokio::test]
async fn a_body_of_another_kind_is_refused() {
    let server = Server::start().await;
    server.user("ada").await;
    let json = json!({"email": "ada@example.com", "password": PASSWORD}).to_string();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ] {
        server
            .call("POST", "/api/auth/login")
            .body(kind, json.clone())
            .send()
            .await
            .expect(415);
    }
    server
        .call("POST", "/api/auth/login")
        .body("application/json; charset=utf-8", json)
        .send()
        .await
        .expect(200);
    let answer = server
        .post(
            "/api/auth/login?next=/",
            json!({"email": "a", "password": "b"}),
        )
        .send()
        .await
        .expect(422);
    assert!(answer.detail().starts_with("query.next extra_forbidden"));
}
