//! The second factor: setting one up, signing in with it, and all that must not get around it.

mod rights;

use aws_lc_rs::hmac;
use serde_json::json;

use crate::support::python::python;
use crate::support::{Answer, PASSWORD, Server, User};

/// Tries are many in these tests.
const PATIENT: &str = "[auth]\nattempts_per_account = \"1000/m\"\n";

/// An authenticator app.
pub(crate) struct App(pub(crate) String);

impl App {
    /// The code of the step that is so many away, by the RFC's own words.
    pub(crate) fn code(&self, away: i64) -> String {
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let mut bits = String::new();
        for letter in self.0.bytes() {
            let at = letters.iter().position(|one| *one == letter).unwrap();
            bits.push_str(&format!("{at:05b}"));
        }
        let bytes: Vec<u8> = bits
            .as_bytes()
            .chunks_exact(8)
            .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap())
            .collect();
        let step = now() / 30 + away;
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let at = usize::from(tag.as_ref()[19] & 15);
        let word: [u8; 4] = tag.as_ref()[at..at + 4].try_into().unwrap();
        format!(
            "{:06}",
            (u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000
        )
    }
}

fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.unwrap().as_secs()).unwrap()
}

const ALL: &str = "/api/auth/second-factors";
const TOTP: &str = "/api/auth/second-factors/totp";
const CONFIRM: &str = "/api/auth/second-factors/totp/confirm";

/// Sets an app up, by the code of the step before, so that the present one is still to be had.
pub(crate) async fn set_up(server: &Server, user: &User) -> (App, Vec<String>) {
    let body = json!({"password": PASSWORD});
    let begun = server.post(TOTP, body).by(user).send().await.expect(200);
    assert_eq!(begun.header("cache-control"), Some("no-store"));
    let app = App(begun.json()["data"]["secret"].as_str().unwrap().to_owned());
    let body = json!({"code": app.code(-1)});
    let done = server.post(CONFIRM, body).by(user).send().await.expect(200);
    let codes = done.json()["data"]["recovery_codes"].clone();
    (app, serde_json::from_value(codes).unwrap())
}

async fn login(server: &Server, user: &User, code: Option<&str>) -> Answer {
    let mut body = json!({"email": user.email, "password": PASSWORD});
    if let Some(code) = code {
        body["code"] = json!(code);
    }
    server.post("/api/auth/login", body).send().await
}

async fn challenge(server: &Server, user: &User) -> String {
    let answer = login(server, user, None).await.expect(401);
    assert_eq!(answer.json()["code"], "second_factor_required");
    assert_eq!(answer.header("set-cookie"), None);
    answer.json()["challenge"].as_str().unwrap().to_owned()
}

pub(crate) async fn go_on(server: &Server, challenge: &str, code: &str) -> Answer {
    let body = json!({"challenge": challenge, "code": code});
    server.post("/api/auth/second-factor", body).send().await
}

fn good(answers: &[Answer]) -> usize {
    answers.iter().filter(|one| one.status == 200).count()
}

#[tokio::test]
async fn who_has_one_signs_in_in_two_steps_or_with_the_code_at_once() {
    let server = Server::with(PATIENT).await;
    let ada = server.user("ada").await;
    let (app, codes) = set_up(&server, &ada).await;
    assert_eq!(codes.len(), 10);
    server.get("/api/auth/me").by(&ada).send().await.expect(200);
    let first = challenge(&server, &ada).await;
    let answer = go_on(&server, &first, &app.code(0)).await.expect(200);
    assert!(
        answer
            .header("set-cookie")
            .unwrap()
            .contains("hearth_refresh=")
    );
    assert_eq!(User::of(&answer).id, ada.id);
    let again = go_on(&server, &first, &app.code(1)).await.expect(401);
    assert_eq!(again.json()["code"], "invalid_token", "it was used up");
    login(&server, &ada, Some(&app.code(1))).await.expect(200);
    let form = [
        ("grant_type", "password"),
        ("username", ada.email.as_str()),
        ("password", PASSWORD),
    ];
    let answer = server
        .call("POST", "/api/auth/token")
        .form(&form)
        .send()
        .await;
    assert_eq!(answer.expect(401).json()["code"], "second_factor_required");
    let form = [form[0], form[1], form[2], ("otp", codes[0].as_str())];
    let answer = server
        .call("POST", "/api/auth/token")
        .form(&form)
        .send()
        .await;
    answer.expect(200);
    let listed = server.get(ALL).by(&ada).send().await.expect(200).json();
    assert_eq!(listed["data"]["recovery_codes"], 9);
    assert_eq!(listed["data"]["required"], false);
    assert_eq!(listed["data"]["factors"][0]["kind"], "totp");
    let audit = server.hearth(&["audit", "--user", &ada.email, "--json"]);
    assert!(audit.contains("second_factor_added") && audit.contains("recovery_code"));
}

#[tokio::test]
async fn a_wrong_code_a_used_one_and_one_of_two_steps_ago_are_refused() {
    let server = Server::with(PATIENT).await;
    let ada = server.user("ada").await;
    let (app, _) = set_up(&server, &ada).await;
    for code in [
        app.code(-1),
        app.code(-3),
        app.code(3),
        "abc".to_owned(),
        "12345".to_owned(),
    ] {
        let answer = login(&server, &ada, Some(&code)).await.expect(401);
        assert_eq!(answer.json()["code"], "invalid_credentials", "{code}");
    }
    let code = app.code(0);
    login(&server, &ada, Some(&code)).await.expect(200);
    login(&server, &ada, Some(&code)).await.expect(401);
    // A clock that is one step ahead, and a person who types the gap.
    let ahead = app.code(1);
    let gap = format!("{} {}", &ahead[..3], &ahead[3..]);
    login(&server, &ada, Some(&gap)).await.expect(200);
    assert!(
        server
            .hearth(&["audit", "--json"])
            .contains("second_factor_failed")
    );
}

