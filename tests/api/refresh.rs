//! `POST /api/auth/refresh`: rotation, replay, the cookie and who may use it.

use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, Server, Start, User};

async fn refresh(server: &Server, token: &str) -> Answer {
    server
        .post("/api/auth/refresh", json!({"refresh_token": token}))
        .send()
        .await
}

fn text(data: &Value, name: &str) -> String {
    data["data"][name].as_str().unwrap().to_owned()
}

async fn status_of(server: &Server, token: &str) -> u16 {
    server.get("/api/auth/me").token(token).send().await.status
}

#[tokio::test]
async fn each_refresh_gives_a_new_pair_of_the_same_session() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let answer = refresh(&server, &ada.refresh_token).await.expect(200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("set-cookie"), None, "it came by the body");
    let first = answer.json();
    assert_eq!(status_of(&server, &text(&first, "access_token")).await, 200);
    let second = refresh(&server, &text(&first, "refresh_token"))
        .await
        .expect(200)
        .json();
    assert_ne!(
        text(&second, "refresh_token"),
        text(&first, "refresh_token")
    );
    let sessions = server
        .get("/api/auth/sessions")
        .by(&ada)
        .send()
        .await
        .items();
    assert_eq!(sessions.len(), 1);
}

#[tokio::test]
async fn a_replayed_token_ends_the_whole_family() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let other = server.sign_in(&ada.email, PASSWORD).await;
    let newer = refresh(&server, &ada.refresh_token)
        .await
        .expect(200)
        .json();
    let replayed = refresh(&server, &ada.refresh_token).await.expect(401);
    assert_eq!(replayed.detail(), "Invalid token");
    refresh(&server, &text(&newer, "refresh_token"))
        .await
        .expect(401);
    assert_eq!(status_of(&server, &text(&newer, "access_token")).await, 401);
    assert_eq!(status_of(&server, &ada.token).await, 401);
    // Another device is another family.
    assert_eq!(status_of(&server, &other.token).await, 200);
    let audit = server.hearth(&["audit", "--user", &ada.email, "--json"]);
    assert!(audit.contains("refresh_token_reused"));
}

#[tokio::test]
async fn fifty_at_once_with_one_token_leave_one_valid_family_or_none() {
    let server = Server::start().await;
    for name in ["ada", "bob", "eve"] {
        let user = server.user(name).await;
        let all = (0..50).map(|_| refresh(&server, &user.refresh_token));
        let answers = futures_util::future::join_all(all).await;
        let good: Vec<Value> = answers
            .iter()
            .filter(|answer| answer.status == 200)
            .map(Answer::json)
            .collect();
        assert_eq!(good.len(), 1, "the token was worth more than one turn");
        assert!(
            answers
                .iter()
                .all(|answer| [200, 401].contains(&answer.status))
        );
        refresh(&server, &text(&good[0], "refresh_token"))
            .await
            .expect(401);
        assert_eq!(
            status_of(&server, &text(&good[0], "access_token")).await,
            401
        );
    }
}

#[tokio::test]
async fn twenty_at_once_by_all_doors_leave_one_valid_family_or_none() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let other = server.sign_in(&ada.email, PASSWORD).await;
    let all = (0..20).map(|number| {
        let call = match number % 3 {
            0 => by_cookie(&server, &ada),
            1 => server.post(
                "/api/auth/refresh",
                json!({"refresh_token": ada.refresh_token}),
            ),
            _ => server.call("POST", "/api/auth/token").form(&[
                ("grant_type", "refresh_token"),
                ("refresh_token", ada.refresh_token.as_str()),
            ]),
        };
        call.send()
    });
    let answers = futures_util::future::join_all(all).await;
    let good = answers.iter().filter(|answer| answer.status == 200);
    let good: Vec<Value> = good.map(Answer::json).collect();
    // Tabs that share a cookie hear the same new token; nobody hears of another one.
    let of_all = |answer: &Value| {
        let pair = answer.get("data").unwrap_or(answer);
        pair["refresh_token"].as_str().unwrap().to_owned()
    };
    let turns: std::collections::HashSet<String> = good.iter().map(of_all).collect();
    assert_eq!(turns.len(), 1, "the token was worth more than one turn");
    assert!(
        answers
            .iter()
            .all(|answer| [200, 401].contains(&answer.status))
    );
    // The others were replays: the family is gone, and only the other device's is there.
    let pair = good[0].get("data").unwrap_or(&good[0]);
    let of = |name: &str| pair[name].as_str().unwrap();
    refresh(&server, of("refresh_token")).await.expect(401);
    assert_eq!(status_of(&server, of("access_token")).await, 401);
    assert_eq!(status_of(&server, &ada.token).await, 401);
    let sessions = server.get("/api/auth/sessions").by(&other).send().await;
    assert_eq!(sessions.items().len(), 1);
}

#[tokio::test]
async fn nothing_sent_and_nonsense_sent_are_told_apart() {
    let server = Server::start().await;
    let nothing = server
        .call("POST", "/api/auth/refresh")
        .send()
        .await
        .expect(401);
    assert_eq!(nothing.detail(), "Not authenticated");
    let nonsense = refresh(&server, "nonsense").await.expect(401);
    assert_eq!(nonsense.detail(), "Invalid token");
    refresh(&server, &"x".repeat(9000)).await.expect(422);
    let body = json!({"refresh_token": 7});
    server
        .post("/api/auth/refresh", body)
        .send()
        .await
        .expect(422);
    // An access token opens no new session.
    let ada = server.user("ada").await;
    refresh(&server, &ada.token).await.expect(401);
}

fn by_cookie<'s>(server: &'s Server, user: &User) -> crate::support::Call<'s> {
    server.call("POST", "/api/auth/refresh").header(
        "cookie",
        &format!("theme=dark; hearth_refresh={}", user.refresh_token),
    )
}

