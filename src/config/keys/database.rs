//! `[database]`: how the one SQLite file is kept.

use crate::config::Synchronous;
use crate::config::key::{
    Change::{Live, Restart},
    Fallback, Key, Kind,
};

pub(super) static KEYS: &[Key] = &[
    Key {
        name: "database.synchronous",
        kind: Kind::Word {
            words: &[
                ("full", |config| {
                    config.database.synchronous = Synchronous::Full
                }),
                ("normal", |config| {
                    config.database.synchronous = Synchronous::Normal
                }),
            ],
            refused: &[
                (
                    "off",
                    "an acknowledged write must be on disk, and a power cut could then damage the whole file",
                ),
                ("extra", "in WAL mode it gives nothing over \"full\""),
            ],
        },
        default: Fallback::Value(r#""full""#),
        change: Restart,
        meaning: r#"With "full" an acknowledged write survives a power cut; with "normal" the last ones may be lost, the file stays sound."#,
    },
    Key {
        name: "database.auto_migrate",
        kind: Kind::Boolean(|config, truth| config.database.auto_migrate = truth),
        default: Fallback::Value("true"),
        change: Restart,
        meaning: "Whether changes of the models that lose nothing are applied at start.",
    },
    Key {
        name: "database.revisions",
        kind: Kind::Path(|config, path| config.database.revisions = path),
        default: Fallback::Instead {
            words: "revisions inside server.data_dir",
            example: r#""hearth_data/revisions""#,
        },
        change: Restart,
        meaning: "The history of your models' tables, to be committed to your repository.",
    },
    Key {
        name: "database.query_timeout",
        kind: Kind::Duration {
            least: "100ms",
            most: "60s",
            put: |config, time| config.database.query_timeout = time,
        },
        default: Fallback::Value(r#""2s""#),
        change: Live,
        meaning: "One statement of a request at most; beyond it the answer is 503.",
    },
    Key {
        name: "database.cache_size",
        kind: Kind::Size {
            least: "4MiB",
            most: "4GiB",
            put: |config, size| config.database.cache_size = size,
        },
        default: Fallback::Value(r#""64MiB""#),
        change: Restart,
        meaning: "Memory for the pages of all connections together, filled only as used.",
    },
];
