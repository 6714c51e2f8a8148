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

/// What makes no difference: an account with another password, a disabled one, one that is signed in to elsewhere, none.
async fn accounts(server: &Server) -> [&'static str; 4] {
    let root = server.admin("root").await;
    server.user("ada").await;
    server.user("bob").await;
    server.hearth(&["user", "disable", "bob@example.com"]);
    let foreign = server.post("/api/admin/users", json!({"email": "foreign@example.com"}));
    foreign.by(&root).send().await.expect(201);
    ["ada", "bob", "foreign", "nobody"]
}

/// A try with a wrong password, at the one door or the other.
async fn wrong(server: &Server, door: &str, name: &str) -> Answer {
    let email = format!("{name}@example.com");
    let answer = match door {
        "login" => login(server, &email, "not the password").await,
        _ => {
            let form = [
                ("grant_type", "password"),
                ("username", &email),
                ("password", "not the password"),
            ];
            server
                .call("POST", "/api/auth/token")
                .form(&form)
                .send()
                .await
        }
    };
    answer.expect(401)
}

#[tokio::test]
async fn every_account_that_stays_shut_sounds_the_same() {
    let server = Server::start().await;
    let names = accounts(&server).await;
    for door in ["login", "token"] {
        let mut heard = Vec::new();
        for name in names {
            let answer = wrong(&server, door, name).await;
            let mut headers: Vec<String> = answer
                .headers
                .iter()
                .filter(|(name, _)| !["x-request-id", "date"].contains(&name.as_str()))
                .map(|(name, value)| format!("{name}: {value:?}"))
                .collect();
            headers.sort();
            heard.push((answer.without_id(), headers));
        }
        assert!(heard.iter().all(|one| *one == heard[0]), "{heard:?}");
    }
}

#[tokio::test]
async fn an_unknown_account_takes_as_long_as_a_wrong_password() {
    let server = Server::with("[auth]\nattempts_per_account = \"1000/m\"\n").await;
    let names = accounts(&server).await;
    let mut said = String::new();
    for door in ["login", "token"] {
        // Something else may take the processor meanwhile: one quiet round of four is enough.
        let mut quiet = false;
        for _ in 0..4 {
            let mut times = names.map(|_| Vec::new());
            for _ in 0..11 {
                for (name, times) in names.iter().zip(&mut times) {
                    let began = Instant::now();
                    wrong(&server, door, name).await;
                    times.push(began.elapsed());
                }
            }
            let medians = times.map(median);
            let (least, most) = (medians.iter().min().unwrap(), medians.iter().max().unwrap());
            said = format!("{door}: {names:?} take {medians:?}");
            if *most - *least < *least / 10 {
                quiet = true;
                break;
            }
        }
        assert!(quiet, "{said}");
    }
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
