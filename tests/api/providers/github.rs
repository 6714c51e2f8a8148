//! GitHub, and other providers of plain OAuth2: a call says who somebody is. Answers have the form of GitHub's
//! documentation ("Authorizing OAuth apps", "Get the authenticated user", "List email addresses").

use reqwest::Url;
use serde_json::{Value, json};

use super::{back, parameter, server, told};
use crate::support::Server;
use crate::support::browser::Browser;
use crate::support::oidc::Fake;

fn entry(fake: &Fake) -> String {
    let url = &fake.url;
    fake.entry_with(&format!(
        "preset = \"github\"\nissuer = \"{url}\"\nauthorize_url = \"{url}/login/oauth/authorize\"\n\
         token_url = \"{url}/login/oauth/access_token\"\nuserinfo_url = \"{url}/user\""
    ))
}

/// A GitHub on which this person signs in.
fn say(fake: &Fake, user: &Value, emails: (u16, Value)) {
    let token = json!({
        "access_token": "secret-access", "scope": "read:user,user:email", "token_type": "bearer",
    });
    fake.say("/login/oauth/access_token", 200, &token);
    fake.say("/user", 200, user);
    fake.say("/user/emails", emails.0, &emails.1);
}

fn octocat(email: Value) -> Value {
    json!({"login": "octocat", "id": 583_231, "node_id": "MDQ6VXNlcjE=", "type": "User", "name": "The Octocat",
           "email": email, "two_factor_authentication": true})
}

fn email(text: &str, primary: bool, verified: bool) -> Value {
    json!({"email": text, "primary": primary, "verified": verified, "visibility": if primary { json!("private") } else { Value::Null }})
}

async fn arrive(browser: &mut Browser<'_>) -> crate::support::Answer {
    let url = browser.begin("fake", "").await;
    browser.app(&back(&url)).await
}

async fn me(server: &Server, browser: &mut Browser<'_>) -> Value {
    let user = browser.user().await.unwrap();
    server
        .get("/api/auth/me")
        .by(&user)
        .send()
        .await
        .expect(200)
        .item()
}

#[tokio::test]
async fn a_person_of_github_is_their_number_and_their_verified_primary_address() {
    let fake = Fake::start().await;
    let server = server("", &entry(&fake)).await;
    let list = server.get("/api/auth/providers").send().await.items();
    assert_eq!(list, [json!({"name": "fake", "title": "GitHub"})]);
    let mut browser = Browser::new(&server);
    let url: Url = browser.begin("fake", "").await;
    assert!(
        url.as_str()
            .starts_with(&format!("{}/login/oauth/authorize?", fake.url))
    );
    assert_eq!(parameter(&url, "scope"), "read:user user:email");
    assert_eq!(parameter(&url, "code_challenge_method"), "S256");
    let emails = json!([
        email("old@example.com", false, true),
        email("octocat@example.com", true, true),
    ]);
    // The profile shows another address, which nobody has verified.
    say(&fake, &octocat(json!("root@example.com")), (200, emails));
    browser.app(&back(&url)).await.expect(302);
    let found = me(&server, &mut browser).await;
    assert_eq!(
        (&found["email"], &found["email_verified"], &found["name"]),
        (
            &json!("octocat@example.com"),
            &json!(true),
            &json!("The Octocat")
        )
    );
    let ada = browser.user().await.unwrap();
    let own = server
        .get("/api/auth/identities")
        .by(&ada)
        .send()
        .await
        .items();
    assert_eq!(
        (&own[0]["issuer"], &own[0]["subject"]),
        (&json!(fake.url), &json!("583231"))
    );
    // Under another login and another address they are the same.
    let mut renamed = octocat(Value::Null);
    renamed["login"] = json!("monalisa");
    say(
        &fake,
        &renamed,
        (200, json!([email("new@example.com", true, true)])),
    );
    arrive(&mut browser).await.expect(302);
    let again = me(&server, &mut browser).await;
    assert_eq!(
        (&again["id"], &again["email"]),
        (&found["id"], &found["email"])
    );
}

#[tokio::test]
async fn github_is_asked_as_its_documentation_says() {
    let fake = Fake::start().await;
    let server = server("", &entry(&fake)).await;
    say(&fake, &octocat(Value::Null), (200, json!([])));
    arrive(&mut Browser::new(&server)).await.expect(302);
    let token = &fake.asked("/login/oauth/access_token")[0];
    for part in [
        "client_id=hearth",
        "client_secret=secret-client",
        "code=secret-code",
        "code_verifier=",
    ] {
        assert!(token.body.contains(part), "{}", token.body);
    }
    assert!(
        token
            .head
            .to_lowercase()
            .contains("accept: application/json")
    );
    let asked = fake.asked("/user")[0].head.to_lowercase();
    assert!(
        asked.contains("authorization: bearer secret-access")
            && asked.contains("user-agent: hearth/")
    );
}