#[tokio::test]
async fn fifty_at_once_with_one_code_start_one_session() {
    let server = Server::with(PATIENT).await;
    let ada = server.user("ada").await;
    let (app, codes) = set_up(&server, &ada).await;
    let at_once = async |code: &str| {
        let all = (0..20).map(|_| login(&server, &ada, Some(code)));
        good(&futures_util::future::join_all(all).await)
    };
    assert_eq!(at_once(&codes[0]).await, 1);
    let bob = server.user("bob").await;
    let (of_bob, _) = set_up(&server, &bob).await;
    let code = of_bob.code(0);
    let all = (0..50).map(|_| login(&server, &bob, Some(&code)));
    assert_eq!(good(&futures_util::future::join_all(all).await), 1);
    // Of one challenge, whatever is tried.
    let eve = server.user("eve").await;
    let (of_eve, codes) = set_up(&server, &eve).await;
    let name = challenge(&server, &eve).await;
    let tried = [
        of_eve.code(0),
        of_eve.code(1),
        codes[0].clone(),
        codes[1].clone(),
    ];
    let all = tried.iter().map(|code| go_on(&server, &name, code));
    assert_eq!(good(&futures_util::future::join_all(all).await), 1);
    drop(app);
}

#[tokio::test]
async fn a_challenge_dies_with_the_fifth_wrong_code() {
    let server = Server::with(PATIENT).await;
    let ada = server.user("ada").await;
    let (app, _) = set_up(&server, &ada).await;
    let name = challenge(&server, &ada).await;
    for _ in 0..5 {
        let answer = go_on(&server, &name, &app.code(5)).await.expect(401);
        assert_eq!(answer.json()["code"], "invalid_credentials");
    }
    let answer = go_on(&server, &name, &app.code(0)).await.expect(401);
    assert_eq!(answer.json()["code"], "invalid_token");
    go_on(&server, "nonsense", &app.code(0)).await.expect(401);
    // A password that was changed meanwhile is a proof no more.
    let name = challenge(&server, &ada).await;
    let body = json!({"current_password": PASSWORD, "new_password": "another horse battery"});
    server
        .post("/api/auth/password", body)
        .by(&ada)
        .send()
        .await
        .expect(200);
    go_on(&server, &name, &app.code(0)).await.expect(401);
}

#[tokio::test]
async fn wrong_codes_are_slow_and_strangers_lock_nobody_out() {
    let config = crate::proxied::behind_us("attempts_per_account = \"3/m\"");
    let server = Server::with(&config).await;
    let ada = server.user("ada").await;
    let (app, _) = set_up(&server, &ada).await;
    let from = |address: &'static str, code: String| {
        let body = json!({"email": ada.email, "password": PASSWORD, "code": code});
        let call = server.post("/api/auth/login", body);
        call.header("x-forwarded-for", address).send()
    };
    for status in [401, 401, 401, 429] {
        from("198.51.100.7", app.code(5)).await.expect(status);
    }
    from("198.51.100.9", app.code(0)).await.expect(429);
    // She registered from here.
    from("127.0.0.1", app.code(0)).await.expect(200);
}

#[tokio::test]
async fn no_code_or_secret_is_told_to_the_log_and_recovery_codes_are_hashed() {
    let config = format!("{PATIENT}[logs]\nlevel = \"trace\"\nrequests = \"all\"\n");
    let server = Server::with(&config).await;
    let ada = server.user("ada").await;
    let (app, codes) = set_up(&server, &ada).await;
    let name = challenge(&server, &ada).await;
    let used = app.code(0);
    go_on(&server, &name, &codes[0]).await.expect(200);
    login(&server, &ada, Some(&used)).await.expect(200);
    let wrong = login(&server, &ada, Some(&used)).await.expect(401).text();
    let told = server.log() + &server.hearth(&["audit", "--json"]) + &wrong;
    for secret in codes.iter().chain([&app.0, &name, &used]) {
        assert!(!told.contains(secret.as_str()), "{secret}");
    }
    for file in std::fs::read_dir(server.folder().join("hearth_data")).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            codes
                .iter()
                .all(|code| !text.contains(&code.replace('-', "")))
        );
        assert!(!text.contains(&name));
    }
}

/// An independent generator: `pyotp`.
#[tokio::test]
async fn an_independent_generator_makes_the_same_codes() {
    let server = Server::with(PATIENT).await;
    let ada = server.user("ada").await;
    let body = json!({"password": PASSWORD});
    let begun = server.post(TOTP, body).by(&ada).send().await.json();
    let uri = begun["data"]["uri"].as_str().unwrap().to_owned();
    let script = "import pyotp,sys,time; print(pyotp.parse_uri(sys.argv[1]).at(time.time(), int(sys.argv[2])))";
    let code = |away: &str| {
        let output = std::process::Command::new(python())
            .args(["-c", script, &uri, away])
            .output();
        let output = output.unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let confirmed = server
        .post(CONFIRM, json!({"code": code("-1")}))
        .by(&ada)
        .send()
        .await;
    confirmed.expect(200);
    login(&server, &ada, Some(&code("-3"))).await.expect(401);
    login(&server, &ada, Some(&code("0"))).await.expect(200);
    login(&server, &ada, Some(&code("1"))).await.expect(200);
}
