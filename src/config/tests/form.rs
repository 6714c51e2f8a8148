//! The form of values and keys: units, types, words, unknown names.

use std::time::Duration;

use super::{Setup, about, file, mistakes, setting};
use crate::config::key::Renamed;
use crate::config::{Rate, Synchronous};

#[test]
fn durations_sizes_and_rates_are_read_with_their_units() {
    let config = file(
        "[server]\nidle_timeout = \"90s\"\nbody_size = \"64KiB\"\n[database]\nquery_timeout = \"500ms\"\n\
         [auth]\naccess_lifetime = \"1h\"\nattempts_per_account = \"5/m\"\nattempts_per_address = \"600/h\"\n",
    );
    assert_eq!(config.server.idle_timeout, Duration::from_secs(90));
    assert_eq!(config.server.body_size, 64 * 1024);
    assert_eq!(config.database.query_timeout, Duration::from_millis(500));
    assert_eq!(config.auth.access_lifetime, Duration::from_secs(3600));
    let per = |count, seconds| Rate {
        count,
        per: Duration::from_secs(seconds),
    };
    assert_eq!(config.auth.attempts_per_account, per(5, 60));
    assert_eq!(config.auth.attempts_per_address, per(600, 3600));
}

#[test]
fn a_number_without_a_unit_is_refused_with_what_was_probably_meant() {
    let cases = [
        ("server", "idle_timeout = 75", "75s"),
        ("server", "idle_timeout = 75000", "75s"),
        ("server", "idle_timeout = \"75\"", "75s"),
        ("server", "body_size = 1", "1MiB"),
        ("server", "body_size = 1048576", "1MiB"),
        ("server", "body_size = 2000000", "2000000B"),
        ("server", "body_size = 512", "512KiB"),
        ("database", "query_timeout = 2", "2s"),
        ("database", "query_timeout = 2000", "2s"),
        ("database", "cache_size = 64", "64MiB"),
        ("auth", "access_lifetime = 15", "15m"),
        ("auth", "access_lifetime = 900", "15m"),
        ("auth", "refresh_lifetime = 30", "30d"),
        ("auth", "refresh_lifetime = 2592000", "30d"),
        ("auth", "attempts_per_account = 10", "10/m"),
        ("logs", "audit_retention = 365", "365d"),
    ];
    for (section, line, meant) in cases {
        let message = about(section, line);
        assert!(message.contains("without a unit"), "{line}: {message}");
        assert!(
            message.ends_with(&format!("Did you mean \"{meant}\"?")),
            "{line}: {message}"
        );
    }
    assert_eq!(
        about("server", "idle_timeout = 75"),
        "`server.idle_timeout` is 75, without a unit. Did you mean \"75s\"?"
    );
}

#[test]
fn a_unit_that_others_use_is_refused_with_ours() {
    let cases = [
        ("server", "idle_timeout = \"75 s\"", "75s"),
        ("server", "idle_timeout = \"2min\"", "2m"),
        ("server", "idle_timeout = \"90 seconds\"", "90s"),
        ("server", "body_size = \"1MB\"", "1MiB"),
        ("server", "body_size = \"64k\"", "64KiB"),
        ("auth", "attempts_per_account = \"10/min\"", "10/m"),
        ("auth", "attempts_per_account = \"10 per minute\"", "10/m"),
    ];
    for (section, line, meant) in cases {
        let message = about(section, line);
        assert!(
            message.ends_with(&format!("Did you mean \"{meant}\"?")),
            "{line}: {message}"
        );
    }
}

#[test]
fn a_duration_has_one_whole_number_and_one_unit() {
    for text in ["1h30m", "1.5h", "-5s", "", "soon", "s"] {
        assert_eq!(
            about("server", &format!("idle_timeout = \"{text}\"")),
            format!(
                "`server.idle_timeout` is \"{text}\". It must be a duration in quotes with one unit of ms, s, m, h, d, \
                 as \"75s\"."
            )
        );
    }
}

