//! `hearth mail`: a test mail with the talk of it, the built-in templates, and what `check` says of own ones.

use crate::folder::Folder;
use crate::support::smtp::Smtp;

#[tokio::test]
async fn a_test_shows_the_talk_and_hides_the_secrets() {
    for (without, mechanism) in [("LOGIN", "PLAIN"), ("PLAIN", "LOGIN")] {
        let words = ["--login", "ada:hunter2", "--without", without];
        let mut smtp = Smtp::start(&words).await;
        let config = format!("{}user = \"ada\"\npassword = \"hunter2\"\n", smtp.config());
        let folder = Folder::with(&config);
        let said = folder.hearth(&["mail", "test", "ops@example.com"]).ok();
        let mail = smtp.mail().await;
        assert_eq!(mail.to(), "ops@example.com");
        assert_eq!(mail.subject(), "A test from app.example.com");
        for line in [
            "< 220 mail.test",
            "> EHLO app.example.com",
            &format!("> AUTH {mechanism}"),
            "< 235 ",
            "> MAIL FROM:<no-reply@example.com>",
            "> RCPT TO:<ops@example.com>",
            "< 354 ",
            "> (the message)",
            "< 250 taken",
            "The mail server took the mail to ops@example.com",
        ] {
            assert!(said.contains(line), "{line}\n{said}");
        }
        for secret in ["hunter2", "aHVudGVyMg", "AGFkYQBodW50ZXIy", "YWRh"] {
            assert!(!said.contains(secret), "{said}");
        }
        assert!(!folder.path().join("hearth_data").exists());
    }
}

#[tokio::test]
async fn a_test_that_fails_says_why_in_the_servers_words() {
    let smtp = Smtp::start(&["--rcpt", "550 5.7.1 relaying denied"]).await;
    let folder = Folder::with(&smtp.config());
    let run = folder.hearth(&["mail", "test", "ops@example.com"]);
    assert_eq!(run.code, 1);
    let wanted = "error: The mail was not sent: ";
    assert!(
        run.err.starts_with(wanted) && run.err.contains("5.7.1 relaying denied"),
        "{run:?}"
    );
    assert!(run.out.contains("< 550 5.7.1 relaying denied"), "{run:?}");
    let unset = Folder::with("[server]\nport = 8000\n");
    let said = unset.hearth(&["mail", "test", "ops@example.com"]).refused();
    assert!(said.contains("`mail.host` is not set"), "{said}");
}

#[test]
fn the_built_in_templates_can_be_written_and_are_right() {
    let folder = Folder::with(
        "[server]\nurl = \"https://app.example.com\"\n[mail]\nhost = \"smtp.example.com\"\nfrom = \"a@example.com\"\ntemplates = \"mails\"\n",
    );
    let said = folder.hearth(&["check"]).refused();
    assert!(
        said.contains("`mail.templates` is") && said.contains("can't be read"),
        "{said}"
    );
    let said = folder.hearth(&["mail", "templates", "mails"]).ok();
    assert!(said.contains("Wrote 20 files into mails"), "{said}");
    folder.hearth(&["check"]).ok();
    let said = folder.hearth(&["mail", "templates", "mails"]).refused();
    assert!(said.contains("is there already"), "{said}");
}

#[test]
fn mistakes_of_own_templates_are_told_by_check_and_stop_a_start() {
    let folder = Folder::with("[mail]\ntemplates = \"mails\"\n");
    let mails = folder.path().join("mails");
    std::fs::create_dir(&mails).unwrap();
    for (file, text) in [
        ("verify_emial.txt", "Subject: x\n{{link}}"),
        ("reset_password.txt", "Subject: x\n{{lnik}} {{link}}"),
        ("change_email.txt", "Hello {{link}}"),
        ("verify_email.html", "<p>Hello {{name}}</p>"),
        ("password_changed.html", "{{link}} {{name"),
        (".hidden", "{{x}}"),
    ] {
        std::fs::write(mails.join(file), text).unwrap();
    }
    for words in [&["check"][..], &["serve", "--port", "0"]] {
        let said = folder.hearth(words).refused();
        for wanted in [
            "has the file `verify_emial.txt`, which no mail uses. Did you mean `verify_email.txt`?",
            "The mail template `reset_password.txt` has the placeholder `{{lnik}}`;",
            "Did you mean `link`?",
            "The mail template `change_email.txt` must begin with a line `Subject: …`.",
            "The mail template `verify_email.html` has no `{{link}}`",
            "The mail template `password_changed.html` has `{{` without `}}`.",
        ] {
            assert!(said.contains(wanted), "{wanted}\n{said}");
        }
        assert!(!said.contains("hidden"), "{said}");
    }
}
