//! Who somebody from a provider is here: a new user, one that is there, or nobody.

use serde_json::{Value, json};

use super::{arrive, back, claims, server, told};
use crate::support::browser::Browser;
use crate::support::oidc::Fake;
use crate::support::{PASSWORD, Server, User};

/// An account with a password whose address was verified by its link, which the log has without a mail server.
async fn verified(server: &Server, name: &str) -> User {
    let user = server.user(name).await;
    let log = server.log();
    let link = log.split("#/verify-email/").last().unwrap();
    let token: String = link
        .chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || "-_".contains(*letter))
        .collect();
    let body = json!({ "token": token });
    let confirmed = server.post("/api/auth/verify-email/confirm", body).send();
    confirmed.await.expect(200);
    user
}

async fn me(server: &Server, user: &User) -> Value {
    server
        .get("/api/auth/me")
        .by(user)
        .send()
        .await
        .expect(200)
        .item()
}

#[tokio::test]
async fn registering_the_victims_address_first_gains_nothing() {
    for link in [false, true] {
        let fake = Fake::start().await;
        let server = server(&format!("link_verified_email = {link}"), &fake.entry()).await;
        let eve = server.user("victim").await;
        let mut browser = Browser::new(&server);
        let email = Some(("victim@example.com", true));
        let answer = arrive(&fake, &mut browser, "victim", email).await;
        assert_eq!(answer.header("location"), Some("/console/"));
        let victim = browser.user().await.unwrap();
        assert_ne!(victim.id, eve.id, "not in the attacker's account");
        assert_eq!(me(&server, &victim).await["email"], Value::Null);
        // The attacker stays where they were, and has nothing of the victim's.
        let again = server.sign_in("victim@example.com", PASSWORD).await;
        assert_eq!(again.id, eve.id);
        let own = server.get("/api/auth/identities").by(&again).send().await;
        assert_eq!(own.expect(200).items(), Vec::<Value>::new());
        server
            .post("/api/items", json!({"name": "secret"}))
            .by(&victim)
            .send()
            .await
            .expect(201);
        let seen = server.get("/api/items").by(&again).send().await;
        assert_eq!(seen.items(), Vec::<Value>::new());
        // And the victim comes back to their own account.
        arrive(&fake, &mut browser, "victim", email).await;
        assert_eq!(browser.user().await.unwrap().id, victim.id);
    }
}

#[tokio::test]
async fn an_address_links_only_if_verified_on_both_sides_and_switched_on() {
    for switched in [false, true] {
        let fake = Fake::start().await;
        let server = server(&format!("link_verified_email = {switched}"), &fake.entry()).await;
        let ada = verified(&server, "ada").await;
        let mut browser = Browser::new(&server);
        // Not verified there: another user, without the address.
        let unsure = Some(("ada@example.com", false));
        arrive(&fake, &mut browser, "unsure", unsure)
            .await
            .expect(302);
        let unsure = browser.user().await.unwrap();
        assert_ne!(unsure.id, ada.id);
        assert_eq!(unsure.email, "");
        // Verified there, too; whatever its case.
        let mut browser = Browser::new(&server);
        let answer = arrive(&fake, &mut browser, "ada", Some(("Ada@Example.com", true))).await;
        if switched {
            assert_eq!(browser.user().await.unwrap().id, ada.id);
            let audit = server.hearth(&["audit", "--user", "ada@example.com"]);
            assert!(audit.contains("identity_linked"), "{audit}");
        } else {
            assert_eq!(told(&answer), "account_exists");
            assert!(browser.user().await.is_none());
        }
    }
}

#[tokio::test]
async fn without_a_verified_address_a_user_has_none() {
    let fake = Fake::start().await;
    let server = server("", &fake.entry()).await;
    for (subject, email, expected) in [
        (
            "one",
            Some(("one@example.com", true)),
            json!("one@example.com"),
        ),
        ("two", Some(("two@example.com", false)), Value::Null),
        ("three", None, Value::Null),
        ("four", Some(("no address", true)), Value::Null),
    ] {
        let mut browser = Browser::new(&server);
        arrive(&fake, &mut browser, subject, email)
            .await
            .expect(302);
        let user = browser.user().await.unwrap();
        let me = me(&server, &user).await;
        assert_eq!(me["email"], expected, "{subject}");
        assert_eq!(me["email_verified"], json!(!expected.is_null()));
        assert_eq!(me["role"], "user");
    }
}

#[tokio::test]
async fn with_registration_closed_strangers_stay_outside_and_users_come_in() {
    let fake = Fake::start().await;
    let entry = fake.entry();
    let mut first = server("", &entry).await;
    let (known, linked) = {
        let mut browser = Browser::new(&first);
        arrive(&fake, &mut browser, "known", None).await.expect(302);
        (browser.user().await.unwrap(), verified(&first, "ada").await)
    };
    first.stop();
    let config = first.folder().join("config.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    let closed = "[auth]\nregistration = \"closed\"\nlink_verified_email = true\n";
    std::fs::write(&config, text.replace("[auth]\n", closed)).unwrap();
    let second = crate::support::Start::again(&first).run().await;
    let mut browser = Browser::new(&second);
    let answer = arrive(
        &fake,
        &mut browser,
        "stranger",
        Some(("x@example.com", true)),
    )
    .await;
    assert_eq!(told(&answer), "registration_closed");
    let url = browser.begin("fake", "").await;
    fake.say_token(&fake.sign(&claims(&fake, &url, "stranger")));
    let cookie = format!(
        "hearth_oauth={}",
        browser.cookie("hearth_oauth").unwrap().value
    );
    let program = second
        .get(&back(&url))
        .header("cookie", &cookie)
        .send()
        .await;
    assert_eq!(
        program.expect(403).detail(),
        "Registration is closed; ask an admin for an account"
    );
    arrive(&fake, &mut browser, "known", None).await.expect(302);
    assert_eq!(browser.user().await.unwrap().id, known.id);
    let mut browser = Browser::new(&second);
    let email = Some(("ada@example.com", true));
    arrive(&fake, &mut browser, "ada", email).await.expect(302);
    assert_eq!(browser.user().await.unwrap().id, linked.id);
}

#[tokio::test]
async fn a_disabled_user_stays_outside_and_a_deleted_one_begins_anew() {
    let fake = Fake::start().await;
    let server = server("", &fake.entry()).await;
    let admin = server.admin("root").await;
    let mut browser = Browser::new(&server);
    arrive(&fake, &mut browser, "ada", None).await.expect(302);
    let ada = browser.user().await.unwrap();
    let path = format!("/api/admin/users/{}", ada.id);
    let disable = |disabled: bool| {
        server
            .put(&path, json!({ "disabled": disabled }))
            .by(&admin)
            .send()
    };
    disable(true).await.expect(200);
    let answer = arrive(&fake, &mut browser, "ada", None).await;
    assert_eq!(told(&answer), "account_disabled");
    assert!(browser.user().await.is_none());
    disable(false).await.expect(200);
    arrive(&fake, &mut browser, "ada", None).await.expect(302);
    assert_eq!(browser.user().await.unwrap().id, ada.id);
    // What began before the deletion does not bring them back.
    let mut late = Browser::new(&server);
    let url = late.begin("fake", "").await;
    server.delete(&path).by(&admin).send().await.expect(200);
    fake.say_token(&fake.sign(&claims(&fake, &url, "ada")));
    assert_eq!(told(&late.app(&back(&url)).await), "account_disabled");
}
