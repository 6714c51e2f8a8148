//! `[mail]`: the SMTP server through which links and notices are sent.

use crate::config::MailTls;
use crate::config::key::{Change::Live, Fallback, Key, Kind};
use crate::config::mail;

pub(super) static KEYS: &[Key] = &[
    Key {
        name: "mail.host",
        kind: Kind::Text {
            what: "the name or address of a mail server",
            check: mail::host,
            put: |config, host| config.mail.host = Some(host),
        },
        default: Fallback::Instead {
            words: "no mail is sent, and links are logged for the operator",
            example: r#""smtp.example.com""#,
        },
        change: Live,
        meaning: "The mail server that takes this server's mails; with it server.url must be set.",
    },
    Key {
        name: "mail.port",
        kind: Kind::Integer {
            least: 1,
            most: 65_535,
            put: |config, port| config.mail.port = port as u16,
        },
        default: Fallback::Value("465"),
        change: Live,
        meaning: "Its port: 465, or 587 with starttls.",
    },
    Key {
        name: "mail.tls",
        kind: Kind::Word {
            words: &[
                ("implicit", |config| {
                    config.mail.tls = Some(MailTls::Implicit)
                }),
                ("starttls", |config| {
                    config.mail.tls = Some(MailTls::StartTls)
                }),
                ("none", |config| config.mail.tls = Some(MailTls::None)),
            ],
            refused: &[
                (
                    "ssl",
                    "encrypted from the first byte is called \"implicit\" here",
                ),
                (
                    "tls",
                    "it can mean either; port 465 is \"implicit\", 587 is \"starttls\"",
                ),
                (
                    "true",
                    "it can mean either; port 465 is \"implicit\", 587 is \"starttls\"",
                ),
                (
                    "opportunistic",
                    "whoever is on the way could then switch it off",
                ),
            ],
        },
        default: Fallback::Instead {
            words: "implicit on port 465, starttls on others",
            example: r#""implicit""#,
        },
        change: Live,
        meaning: "How the connection is encrypted: from the first byte, after a greeting, or not at all, which only a server on this machine or in a private network may.",
    },
    Key {
        name: "mail.user",
        kind: Kind::Text {
            what: "a name",
            check: mail::user,
            put: |config, user| config.mail.user = Some(user),
        },
        default: Fallback::Instead {
            words: "the mail server is used without signing in",
            example: r#""hearth@example.com""#,
        },
        change: Live,
        meaning: "Who signs in at the mail server.",
    },
    Key {
        name: "mail.password",
        kind: Kind::Password(|config, password| config.mail.password = Some(password)),
        default: Fallback::Instead {
            words: "none; it is needed with mail.user",
            example: r#"{ file = "/run/secrets/smtp" }"#,
        },
        change: Live,
        meaning: r#"The password of mail.user: a text, { file = "…" } or { env = "…" }."#,
    },
    Key {
        name: "mail.from",
        kind: Kind::Text {
            what: "an e-mail address, also with a name",
            check: mail::from,
            put: |config, from| config.mail.from = Some(from),
        },
        default: Fallback::Instead {
            words: "mail.user, where that is an address",
            example: r#""Example <no-reply@example.com>""#,
        },
        change: Live,
        meaning: "Whom the mails are from.",
    },
    Key {
        name: "mail.templates",
        kind: Kind::Path(|config, path| config.mail.templates = Some(path)),
        default: Fallback::Instead {
            words: "the built-in ones",
            example: r#""mails""#,
        },
        change: Live,
        meaning: "A folder whose files replace the built-in mails one by one; `hearth mail templates FOLDER` writes them all.",
    },
];
