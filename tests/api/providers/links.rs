//! A further way into an account, begun from a session; and one fewer.

use reqwest::Url;
use serde_json::{Value, json};

use super::{arrive, back, claims, server, told};
use crate::second_factor::{go_on, set_up};
use crate::support::browser::Browser;
use crate::support::oidc::Fake;
use crate::support::{PASSWORD, Server, User};

/// Begins a link by that session in that browser: the provider's address.
async fn begin(server: &Server, browser: &mut Browser<'_>, user: &User, body: Value) -> Url {
    let call = server.post("/api/auth/identities/fake", body).by(user);
    let answer = call.send().await.expect(200);
    browser.got(&answer);
    let url = answer.json()["data"]["url"].clone();
    url.as_str().unwrap().parse().unwrap()
}

async fn identities(server: &Server, user: &User) -> Vec<Value> {
    let call = server.get("/api/auth/identities").by(user);
    call.send().await.expect(200).items()
}

#[tokio::test]
async fn a_session_links_a_sign_in_and_unlinks_it() {
    let fake = Fake::start().await;
    let server = server("", &fake.entry()).await;
    let ada = server.user("ada").await;
    let mut browser = Browser::new(&server);
    let body = json!({"return_to": "/account?linked"});
    let url = begin(&server, &mut browser, &ada, body).await;
    fake.say_token(&fake.sign(&claims(&fake, &url, "a/da 1")));
    let answer = browser.app(&back(&url)).await.expect(302);
    assert_eq!(answer.header("location"), Some("/account?linked"));
    assert!(browser.cookie("hearth_refresh").is_none(), "no new session");
    let linked = identities(&server, &ada).await;
    assert_eq!(linked.len(), 1);
    assert_eq!(
        (&linked[0]["provider"], &linked[0]["subject"]),
        (&json!("fake"), &json!("a/da 1"))
    );
    arrive(&fake, &mut browser, "a/da 1", None)
        .await
        .expect(302);
    assert_eq!(browser.user().await.unwrap().id, ada.id);
    for path in ["fake/other", "other/a%2Fda%201"] {
        let call = server
            .delete(&format!("/api/auth/identities/{path}"))
            .by(&ada);
        call.send().await.expect(404);
    }
    let other = server.user("other").await;
    let theirs = server
        .delete("/api/auth/identities/fake/a%2Fda%201")
        .by(&other);
    theirs.send().await.expect(404);
    let call = server
        .delete("/api/auth/identities/fake/a%2Fda%201")
        .by(&ada);
    call.send().await.expect(200);
    assert_eq!(identities(&server, &ada).await, Vec::<Value>::new());
    arrive(&fake, &mut browser, "a/da 1", None)
        .await
        .expect(302);
    assert_ne!(browser.user().await.unwrap().id, ada.id);
    let audit = server.hearth(&["audit", "--user", "ada@example.com", "--json"]);
    let audit: Vec<Value> = serde_json::from_str(&audit).unwrap();
    let has = |action: &str| {
        audit
            .iter()
            .any(|entry| entry["action"] == action && entry["detail"]["by"] == "fake")
    };
    assert!(
        has("identity_linked") && has("identity_unlinked"),
        "{audit:?}"
    );
}

#[tokio::test]
async fn the_last_way_in_stays() {
    let fake = Fake::start().await;
    let server = server("", &fake.entry()).await;
    let mut browser = Browser::new(&server);
    arrive(&fake, &mut browser, "ada", None).await.expect(302);
    let ada = browser.user().await.unwrap();
    let path = "/api/auth/identities/fake/ada";
    let refused = server.delete(path).by(&ada).send().await.expect(409);
    assert!(refused.detail().contains("only way into the account"));
    assert_eq!(identities(&server, &ada).await.len(), 1);
    // With a second one, either may go, but not both.
    let url = begin(&server, &mut browser, &ada, json!({})).await;
    fake.say_token(&fake.sign(&claims(&fake, &url, "second")));
    browser.app(&back(&url)).await.expect(302);
    server.delete(path).by(&ada).send().await.expect(200);
    let second = server.delete("/api/auth/identities/fake/second").by(&ada);
    second.send().await.expect(409);
}

