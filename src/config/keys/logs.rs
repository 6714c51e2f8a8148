//! `[logs]`: what is written to stderr, and how long the audit log is kept.

use crate::config::key::{
    Change::{Live, Restart},
    Fallback, Key, Kind,
};
use crate::config::{LogFormat, RequestLog};

pub(super) static KEYS: &[Key] = &[
    Key {
        name: "logs.level",
        kind: Kind::Levels(|config, level| config.logs.level = level),
        default: Fallback::Value(r#""info""#),
        change: Live,
        meaning: r#"How much is logged: a level, or by part as "info,store=debug"."#,
    },
    Key {
        name: "logs.format",
        kind: Kind::Word {
            words: &[
                ("auto", |config| config.logs.format = LogFormat::Auto),
                ("human", |config| config.logs.format = LogFormat::Human),
                ("json", |config| config.logs.format = LogFormat::Json),
            ],
            refused: &[],
        },
        default: Fallback::Value(r#""auto""#),
        change: Restart,
        meaning: r#"How lines look; "auto" is human on a terminal and JSON elsewhere."#,
    },
    Key {
        name: "logs.requests",
        kind: Kind::Word {
            words: &[
                ("all", |config| config.logs.requests = RequestLog::All),
                ("writes", |config| config.logs.requests = RequestLog::Writes),
                ("errors", |config| config.logs.requests = RequestLog::Errors),
            ],
            refused: &[],
        },
        default: Fallback::Value(r#""writes""#),
        change: Live,
        meaning: r#"Which requests are logged; "writes" is writes, sign-ins, refusals and what takes over a second."#,
    },
    Key {
        name: "logs.audit_retention",
        kind: Kind::Duration {
            least: "1d",
            most: "3650d",
            put: |config, time| config.logs.audit_retention = time,
        },
        default: Fallback::Value(r#""365d""#),
        change: Live,
        meaning: "How long entries of the audit log are kept.",
    },
];