#[tokio::test]
async fn the_cookie_works_without_a_body_and_is_renewed() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let answer = by_cookie(&server, &ada)
        .header("origin", &server.url)
        .send()
        .await
        .expect(200);
    let cookie = answer.header("set-cookie").unwrap();
    let new = text(&answer.json(), "refresh_token");
    assert!(cookie.starts_with(&format!("hearth_refresh={new}; Path=/api/auth; ")));
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
    // Tabs share the cookie: the same browser hears the same once more, and there is still one valid token.
    let again = by_cookie(&server, &ada).send().await.expect(200);
    assert_eq!(text(&again.json(), "refresh_token"), new);
    // Another browser's old cookie is replayed: it is taken away, and the family ends.
    let other = by_cookie(&server, &ada).header("user-agent", "Another");
    let refused = other.send().await.expect(401);
    let cookie = refused.header("set-cookie").unwrap();
    assert!(cookie.starts_with("hearth_refresh=; ") && cookie.contains("Max-Age=0"));
}

#[tokio::test]
async fn twenty_tabs_at_once_get_one_and_the_same_successor() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let all = (0..20).map(|_| by_cookie(&server, &ada).send());
    let answers = futures_util::future::join_all(all).await;
    let mut successors: Vec<String> = answers
        .into_iter()
        .map(|answer| text(&answer.expect(200).json(), "refresh_token"))
        .collect();
    successors.dedup();
    assert_eq!(successors.len(), 1, "never two");
    // Once the successor is used, or after ten seconds, the old one is a replay.
    refresh(&server, &successors[0]).await.expect(200);
    by_cookie(&server, &ada).send().await.expect(401);
    assert_eq!(status_of(&server, &ada.token).await, 401);
    let bob = server.user("bob").await;
    by_cookie(&server, &bob).send().await.expect(200);
    let database = rusqlite::Connection::open(server.database()).unwrap();
    let sql = "UPDATE hearth_refresh_tokens SET used_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-11 seconds') WHERE used_at IS NOT NULL";
    assert_eq!(database.execute(sql, []).unwrap(), 1);
    by_cookie(&server, &bob).send().await.expect(401);
}

#[tokio::test]
async fn a_page_of_another_origin_may_not_use_the_cookie() {
    let server = Server::with("[server]\ncors_origins = [\"https://app.example.com\"]\n").await;
    let ada = server.user("ada").await;
    let host = server.address();
    for origin in [
        "https://evil.example",
        "null",
        "https://app.example.com.evil.example",
        "https://app.example.com:444",
        "http://app.example.com",
        &format!("http://{host}.evil.example"),
        "http://127.0.0.1:1",
        "",
    ] {
        by_cookie(&server, &ada)
            .header("origin", origin)
            .send()
            .await
            .expect(403);
        server
            .call("POST", "/api/auth/logout")
            .header("cookie", &format!("hearth_refresh={}", ada.refresh_token))
            .header("origin", origin)
            .send()
            .await
            .expect(403);
    }
    // None of them used it up.
    let answer = by_cookie(&server, &ada)
        .header("origin", "https://app.example.com")
        .send()
        .await;
    answer.expect(200);
}

#[tokio::test]
async fn a_plain_page_is_not_the_origin_of_an_https_server() {
    let server = Server::with("[server]\nurl = \"https://app.example.com\"\n").await;
    for (origin, status) in [
        ("https://app.example.com", 401),
        ("http://app.example.com", 403),
    ] {
        server
            .call("POST", "/api/auth/refresh")
            .header("host", "app.example.com")
            .header("cookie", "hearth_refresh=x")
            .header("origin", origin)
            .send()
            .await
            .expect(status);
    }
}

#[tokio::test]
async fn a_session_ends_when_it_is_unused_or_old() {
    let mut server = Server::start().await;
    for (name, column) in [("ada", "refresh_until"), ("bob", "session_until")] {
        let user = server.user(name).await;
        let newer = refresh(&server, &user.refresh_token)
            .await
            .expect(200)
            .json();
        server.stop();
        let database = rusqlite::Connection::open(server.database()).unwrap();
        let sql = format!("UPDATE hearth_sessions SET {column} = 1000 WHERE user_id = ?1");
        assert_eq!(database.execute(&sql, [&user.id]).unwrap(), 1);
        drop(database);
        server = Start::again(&server).run().await;
        refresh(&server, &text(&newer, "refresh_token"))
            .await
            .expect(401);
        if column == "session_until" {
            assert_eq!(status_of(&server, &text(&newer, "access_token")).await, 401);
        }
    }
}

#[tokio::test]
async fn only_hashes_of_refresh_tokens_are_kept_and_old_ones_are_forgotten() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let newer = refresh(&server, &ada.refresh_token)
        .await
        .expect(200)
        .json();
    let database = rusqlite::Connection::open(server.database()).unwrap();
    let count = |sql: &str| -> i64 { database.query_row(sql, [], |row| row.get(0)).unwrap() };
    assert_eq!(count("SELECT count(*) FROM hearth_refresh_tokens"), 2);
    let sql = "UPDATE hearth_refresh_tokens SET used_at = '2000-01-01T00:00:00.000Z' WHERE used_at IS NOT NULL";
    assert_eq!(database.execute(sql, []).unwrap(), 1);
    refresh(&server, &text(&newer, "refresh_token"))
        .await
        .expect(200);
    assert_eq!(count("SELECT count(*) FROM hearth_refresh_tokens"), 2);
    // What is forgotten is only unknown: it ends nobody's session.
    refresh(&server, &ada.refresh_token).await.expect(401);
    assert_eq!(count("SELECT count(*) FROM hearth_sessions"), 1);
}
