//! `[mail]`: what may be written, and what must fit together.

use super::{Setup, about, file, mistakes, setting};
use crate::config::MailTls;

const URL: &str = "[server]\nurl = \"https://app.example.com\"\n";

/// What is heard about a whole `[mail]`.
fn heard(lines: &str) -> Vec<String> {
    mistakes(&format!("{URL}[mail]\n{lines}\n"))
}

#[test]
fn the_encryption_follows_the_port() {
    assert_eq!(file("").mail.host, None);
    assert_eq!(file("").mail.encryption(), MailTls::Implicit);
    for (lines, wanted) in [
        ("", MailTls::Implicit),
        ("port = 465\n", MailTls::Implicit),
        ("port = 587\n", MailTls::StartTls),
        ("port = 25\n", MailTls::StartTls),
        ("port = 2525\n", MailTls::StartTls),
        ("port = 2525\ntls = \"implicit\"\n", MailTls::Implicit),
    ] {
        let text =
            format!("{URL}[mail]\nhost = \"smtp.example.com\"\nfrom = \"a@example.com\"\n{lines}");
        assert_eq!(file(&text).mail.encryption(), wanted, "{lines}");
    }
}

#[test]
fn tls_is_a_word_and_fits_the_port() {
    let wrong = about("mail", "tls = true");
    assert!(
        wrong.starts_with("`mail.tls` must be a word in quotes"),
        "{wrong}"
    );
    for word in ["ssl", "tls", "true", "opportunistic"] {
        let wrong = about("mail", &format!("tls = \"{word}\""));
        assert!(wrong.contains("That is refused: "), "{wrong}");
        assert!(
            wrong.ends_with("It must be \"implicit\", \"starttls\" or \"none\"."),
            "{wrong}"
        );
    }
    let found = heard("host = \"smtp.example.com\"\nfrom = \"a@example.com\"\ntls = \"starttls\"");
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("config.toml:6: `mail.tls` is \"starttls\" on port 465"),
        "{found:?}"
    );
}

#[test]
fn without_tls_only_what_is_near() {
    let with = |host: &str| {
        heard(&format!(
            "host = \"{host}\"\nport = 25\ntls = \"none\"\nfrom = \"a@example.com\""
        ))
    };
    for near in [
        "localhost",
        "127.0.0.1",
        "::1",
        "10.1.2.3",
        "192.168.0.7",
        "fd00::1",
        "mailpit",
        "mail.internal",
        "mail.local",
    ] {
        assert_eq!(with(near), Vec::<String>::new(), "{near}");
    }
    for far in ["smtp.example.com", "8.8.8.8", "2001:db8::1", "172.32.0.1"] {
        let found = with(far);
        assert_eq!(found.len(), 1, "{far}: {found:?}");
        assert!(found[0].contains("`mail.tls` is \"none\""), "{found:?}");
    }
}

#[test]
fn there_is_no_url_form() {
    for wrong in [
        "smtps://ada:x@smtp.example.com",
        "smtp://smtp.example.com",
        "ada@smtp.example.com",
    ] {
        let found = about("mail", &format!("host = \"{wrong}\""));
        assert!(found.contains("no URL form"), "{found}");
    }
    let found = about("mail", "host = \"smtp.example.com:587\"");
    assert!(
        found.ends_with("Did you mean host = \"smtp.example.com\" and port = 587?"),
        "{found}"
    );
    about("mail", "host = \"two words\"");
    about("mail", "host = \"\"");
    about("mail", "port = 0");
    about("mail", "from = \"nobody\"");
    about(
        "mail",
        "from = \"Ada <a@example.com>\\nBcc: eve@example.com\"",
    );
}

#[test]
fn what_belongs_together_is_asked_for() {
    let found = mistakes("[mail]\nhost = \"smtp.example.com\"\nfrom = \"a@example.com\"\n");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("config.toml:2: `mail.host` is set, so `server.url` must be set"),
        "{found:?}"
    );
    for (lines, wanted) in [
        ("host = \"smtp.example.com\"", "`mail.from` must say"),
        (
            "host = \"smtp.example.com\"\nuser = \"ada\"\npassword = \"x\"",
            "`mail.from` must say",
        ),
        (
            "host = \"smtp.example.com\"\nuser = \"ada@example.com\"",
            "`mail.password` must be set",
        ),
        (
            "host = \"smtp.example.com\"\nfrom = \"a@example.com\"\npassword = \"x\"",
            "`mail.user` must be set",
        ),
    ] {
        let found = heard(lines);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains(wanted), "{found:?}");
    }
    assert_eq!(
        mistakes("[mail]\nuser = \"ada\"\n"),
        Vec::<String>::new(),
        "not in use"
    );
}

#[test]
fn the_password_is_hidden_and_may_be_short() {
    let text = format!(
        "{URL}[mail]\nhost = \"smtp.example.com\"\nuser = \"ada@example.com\"\npassword = \"p@%\"\n"
    );
    let config = file(&text);
    assert_eq!(config.mail.password.as_ref().unwrap().reveal(), "p@%");
    assert_eq!(config.mail.sender(), Some("ada@example.com"));
    assert_eq!(setting(&config, "mail.password").value, "(hidden)");
    assert!(!format!("{config:?}").contains("p@%"));
    let from_environment = Setup {
        text: &text,
        variables: &[
            ("HEARTH_MAIL__PASSWORD", "another"),
            ("HEARTH_MAIL__PORT", "587"),
        ],
        ..Setup::default()
    };
    let config = from_environment.load().unwrap();
    assert_eq!(config.mail.password.unwrap().reveal(), "another");
    assert_eq!(config.mail.port, 587);
    assert!(about("mail", "password = \"\"").contains("is empty"));
    assert_eq!(
        file("[mail]\ntemplates = \"mails\"\n")
            .mail
            .templates
            .unwrap(),
        std::path::Path::new("/srv/app/mails")
    );
}
