//! How mails get to the mail server: encryption, signing in, trying again, giving up.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{ask_reset, with_mail};
use crate::support::smtp::Smtp;
use crate::support::{Server, Start};

/// Waits for a line in the log that has all of these.
async fn logged(server: &Server, words: &[&str]) -> String {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let log = server.log();
        let found = log
            .lines()
            .find(|line| words.iter().all(|word| line.contains(word)));
        if let Some(line) = found {
            return line.to_owned();
        }
        assert!(Instant::now() < until, "{words:?}: {log}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn counted(server: &Server, result: &str) -> u64 {
    let root = server
        .hearth(&["user", "list"])
        .contains("root@example.com");
    let root = match root {
        true => {
            server
                .sign_in("root@example.com", crate::support::PASSWORD)
                .await
        }
        false => server.admin("root").await,
    };
    let metrics = server.get("/metrics").by(&root).send().await.expect(200);
    let name = format!("hearth_mails_total{{result=\"{result}\"}} ");
    let text = metrics.text();
    let line = text.lines().find_map(|line| line.strip_prefix(&name));
    line.map_or(0, |count| count.parse().unwrap())
}

#[tokio::test]
async fn tls_and_signing_in_work_with_a_certificate_that_the_system_trusts() {
    let folder = tempfile::tempdir().unwrap();
    for (tls, without, mechanism) in [
        ("implicit", "LOGIN", "PLAIN"),
        ("starttls", "PLAIN", "LOGIN"),
    ] {
        let authority = folder.path().join(format!("{tls}.pem"));
        let authority = authority.to_str().unwrap();
        let words = ["--tls", tls, "--ca", authority, "--login", "ada:p@ss%word"];
        let mut smtp = Smtp::start(&[&words[..], &["--without", without]].concat()).await;
        let config = smtp
            .config()
            .replace("tls = \"none\"", &format!("tls = {tls:?}"));
        let config = format!("{config}user = \"ada\"\npassword = \"p@ss%word\"\n");
        let server = Start::new(&config)
            .environment("SSL_CERT_FILE", authority)
            .run()
            .await;
        server.user("ada").await;
        let mail = smtp.mail().await;
        assert_eq!(mail.to(), "ada@example.com");
        assert_eq!(mail.0["encrypted"], true);
        assert_eq!(mail.0["login"], json!([mechanism, "ada:p@ss%word"]));
        assert!(!server.log().contains("p@ss%word"));
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("ca.pem");
    for tls in ["implicit", "starttls"] {
        let words = ["--tls", tls, "--ca", authority.to_str().unwrap()];
        let mut smtp = Smtp::start(&words).await;
        let config = smtp
            .config()
            .replace("tls = \"none\"", &format!("tls = {tls:?}"));
        let server = Server::with(&config).await;
        server.user("ada").await;
        let line = logged(&server, &["a mail could not be sent", "\"tries\":5"]).await;
        assert!(
            line.contains("a…@example.com") && !line.contains("ada@"),
            "{line}"
        );
        assert!(line.to_lowercase().contains("certificate"), "{line}");
        assert!(smtp.rest().is_empty());
    }
}

#[tokio::test]
async fn starttls_is_never_left_out() {
    let mut smtp = Smtp::start(&[]).await;
    let config = smtp
        .config()
        .replace("tls = \"none\"", "tls = \"starttls\"");
    let server = Server::with(&config).await;
    server.user("ada").await;
    logged(&server, &["a mail could not be sent", "STARTTLS"]).await;
    assert!(smtp.rest().is_empty());
}

#[tokio::test]
async fn a_mail_that_is_put_off_is_tried_again() {
    let later = "451 4.7.1 come back later";
    let (server, mut smtp) = with_mail(&["--answer", later, "--answer", later]).await;
    server.user("ada").await;
    let first = smtp.mail().await;
    assert_eq!(first.0["answer"], later);
    smtp.mail().await;
    let third = smtp.mail().await;
    assert_eq!(third.0["answer"], "250 taken");
    assert_eq!(third.token(), first.token());
    let line = logged(&server, &["a mail waits for its next try"]).await;
    assert!(line.contains("come back later") && line.contains("a…@example.com"));
}

#[tokio::test]
async fn a_mail_that_is_refused_is_told_and_not_tried_again() {
    let refusal = "550 5.1.1 <ada@example.com>: no such user";
    let (server, mut smtp) = with_mail(&["--rcpt", refusal]).await;
    server.user("ada").await;
    assert_eq!(smtp.mail().await.0["answer"], refusal);
    let line = logged(&server, &["a mail could not be sent"]).await;
    assert!(
        line.contains("no such user") && line.contains("\"tries\":1"),
        "{line}"
    );
    assert!(!line.contains("ada@example.com"), "{line}");
    // That of the admin who asks may be refused already, too.
    assert!((1..=2).contains(&counted(&server, "failed").await));
    assert!(
        smtp.rest()
            .iter()
            .all(|mail| mail.to() == "root@example.com")
    );
}

#[tokio::test]
async fn a_wrong_sign_in_is_told_without_its_secrets() {
    let smtp = Smtp::start(&["--login", "ada:right"]).await;
    let config = format!(
        "{}user = \"ada\"\npassword = \"hunter2wrong\"\n",
        smtp.config()
    );
    let server = Server::with(&config).await;
    server.user("bob").await;
    let line = logged(&server, &["a mail could not be sent", "535"]).await;
    assert!(!line.contains("hunter2"), "{line}");
    let settings = server.hearth(&["settings"]);
    assert!(settings.contains("(hidden)") && !settings.contains("hunter2"));
}

#[tokio::test]
async fn a_mail_server_that_hangs_holds_nobody_up() {
    let (server, mut smtp) = with_mail(&["--answer", "hang"]).await;
    server.user("ada").await;
    smtp.mail().await;
    let start = Instant::now();
    for name in ["bob", "eve"] {
        server.user(name).await;
        ask_reset(&server, &format!("{name}@example.com"))
            .await
            .expect(202);
    }
    assert!(start.elapsed() < Duration::from_millis(1_900));
    let line = logged(&server, &["a mail waits for its next try"]).await;
    assert!(line.contains("did not finish within 2 s"), "{line}");
    let mut receivers = Vec::new();
    while receivers.len() < 5 {
        receivers.push(smtp.mail().await.to().to_owned());
    }
    assert!(
        receivers.contains(&"ada@example.com".to_owned()),
        "tried again"
    );
}

#[tokio::test]
async fn a_mail_server_that_says_nothing_or_is_not_there_is_given_up() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    for (port, reason) in [
        (silent.local_addr().unwrap().port(), "did not finish within"),
        (gone, "onnection refused"),
    ] {
        let server = Server::with(&format!(
            "[server]\nurl = \"https://app.example.com\"\n[mail]\nhost = \"localhost\"\nport = {port}\ntls = \"none\"\n\
             from = \"no-reply@example.com\"\n"
        ))
        .await;
        server.user("ada").await;
        let line = logged(&server, &["a mail could not be sent", "\"tries\":5"]).await;
        assert!(line.contains(reason), "{line}");
    }
}

#[tokio::test]
async fn what_waits_when_the_server_ends_is_still_sent() {
    let (mut server, mut smtp) = with_mail(&["--answer", "451 later"]).await;
    for at in 0..5 {
        server.user(&format!("user{at}")).await;
    }
    assert!(server.stop().success());
    let mut taken = Vec::new();
    for _ in 0..6 {
        let mail = smtp.mail().await;
        if mail.0["answer"] == "250 taken" {
            taken.push(mail.to().to_owned());
        }
    }
    taken.sort();
    let wanted: Vec<String> = (0..5).map(|at| format!("user{at}@example.com")).collect();
    assert_eq!(taken, wanted);
}

#[tokio::test]
async fn an_end_waits_for_no_mail_server() {
    let (mut server, mut smtp) = with_mail(&["--answer", "hang", "--answer", "hang"]).await;
    server.user("ada").await;
    smtp.mail().await;
    let start = Instant::now();
    assert!(server.stop().success());
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(server.log().contains("not sent before the end"));
}

#[tokio::test]
async fn mails_are_counted() {
    let (server, mut smtp) = with_mail(&[]).await;
    server.user("ada").await;
    smtp.mail().await;
    server.admin("root").await;
    smtp.mail().await;
    let until = Instant::now() + Duration::from_secs(20);
    while counted(&server, "sent").await < 2 {
        assert!(Instant::now() < until);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
