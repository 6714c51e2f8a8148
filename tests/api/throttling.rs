//! Wrong tries are counted for the account and for the address from which they come.

use serde_json::json;

use crate::proxied::{behind_us, login_from};
use crate::support::{PASSWORD, Server, Start};

const WRONG: &str = "not the password";

#[tokio::test]
async fn an_account_takes_ten_wrong_tries_a_minute() {
    let server = Server::start().await;
    server.user("ada").await;
    let login = |password: &str| {
        let body = json!({"email": "ada@example.com", "password": password});
        server.post("/api/auth/login", body).send()
    };
    let mut refused = None;
    for _ in 0..11 {
        let answer = login(WRONG).await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
        assert_eq!(answer.status, 401);
    }
    let refused = refused.expect("eleven wrong tries were taken");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait));
    assert_eq!(refused.json()["code"], "too_many_requests");
    let told = format!("Too many tries; try again in {wait} s");
    assert_eq!(refused.detail(), told);
    // Nor does the right one, or guessing would go on with what is not told.
    login(PASSWORD).await.expect(429);
    let form = [
        ("grant_type", "password"),
        ("username", "ADA@example.com"),
        ("password", WRONG),
    ];
    let answer = server
        .call("POST", "/api/auth/token")
        .form(&form)
        .send()
        .await
        .expect(429);
    assert!(answer.header("retry-after").is_some());
}

#[tokio::test]
async fn fifty_at_once_are_counted_as_fifty() {
    let server = Server::start().await;
    server.user("ada").await;
    let all = (0..50).map(|_| {
        let body = json!({"email": "ada@example.com", "password": WRONG});
        server.post("/api/auth/login", body).send()
    });
    let answers = futures_util::future::join_all(all).await;
    let tried = answers.iter().filter(|answer| answer.status == 401).count();
    assert!((1..=11).contains(&tried), "{tried} were looked at");
}

#[tokio::test]
async fn a_right_password_does_not_count() {
    let server = Server::with("[auth]\nattempts_per_account = \"3/m\"\n").await;
    server.user("ada").await;
    for _ in 0..8 {
        server.sign_in("ada@example.com", PASSWORD).await;
    }
}

#[tokio::test]
async fn strangers_do_not_lock_the_owner_out() {
    let server = Server::with(&behind_us("attempts_per_account = \"3/m\"")).await;
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    server
        .post("/api/auth/register", body)
        .header("x-forwarded-for", "2001:db8:1:2::3")
        .send()
        .await
        .expect(201);
    for number in 0..9 {
        let address = format!("198.51.100.{number}");
        login_from(&server, &address, "ada@example.com", WRONG).await;
    }
    login_from(&server, "198.51.100.99", "ada@example.com", PASSWORD)
        .await
        .expect(429);
    // Her own household is counted apart, whatever address of it the telephone has today.
    login_from(&server, "2001:db8:1:2:ffff::9", "ada@example.com", PASSWORD)
        .await
        .expect(200);
}

#[tokio::test]
async fn an_address_takes_twenty_wrong_tries_a_minute() {
    let server = Server::with(&behind_us("")).await;
    server.user("ada").await;
    let mut taken = 0;
    for number in 0..25 {
        // An account each: the address is what is counted.
        let email = format!("nobody{number}@example.com");
        let answer = login_from(&server, "198.51.100.7", &email, WRONG).await;
        if answer.status == 429 {
            assert!(answer.header("retry-after").is_some());
            break;
        }
        taken += 1;
    }
    assert!((19..=21).contains(&taken), "{taken} tries were taken");
    login_from(&server, "198.51.100.7", "ada@example.com", PASSWORD)
        .await
        .expect(429);
    login_from(&server, "198.51.100.8", "ada@example.com", PASSWORD)
        .await
        .expect(200);
    let body = json!({"email": "bob@example.com", "password": PASSWORD});
    server
        .post("/api/auth/register", body)
        .header("x-forwarded-for", "198.51.100.7")
        .send()
        .await
        .expect(429);
}

#[tokio::test]
async fn a_client_does_not_choose_its_address() {
    let server = Server::with(&behind_us("attempts_per_address = \"3/m\"")).await;
    let mut last = 0;
    for number in 0..6 {
        // The proxy adds the address that it sees behind what the client sent.
        let forged = format!("203.0.113.{number}, 198.51.100.7");
        let email = format!("nobody{number}@example.com");
        last = login_from(&server, &forged, &email, WRONG).await.status;
    }
    assert_eq!(last, 429);
    // An IPv6 household is one address, with a port or without.
    for number in 0..6 {
        let address = format!("[2001:db8::{number}]:4711");
        let email = format!("none{number}@example.com");
        last = login_from(&server, &address, &email, WRONG).await.status;
    }
    assert_eq!(last, 429);
}

#[tokio::test]
async fn without_trust_the_header_is_no_address() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let login = login_from(&server, "198.51.100.7", &ada.email, PASSWORD)
        .await
        .expect(200);
    let token = login.json()["data"]["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let sessions = server
        .get("/api/auth/sessions")
        .token(&token)
        .send()
        .await
        .items();
    assert_eq!(sessions[0]["address"], "127.0.0.1");
    let log = server.log();
    assert_eq!(log.matches("trusted_proxies").count(), 1, "{log}");
}