#[test]
fn a_value_out_of_bounds_is_refused_with_the_bounds() {
    let cases = [
        (
            "server",
            "port = 65536",
            "`server.port` is 65536; it must be 1 to 65535.",
        ),
        (
            "server",
            "port = -1",
            "`server.port` is -1; it must be 1 to 65535.",
        ),
        (
            "server",
            "connections = 15",
            "`server.connections` is 15; it must be 16 to 65536.",
        ),
        (
            "server",
            "idle_timeout = \"4s\"",
            "`server.idle_timeout` is \"4s\"; it must be 5s to 15m.",
        ),
        (
            "server",
            "idle_timeout = \"99999999999999999999d\"",
            "`server.idle_timeout` is \"99999999999999999999d\"; it must be 5s to 15m.",
        ),
        (
            "server",
            "drain_timeout = \"6m\"",
            "`server.drain_timeout` is \"6m\"; it must be 1s to 5m.",
        ),
        (
            "server",
            "body_size = \"65MiB\"",
            "`server.body_size` is \"65MiB\"; it must be 1KiB to 64MiB.",
        ),
        (
            "database",
            "query_timeout = \"99ms\"",
            "`database.query_timeout` is \"99ms\"; it must be 100ms to 60s.",
        ),
        (
            "database",
            "cache_size = \"5GiB\"",
            "`database.cache_size` is \"5GiB\"; it must be 4MiB to 4GiB.",
        ),
        (
            "auth",
            "password_length = 7",
            "`auth.password_length` is 7; it must be 8 to 64.",
        ),
        (
            "auth",
            "attempts_per_account = \"20/s\"",
            "`auth.attempts_per_account` is \"20/s\"; it must be 1/m to 1000/m.",
        ),
        (
            "auth",
            "attempts_per_account = \"0/m\"",
            "`auth.attempts_per_account` is \"0/m\"; it must be 1/m to 1000/m.",
        ),
        (
            "logs",
            "audit_retention = \"1h\"",
            "`logs.audit_retention` is \"1h\"; it must be 1d to 3650d.",
        ),
    ];
    for (section, line, message) in cases {
        assert_eq!(about(section, line), message);
    }
}

#[test]
fn the_bounds_themselves_are_accepted() {
    let config = file(
        "[server]\nport = 65535\nconnections = 16\nidle_timeout = \"900s\"\nbody_size = \"1024B\"\n\
         [auth]\npassword_length = 64\nattempts_per_account = \"60/h\"\nsession_lifetime = \"730d\"\n",
    );
    assert_eq!(config.server.port, 65535);
    assert_eq!(config.server.connections, 16);
    assert_eq!(config.server.body_size, 1024);
}

#[test]
fn a_value_of_another_type_is_refused() {
    let cases = [
        (
            "server",
            "port = \"9000\"",
            "`server.port` must be a whole number, as 8000, not the text \"9000\". Did you mean 9000, without quotes?",
        ),
        (
            "server",
            "port = 80.5",
            "`server.port` must be a whole number, as 8000, not a fraction.",
        ),
        (
            "server",
            "host = 127",
            "`server.host` must be an IP address in quotes, as \"127.0.0.1\", not 127.",
        ),
        (
            "server",
            "hosts = \"a.example\"",
            "`server.hosts` must be a list of names, as [], not the text \"a.example\". Did you mean [\"a.example\"]?",
        ),
        (
            "server",
            "hosts = [1]",
            "`server.hosts` has 1: each must be a text in quotes.",
        ),
        (
            "server",
            "data_dir = 2020-01-01",
            "`server.data_dir` must be a path in quotes, as \"hearth_data\", not a date.",
        ),
        (
            "database",
            "auto_migrate = \"true\"",
            "`database.auto_migrate` must be true or false, as true, not the text \"true\". Did you mean true, without quotes?",
        ),
        (
            "database",
            "synchronous = true",
            "`database.synchronous` must be a word in quotes, as \"full\", not true.",
        ),
        (
            "server",
            "idle_timeout = [\"1s\"]",
            "`server.idle_timeout` must be a duration in quotes with one unit of ms, s, m, h, d, as \"75s\", not a list.",
        ),
    ];
    for (section, line, message) in cases {
        assert_eq!(about(section, line), message);
    }
}

#[test]
fn a_word_that_is_none_is_refused_with_the_ones_that_are() {
    assert_eq!(
        about("database", "synchronous = \"ful\""),
        "`database.synchronous` is \"ful\". It must be \"full\" or \"normal\". Did you mean `full`?"
    );
    assert_eq!(
        about("logs", "requests = \"none\""),
        "`logs.requests` is \"none\". It must be \"all\", \"writes\" or \"errors\"."
    );
    let config = file("[database]\nsynchronous = \"normal\"\n");
    assert_eq!(config.database.synchronous, Synchronous::Normal);
}

#[test]
fn an_unknown_key_is_refused_with_what_was_probably_meant() {
    assert_eq!(
        about("server", "prot = 80"),
        "`[server]` has no key `prot`. Did you mean `port`?"
    );
    assert_eq!(
        about("server", "access_lifetime = \"1h\""),
        "`[server]` has no key `access_lifetime`: it belongs to `[auth]`."
    );
    assert_eq!(
        about("server", "colour = 1"),
        "`[server]` has no key `colour`."
    );
}

#[test]
fn an_unknown_section_is_refused_with_what_was_probably_meant() {
    assert_eq!(
        mistakes("\n[sever]\nport = 1\n"),
        ["config.toml:2: There is no section `[sever]`. Did you mean `[server]`?"]
    );
    assert_eq!(
        mistakes("[model.notes]\n"),
        ["config.toml:1: There is no section `[model]`. Did you mean `[models]`?"]
    );
    assert_eq!(
        mistakes("port = 9000\ncolour = 1\n"),
        [
            "config.toml:1: `port` stands outside of its section. Move it below `[server]`.",
            "config.toml:2: `colour` is no setting: settings stand in sections, as `[server]`."
        ]
    );
    assert_eq!(
        mistakes("server = 1\n"),
        [
            "config.toml:1: `server` is a section: write `[server]`, and its keys in the lines below."
        ]
    );
    assert_eq!(
        mistakes("[[server]]\nport = 1\n"),
        ["config.toml:1: `server` stands once: write `[server]` with single brackets."]
    );
}

