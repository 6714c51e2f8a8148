//! `[executions]`: leases, grace, and how much is kept. `[tasks.NAME]` is read by `tasks.rs`.

use crate::config::key::{Change::Live, Fallback, Key, Kind};

pub(super) static KEYS: &[Key] = &[
    Key {
        name: "executions.lease",
        kind: Kind::Duration {
            least: "1s",
            most: "1h",
            put: |config, time| config.executions.lease = time,
        },
        default: Fallback::Value(r#""30s""#),
        change: Live,
        meaning: "How long a worker holds an execution without a heartbeat; it may ask for another time within the bounds.",
    },
    Key {
        name: "executions.cancel_grace",
        kind: Kind::Duration {
            least: "1s",
            most: "1h",
            put: |config, time| config.executions.cancel_grace = time,
        },
        default: Fallback::Value(r#""30s""#),
        change: Live,
        meaning: "How long a worker may take to stop when it is told to.",
    },
    Key {
        name: "executions.retention",
        kind: Kind::Duration {
            least: "1h",
            most: "3650d",
            put: |config, time| config.executions.retention = time,
        },
        default: Fallback::Value(r#""30d""#),
        change: Live,
        meaning: "How long finished executions are kept, with their events.",
    },
    Key {
        name: "executions.events",
        kind: Kind::Integer {
            least: 100,
            most: 10_000_000,
            put: |config, count| config.executions.events = count,
        },
        default: Fallback::Value("100000"),
        change: Live,
        meaning: "Events of one execution; beyond, lines of its log are dropped and one `truncated` event says so.",
    },
    Key {
        name: "executions.events_size",
        kind: Kind::Size {
            least: "64KiB",
            most: "16GiB",
            put: |config, size| config.executions.events_size = size,
        },
        default: Fallback::Value(r#""64MiB""#),
        change: Live,
        meaning: "The same in bytes of the events' data.",
    },
    Key {
        name: "executions.declared_only",
        kind: Kind::Boolean(|config, truth| config.executions.declared_only = truth),
        default: Fallback::Value("false"),
        change: Live,
        meaning: "Whether only tasks with a section of their own are run: a slip in a name is then refused, not queued.",
    },
    Key {
        name: "executions.commands",
        kind: Kind::Integer {
            least: 1,
            most: 256,
            put: |config, count| config.executions.commands = Some(count),
        },
        default: Fallback::Instead {
            words: "as many as there are cores",
            example: "4",
        },
        change: Live,
        meaning: "How many tasks with a `command` run at once.",
    },
];
