//! Another address for an account.

use serde_json::json;

use super::{ask_reset, audited, confirm, me, with_mail};
use crate::support::{Answer, PASSWORD, Server, User};

async fn ask(server: &Server, user: &User, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    let call = server.post("/api/auth/change-email", body).by(user);
    call.send().await
}

#[tokio::test]
async fn the_address_changes_when_the_new_one_is_confirmed() {
    let (server, mut smtp) = with_mail(&[]).await;
    let ada = server.user("ada").await;
    let old = smtp.mail_to(&ada.email).await.token();
    ask_reset(&server, &ada.email).await.expect(202);
    let reset = smtp.mail_to(&ada.email).await.token();
    ask(&server, &ada, "Countess@Example.com", PASSWORD)
        .await
        .expect(202);
    let notice = smtp.mail_to(&ada.email).await;
    assert!(notice.subject().contains("is to change"));
    assert!(!notice.text().contains("Countess"));
    let link = smtp.mail_to("Countess@Example.com").await;
    assert!(link.text().contains("ada@example.com"));
    assert_eq!(me(&server, &ada).await["email"], "ada@example.com");
    let body = json!({"token": link.token()});
    confirm(&server, "change-email", body.clone())
        .await
        .expect(200);
    let now = me(&server, &ada).await;
    assert_eq!(now["email"], "Countess@Example.com");
    assert_eq!(now["email_verified"], true);
    let notice = smtp.mail_to(&ada.email).await;
    assert!(notice.subject().contains("has changed"));
    // Links to the old address lead nowhere any more, nor does the one that was used.
    confirm(&server, "change-email", body).await.expect(403);
    confirm(&server, "verify-email", json!({"token": old}))
        .await
        .expect(403);
    let body = json!({"token": reset, "password": "another horse, another battery"});
    confirm(&server, "reset-password", body).await.expect(403);
    let old = json!({"email": "ada@example.com", "password": PASSWORD});
    server.post("/api/auth/login", old).send().await.expect(401);
    server.sign_in("countess@example.com", PASSWORD).await;
    let actions = audited(&server);
    for action in ["email_change_asked", "email_changed"] {
        assert!(actions.iter().any(|one| one == action), "{actions:?}");
    }
}

#[tokio::test]
async fn that_an_address_is_taken_is_told_to_that_address_alone() {
    let (server, mut smtp) = with_mail(&[]).await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let free = ask(&server, &ada, "free@example.com", PASSWORD).await;
    let taken = ask(&server, &ada, "BOB@example.com", PASSWORD).await;
    assert_eq!((free.status, free.text()), (taken.status, taken.text()));
    assert_eq!(free.status, 202);
    smtp.mail_to(&bob.email).await;
    let told = smtp.mail_to(&bob.email).await;
    assert!(told.text().contains("have an account"), "{}", told.text());
    assert!(!told.text().contains("ada@example.com"));
    assert!(told.link().ends_with("/console/#/forgot-password"));
}

#[tokio::test]
async fn an_address_that_was_taken_meanwhile_is_a_conflict() {
    let (server, mut smtp) = with_mail(&[]).await;
    let ada = server.user("ada").await;
    ask(&server, &ada, "bob@example.com", PASSWORD)
        .await
        .expect(202);
    let token = smtp.mail_to("bob@example.com").await.token();
    server.user("bob").await;
    let refused = confirm(&server, "change-email", json!({"token": token})).await;
    assert_eq!(refused.expect(409).detail(), "`email` is taken");
    assert_eq!(me(&server, &ada).await["email"], "ada@example.com");
}

#[tokio::test]
async fn a_stolen_token_is_not_enough() {
    let (server, mut smtp) = with_mail(&[]).await;
    let ada = server.user("ada").await;
    let wrong = ask(&server, &ada, "eve@example.com", "not the password").await;
    wrong.expect(403);
    ask(&server, &ada, "no address", PASSWORD).await.expect(422);
    ask(&server, &ada, "ADA@example.com", PASSWORD)
        .await
        .expect(409);
    let body = json!({"email": "eve@example.com", "password": PASSWORD});
    let nobody = server.post("/api/auth/change-email", body).send().await;
    nobody.expect(401);
    smtp.mail_to(&ada.email).await;
    for at in 0..3 {
        let email = format!("new{at}@example.com");
        ask(&server, &ada, &email, PASSWORD).await.expect(202);
    }
    let refused = ask(&server, &ada, "new3@example.com", PASSWORD).await;
    refused.expect(429);
}

#[tokio::test]
async fn of_two_wishes_the_newer_one_holds() {
    let (server, mut smtp) = with_mail(&[]).await;
    let ada = server.user("ada").await;
    let mut tokens = Vec::new();
    for email in ["one@example.com", "two@example.com"] {
        ask(&server, &ada, email, PASSWORD).await.expect(202);
        tokens.push(smtp.mail_to(email).await.token());
    }
    confirm(&server, "change-email", json!({"token": tokens[0]}))
        .await
        .expect(403);
    let all = (0..50).map(|_| confirm(&server, "change-email", json!({"token": tokens[1]})));
    let answers = futures_util::future::join_all(all).await;
    assert_eq!(answers.iter().filter(|one| one.status == 200).count(), 1);
    assert_eq!(me(&server, &ada).await["email"], "two@example.com");
}
