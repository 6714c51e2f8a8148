//! A new password by a mailed link: what it does, and what it does not tell.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{age_links, ask_reset, audited, confirm, me, with_mail};
use crate::support::smtp::Smtp;
use crate::support::{PASSWORD, Server, User};

const NEW: &str = "another horse, another battery";

async fn reset_token(server: &Server, smtp: &mut Smtp, user: &User) -> String {
    ask_reset(server, &user.email).await.expect(202);
    loop {
        let mail = smtp.mail_to(&user.email).await;
        if mail.link().contains("reset-password") {
            return mail.token();
        }
    }
}

#[tokio::test]
async fn the_link_sets_a_password_and_ends_every_session() {
    let (server, mut smtp) = with_mail(&[]).await;
    let ada = server.user("ada").await;
    let other = server.sign_in(&ada.email, PASSWORD).await;
    let token = reset_token(&server, &mut smtp, &ada).await;
    let body = json!({"token": token, "password": NEW});
    let done = confirm(&server, "reset-password", body.clone())
        .await
        .expect(200);
    assert_eq!(done.json(), json!({"success": true}), "nobody is signed in");
    assert_eq!(done.header("set-cookie"), None);
    for user in [&ada, &other] {
        server.get("/api/auth/me").by(user).send().await.expect(401);
        let refresh = json!({"refresh_token": user.refresh_token});
        let refused = server.post("/api/auth/refresh", refresh).send().await;
        refused.expect(401);
    }
    let old = json!({"email": ada.email, "password": PASSWORD});
    server.post("/api/auth/login", old).send().await.expect(401);
    let ada = server.sign_in(&ada.email, NEW).await;
    assert_eq!(me(&server, &ada).await["email_verified"], true);
    confirm(&server, "reset-password", body).await.expect(403);
    let actions = audited(&server);
    for action in ["password_reset_asked", "password_reset"] {
        assert!(actions.iter().any(|one| one == action), "{actions:?}");
    }
}

#[tokio::test]
async fn a_bad_password_is_refused_and_the_link_stays() {
    let (server, mut smtp) = with_mail(&[]).await;
    let ada = server.user("ada").await;
    let token = reset_token(&server, &mut smtp, &ada).await;
    for bad in ["short", "password123", "ada@example.com"] {
        let body = json!({"token": token, "password": bad});
        let refused = confirm(&server, "reset-password", body).await.expect(422);
        assert!(refused.detail().starts_with("body.password value_error"));
    }
    let body = json!({"token": token, "password": NEW});
    confirm(&server, "reset-password", body).await.expect(200);
}