#[test]
fn what_comes_later_is_not_called_unknown() {
    for section in [
        "tls",
        "mail",
        "realtime",
        "executions",
        "tasks",
        "files",
        "backup",
        "webhooks",
        "alerts",
        "telemetry",
        "actions",
        "views",
    ] {
        let found = mistakes(&format!("[{section}]\n"));
        assert_eq!(found.len(), 1);
        assert!(
            found[0].starts_with(&format!(
                "config.toml:1: `[{section}]` is not available yet: it needs a later Hearth than "
            )),
            "{found:?}"
        );
    }
    let text = "[server]\ndev_proxy = \"http://localhost:5173\"\ntimezone = \"UTC\"\n[auth]\nsecond_factor = []\n\
                link_verified_email = true\n[[auth.issuers]]\nissuer = \"x\"\n[[auth.providers]]\nname = \"x\"\n";
    let found = mistakes(text);
    let lines: Vec<&str> = found
        .iter()
        .filter(|message| message.contains("is not available yet"))
        .filter_map(|message| message.split(": ").next())
        .collect();
    assert_eq!(
        lines,
        [
            "config.toml:2",
            "config.toml:3",
            "config.toml:5",
            "config.toml:6",
            "config.toml:7",
            "config.toml:9"
        ]
    );
}

#[test]
fn all_mistakes_are_said_at_once_in_the_order_of_the_file() {
    let text = "[server]\nport = \"x\"\nhosts = [\n  \"a.example\",\n  \"*.b.example\",\n  7,\n]\n\n[logs]\nlevl = 1\n\
                format = \"xml\"\n\n[database]\ncache_size = 5\n[mail]\n";
    let found = Setup {
        text,
        variables: &[
            ("HEARTH_AUTH__PASSWORD_LENGTH", "three"),
            ("HEARTH_NO__SUCH", "1"),
        ],
        ..Setup::default()
    }
    .mistakes();
    let places: Vec<&str> = found
        .iter()
        .map(|message| message.split_once(": ").map_or("", |(place, _)| place))
        .map(|place| {
            if place.starts_with("config.toml:") {
                place
            } else {
                ""
            }
        })
        .collect();
    assert_eq!(
        places,
        [
            "",
            "",
            "config.toml:2",
            "config.toml:5",
            "config.toml:6",
            "config.toml:10",
            "config.toml:11",
            "config.toml:14",
            "config.toml:15"
        ]
    );
}

#[test]
fn a_text_that_is_not_toml_is_refused_with_the_line() {
    let found = mistakes("[server]\nport = 1\nport = 2\nhost = oops\n");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("config.toml:3: "));
    assert!(found[1].starts_with("config.toml:4: "));
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_do_no_harm() {
    assert_eq!(
        file("\u{feff}[server]\r\nport = 9000\r\n").server.port,
        9000
    );
    assert_eq!(mistakes("\u{feff}[server]\r\n\r\nprot = 1\r\n").len(), 1);
}

#[test]
fn a_renamed_key_works_with_a_note() {
    let renamed = [
        Renamed {
            old: "server.address",
            new: Some("server.host"),
        },
        Renamed {
            old: "http.port",
            new: Some("server.port"),
        },
        Renamed {
            old: "logs.colour",
            new: None,
        },
    ];
    let config = Setup {
        text: "[http]\nport = 9000\n[server]\naddress = \"127.0.0.2\"\n[logs]\ncolour = true\n",
        renamed: &renamed,
        variables: &[("HEARTH_LOGS__COLOUR", "1")],
        ..Setup::default()
    }
    .load()
    .unwrap();
    assert_eq!(config.server.port, 9000);
    assert_eq!(config.server.host.to_string(), "127.0.0.2");
    assert_eq!(setting(&config, "server.host").source, "config.toml:4");
    assert_eq!(
        config.notes,
        [
            "config.toml:2: `http.port` is now `server.port`: rename it.",
            "config.toml:4: `server.address` is now `server.host`: rename it.",
            "config.toml:6: `logs.colour` does nothing any more: remove it.",
            "`HEARTH_LOGS__COLOUR` does nothing any more: unset it.",
        ]
    );
}

#[test]
fn the_new_name_wins_over_the_old_one() {
    let renamed = [Renamed {
        old: "server.address",
        new: Some("server.host"),
    }];
    for text in [
        "[server]\naddress = \"127.0.0.2\"\nhost = \"127.0.0.3\"\n",
        "[server]\nhost = \"127.0.0.3\"\naddress = \"127.0.0.2\"\n",
    ] {
        let config = Setup {
            text,
            renamed: &renamed,
            ..Setup::default()
        }
        .load()
        .unwrap();
        assert_eq!(config.server.host.to_string(), "127.0.0.3");
    }
}
