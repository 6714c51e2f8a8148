//! When an issuer is asked for its keys, and what its failures do.

use serde_json::{Value, json};

use crate::issuers::{claims, entry};
use crate::support::Server;
use crate::support::issuer::{Behaviour, Issuer, Key};

async fn status(server: &Server, token: &str) -> u16 {
    server.get("/api/auth/me").token(token).send().await.status
}

#[tokio::test]
async fn keys_rotate_without_a_restart_and_random_kids_cause_no_storm() {
    let (old, new) = (Key::p256(), Key::p256());
    let issuer = Issuer::start(&[old.jwk("old")]).await;
    let server = Server::with(&entry(&issuer, "audience = \"api\"")).await;
    let said = claims(&issuer.url);
    assert_eq!(
        status(&server, &old.sign(&old.header("old"), &said)).await,
        200
    );
    issuer.publish(&[new.jwk("new")]);
    assert_eq!(
        status(&server, &new.sign(&new.header("new"), &said)).await,
        200
    );
    assert_eq!(
        status(&server, &old.sign(&old.header("old"), &said)).await,
        401,
        "withdrawn"
    );
    assert_eq!(issuer.asked(), 2);
    for round in 0..100 {
        let tokens: Vec<String> = (0..100)
            .map(|number| new.sign(&new.header(&format!("{round}-{number}")), &said))
            .collect();
        let calls = tokens.iter().map(|token| status(&server, token));
        let statuses = futures_util::future::join_all(calls).await;
        assert!(statuses.iter().all(|status| *status == 401));
    }
    assert_eq!(
        issuer.asked(),
        2,
        "10,000 random kids caused no further one"
    );
}

#[tokio::test]
async fn while_the_issuer_is_down_good_keys_go_on_and_unknown_ones_are_refused() {
    let (good, other) = (Key::p256(), Key::p256());
    let issuer = Issuer::start(&[good.jwk("good")]).await;
    let server = Server::with(&entry(&issuer, "audience = \"api\"")).await;
    let said = claims(&issuer.url);
    let token = good.sign(&good.header("good"), &said);
    assert_eq!(status(&server, &token).await, 200);
    issuer.behave(Behaviour::Error);
    assert_eq!(
        status(&server, &other.sign(&other.header("x"), &said)).await,
        401
    );
    assert_eq!(status(&server, &token).await, 200);
    assert_eq!(issuer.asked(), 2);
    assert_eq!(
        server
            .log()
            .matches("keys of an issuer could not be fetched")
            .count(),
        1
    );
}

#[tokio::test]
async fn what_is_no_jwks_gives_no_key() {
    let key = Key::p256();
    let good = json!({"keys": [key.jwk("k")]});
    let elsewhere = Issuer::start(&[key.jwk("k")]).await;
    let padded = format!("{}{good}", " ".repeat(2 * 1024 * 1024));
    for behaviour in [
        Behaviour::Error,
        Behaviour::Slow,
        Behaviour::Redirect(format!("{}/jwks", elsewhere.url)),
        Behaviour::Text(padded),
        Behaviour::Text("<html>".to_owned()),
        Behaviour::Keys(json!({"keys": []})),
        Behaviour::Keys(json!([])),
    ] {
        let issuer = Issuer::start(&[]).await;
        issuer.behave(behaviour.clone());
        let server = Server::with(&entry(&issuer, "audience = \"api\"")).await;
        let token = key.sign(&key.header("k"), &claims(&issuer.url));
        assert_eq!(status(&server, &token).await, 401);
        assert_eq!(issuer.asked(), 1);
    }
    assert_eq!(elsewhere.asked(), 0, "a redirect is not followed");
}

#[tokio::test]
async fn keys_that_are_for_something_else_are_skipped() {
    let key = Key::rsa();
    let jwk = key.jwk("k");
    let changed = |name: &str, value: Value| {
        let mut jwk = jwk.clone();
        jwk[name] = value;
        jwk
    };
    let short = crate::support::issuer::base64(&[0xc5; 128]);
    for jwk in [
        changed("use", json!("enc")),
        changed("key_ops", json!(["encrypt"])),
        changed("alg", json!("RS512")),
        changed("alg", json!("PS256")),
        changed("n", json!(short)),
        json!({"kty": "oct", "kid": "k", "k": "c2VjcmV0"}),
        json!({"kty": "EC", "crv": "P-256", "kid": "k", "x": "AA", "y": "AA"}),
    ] {
        let issuer = Issuer::start(std::slice::from_ref(&jwk)).await;
        let server = Server::with(&entry(&issuer, "audience = \"api\"")).await;
        let token = key.sign(&key.header("k"), &claims(&issuer.url));
        assert_eq!(status(&server, &token).await, 401, "{jwk}");
    }
}
