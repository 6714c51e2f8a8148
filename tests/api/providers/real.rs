//! At a certified provider: the whole way through its pages.

use serde_json::json;

use super::{parameter, server, told};
use crate::support::browser::{APP, Browser};
use crate::support::oidc::Real;

const ADA: &str = "ada~ada@example.com~true";

#[tokio::test]
async fn whoever_signs_in_there_is_signed_in_here_and_stays_the_same_user() {
    let Some(real) = Real::start() else { return };
    let server = server("", &real.entry()).await;
    let list = server.get("/api/auth/providers").send().await.expect(200);
    assert_eq!(list.items(), [json!({"name": "real", "title": "Real"})]);
    let mut browser = Browser::new(&server);
    let answer = browser.sign_in("real", ADA).await.expect(302);
    assert_eq!(answer.header("location"), Some("/console/"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    let refresh = browser.cookie("hearth_refresh").unwrap();
    for attribute in ["Path=/api/auth;", "HttpOnly", "SameSite=Strict", "Secure"] {
        assert!(refresh.attributes.contains(attribute), "{refresh:?}");
    }
    assert!(browser.cookie("hearth_oauth").is_none(), "used up");
    let ada = browser.user().await.unwrap();
    let me = server.get("/api/auth/me").by(&ada).send().await.item();
    assert_eq!(
        (
            &me["email"],
            &me["email_verified"],
            &me["role"],
            &me["name"]
        ),
        (
            &json!("ada@example.com"),
            &json!(true),
            &json!("user"),
            &json!("ada of the provider")
        )
    );
    // Again, in the same browser and in another one.
    browser.sign_in("real", ADA).await.expect(302);
    assert_eq!(browser.user().await.unwrap().id, ada.id);
    let mut other = Browser::new(&server);
    other.sign_in("real", ADA).await.expect(302);
    assert_eq!(other.user().await.unwrap().id, ada.id);
    let mut bob = Browser::new(&server);
    bob.sign_in("real", "bob").await.expect(302);
    let bob = bob.user().await.unwrap();
    assert_ne!(bob.id, ada.id);
    assert_eq!(bob.email, "");
}

#[tokio::test]
async fn a_sign_in_is_among_ones_identities_and_in_the_audit() {
    let Some(real) = Real::start() else { return };
    let server = server("", &real.entry()).await;
    let mut browser = Browser::new(&server);
    for _ in 0..2 {
        browser.sign_in("real", ADA).await.expect(302);
    }
    let ada = browser.user().await.unwrap();
    let identities = server.get("/api/auth/identities").by(&ada).send().await;
    let identities = identities.expect(200).items();
    assert_eq!(identities.len(), 1);
    assert_eq!(
        (
            &identities[0]["issuer"],
            &identities[0]["subject"],
            &identities[0]["provider"]
        ),
        (&json!(real.issuer), &json!("ada"), &json!("real"))
    );
    let audit = server.hearth(&["audit", "--json", "--user", "ada@example.com"]);
    let audit: Vec<serde_json::Value> = serde_json::from_str(&audit).unwrap();
    let actions: Vec<&str> = audit
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect();
    assert_eq!(actions, ["sign_in", "sign_in", "registered"]);
    assert!(
        audit
            .iter()
            .all(|entry| entry["detail"] == json!({"by": "real"}))
    );
}

#[tokio::test]
async fn the_code_is_bound_by_pkce() {
    let Some(mut real) = Real::start() else {
        return;
    };
    let server = server("", &real.entry()).await;
    let mut browser = Browser::new(&server);
    let url = browser.begin("real", "").await;
    assert_eq!(parameter(&url, "code_challenge_method"), "S256");
    assert_eq!(parameter(&url, "response_type"), "code");
    assert_eq!(parameter(&url, "scope"), "openid email profile");
    let redirect = format!("{APP}/api/auth/oauth/real/callback");
    assert_eq!(parameter(&url, "redirect_uri"), redirect);
    let back = browser.walk(&url, ADA).await;
    assert!(back.starts_with(&redirect));
    // Whoever gets hold of the code has not got the verifier.
    let code = parameter(&back.parse().unwrap(), "code");
    for verifier in [None, Some("a".repeat(43))] {
        let mut form = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.clone()),
            ("redirect_uri", redirect.clone()),
            ("client_id", "hearth".to_owned()),
            ("client_secret", "a secret with ~ & %".to_owned()),
        ];
        form.extend(verifier.map(|verifier| ("code_verifier", verifier)));
        let token = format!("{}/token", real.issuer);
        let answer = server.client.post(token).form(&form).send().await.unwrap();
        assert_eq!(answer.status(), 400);
        let said: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(said["error"], "invalid_grant");
        real.seen("token").await;
    }
    browser.app(&back).await.expect(302);
    assert!(browser.user().await.is_some());
    let seen = real.seen("token").await;
    assert_eq!(
        (&seen["status"], &seen["sent"]["basic"]),
        (&json!(200), &json!(true))
    );
    assert!(seen["sent"]["client_secret"].is_null());
    assert_eq!(seen["sent"]["code_verifier"].as_str().unwrap().len(), 43);
}