#[tokio::test]
async fn registrations_count_for_their_address() {
    let server = Start::new(&behind_us(""))
        .environment("HEARTH_AUTH__ATTEMPTS_PER_ADDRESS", "3/m")
        .run()
        .await;
    let mut statuses = Vec::new();
    for number in 0..4 {
        let body = json!({"email": format!("u{number}@example.com"), "password": PASSWORD});
        let call = server.post("/api/auth/register", body);
        statuses.push(
            call.header("x-forwarded-for", "198.51.100.7")
                .send()
                .await
                .status,
        );
    }
    assert_eq!(statuses, [201, 201, 201, 429]);
}

#[tokio::test]
async fn a_right_password_of_a_disabled_account_is_counted_like_a_wrong_one() {
    let server = Server::with("[auth]\nattempts_per_account = \"3/m\"\n").await;
    let ada = server.user("ada").await;
    server.hearth(&["user", "disable", &ada.email]);
    for status in [401, 401, 401, 429] {
        let body = json!({"email": ada.email, "password": PASSWORD});
        let answer = server.post("/api/auth/login", body).send().await;
        answer.expect(status);
    }
}

#[tokio::test]
async fn two_hundred_tries_from_fifty_addresses_leave_the_owner_alone() {
    let server = Server::with(&behind_us("")).await;
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    let home = "192.0.2.7";
    let registered = server.post("/api/auth/register", body);
    let registered = registered.header("x-forwarded-for", home).send().await;
    registered.expect(201);
    let tries = (0..200).map(|number| {
        let address = format!("203.0.113.1, 198.51.100.{}", number % 50);
        let server = &server;
        async move {
            let answer = login_from(server, &address, "ada@example.com", WRONG).await;
            answer.status
        }
    });
    let statuses = futures_util::future::join_all(tries).await;
    let looked_at = statuses.iter().filter(|status| **status == 401).count();
    assert!((1..=12).contains(&looked_at), "{looked_at} were looked at");
    let refused = statuses.iter().filter(|status| **status == 429).count();
    assert!(looked_at + refused == 200, "{statuses:?}");
    // She goes in and out at home; her success gives strangers nothing back.
    for _ in 0..5 {
        login_from(&server, home, "ada@example.com", PASSWORD)
            .await
            .expect(200);
    }
    for password in [WRONG, PASSWORD] {
        let stranger = login_from(&server, "198.51.100.99", "ada@example.com", password);
        let stranger = stranger.await.expect(429);
        assert!(stranger.header("retry-after").is_some());
    }
    // Her own mistakes are counted, too.
    let mut last = 0;
    for _ in 0..12 {
        last = login_from(&server, home, "ada@example.com", WRONG)
            .await
            .status;
    }
    assert_eq!(last, 429);
}

#[tokio::test]
async fn an_ipv6_household_is_counted_as_one_and_its_neighbour_apart() {
    let server = Server::with(&behind_us("attempts_per_address = \"3/m\"")).await;
    server.user("ada").await;
    for number in 0..3 {
        let address = format!("2001:db8:0:7::{number}");
        let email = format!("nobody{number}@example.com");
        login_from(&server, &address, &email, WRONG)
            .await
            .expect(401);
    }
    for (address, status) in [
        ("2001:db8:0:7:ffff:ffff:ffff:ffff", 429),
        ("2001:db8:0:8::1", 200),
    ] {
        login_from(&server, address, "ada@example.com", PASSWORD)
            .await
            .expect(status);
    }
}

#[tokio::test]
async fn behind_an_unlisted_proxy_accounts_are_counted_all_the_same() {
    let server = Server::with("[auth]\nattempts_per_address = \"3/m\"\n").await;
    for number in 0..6 {
        let email = format!("nobody{number}@example.com");
        login_from(&server, "198.51.100.7", &email, WRONG)
            .await
            .expect(401);
    }
    let mut last = 0;
    for number in 0..12 {
        let address = format!("198.51.100.{number}");
        last = login_from(&server, &address, "ada@example.com", WRONG)
            .await
            .status;
    }
    assert_eq!(last, 429);
    let log = server.log();
    let line = "trusted_proxies = [\\\"127.0.0.1\\\"]";
    assert_eq!(log.matches(line).count(), 1, "{log}");
}

#[tokio::test]
async fn whatever_asks_for_a_secret_is_counted() {
    let server = Server::with(&behind_us("attempts_per_address = \"5/m\"")).await;
    let from = |path: &'static str, body: serde_json::Value, address: &'static str| {
        let call = server.post(path, body).header("x-forwarded-for", address);
        async move { call.send().await.status }
    };
    let set_up = json!({"token": "x", "email": "eve@example.com", "password": PASSWORD});
    let mut last = 0;
    for _ in 0..6 {
        last = from("/api/auth/setup", set_up.clone(), "198.51.100.1").await;
    }
    assert_eq!(last, 429);
    for _ in 0..6 {
        let form = [
            ("grant_type", "password"),
            ("username", "a@example.com"),
            ("password", WRONG),
        ];
        let call = server.call("POST", "/api/auth/token").form(&form);
        last = call
            .header("x-forwarded-for", "198.51.100.2")
            .send()
            .await
            .status;
    }
    assert_eq!(last, 429);
    let ada = server.user("ada").await;
    for path in ["/api/auth/password", "/api/auth/change-email"] {
        for _ in 0..12 {
            let body = match path {
                "/api/auth/password" => {
                    json!({"current_password": WRONG, "new_password": "a longer horse battery"})
                }
                _ => json!({"email": "new@example.com", "password": WRONG}),
            };
            last = server.post(path, body).by(&ada).send().await.status;
        }
        assert_eq!(last, 429, "{path}");
    }
    // A thief of the token who guesses does not keep its owner from signing in.
    server.sign_in(&ada.email, PASSWORD).await;
}
