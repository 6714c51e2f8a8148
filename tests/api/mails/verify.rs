//! The link that verifies an address.

use serde_json::json;

use super::{age_links, ask_reset, audited, confirm, me, with_mail};

#[tokio::test]
async fn the_link_of_a_registration_verifies_the_address_once() {
    let (server, mut smtp) = with_mail(&[]).await;
    let ada = server.user("ada").await;
    assert_eq!(me(&server, &ada).await["email_verified"], false);
    let mail = smtp.mail_to(&ada.email).await;
    assert!(mail.subject().contains("app.example.com"));
    let token = mail.token();
    let wanted = format!("https://app.example.com/console/#/verify-email/{token}");
    assert_eq!(mail.link(), wanted);
    assert!(mail.html().contains(&wanted));
    confirm(&server, "verify-email", json!({"token": token}))
        .await
        .expect(200);
    assert_eq!(me(&server, &ada).await["email_verified"], true);
    let again = confirm(&server, "verify-email", json!({"token": token})).await;
    assert!(again.expect(403).detail().contains("used up"));
    assert!(audited(&server).contains(&"email_verified".to_owned()));
    let asked = server.post("/api/auth/verify-email", json!({})).by(&ada);
    assert!(asked.send().await.expect(409).detail().contains("already"));
}

#[tokio::test]
async fn only_the_newest_link_works_and_not_for_long() {
    let (server, mut smtp) = with_mail(&[]).await;
    let ada = server.user("ada").await;
    let first = smtp.mail().await.token();
    let again = || {
        server
            .post("/api/auth/verify-email", json!({}))
            .by(&ada)
            .send()
    };
    again().await.expect(202);
    let second = smtp.mail().await.token();
    confirm(&server, "verify-email", json!({"token": first}))
        .await
        .expect(403);
    age_links(&server, 24 * 60 * 60 - 5);
    let body = json!({"token": second});
    age_links(&server, 6);
    confirm(&server, "verify-email", body).await.expect(403);
    again().await.expect(202);
    let third = smtp.mail().await.token();
    age_links(&server, 24 * 60 * 60 - 60);
    confirm(&server, "verify-email", json!({"token": third}))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_wrong_token_and_one_of_another_purpose_are_answered_alike() {
    let (server, mut smtp) = with_mail(&[]).await;
    let ada = server.user("ada").await;
    let verify = smtp.mail().await.token();
    ask_reset(&server, &ada.email).await.expect(202);
    let reset = smtp.mail().await.token();
    let wrong = confirm(&server, "verify-email", json!({"token": "wrong"})).await;
    let other = confirm(&server, "verify-email", json!({"token": reset})).await;
    assert_eq!(wrong.without_id(), other.without_id());
    assert_eq!(wrong.status, 403);
    let password = "another horse, another battery";
    let body = json!({"token": verify, "password": password});
    let other = confirm(&server, "reset-password", body).await.expect(403);
    assert_eq!(wrong.without_id(), other.without_id());
    let other = confirm(&server, "change-email", json!({"token": verify})).await;
    assert_eq!(wrong.without_id(), other.without_id());
    for body in [
        json!({}),
        json!({"token": 7}),
        json!({"token": "x".repeat(101)}),
    ] {
        confirm(&server, "verify-email", body).await.expect(422);
    }
}

#[tokio::test]
async fn of_fifty_confirmations_at_once_one_is_taken() {
    let (server, mut smtp) = with_mail(&[]).await;
    server.user("ada").await;
    let token = smtp.mail().await.token();
    let all = (0..50).map(|_| confirm(&server, "verify-email", json!({"token": token})));
    let answers = futures_util::future::join_all(all).await;
    let count = |status: u16| answers.iter().filter(|one| one.status == status).count();
    assert_eq!((count(200), count(403)), (1, 49));
}

#[tokio::test]
async fn the_fourth_mail_within_an_hour_is_refused() {
    let (server, mut smtp) = with_mail(&[]).await;
    let ada = server.user("ada").await;
    for _ in 0..2 {
        let again = server.post("/api/auth/verify-email", json!({})).by(&ada);
        again.send().await.expect(202);
    }
    let again = server.post("/api/auth/verify-email", json!({})).by(&ada);
    let refused = again.send().await.expect(429);
    assert!(refused.header("retry-after").is_some());
    server.user("bob").await;
    for address in ["ada", "ada", "ada", "bob"] {
        assert_eq!(smtp.mail().await.to(), format!("{address}@example.com"));
    }
    let nobody = server
        .post("/api/auth/verify-email", json!({}))
        .send()
        .await;
    nobody.expect(401);
}

#[tokio::test]
async fn to_open_a_link_changes_nothing() {
    let (server, mut smtp) = with_mail(&[]).await;
    let ada = server.user("ada").await;
    let mail = smtp.mail().await;
    for path in ["/console/", "/api/auth/verify-email/confirm"] {
        server.get(path).unchecked().send().await;
    }
    assert_eq!(me(&server, &ada).await["email_verified"], false);
    confirm(&server, "verify-email", json!({"token": mail.token()}))
        .await
        .expect(200);
}
