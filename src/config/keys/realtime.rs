//! `[realtime]`: sockets, and how long changes are kept for those who come back. `[realtime.rooms.NAME]` is read by
//! `rooms.rs`.

use crate::config::key::{Change::Live, Fallback, Key, Kind};

pub(super) static KEYS: &[Key] = &[
    Key {
        name: "realtime.sockets",
        kind: Kind::Integer {
            least: 16,
            most: 1_000_000,
            put: |config, count| config.realtime.sockets = count,
        },
        default: Fallback::Value("16384"),
        change: Live,
        meaning: "Sockets that are open at once; they are not counted as connections.",
    },
    Key {
        name: "realtime.sockets_per_user",
        kind: Kind::Integer {
            least: 1,
            most: 1_000_000,
            put: |config, count| config.realtime.sockets_per_user = count,
        },
        default: Fallback::Value("20"),
        change: Live,
        meaning: "The same for one user, against programs that connect again and again; workers' keys are not counted.",
    },
    Key {
        name: "realtime.subscriptions",
        kind: Kind::Integer {
            least: 1,
            most: 10_000,
            put: |config, count| config.realtime.subscriptions = count,
        },
        default: Fallback::Value("100"),
        change: Live,
        meaning: "Channels that one socket may watch.",
    },
    Key {
        name: "realtime.frame_size",
        kind: Kind::Size {
            least: "4KiB",
            most: "1MiB",
            put: |config, size| config.realtime.frame_size = size as usize,
        },
        default: Fallback::Value(r#""64KiB""#),
        change: Live,
        meaning: "The largest frame that a client may send.",
    },
    Key {
        name: "realtime.frame_rate",
        kind: Kind::Rate {
            least: "1/s",
            most: "10000/s",
            put: |config, rate| config.realtime.frame_rate = rate,
        },
        default: Fallback::Value(r#""50/s""#),
        change: Live,
        meaning: "Frames that a client may send; four times as many at once.",
    },
    Key {
        name: "realtime.change_retention",
        kind: Kind::Duration {
            least: "1m",
            most: "90d",
            put: |config, time| config.realtime.change_retention = time,
        },
        default: Fallback::Value(r#""24h""#),
        change: Live,
        meaning: "How long changes of records are kept for those who come back.",
    },
    Key {
        name: "realtime.changes",
        kind: Kind::Integer {
            least: 100,
            most: 100_000_000,
            put: |config, count| config.realtime.changes = count,
        },
        default: Fallback::Value("100000"),
        change: Live,
        meaning: "At most so many of them; the stricter of both wins.",
    },
];