#[tokio::test]
async fn without_a_verified_primary_address_there_is_none() {
    let fake = Fake::start().await;
    let server = server("", &entry(&fake)).await;
    for (at, emails) in [
        (200, json!([])),
        (200, json!([email("a@example.com", true, false)])),
        (200, json!([email("a@example.com", false, true)])),
        (
            200,
            json!([{"email": "a@example.com", "primary": "true", "verified": "true"}]),
        ),
        (200, json!({"message": "odd"})),
        (404, json!({"message": "Not Found"})),
        (
            403,
            json!({"message": "Resource not accessible by integration"}),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let mut user = octocat(json!("a@example.com"));
        user["id"] = json!(at + 1);
        user["name"] = Value::Null;
        say(&fake, &user, emails.clone());
        let mut browser = Browser::new(&server);
        arrive(&mut browser).await.expect(302);
        let me = me(&server, &mut browser).await;
        assert_eq!(me["email"], Value::Null, "{emails:?}");
        assert_eq!(me["name"], "octocat");
    }
}

#[tokio::test]
async fn what_github_does_not_say_gets_nobody_in() {
    let fake = Fake::start().await;
    let server = server("", &entry(&fake)).await;
    let mut browser = Browser::new(&server);
    let good = octocat(Value::Null);
    for (user, emails, word) in [
        (
            json!({"login": "octocat"}),
            (200, json!([])),
            "provider_error",
        ),
        (json!({"id": "583231"}), (200, json!([])), "provider_error"),
        (json!([]), (200, json!([])), "provider_error"),
        (good.clone(), (502, json!({})), "provider_unavailable"),
    ] {
        say(&fake, &user, emails);
        assert_eq!(told(&arrive(&mut browser).await), word, "{user}");
    }
    say(&fake, &good, (200, json!([])));
    // GitHub's error is a 200.
    let error = json!({"error": "bad_verification_code", "error_description": "The code passed is incorrect or expired."});
    fake.say("/login/oauth/access_token", 200, &error);
    assert_eq!(told(&arrive(&mut browser).await), "provider_error");
    assert!(server.log().contains("bad_verification_code"));
    say(&fake, &good, (200, json!([])));
    fake.say("/user", 401, &json!({"message": "Bad credentials"}));
    assert_eq!(told(&arrive(&mut browser).await), "provider_error");
}

#[tokio::test]
async fn a_provider_of_plain_oauth2_is_asked_for_userinfo() {
    let fake = Fake::start().await;
    let url = &fake.url;
    let entry = fake.entry_with(&format!(
        "title = \"The forum\"\nissuer = \"forum\"\nscopes = [\"profile\", \"email\"]\nauthorize_url = \"{url}/authorize?a=b\"\n\
         token_url = \"{url}/token\"\nuserinfo_url = \"{url}/me\""
    ));
    let server = server("", &entry).await;
    let mut browser = Browser::new(&server);
    let token = json!({"access_token": "secret-access", "token_type": "Bearer"});
    fake.say("/token", 200, &token);
    let said =
        json!({"id": 7, "username": "ada", "email": "ada@example.com", "email_verified": true});
    fake.say("/me", 200, &said);
    let url = browser.begin("fake", "").await;
    assert_eq!(
        (parameter(&url, "a"), parameter(&url, "scope")),
        ("b".into(), "profile email".into())
    );
    assert!(!url.query().unwrap().contains("nonce"));
    // One of plain OAuth2 has no name of its own in its answer, or any.
    let answer = browser.app(&format!("{}&iss=whatever", back(&url))).await;
    assert_eq!(answer.header("location"), Some("/console/"));
    let me = me(&server, &mut browser).await;
    assert_eq!(
        (&me["email"], &me["name"]),
        (&json!("ada@example.com"), &json!("ada"))
    );
}

#[tokio::test]
async fn many_first_sign_ins_at_once_make_one_user() {
    let fake = Fake::start().await;
    let server = server("", &entry(&fake)).await;
    say(
        &fake,
        &octocat(Value::Null),
        (200, json!([email("a@example.com", true, true)])),
    );
    let mut browsers: Vec<Browser<'_>> = (0..10).map(|_| Browser::new(&server)).collect();
    let each = browsers.iter_mut().map(|browser| async {
        arrive(browser).await.expect(302);
        browser.user().await.unwrap()
    });
    let users = futures_util::future::join_all(each).await;
    assert!(users.iter().all(|user| user.id == users[0].id));
    assert!(users.iter().all(|user| user.email == "a@example.com"));
}