#[tokio::test]
async fn whoever_is_sent_a_link_by_somebody_else_links_nothing() {
    let fake = Fake::start().await;
    let server = server("", &fake.entry()).await;
    let eve = server.user("eve").await;
    let mut own = Browser::new(&server);
    let url = begin(&server, &mut own, &eve, json!({})).await;
    // The victim's browser follows the address, signs in there, and comes back without the attacker's cookie.
    let mut victim = Browser::new(&server);
    fake.say_token(&fake.sign(&claims(&fake, &url, "victim")));
    assert_eq!(told(&victim.app(&back(&url)).await), "sign_in_expired");
    victim.begin("fake", "").await;
    assert_eq!(told(&victim.app(&back(&url)).await), "sign_in_expired");
    assert_eq!(identities(&server, &eve).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_link_ends_with_its_session_and_takes_nobody_elses_identity() {
    let fake = Fake::start().await;
    let server = server("", &fake.entry()).await;
    let mut bob = Browser::new(&server);
    arrive(&fake, &mut bob, "bob", None).await.expect(302);
    let ada = server.user("ada").await;
    let mut browser = Browser::new(&server);
    let url = begin(&server, &mut browser, &ada, json!({})).await;
    fake.say_token(&fake.sign(&claims(&fake, &url, "bob")));
    assert_eq!(told(&browser.app(&back(&url)).await), "identity_taken");
    let url = begin(&server, &mut browser, &ada, json!({})).await;
    server
        .post("/api/auth/logout", json!({}))
        .by(&ada)
        .send()
        .await
        .expect(200);
    fake.say_token(&fake.sign(&claims(&fake, &url, "ada")));
    assert_eq!(told(&browser.app(&back(&url)).await), "session_ended");
    let again = server.sign_in("ada@example.com", PASSWORD).await;
    assert_eq!(identities(&server, &again).await, Vec::<Value>::new());
}

#[tokio::test]
async fn linking_needs_a_session() {
    let fake = Fake::start().await;
    let server = server("", &fake.entry()).await;
    let ada = server.user("ada").await;
    let made = server
        .post("/api/auth/api-keys", json!({"name": "x"}))
        .by(&ada)
        .send()
        .await;
    let key = made.expect(201).json()["key"].as_str().unwrap().to_owned();
    let path = "/api/auth/identities/fake";
    server.post(path, json!({})).send().await.expect(401);
    server
        .post(path, json!({}))
        .token(&key)
        .send()
        .await
        .expect(403);
    server
        .get("/api/auth/identities")
        .token(&key)
        .send()
        .await
        .expect(403);
    let one = format!("{path}/ada");
    server.delete(&one).token(&key).send().await.expect(403);
    let unknown = server.post("/api/auth/identities/x", json!({})).by(&ada);
    unknown.send().await.expect(404);
    let evil = server
        .post(path, json!({"return_to": "//evil.example"}))
        .by(&ada);
    assert!(
        evil.send()
            .await
            .expect(422)
            .detail()
            .contains("body.return_to")
    );
}

#[tokio::test]
async fn a_provider_does_not_stand_in_for_the_second_factor() {
    let fake = Fake::start().await;
    let server = server("", &fake.entry()).await;
    let ada = server.user("ada").await;
    let mut browser = Browser::new(&server);
    let url = begin(&server, &mut browser, &ada, json!({})).await;
    fake.say_token(&fake.sign(&claims(&fake, &url, "ada")));
    browser.app(&back(&url)).await.expect(302);
    let (app, _) = set_up(&server, &ada).await;
    let url = browser.begin("fake", "?return_to=%2Finbox").await;
    fake.say_token(&fake.sign(&claims(&fake, &url, "ada")));
    let answer = browser.app(&back(&url)).await.expect(302);
    assert!(browser.cookie("hearth_refresh").is_none());
    let page: Url = Url::parse("http://host")
        .unwrap()
        .join(answer.header("location").unwrap())
        .unwrap();
    let query = page
        .fragment()
        .unwrap()
        .strip_prefix("/second-factor?")
        .unwrap();
    let pairs: std::collections::HashMap<String, String> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    assert_eq!(pairs["return_to"], "/inbox");
    go_on(&server, &pairs["challenge"], "000000")
        .await
        .expect(401);
    let entered = go_on(&server, &pairs["challenge"], &app.code(0)).await;
    assert_eq!(
        entered.expect(200).json()["data"]["user"]["id"],
        json!(ada.id)
    );
}
