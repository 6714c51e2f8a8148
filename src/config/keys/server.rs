//! `[server]`: how the server is reached.

use jiff::tz::TimeZone;

use crate::config::MetricsReaders;
use crate::config::key::{
    Change::{Live, Restart},
    Fallback, Key, Kind,
};

/// The zone as it is called, whatever its spelling.
fn zone(text: &str) -> Result<String, String> {
    let zone = TimeZone::get(text);
    let name = zone.as_ref().ok().and_then(TimeZone::iana_name);
    name.map(str::to_owned)
        .ok_or_else(|| "It must be the IANA name of a time zone, as \"Europe/Berlin\".".to_owned())
}

pub(super) static KEYS: &[Key] = &[
    Key {
        name: "server.host",
        kind: Kind::Address(|config, host| config.server.host = host),
        default: Fallback::Value(r#""127.0.0.1""#),
        change: Restart,
        meaning: r#"The address to listen on: "0.0.0.0" or "::" is every one of this machine."#,
    },
    Key {
        name: "server.port",
        kind: Kind::Port(|config, port| config.server.port = port),
        default: Fallback::Value("8000"),
        change: Restart,
        meaning: "The port to listen on.",
    },
    Key {
        name: "server.url",
        kind: Kind::Origin(|config, url| config.server.url = Some(url)),
        default: Fallback::Instead {
            words: "from host and port",
            example: r#""https://app.example.com""#,
        },
        change: Live,
        meaning: "How people reach the server; never taken from a request. Cookies are marked secure where it begins with https.",
    },
    Key {
        name: "server.hosts",
        kind: Kind::Hosts(|config, hosts| config.server.hosts = hosts),
        default: Fallback::Value("[]"),
        change: Live,
        meaning: "Further names that a request may ask for; the url's own, IP addresses, names without a dot and *.local are always answered.",
    },
    Key {
        name: "server.cors_origins",
        kind: Kind::Origins(|config, origins| config.server.cors_origins = origins),
        default: Fallback::Value("[]"),
        change: Live,
        meaning: "Other sites whose pages may call the API.",
    },
    Key {
        name: "server.timezone",
        kind: Kind::Text {
            what: "a time zone's name",
            check: zone,
            put: |config, name| {
                if let Ok(zone) = TimeZone::get(&name) {
                    config.server.timezone = zone;
                }
            },
        },
        default: Fallback::Value(r#""UTC""#),
        change: Live,
        meaning: "The time zone of schedules, by its IANA name.",
    },
    Key {
        name: "server.trusted_proxies",
        kind: Kind::Networks(|config, networks| config.server.trusted_proxies = networks),
        default: Fallback::Value("[]"),
        change: Live,
        meaning: "Proxies whose X-Forwarded-For is believed, as 127.0.0.1 or 10.0.0.0/8; the right-most address outside this list is the client's.",
    },
    Key {
        name: "server.data_dir",
        kind: Kind::Path(|config, path| config.server.data_dir = path),
        default: Fallback::Value(r#""hearth_data""#),
        change: Restart,
        meaning: "Where all that Hearth writes stands; beside this file unless the path is absolute.",
    },
    Key {
        name: "server.public_dir",
        kind: Kind::Path(|config, path| config.server.public_dir = path),
        default: Fallback::Value(r#""public""#),
        change: Restart,
        meaning: "Your own front end, served at /; it may be missing.",
    },
    Key {
        name: "server.connections",
        kind: Kind::Integer {
            least: 16,
            most: 65_536,
            put: |config, count| config.server.connections = count,
        },
        default: Fallback::Value("1024"),
        change: Live,
        meaning: "HTTP connections at once.",
    },
    Key {
        name: "server.body_size",
        kind: Kind::Size {
            least: "1KiB",
            most: "64MiB",
            put: |config, size| config.server.body_size = size as usize,
        },
        default: Fallback::Value(r#""1MiB""#),
        change: Live,
        meaning: "A JSON body at most.",
    },
    Key {
        name: "server.idle_timeout",
        kind: Kind::Duration {
            least: "5s",
            most: "15m",
            put: |config, time| config.server.idle_timeout = time,
        },
        default: Fallback::Value(r#""75s""#),
        change: Live,
        meaning: "How long an idle connection is kept; it must exceed that of a proxy in front, which is 60s for most.",
    },
    Key {
        name: "server.drain_timeout",
        kind: Kind::Duration {
            least: "1s",
            most: "5m",
            put: |config, time| config.server.drain_timeout = time,
        },
        default: Fallback::Value(r#""8s""#),
        change: Live,
        meaning: "How long requests may take to end when the server stops; docker stop kills after 10s.",
    },
    Key {
        name: "server.metrics",
        kind: Kind::Word {
            words: &[
                ("key", |config| config.server.metrics = MetricsReaders::Key),
                ("loopback", |config| {
                    config.server.metrics = MetricsReaders::Loopback
                }),
                ("open", |config| {
                    config.server.metrics = MetricsReaders::Open
                }),
            ],
            refused: &[],
        },
        default: Fallback::Value(r#""key""#),
        change: Live,
        meaning: "Who reads /metrics: admins and API keys with the scope metrics, also this machine (behind a proxy that is everybody), or everybody.",
    },
];
