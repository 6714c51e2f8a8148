//! Own templates in place of the built-in ones.

use crate::support::Start;
use crate::support::smtp::Smtp;

#[tokio::test]
async fn a_file_replaces_its_built_in_one_alone() {
    let mut smtp = Smtp::start(&[]).await;
    let start = Start::new(&format!("{}templates = \"mails\"\n", smtp.config()));
    let folder = start.folder().join("mails");
    std::fs::create_dir(&folder).unwrap();
    let html = "<p title=\"{{ name }}\">Grüezi {{email}}: <a href=\"{{link}}\">hier</a></p>";
    std::fs::write(folder.join("verify_email.html"), html).unwrap();
    let text = "Subject: Neues Passwort für {{host}}\r\n\r\nHier: \r\n{{link}}\r\n";
    std::fs::write(folder.join("reset_password.txt"), text).unwrap();
    let server = start.run().await;
    server.user("ada").await;
    let mail = smtp.mail().await;
    assert_eq!(mail.subject(), "Confirm your address for app.example.com");
    let html = mail.html();
    let wanted = "<p title=\"ada@example.com\">Grüezi ada@example.com: <a href=\"https://app.example.com/console/#/";
    assert!(html.starts_with(wanted), "{html}");
    super::ask_reset(&server, "ada@example.com")
        .await
        .expect(202);
    let mail = smtp.mail().await;
    assert_eq!(mail.subject(), "Neues Passwort für app.example.com");
    assert!(
        mail.text().starts_with("Hier: \nhttps://")
            || mail.text().starts_with("Hier: \r\nhttps://"),
        "{:?}",
        mail.text()
    );
    assert!(mail.html().contains("Choose a new password"));
}

#[tokio::test]
async fn one_that_breaks_while_the_server_runs_is_passed_over() {
    let mut smtp = Smtp::start(&[]).await;
    let start = Start::new(&format!("{}templates = \"mails\"\n", smtp.config()));
    let folder = start.folder().join("mails");
    std::fs::create_dir(&folder).unwrap();
    let server = start.run().await;
    std::fs::write(folder.join("verify_email.txt"), "Subject: x\n{{lnk}}\n").unwrap();
    server.user("ada").await;
    let mail = smtp.mail().await;
    assert_eq!(mail.subject(), "Confirm your address for app.example.com");
    assert!(server.log().contains("{{lnk}}"));
}
