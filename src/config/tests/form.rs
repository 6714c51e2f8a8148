//! The form of the file: types, words, unknown and renamed names.

use super::{Setup, about, file, mistakes, setting};
use crate::config::Synchronous;
use crate::config::key::Renamed;

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
    let text = "[server]\ndev_proxy = \"http://localhost:5173\"\n";
    let found = mistakes(text);
    let lines: Vec<&str> = found
        .iter()
        .filter(|message| message.contains("is not available yet"))
        .filter_map(|message| message.split(": ").next())
        .collect();
    assert_eq!(lines, ["config.toml:2"]);
}

#[test]
fn all_mistakes_are_said_at_once_in_the_order_of_the_file() {
    let text = "[server]\nport = \"x\"\nhosts = [\n  \"a.example\",\n  \"*.b.example\",\n  7,\n]\n\n[logs]\nlevl = 1\n\
                format = \"xml\"\n\n[database]\ncache_size = 5\n[tls]\n";
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