#[tokio::test]
async fn the_redirect_is_exact_and_no_request_changes_it() {
    let Some(real) = Real::start() else { return };
    let server = server("", &real.entry()).await;
    let redirect = format!("{APP}/api/auth/oauth/real/callback");
    // Another Host changes nothing of where the provider sends people.
    let call = server
        .get("/api/auth/oauth/real")
        .header("host", "127.0.0.1:1");
    let elsewhere = call
        .header("x-forwarded-host", "evil.example")
        .send()
        .await
        .expect(302);
    let url = elsewhere.header("location").unwrap().parse().unwrap();
    assert_eq!(parameter(&url, "redirect_uri"), redirect);
    // And the provider sends nobody to where it does not know.
    let mut foreign = url.clone();
    foreign
        .query_pairs_mut()
        .clear()
        .extend_pairs(url.query_pairs().map(|(name, value)| {
            let evil = "https://evil.example/api/auth/oauth/real/callback";
            let value = if name == "redirect_uri" {
                evil.into()
            } else {
                value
            };
            (name.into_owned(), value.into_owned())
        }));
    let answer = server.client.get(foreign).send().await.unwrap();
    assert_eq!(answer.status(), 400);
}

#[tokio::test]
async fn a_code_works_once() {
    let Some(real) = Real::start() else { return };
    let server = server("", &real.entry()).await;
    let mut browser = Browser::new(&server);
    let url = browser.begin("real", "").await;
    let back = browser.walk(&url, ADA).await;
    browser.app(&back).await.expect(302);
    let code = parameter(&back.parse().unwrap(), "code");
    let mut other = Browser::new(&server);
    let url = other.begin("real", "").await;
    let issuer = format!("&iss={}", real.issuer);
    let state = parameter(&url, "state");
    let reused = format!("/api/auth/oauth/real/callback?code={code}&state={state}{issuer}");
    assert_eq!(told(&other.app(&reused).await), "provider_error");
    assert!(other.cookie("hearth_refresh").is_none());
    assert!(server.log().contains("invalid_grant"), "{}", server.log());
}

#[tokio::test]
async fn whoever_says_no_there_is_told_so_here() {
    let Some(real) = Real::start() else { return };
    let server = server("", &real.entry()).await;
    let mut browser = Browser::new(&server);
    let url = browser.begin("real", "").await;
    let state = parameter(&url, "state");
    // As the provider's page has it behind "cancel".
    let issuer = &real.issuer;
    let no = format!(
        "/api/auth/oauth/real/callback?error=access_denied&error_description=x&state={state}&iss={issuer}"
    );
    let answer = browser.app(&no).await;
    assert_eq!(
        answer.header("location"),
        Some("/console/#/sign-in?error=access_denied&provider=real")
    );
    assert!(browser.cookie("hearth_oauth").is_none());
}

#[tokio::test]
async fn a_provider_that_is_down_is_told_and_comes_back() {
    let Some(mut real) = Real::start() else {
        return;
    };
    let server = server("", &real.entry()).await;
    let mut browser = Browser::new(&server);
    let url = browser.begin("real", "").await;
    let back = browser.walk(&url, ADA).await;
    real.stop();
    assert_eq!(told(&browser.app(&back).await), "provider_unavailable");
    // Its description is still known, so people are sent there, where their browser tells them.
    browser.begin("real", "").await;
}
