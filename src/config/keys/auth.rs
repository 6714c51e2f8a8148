//! `[auth]`: accounts, sessions and secrets. `[auth.roles.NAME]` is read by `roles.rs`.

use crate::config::Registration;
use crate::config::key::{
    Change::{Live, Restart},
    Fallback, Key, Kind,
};

pub(super) static KEYS: &[Key] = &[
    Key {
        name: "auth.registration",
        kind: Kind::Word {
            words: &[
                ("open", |config| {
                    config.auth.registration = Registration::Open
                }),
                ("closed", |config| {
                    config.auth.registration = Registration::Closed
                }),
            ],
            refused: &[],
        },
        default: Fallback::Value(r#""open""#),
        change: Live,
        meaning: "Who may register: everybody, or nobody; admins and `hearth user create` always make users.",
    },
    Key {
        name: "auth.secret",
        kind: Kind::Secret(|config, secret| config.auth.secret = Some(secret)),
        default: Fallback::Instead {
            words: "generated at first start and kept in the database",
            example: r#"{ file = "/run/secrets/hearth" }"#,
        },
        change: Restart,
        meaning: r#"What signs the access tokens: a text, { file = "…" } or { env = "…" }."#,
    },
    Key {
        name: "auth.access_lifetime",
        kind: Kind::Duration {
            least: "1m",
            most: "24h",
            put: |config, time| config.auth.access_lifetime = time,
        },
        default: Fallback::Value(r#""15m""#),
        change: Live,
        meaning: "How long an access token is good.",
    },
    Key {
        name: "auth.refresh_lifetime",
        kind: Kind::Duration {
            least: "1h",
            most: "365d",
            put: |config, time| config.auth.refresh_lifetime = time,
        },
        default: Fallback::Value(r#""30d""#),
        change: Live,
        meaning: "How long a session lasts unused; not shorter than access_lifetime.",
    },
    Key {
        name: "auth.session_lifetime",
        kind: Kind::Duration {
            least: "1h",
            most: "730d",
            put: |config, time| config.auth.session_lifetime = time,
        },
        default: Fallback::Value(r#""90d""#),
        change: Live,
        meaning: "How long a session lasts at most, from sign-in; not shorter than refresh_lifetime.",
    },
    Key {
        name: "auth.password_length",
        kind: Kind::Integer {
            least: 8,
            most: 64,
            put: |config, length| config.auth.password_length = length,
        },
        default: Fallback::Value("8"),
        change: Live,
        meaning: "The shortest password, in characters; common ones are always refused.",
    },
    Key {
        name: "auth.attempts_per_account",
        kind: Kind::Rate {
            least: "1/m",
            most: "1000/m",
            put: |config, rate| config.auth.attempts_per_account = rate,
        },
        default: Fallback::Value(r#""10/m""#),
        change: Live,
        meaning: "Wrong passwords for one account; its own devices are counted apart.",
    },
    Key {
        name: "auth.attempts_per_address",
        kind: Kind::Rate {
            least: "1/m",
            most: "100000/m",
            put: |config, rate| config.auth.attempts_per_address = rate,
        },
        default: Fallback::Value(r#""20/m""#),
        change: Live,
        meaning: "Wrong passwords and registrations from one address.",
    },
    Key {
        name: "auth.second_factor",
        kind: Kind::Roles(|config, roles| config.auth.second_factor = roles),
        default: Fallback::Value("[]"),
        change: Live,
        meaning: "Roles that must have a second factor, as [\"admin\"]; without one such a user can only set one up.",
    },
    Key {
        name: "auth.link_verified_email",
        kind: Kind::Boolean(|config, truth| config.auth.link_verified_email = truth),
        default: Fallback::Value("false"),
        change: Live,
        meaning: "Whether who comes from elsewhere with an e-mail address that is verified there and here is the account here.",
    },
];
