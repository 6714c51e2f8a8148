//! `POST /api/auth/webhooks`: an issuer's signed messages keep its users in step, and nobody else's do.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::issuers::{claims, entry, now, with};
use crate::support::issuer::{Issuer, Key};
use crate::support::{Answer, PASSWORD, Server};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "whsec_b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcg==";

fn signature(secret: &str, id: &str, at: i64, body: &str) -> String {
    let bytes = STANDARD
        .decode(secret.trim_start_matches("whsec_"))
        .unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
    let tag = hmac::sign(&key, format!("{id}.{at}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(tag))
}

/// Posts it with these headers' prefix and texts.
async fn post(server: &Server, prefix: &str, [id, at, signed]: [&str; 3], body: &str) -> Answer {
    server
        .call("POST", "/api/auth/webhooks")
        .header(&format!("{prefix}-id"), id)
        .header(&format!("{prefix}-timestamp"), at)
        .header(&format!("{prefix}-signature"), signed)
        .body("application/json", body.to_owned())
        .send()
        .await
}

/// Posts it as Clerk does, rightly signed.
async fn tell(server: &Server, id: &str, message: &Value) -> Answer {
    let (at, body) = (now(), message.to_string());
    let signed = signature(SECRET, id, at, &body);
    post(server, "svix", [id, &at.to_string(), &signed], &body).await
}

fn clerk(kind: &str, name: &str, email: &str) -> Value {
    json!({"type": kind, "object": "event", "data": {
        "id": "user_1", "first_name": name, "last_name": null, "primary_email_address_id": "e1",
        "email_addresses": [{"id": "e1", "email_address": email, "verification": {"status": "verified"}}],
    }})
}

struct Scene {
    server: Server,
    root: crate::support::User,
    key: Key,
    issuer: Issuer,
}

impl Scene {
    async fn start(auth: &str) -> Scene {
        let key = Key::rsa();
        let issuer = Issuer::start(&[key.jwk("k1")]).await;
        let more = format!("audience = \"api\"\nwebhook_secret = \"{SECRET}\"");
        let fixed = format!(
            "[[auth.issuers]]\nissuer = \"fixed\"\naudience = \"api\"\nwebhook_secret = \"{OTHER}\"\npublic_key_pem = \
             \"\"\"\n{}\"\"\"\n",
            key.pem()
        );
        let config = format!("[auth]\n{auth}\n{}{fixed}", entry(&issuer, &more));
        let server = Server::with(&config).await;
        let root = server.admin("root").await;
        Scene {
            server,
            root,
            key,
            issuer,
        }
    }

    async fn users(&self) -> Vec<Value> {
        let listed = self.server.get("/api/admin/users").by(&self.root).send();
        let mut users = listed.await.expect(200).items();
        users.remove(0);
        users
    }

    /// What the issuer's token of that user is answered.
    async fn me(&self) -> Answer {
        let said = with(&claims(&self.issuer.url), &json!({"sub": "user_1"}));
        let token = self.key.sign(&self.key.header("k1"), &said);
        self.server.get("/api/auth/me").token(&token).send().await
    }
}

#[tokio::test]
async fn a_user_is_made_changed_and_disabled_by_messages() {
    let scene = Scene::start("").await;
    let server = &scene.server;
    let made = clerk("user.created", "Ada", "ada@example.com");
    tell(server, "m1", &made).await.expect(200);
    let users = scene.users().await;
    assert_eq!(users.len(), 1);
    assert_eq!(
        (
            &users[0]["email"],
            &users[0]["email_verified"],
            &users[0]["name"]
        ),
        (&json!("ada@example.com"), &json!(true), &json!("Ada"))
    );
    assert_eq!(scene.me().await.expect(200).item()["id"], users[0]["id"]);
    let changed = clerk("user.updated", "Countess", "countess@example.com");
    tell(server, "m2", &changed).await.expect(200);
    let me = scene.me().await.expect(200).item();
    assert_eq!(
        (&me["email"], &me["name"], &me["id"]),
        (
            &json!("countess@example.com"),
            &json!("Countess"),
            &users[0]["id"]
        )
    );
    let gone = json!({"type": "user.deleted", "data": {"id": "user_1", "deleted": true}});
    tell(server, "m3", &gone).await.expect(200);
    scene.me().await.expect(401);
    let left = scene.users().await;
    assert_eq!((left.len(), &left[0]["disabled"]), (1, &json!(true)));
    let audit = server.hearth(&["audit", "--json"]);
    for action in ["identity_added", "identity_updated", "user_disabled"] {
        assert!(audit.contains(action), "{action}: {audit}");
    }
}

#[tokio::test]
async fn whatever_is_wrong_is_the_same_401() {
    let scene = Scene::start("").await;
    let server = &scene.server;
    let body = clerk("user.created", "Eve", "eve@example.com").to_string();
    let (at, text) = (now(), now().to_string());
    let right = signature(SECRET, "m", at, &body);
    let (early, late) = (at - 310, at + 310);
    let random = signature("whsec_cmFuZG9tcmFuZG9tcmFuZG9tcmFuZG9t", "m", at, &body);
    let mut heard = Vec::new();
    for (id, time, signed) in [
        ("m2", text.as_str(), right.as_str()),
        ("m", &(at + 1).to_string(), &right),
        (
            "m",
            &early.to_string(),
            &signature(SECRET, "m", early, &body),
        ),
        ("m", &late.to_string(), &signature(SECRET, "m", late, &body)),
        ("m", &text, &random),
        ("m", &text, ""),
        ("m", &text, "v1,"),
        ("m", &text, &right.replace("v1,", "v2,")),
        ("m", "soon", &right),
    ] {
        let answer = post(server, "webhook", [id, time, signed], &body).await;
        heard.push(answer.expect(401).without_id());
    }
    let changed = body.replace("Eve", "Evi");
    heard.push(
        post(server, "svix", ["m", &text, &right], &changed)
            .await
            .without_id(),
    );
    let bare = server.call("POST", "/api/auth/webhooks");
    let bare = bare.body("application/json", body.clone()).send().await;
    heard.push(bare.without_id());
    // Halves of two kinds of headers, and one header twice.
    let mixed = server
        .call("POST", "/api/auth/webhooks")
        .header("webhook-id", "m")
        .header("svix-timestamp", &text)
        .header("svix-signature", &right)
        .body("application/json", body.clone());
    heard.push(mixed.send().await.without_id());
    let twice = server
        .call("POST", "/api/auth/webhooks")
        .header("webhook-id", "m")
        .header("webhook-id", "m")
        .header("webhook-timestamp", &text)
        .header("webhook-signature", &right)
        .body("application/json", body.clone());
    heard.push(twice.send().await.without_id());
    assert!(heard.iter().all(|answer| *answer == heard[0]), "{heard:?}");
    assert_eq!(heard[0].0, 401);
    assert!(scene.users().await.is_empty());
    // Two signatures, of which one is right, and one of a version to come.
    let several = format!("v2,AAAA {random} {right}");
    post(server, "webhook", ["m", &text, &several], &body)
        .await
        .expect(200);
    assert_eq!(scene.users().await.len(), 1);
}

#[tokio::test]
async fn a_message_works_once_also_of_twenty_at_once() {
    let scene = Scene::start("").await;
    let server = &scene.server;
    let made = clerk("user.created", "Ada", "ada@example.com");
    let all = (0..20).map(|_| tell(server, "m1", &made));
    for answer in futures_util::future::join_all(all).await {
        answer.expect(200);
    }
    assert_eq!(scene.users().await.len(), 1);
    let (at, body) = (
        now(),
        clerk("user.updated", "Second", "ada@example.com").to_string(),
    );
    let signed = signature(SECRET, "m2", at, &body);
    let copy = [("m2", at.to_string(), signed)];
    let send = async |(id, at, signed): &(&str, String, String)| {
        post(server, "svix", [id, at, signed], &body)
            .await
            .expect(200);
    };
    send(&copy[0]).await;
    tell(
        server,
        "m3",
        &clerk("user.updated", "Third", "ada@example.com"),
    )
    .await
    .expect(200);
    send(&copy[0]).await;
    assert_eq!(scene.users().await[0]["name"], "Third");
}

#[tokio::test]
async fn other_messages_and_unknown_users_change_nothing() {
    let scene = Scene::start("").await;
    let server = &scene.server;
    for (id, message) in [
        (
            "m1",
            json!({"type": "session.created", "data": {"id": "sess_1"}}),
        ),
        (
            "m2",
            json!({"type": "user.deleted", "data": {"id": "user_1"}}),
        ),
        // What was sent before the end and comes behind it.
        ("m3", clerk("user.created", "Ada", "ada@example.com")),
    ] {
        tell(server, id, &message).await.expect(200);
        assert!(scene.users().await.is_empty(), "{message}");
    }
    tell(server, "m4", &json!({"type": "user.created", "data": {}}))
        .await
        .expect(422);
    let (at, body) = (now(), "{\"type\": ");
    let signed = signature(SECRET, "m5", at, body);
    post(server, "svix", ["m5", &at.to_string(), &signed], body)
        .await
        .expect(422);
}

#[tokio::test]
async fn the_secret_says_whose_message_it_is() {
    let scene = Scene::start("").await;
    let body = clerk("user.created", "Ada", "ada@example.com").to_string();
    let at = now();
    let signed = signature(OTHER, "m1", at, &body);
    post(
        &scene.server,
        "webhook",
        ["m1", &at.to_string(), &signed],
        &body,
    )
    .await
    .expect(200);
    assert_eq!(scene.users().await.len(), 1);
    // The first issuer's user of the same name is another one.
    let me = scene.me().await.expect(200).item();
    assert_ne!(me["id"], scene.users().await[0]["id"]);
}

#[tokio::test]
async fn an_account_with_a_password_keeps_its_address_and_its_way_in() {
    let scene = Scene::start("link_verified_email = true").await;
    let server = &scene.server;
    let ada = server.user("ada").await;
    let file = rusqlite::Connection::open(server.database()).unwrap();
    file.execute(
        "UPDATE hearth_users SET email_verified = 1 WHERE id = ?1",
        [&ada.id],
    )
    .unwrap();
    tell(
        server,
        "m1",
        &clerk("user.created", "Ada", "ada@example.com"),
    )
    .await
    .expect(200);
    assert_eq!(scene.me().await.expect(200).item()["id"], ada.id.as_str());
    tell(
        server,
        "m2",
        &clerk("user.updated", "Ada", "else@example.com"),
    )
    .await
    .expect(200);
    assert_eq!(scene.users().await[0]["email"], "ada@example.com");
    let gone = json!({"type": "user.deleted", "data": {"id": "user_1"}});
    tell(server, "m3", &gone).await.expect(200);
    scene.me().await.expect(401);
    server.sign_in(&ada.email, PASSWORD).await;
}

#[tokio::test]
async fn another_accounts_address_is_not_taken() {
    let scene = Scene::start("").await;
    let server = &scene.server;
    server.user("bob").await;
    tell(
        server,
        "m1",
        &clerk("user.created", "Ada", "ada@example.com"),
    )
    .await
    .expect(200);
    tell(
        server,
        "m2",
        &clerk("user.updated", "Ada", "bob@example.com"),
    )
    .await
    .expect(200);
    let me = scene.me().await.expect(200).item();
    assert_eq!(me["email"], "ada@example.com");
}

#[tokio::test]
async fn without_a_secret_there_is_nothing_to_post_to() {
    let server = Server::start().await;
    post(&server, "svix", ["m", "1", "v1,AAAA"], "{}")
        .await
        .expect(404);
}
