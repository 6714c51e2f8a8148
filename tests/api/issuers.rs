//! Who comes with a foreign issuer's token: the user that is made, their role, and their end.

use serde_json::{Value, json};

use crate::forge;
use crate::support::Server;
use crate::support::issuer::{Issuer, Key};

/// Seconds since 1970.
pub(crate) fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.unwrap().as_secs()).unwrap()
}

pub(crate) fn claims(issuer: &str) -> Value {
    json!({"iss": issuer, "sub": "user_1", "aud": "api", "azp": "app", "iat": now(), "exp": now() + 60})
}

pub(crate) fn with(claims: &Value, more: &Value) -> Value {
    let mut claims = claims.clone();
    for (name, value) in more.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

pub(crate) fn entry(issuer: &Issuer, more: &str) -> String {
    format!(
        "[[auth.issuers]]\nissuer = \"{0}\"\njwks_url = \"{0}/jwks\"\n{more}\n",
        issuer.url
    )
}

#[tokio::test]
async fn the_first_token_makes_the_user_and_twenty_at_once_make_one() {
    let key = Key::rsa();
    let issuer = Issuer::start(&[key.jwk("k1")]).await;
    let server = Server::with(&format!(
        "[models.items.fields]\nname = {{ type = \"string\" }}\n[auth]\nregistration = \"closed\"\n{}",
        entry(&issuer, "audience = \"api\"")
    ))
    .await;
    let said = with(
        &claims(&issuer.url),
        &json!({"email": "ada@example.com", "email_verified": true, "name": "Ada"}),
    );
    let token = key.sign(&key.header("k1"), &said);
    let calls = (0..20).map(|_| server.get("/api/auth/me").token(&token).send());
    let answers = futures_util::future::join_all(calls).await;
    let me = answers[0].clone().expect(200).item();
    assert_eq!(
        (&me["email"], &me["email_verified"], &me["role"]),
        (&json!("ada@example.com"), &json!(true), &json!("user"))
    );
    for answer in &answers {
        assert_eq!(answer.clone().expect(200).item()["id"], me["id"]);
    }
    assert_eq!(issuer.asked(), 1, "one fetch for all");
    let item = server
        .post("/api/items", json!({"name": "a"}))
        .token(&token)
        .send()
        .await
        .expect(201);
    assert!(item.text().contains("\"name\""));
    let sessions = server.get("/api/auth/sessions").token(&token).send().await;
    assert!(
        sessions.status == 403 || sessions.items().is_empty(),
        "{}",
        sessions.text()
    );
}

#[tokio::test]
async fn all_kinds_of_keys_are_taken_by_jwks_discovery_and_pem() {
    let (rsa, p256, ed25519) = (Key::rsa(), Key::p256(), Key::ed25519());
    let issuer = Issuer::start(&[rsa.jwk("r"), p256.jwk("e"), ed25519.jwk("o")]).await;
    let config = format!(
        "[[auth.issuers]]\nissuer = \"{}\"\naudience = [\"api\", \"other\"]\n\
         [[auth.issuers]]\nissuer = \"fixed\"\naudience = \"api\"\npublic_key_pem = \"\"\"\n{}\"\"\"\n",
        issuer.url,
        rsa.pem()
    );
    let server = Server::with(&config).await;
    let said = claims(&issuer.url);
    for (key, kid) in [(&rsa, "r"), (&p256, "e"), (&ed25519, "o")] {
        let token = key.sign(&key.header(kid), &said);
        server
            .get("/api/auth/me")
            .token(&token)
            .send()
            .await
            .expect(200);
        let mut header = key.header(kid);
        header.as_object_mut().unwrap().remove("kid");
        header["typ"] = json!("at+jwt");
        let token = key.sign(&header, &said);
        server
            .get("/api/auth/me")
            .token(&token)
            .send()
            .await
            .expect(200);
    }
    for (issuer, kid) in [(issuer.url.as_str(), "r"), ("fixed", "any")] {
        let header = with(&rsa.header(kid), &json!({"alg": "PS256"}));
        let (claims, me) = (claims(issuer), || server.get("/api/auth/me"));
        let good = rsa.sign_pss(&header, &claims);
        me().token(&good).send().await.expect(200);
        let good = rsa.sign(&rsa.header(kid), &claims);
        me().token(&good).send().await.expect(200);
        // What the header says is how it must be signed.
        for token in [
            rsa.sign(&header, &claims),
            rsa.sign_pss(&rsa.header(kid), &claims),
            Key::rsa().sign_pss(&header, &claims),
        ] {
            me().token(&token).send().await.expect(401);
        }
    }
}

#[tokio::test]
async fn an_email_that_is_taken_links_only_if_verified_on_both_sides_and_switched_on() {
    let key = Key::ed25519();
    let issuer = Issuer::start(&[key.jwk("k")]).await;
    for (switched, here, there) in [
        (false, true, true),
        (true, false, true),
        (true, true, false),
        (true, true, true),
    ] {
        let server = Server::with(&format!(
            "[auth]\nlink_verified_email = {switched}\n{}",
            entry(&issuer, "audience = \"api\"")
        ))
        .await;
        // The first issuer's user has the address; the second name asks for it.
        let first = with(
            &claims(&issuer.url),
            &json!({"sub": "one", "email": "ada@example.com", "email_verified": here}),
        );
        let one = server
            .get("/api/auth/me")
            .token(&key.sign(&key.header("k"), &first))
            .send()
            .await
            .expect(200)
            .item();
        let second = with(&first, &json!({"sub": "two", "email_verified": there}));
        let two = server
            .get("/api/auth/me")
            .token(&key.sign(&key.header("k"), &second))
            .send()
            .await
            .expect(200)
            .item();
        let linked = switched && here && there;
        assert_eq!(one["id"] == two["id"], linked, "{switched} {here} {there}");
        if !linked {
            assert_eq!(two["email"], Value::Null);
            assert_eq!(two["email_verified"], false);
        }
    }
}

#[tokio::test]
async fn the_tokens_role_acts_for_its_caller_and_only_as_mapped() {
    let key = Key::p256();
    let issuer = Issuer::start(&[key.jwk("k")]).await;
    for (claim, good, other) in [
        (
            "o.rol",
            json!({"o": {"id": "org_1", "rol": "admin"}}),
            json!({"o": {"rol": "org:admin"}}),
        ),
        (
            "org_role",
            json!({"org_role": "admin"}),
            json!({"org_role": "org:admin"}),
        ),
        (
            "https://example.com/role",
            json!({"https://example.com/role": "admin"}),
            json!({"role": "admin"}),
        ),
        (
            "realm_access.roles",
            json!({"realm_access": {"roles": ["x", "admin"]}}),
            json!({"realm_access": {"roles": []}}),
        ),
        (
            "cognito:groups",
            json!({"cognito:groups": ["admin"]}),
            json!({"cognito:groups": [["admin"]]}),
        ),
    ] {
        let more = format!(
            "audience = \"api\"\nrole_claim = \"{claim}\"\nroles = {{ admin = \"admin\" }}"
        );
        let server = Server::with(&entry(&issuer, &more)).await;
        for (said, status) in [(&good, 200), (&other, 403), (&json!({}), 403)] {
            let token = key.sign(&key.header("k"), &with(&claims(&issuer.url), said));
            server
                .get("/api/admin/users")
                .token(&token)
                .send()
                .await
                .expect(status);
        }
    }
}

#[tokio::test]
async fn who_is_disabled_or_deleted_is_nobody_at_once_and_an_old_token_brings_nobody_back() {
    let key = Key::ed25519();
    let issuer = Issuer::start(&[key.jwk("k")]).await;
    let server = Server::with(&entry(&issuer, "audience = \"api\"")).await;
    let admin = server.admin("root").await;
    let token = key.sign(&key.header("k"), &claims(&issuer.url));
    let me = server
        .get("/api/auth/me")
        .token(&token)
        .send()
        .await
        .expect(200)
        .item();
    let path = format!("/api/admin/users/{}", me["id"].as_str().unwrap());
    server
        .put(&path, json!({"disabled": true}))
        .by(&admin)
        .send()
        .await
        .expect(200);
    server
        .get("/api/auth/me")
        .token(&token)
        .send()
        .await
        .expect(401);
    server
        .put(&path, json!({"disabled": false}))
        .by(&admin)
        .send()
        .await
        .expect(200);
    server
        .get("/api/auth/me")
        .token(&token)
        .send()
        .await
        .expect(200);
    server.delete(&path).by(&admin).send().await;
    server
        .get("/api/auth/me")
        .token(&token)
        .send()
        .await
        .expect(401);
    let later = with(&claims(&issuer.url), &json!({"iat": now() + 3}));
    let again = server
        .get("/api/auth/me")
        .token(&key.sign(&key.header("k"), &later))
        .send()
        .await
        .expect(200);
    assert_ne!(again.item()["id"], me["id"]);
}

#[tokio::test]
async fn own_tokens_are_good_beside_them() {
    let issuer = Issuer::start(&[]).await;
    let server = Server::with(&format!(
        "{}{}",
        forge::config(),
        entry(&issuer, "audience = \"api\"")
    ))
    .await;
    let ada = server.user("ada").await;
    server.get("/api/auth/me").by(&ada).send().await.expect(200);
    assert_eq!(issuer.asked(), 0);
}
