//! What is told to whose account changed, and what names can't do in a mail.

use serde_json::json;

use super::with_mail;
use crate::second_factor::set_up;
use crate::support::PASSWORD;

#[tokio::test]
async fn a_changed_password_is_told() {
    let (server, mut smtp) = with_mail(&[]).await;
    let ada = server.user("ada").await;
    smtp.mail().await;
    let body =
        json!({"current_password": PASSWORD, "new_password": "another horse, another battery"});
    let changed = server.post("/api/auth/password", body).by(&ada).send();
    changed.await.expect(200);
    let mail = smtp.mail().await;
    assert_eq!(mail.to(), ada.email);
    assert!(mail.subject().contains("password"));
    assert_eq!(
        mail.link(),
        "https://app.example.com/console/#/forgot-password"
    );
    assert_eq!(mail.headers("auto-submitted"), ["auto-generated"]);
    assert_eq!(mail.headers("from"), ["Example <no-reply@example.com>"]);
    assert_eq!(mail.headers("to"), [ada.email.as_str()]);
    assert!(mail.headers("message-id")[0].ends_with("@example.com>"));
    assert_eq!(mail.0["hello"], "app.example.com");
}

#[tokio::test]
async fn a_second_factor_that_was_added_is_told() {
    let (server, mut smtp) = with_mail(&[]).await;
    let ada = server.user("ada").await;
    smtp.mail().await;
    let (app, codes) = set_up(&server, &ada).await;
    let mail = smtp.mail().await;
    assert_eq!(mail.to(), ada.email);
    assert!(
        mail.subject().to_lowercase().contains("second factor"),
        "{}",
        mail.subject()
    );
    let said = [mail.text(), mail.html()].concat();
    assert!(codes.iter().all(|code| !said.contains(code)) && !said.contains(&app.0));
}

#[tokio::test]
async fn a_name_becomes_no_header_no_markup_and_no_link() {
    let (server, mut smtp) = with_mail(&[]).await;
    for (at, (name, shown)) in [
        (
            "Ada\r\nBcc: eve@example.com\r\n\r\nHello",
            "user0@example.com",
        ),
        ("<script>alert(1)</script>", "user1@example.com"),
        ("Visit evil.example now", "user2@example.com"),
        ("http://evil", "user3@example.com"),
        (
            "J. R. \"Bob\" O'Dobbs & Ünal",
            "J. R. \"Bob\" O'Dobbs & Ünal",
        ),
        ("Ada\nLovelace\u{202e}", "Ada Lovelace"),
    ]
    .into_iter()
    .enumerate()
    {
        let email = format!("user{at}@example.com");
        let body = json!({"email": email, "password": PASSWORD, "name": name});
        let made = server.post("/api/auth/register", body).send().await;
        made.expect(201);
        let first = smtp.mail().await;
        assert!(!first.text().contains("evil") && !first.text().contains("Ada"));
        super::ask_reset(&server, &email).await.expect(202);
        let mail = smtp.mail().await;
        let hello = format!("Hello {shown},");
        assert!(mail.text().starts_with(&hello), "{}", mail.text());
        assert_eq!(mail.0["to"].as_array().unwrap().len(), 1);
        assert!(mail.headers("bcc").is_empty());
        assert!(!mail.html().contains("<script") && !mail.html().contains("\"Bob\""));
    }
}

#[tokio::test]
async fn links_begin_with_the_url_whatever_a_request_says() {
    let (server, mut smtp) = with_mail(&[]).await;
    server.user("ada").await;
    smtp.mail().await;
    for header in ["host", "x-forwarded-host", "forwarded", "origin", "referer"] {
        let body = json!({"email": "ada@example.com"});
        let call = server.post("/api/auth/reset-password", body);
        let value = match header {
            "host" => "127.0.0.9:8000",
            "forwarded" => "host=evil.example",
            _ => "https://evil.example",
        };
        call.header(header, value).unchecked().send().await;
    }
    for _ in 0..3 {
        let mail = smtp.mail().await;
        assert!(
            mail.link()
                .starts_with("https://app.example.com/console/#/")
        );
        assert!(!mail.text().contains("evil") && !mail.html().contains("127.0.0.9"));
    }
}