#[tokio::test]
async fn the_link_lasts_an_hour_and_until_there_is_a_newer_one() {
    let (server, mut smtp) = with_mail(&[]).await;
    let ada = server.user("ada").await;
    let first = reset_token(&server, &mut smtp, &ada).await;
    let second = reset_token(&server, &mut smtp, &ada).await;
    let body = |token: &str| json!({"token": token, "password": NEW});
    confirm(&server, "reset-password", body(&first))
        .await
        .expect(403);
    age_links(&server, 60 * 60 + 1);
    confirm(&server, "reset-password", body(&second))
        .await
        .expect(403);
    let third = reset_token(&server, &mut smtp, &ada).await;
    age_links(&server, 60 * 60 - 30);
    confirm(&server, "reset-password", body(&third))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_changed_password_ends_the_links_too() {
    let (server, mut smtp) = with_mail(&[]).await;
    let ada = server.user("ada").await;
    let token = reset_token(&server, &mut smtp, &ada).await;
    let body = json!({"current_password": PASSWORD, "new_password": NEW});
    let changed = server.post("/api/auth/password", body).by(&ada).send();
    changed.await.expect(200);
    let body = json!({"token": token, "password": "a third horse and battery"});
    confirm(&server, "reset-password", body).await.expect(403);
}

#[tokio::test]
async fn of_fifty_resets_at_once_one_password_holds() {
    let (server, mut smtp) = with_mail(&[]).await;
    let ada = server.user("ada").await;
    let token = reset_token(&server, &mut smtp, &ada).await;
    let passwords: Vec<String> = (0..50).map(|at| format!("{NEW} {at}")).collect();
    let all = passwords.iter().map(|new| {
        confirm(
            &server,
            "reset-password",
            json!({"token": token, "password": new}),
        )
    });
    let answers = futures_util::future::join_all(all).await;
    let done: Vec<usize> = (0..50).filter(|at| answers[*at].status == 200).collect();
    assert_eq!(done.len(), 1);
    let fine = [200, 403];
    assert!(answers.iter().all(|one| fine.contains(&one.status)));
    server.sign_in(&ada.email, &passwords[done[0]]).await;
}

#[tokio::test]
async fn who_has_no_account_or_is_disabled_gets_the_same_answer_and_no_mail() {
    let (server, mut smtp) = with_mail(&[]).await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    server.hearth(&["user", "disable", &bob.email]);
    let known = ask_reset(&server, &ada.email).await.expect(202);
    let disabled = ask_reset(&server, &bob.email).await;
    let unknown = ask_reset(&server, "nobody@example.com").await;
    let nonsense = ask_reset(&server, "no address\r\nBcc: eve@example.com").await;
    for other in [disabled, unknown, nonsense] {
        assert_eq!((other.status, other.text()), (known.status, known.text()));
    }
    // They are looked at in their order.
    server.user("eve").await;
    ask_reset(&server, "eve@example.com").await.expect(202);
    let mut links = Vec::new();
    loop {
        let mail = smtp.mail().await;
        let is_reset = mail.link().contains("reset-password");
        let receiver = mail.to().to_owned();
        if is_reset {
            links.push(receiver.clone());
        }
        if is_reset && receiver == "eve@example.com" {
            break;
        }
    }
    assert_eq!(links, ["ada@example.com", "eve@example.com"]);
}

#[tokio::test]
async fn a_link_that_was_sent_before_opens_no_disabled_account() {
    let (server, mut smtp) = with_mail(&[]).await;
    let ada = server.user("ada").await;
    let token = reset_token(&server, &mut smtp, &ada).await;
    server.hearth(&["user", "disable", &ada.email]);
    let body = json!({"token": token, "password": NEW});
    confirm(&server, "reset-password", body).await.expect(403);
}

#[tokio::test]
async fn nobody_is_buried_in_mails_and_the_answer_stays_the_same() {
    let (server, mut smtp) = with_mail(&[]).await;
    let ada = server.user("ada").await;
    let answers: Vec<String> = {
        let mut answers = Vec::new();
        for _ in 0..8 {
            answers.push(ask_reset(&server, &ada.email).await.expect(202).text());
        }
        answers
    };
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    let bob = server.user("bob").await;
    ask_reset(&server, &bob.email).await.expect(202);
    let mut count = 0;
    loop {
        let mail = smtp.mail().await;
        if !mail.link().contains("reset-password") {
            continue;
        }
        if mail.to() == bob.email {
            break;
        }
        count += 1;
    }
    assert_eq!(count, 3);
}

#[tokio::test]
async fn one_address_can_not_ask_without_end() {
    let smtp = Smtp::start(&[]).await;
    let config = smtp.config().replace(
        "[mail]",
        "trusted_proxies = [\"127.0.0.1\"]\n[auth]\nattempts_per_address = \"3/m\"\n[mail]",
    );
    let server = Server::with(&config).await;
    let ask = |email: String| {
        let call = server.post("/api/auth/reset-password", json!({"email": email}));
        call.header("x-forwarded-for", "198.51.100.7").send()
    };
    for at in 0..3 {
        ask(format!("user{at}@example.com")).await.expect(202);
    }
    ask("user4@example.com".to_owned()).await.expect(429);
}

#[tokio::test]
async fn a_known_and_an_unknown_address_take_as_long_to_reset() {
    let (server, _smtp) = with_mail(&[]).await;
    let mut difference = Duration::ZERO;
    for round in 0..5 {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for at in 0..25 {
            let name = format!("ada{round}x{at}");
            server.user(&name).await;
            let (one, other) = (
                format!("{name}@example.com"),
                format!("nobody{at}@example.com"),
            );
            // Neither always comes right behind the other.
            if at % 2 == 0 {
                known.push(timed(&server, &one).await);
                unknown.push(timed(&server, &other).await);
            } else {
                unknown.push(timed(&server, &other).await);
                known.push(timed(&server, &one).await);
            }
        }
        let (known, unknown) = (median(known), median(unknown));
        difference = known.abs_diff(unknown);
        // A tenth of half a millisecond is less than what the machine's own noise is.
        if difference < Duration::from_micros(300).max(known / 10) {
            return;
        }
    }
    panic!("the medians differ by {difference:?}");
}

async fn timed(server: &Server, email: &str) -> Duration {
    // What the last one left to be done, a mail for instance, is done by then.
    tokio::time::sleep(Duration::from_millis(20)).await;
    let start = Instant::now();
    ask_reset(server, email).await.expect(202);
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

#[tokio::test]
async fn whoever_registered_anothers_address_first_keeps_no_way_in() {
    let (server, mut smtp) = with_mail(&[]).await;
    let eve = server.user("victim").await;
    let insert = "INSERT INTO hearth_api_keys (id, user_id, name, prefix, hash, scopes, created_at)
                  VALUES ('k', ?1, 'n', 'hk_x', 'h', '[]', '2026-01-01T00:00:00.000Z')";
    let database = rusqlite::Connection::open(server.database()).unwrap();
    database.busy_timeout(Duration::from_secs(5)).unwrap();
    database.execute(insert, [&eve.id]).unwrap();
    let change = json!({"email": "eve@example.com", "password": PASSWORD});
    let asked = server.post("/api/auth/change-email", change).by(&eve);
    asked.send().await.expect(202);
    let away = smtp.mail_to("eve@example.com").await.token();
    let token = reset_token(&server, &mut smtp, &eve).await;
    let body = json!({"token": token, "password": NEW});
    confirm(&server, "reset-password", body).await.expect(200);
    server.get("/api/auth/me").by(&eve).send().await.expect(401);
    let left = "SELECT count(*) FROM hearth_api_keys";
    let left: i64 = database.query_row(left, [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0, "keys of before the address was shown to be theirs");
    confirm(&server, "change-email", json!({"token": away}))
        .await
        .expect(403);
}
