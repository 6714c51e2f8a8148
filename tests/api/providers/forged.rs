//! A provider that lies, or is impersonated: nothing of it gets anybody in.

use serde_json::{Value, json};

use super::{back, claims, parameter, server, told};
use crate::issuers::{now, with};
use crate::support::browser::Browser;
use crate::support::issuer::{Key, base64};
use crate::support::oidc::Fake;

/// What the way back says for a token, or for any other answer to the code.
async fn tried(fake: &Fake, browser: &mut Browser<'_>, make: impl Fn(&Value) -> Value) -> String {
    let url = browser.begin("fake", "").await;
    let answer = make(&claims(fake, &url, "ada"));
    fake.say("/token", 200, &answer);
    let answer = browser.app(&back(&url)).await;
    assert!(browser.cookie("hearth_refresh").is_none(), "{answer:?}");
    told(&answer)
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a row for each forgery")]
async fn an_id_token_that_is_not_exactly_ours_gets_nobody_in() {
    let fake = Fake::start().await;
    let server = server("", &fake.entry()).await;
    let mut browser = Browser::new(&server);
    let changes = [
        ("nonce", json!("other")),
        ("nonce", Value::Null),
        ("nonce", json!(7)),
        ("aud", json!("other")),
        ("aud", json!([])),
        ("aud", json!(["hearth", "other"])),
        ("azp", json!("other")),
        ("iss", json!("https://issuer.example")),
        ("iss", json!(format!("{}/", fake.url))),
        ("exp", json!(now() - 60)),
        ("exp", json!("9999999999")),
        ("exp", Value::Null),
        ("nbf", json!(now() + 600)),
        ("iat", json!(now() + 600)),
        ("sub", json!("")),
        ("sub", Value::Null),
        ("sub", json!("a".repeat(256))),
    ];
    let answer =
        |token: String| json!({"access_token": "a", "token_type": "Bearer", "id_token": token});
    for (name, value) in changes {
        let word = tried(&fake, &mut browser, |good| {
            let mut claims = with(good, &json!({ name: value }));
            if value.is_null() {
                claims.as_object_mut().unwrap().remove(name);
            }
            answer(fake.sign(&claims))
        });
        assert_eq!(word.await, "provider_error", "{name}: {value}");
    }
    let other = Key::p256();
    let foreign = [
        json!({"alg": "none", "kid": "k"}),
        json!({"alg": "None", "kid": "k"}),
        json!({"alg": "HS256", "kid": "k"}),
        json!({"alg": "ES256", "kid": "k", "jwk": other.jwk("k")}),
        json!({"alg": "ES256", "kid": "k", "jku": format!("{}/evil", fake.url)}),
        json!({"alg": "ES256", "kid": "k", "x5u": format!("{}/evil", fake.url)}),
        json!({"alg": "ES256", "kid": "unknown"}),
        json!({"alg": "ES256", "kid": "k", "crit": ["exp"]}),
    ];
    for header in foreign {
        let word = tried(&fake, &mut browser, |good| {
            answer(other.sign(&header, good))
        });
        assert_eq!(word.await, "provider_error", "{header}");
    }
    for text in ["", "a", "a.b", "a.b.c", "a.b.c.d"] {
        let word = tried(&fake, &mut browser, |_| answer(text.to_owned()));
        assert_eq!(word.await, "provider_error", "{text}");
    }
    let unsigned = |good: &Value| {
        let header = base64(br#"{"alg":"none"}"#);
        answer(format!("{header}.{}.", base64(good.to_string().as_bytes())))
    };
    assert_eq!(tried(&fake, &mut browser, unsigned).await, "provider_error");
    let tampered = |good: &Value| {
        let token = fake.sign(good);
        let parts: Vec<&str> = token.split('.').collect();
        let claims = with(good, &json!({"sub": "root"}));
        let claims = base64(claims.to_string().as_bytes());
        answer(format!("{}.{claims}.{}", parts[0], parts[2]))
    };
    assert_eq!(tried(&fake, &mut browser, tampered).await, "provider_error");
    assert!(fake.asked("/evil").is_empty());
    let users = server.hearth(&["user", "list", "--json"]);
    assert_eq!(serde_json::from_str::<Value>(&users).unwrap(), json!([]));
}

#[tokio::test]
async fn an_answer_to_the_code_that_is_none_gets_nobody_in() {
    let fake = Fake::start().await;
    let server = server("", &fake.entry()).await;
    let mut browser = Browser::new(&server);
    for said in [
        json!({}),
        json!([]),
        json!("text"),
        json!({"access_token": "a", "token_type": "Bearer"}),
        json!({"access_token": "a", "token_type": "mac", "id_token": "x"}),
        json!({"error": "invalid_client", "error_description": "secret-code"}),
        json!({"error": {"odd": "secret-code"}}),
    ] {
        let word = tried(&fake, &mut browser, |_| said.clone()).await;
        assert_eq!(word, "provider_error", "{said}");
    }
    for (status, word) in [
        (400, "provider_error"),
        (302, "provider_error"),
        (500, "provider_unavailable"),
        (503, "provider_unavailable"),
    ] {
        let url = browser.begin("fake", "").await;
        fake.say("/token", status, &json!({}));
        assert_eq!(told(&browser.app(&back(&url)).await), word, "{status}");
    }
    let log = server.log();
    assert!(log.contains("invalid_client"), "{log}");
    assert!(!log.contains("secret-"), "{log}");
}

#[tokio::test]
async fn an_answer_of_another_provider_is_not_taken_for_this_ones() {
    let fake = Fake::start().await;
    let names_itself = with(
        &fake.description(),
        &json!({"authorization_response_iss_parameter_supported": true}),
    );
    for (description, iss, good) in [
        (fake.description(), None, true),
        (fake.description(), Some(fake.url.as_str()), true),
        (fake.description(), Some("https://other.example"), false),
        (fake.description(), Some(""), false),
        (names_itself.clone(), Some(fake.url.as_str()), true),
        (names_itself.clone(), None, false),
        (names_itself, Some("https://other.example"), false),
    ] {
        fake.say("/.well-known/openid-configuration", 200, &description);
        let server = server("", &fake.entry()).await;
        let mut browser = Browser::new(&server);
        let url = browser.begin("fake", "").await;
        fake.say_token(&fake.sign(&claims(&fake, &url, "ada")));
        let iss = iss.map(|iss| format!("&iss={iss}")).unwrap_or_default();
        let before = fake.asked("/token").len();
        let answer = browser.app(&format!("{}{iss}", back(&url))).await;
        if good {
            assert_eq!(answer.header("location"), Some("/console/"), "{iss}");
        } else {
            assert_eq!(told(&answer), "provider_error", "{iss}");
            assert_eq!(fake.asked("/token").len(), before, "it got no code");
        }
    }
}

#[tokio::test]
async fn a_way_back_to_another_provider_of_ours_is_refused() {
    let (fake, other) = (Fake::start().await, Fake::start().await);
    let second = other.entry().replace("\"fake\"", "\"other\"");
    let server = server("", &format!("{}{second}", fake.entry())).await;
    let mut browser = Browser::new(&server);
    let url = browser.begin("other", "").await;
    let answer = browser.app(&back(&url)).await;
    assert_eq!(told(&answer), "sign_in_expired");
    assert!(fake.asked("/token").is_empty() && other.asked("/token").is_empty());
}

#[tokio::test]
async fn userinfo_about_somebody_else_and_endpoints_elsewhere_are_not_believed() {
    let fake = Fake::start().await;
    let userinfo = json!({"userinfo_endpoint": format!("{}/me", fake.url)});
    let description = with(&fake.description(), &userinfo);
    fake.say("/.well-known/openid-configuration", 200, &description);
    let server = server("", &fake.entry()).await;
    let mut browser = Browser::new(&server);
    for (sub, good) in [("eve", false), ("ada", true)] {
        let said = json!({"sub": sub, "email": "ada@example.com", "email_verified": true});
        fake.say("/me", 200, &said);
        let url = browser.begin("fake", "").await;
        fake.say_token(&fake.sign(&claims(&fake, &url, "ada")));
        let answer = browser.app(&back(&url)).await;
        if good {
            assert_eq!(answer.header("location"), Some("/console/"));
        } else {
            assert_eq!(told(&answer), "provider_error");
        }
    }
    assert_eq!(browser.user().await.unwrap().email, "ada@example.com");
    let head = &fake.asked("/me")[0].head;
    assert!(
        head.to_lowercase()
            .contains("authorization: bearer secret-access"),
        "{head}"
    );
}

#[tokio::test]
async fn a_provider_that_cannot_be_found_is_told() {
    let fake = Fake::start().await;
    for description in [
        json!({}),
        with(
            &fake.description(),
            &json!({"issuer": "https://other.example"}),
        ),
        with(
            &fake.description(),
            &json!({"token_endpoint": "http://other.example/token"}),
        ),
        with(
            &fake.description(),
            &json!({"authorization_endpoint": "javascript:alert(1)"}),
        ),
    ] {
        fake.say("/.well-known/openid-configuration", 200, &description);
        let server = server("", &fake.entry()).await;
        let mut browser = Browser::new(&server);
        let answer = browser.app("/api/auth/oauth/fake").await;
        assert_eq!(told(&answer), "provider_unavailable", "{description}");
        let program = server.get("/api/auth/oauth/fake").send().await.expect(503);
        assert!(program.detail().contains("can't be reached"));
        assert!(program.header("retry-after").is_some());
        let asked = fake.asked("/.well-known/openid-configuration").len();
        server.get("/api/auth/oauth/fake").send().await.expect(503);
        let now = fake.asked("/.well-known/openid-configuration").len();
        assert_eq!(now, asked, "not asked again at once");
    }
}

#[tokio::test]
async fn nothing_of_a_sign_in_is_in_the_log_or_the_audit() {
    let fake = Fake::start().await;
    let server = server(
        "",
        &format!(
            "{}[logs]\nrequests = \"all\"\nlevel = \"debug\"\n",
            fake.entry()
        ),
    )
    .await;
    let mut browser = Browser::new(&server);
    let url = browser.begin("fake", "").await;
    let (state, nonce) = (parameter(&url, "state"), parameter(&url, "nonce"));
    let cookie = browser.cookie("hearth_oauth").unwrap().value.clone();
    let token = fake.sign(&claims(&fake, &url, "ada"));
    fake.say_token(&token);
    browser.app(&back(&url)).await.expect(302);
    let asked = fake.asked("/token").remove(0);
    let form: Vec<(String, String)> = reqwest::Url::parse(&format!("http://x/?{}", asked.body))
        .unwrap()
        .query_pairs()
        .into_owned()
        .collect();
    let verifier = &form
        .iter()
        .find(|(name, _)| name == "code_verifier")
        .unwrap()
        .1;
    let refresh = browser.cookie("hearth_refresh").unwrap().value.clone();
    browser.app(&back(&url)).await;
    let audit = server.hearth(&["audit", "--json"]);
    let files = std::fs::read_dir(server.folder().join("hearth_data")).unwrap();
    let mut written = format!("{}{audit}", server.log()).into_bytes();
    for file in files.flatten().filter(|file| file.path().is_file()) {
        written.extend(std::fs::read(file.path()).unwrap());
    }
    let has = |text: &str| {
        written
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    };
    assert!(has("/api/auth/oauth/fake/callback"), "requests are logged");
    for secret in [
        "secret-code",
        "secret-client",
        "secret-access",
        &state,
        &nonce,
        &cookie,
        &token,
        verifier,
        &refresh,
    ] {
        assert!(!has(secret), "{secret}");
    }
}
