//! `HEARTH_SECTION__KEY`, and where secrets come from.

use std::io::Write;

use super::{Setup, file, mistakes, setting};
use crate::config::{Config, Flags, Mistakes};

const GOOD: &str = "kq83hf02nd81mzp5cv7bt4xw6yj9ra1se";

fn variables(variables: &[(&str, &str)]) -> Result<Config, Mistakes> {
    Setup {
        variables,
        ..Setup::default()
    }
    .load()
}

#[track_caller]
fn refused(name: &str, value: &str) -> String {
    let found = Setup {
        variables: &[(name, value)],
        ..Setup::default()
    }
    .mistakes();
    assert_eq!(found.len(), 1, "{name}={value}: {found:?}");
    found[0].clone()
}

#[test]
fn every_scalar_and_list_can_be_set() {
    let config = variables(&[
        ("HEARTH_SERVER__PORT", "9000"),
        ("HEARTH_SERVER__HOSTS", "a.example, b.example"),
        (
            "HEARTH_SERVER__TRUSTED_PROXIES",
            "[\"10.0.0.0/8\", '127.0.0.1']",
        ),
        ("HEARTH_DATABASE__AUTO_MIGRATE", "false"),
        ("HEARTH_DATABASE__CACHE_SIZE", "8MiB"),
        ("HEARTH_AUTH__REGISTRATION", "closed"),
        ("HEARTH_LOGS__LEVEL", "info,store=debug"),
    ])
    .unwrap();
    assert_eq!(config.server.port, 9000);
    assert_eq!(config.server.hosts, ["a.example", "b.example"]);
    let proxies: Vec<String> = config
        .server
        .trusted_proxies
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(proxies, ["10.0.0.0/8", "127.0.0.1/32"]);
    assert!(!config.database.auto_migrate);
    assert_eq!(config.database.cache_size, 8 * 1024 * 1024);
    assert_eq!(config.logs.level, "info,store=debug");
    assert_eq!(
        setting(&config, "server.port").source,
        "HEARTH_SERVER__PORT"
    );
}

#[test]
fn an_empty_variable_is_an_empty_list() {
    let config = Setup {
        text: "[server]\nhosts = [\"a.example\"]\n",
        variables: &[("HEARTH_SERVER__HOSTS", "")],
        ..Setup::default()
    };
    assert!(config.load().unwrap().server.hosts.is_empty());
}

#[test]
fn a_flag_wins_over_the_environment_the_environment_over_the_file_the_file_over_the_default() {
    let text = "[server]\nhost = \"127.0.0.2\"\nport = 8001\nconnections = 100\n";
    let names = [
        ("HEARTH_SERVER__HOST", "127.0.0.3"),
        ("HEARTH_SERVER__PORT", "8002"),
    ];
    let flags = Flags {
        port: Some(8003),
        ..Flags::default()
    };
    let config = Setup {
        text,
        variables: &names,
        flags,
        ..Setup::default()
    }
    .load()
    .unwrap();
    let said = |name: &str| {
        let setting = setting(&config, name);
        format!("{} {}", setting.value, setting.source)
    };
    assert_eq!(said("server.port"), "8003 --port");
    assert_eq!(said("server.host"), "\"127.0.0.3\" HEARTH_SERVER__HOST");
    assert_eq!(said("server.connections"), "100 config.toml:4");
    assert_eq!(said("server.idle_timeout"), "\"75s\" default");
    assert_eq!(config.server.port, 8003);
    assert_eq!(config.server.host.to_string(), "127.0.0.3");
}

#[test]
fn a_mistake_in_the_file_is_said_even_if_the_environment_replaces_the_value() {
    let found = Setup {
        text: "[server]\nport = 70000\n",
        variables: &[("HEARTH_SERVER__PORT", "8002")],
        ..Setup::default()
    }
    .mistakes();
    assert_eq!(
        found,
        ["config.toml:2: `server.port` is 70000; it must be 1 to 65535."]
    );
}

#[test]
fn a_variable_with_two_underscores_that_is_no_setting_stops() {
    assert_eq!(
        refused("HEARTH_SERVER__PROT", "1"),
        "`HEARTH_SERVER__PROT` is no setting. Did you mean `HEARTH_SERVER__PORT`?"
    );
    assert_eq!(
        refused("HEARTH_COLOUR__OF_THE_SKY", "blue"),
        "`HEARTH_COLOUR__OF_THE_SKY` is no setting. Unset it; `hearth settings` lists all names."
    );
    assert!(
        refused("HEARTH_MAIL__PASSWORD", "x")
            .starts_with("`HEARTH_MAIL__PASSWORD` is not available yet")
    );
    assert!(
        refused("HEARTH_SERVER__TIMEZONE", "UTC")
            .starts_with("`HEARTH_SERVER__TIMEZONE` is not available yet")
    );
    assert_eq!(
        refused("HEARTH_MODELS__NOTES", "x"),
        "`HEARTH_MODELS__NOTES` is no setting: models and roles are declared in config.toml alone."
    );
}

#[test]
fn a_variable_without_two_underscores_is_never_a_setting() {
    let config = variables(&[
        ("HEARTH_PORT", "tcp://10.0.0.1:80"),
        ("HEARTH_SERVICE_HOST", "10.0.0.1"),
        ("HEARTH_URL", "http://x"),
        ("OTHER__THING", "1"),
    ])
    .unwrap();
    assert_eq!(config.server.port, 8000);
}

#[test]
fn a_variable_is_checked_like_the_file_and_named_in_the_message() {
    assert_eq!(
        refused("HEARTH_SERVER__PORT", "eighty"),
        "`HEARTH_SERVER__PORT` must be a whole number, as 8000, not the text \"eighty\"."
    );
    assert_eq!(
        refused("HEARTH_SERVER__IDLE_TIMEOUT", "75"),
        "`HEARTH_SERVER__IDLE_TIMEOUT` is \"75\", without a unit. Did you mean \"75s\"?"
    );
    assert_eq!(
        refused("HEARTH_DATABASE__AUTO_MIGRATE", "yes"),
        "`HEARTH_DATABASE__AUTO_MIGRATE` must be true or false, as true, not the text \"yes\"."
    );
    assert!(
        refused("HEARTH_SERVER__CORS_ORIGINS", "*")
            .starts_with("`HEARTH_SERVER__CORS_ORIGINS` has \"*\": ")
    );
}

fn secret(text: &str, names: &[(&str, &str)]) -> Result<String, String> {
    let setup = Setup {
        text,
        variables: names,
        ..Setup::default()
    };
    setup
        .load()
        .map(|config| config.auth.secret.unwrap().reveal().to_owned())
        .map_err(|mistakes| mistakes.to_string())
}

fn secret_file(content: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(content.as_bytes()).unwrap();
    file
}

#[test]
fn a_secret_is_a_text_a_file_or_a_variable() {
    let held = secret_file(&format!("{GOOD}\n"));
    let path = held.path().display();
    let good = Ok(GOOD.to_owned());
    assert_eq!(secret(&format!("[auth]\nsecret = \"{GOOD}\"\n"), &[]), good);
    assert_eq!(
        secret(&format!("[auth]\nsecret = {{ file = '{path}' }}\n"), &[]),
        good
    );
    assert_eq!(
        secret("[auth]\nsecret = { env = \"MINE\" }\n", &[("MINE", GOOD)]),
        good
    );
    assert_eq!(secret("", &[("HEARTH_AUTH__SECRET", GOOD)]), good);
    assert_eq!(
        secret("", &[("HEARTH_AUTH__SECRET__FILE", &path.to_string())]),
        good
    );
}

#[test]
fn one_newline_at_the_end_of_a_secret_is_cut_and_nothing_else() {
    for (content, expected) in [
        (format!("{GOOD}\n"), GOOD.to_owned()),
        (format!("{GOOD}\r\n"), GOOD.to_owned()),
        (format!("{GOOD}\n\n"), format!("{GOOD}\n")),
        (format!(" {GOOD}$HOME "), format!(" {GOOD}$HOME ")),
    ] {
        let held = secret_file(&content);
        let text = format!(
            "[auth]\nsecret = {{ file = '{}' }}\n",
            held.path().display()
        );
        assert_eq!(secret(&text, &[]), Ok(expected));
    }
}

#[test]
fn a_secret_that_can_not_be_had_is_said() {
    assert_eq!(
        mistakes("[auth]\nsecret = { env = \"MINE\" }\n"),
        [
            "config.toml:2: `auth.secret` comes from the variable `MINE`, which is not set (or not UTF-8)."
        ]
    );
    let missing = mistakes("[auth]\nsecret = { file = \"no-such\" }\n");
    let start = format!(
        "config.toml:2: `auth.secret` can't be read from {}: ",
        std::path::Path::new("/srv/app/no-such").display()
    );
    assert!(missing[0].starts_with(&start), "{missing:?}");
    assert_eq!(
        mistakes("[auth]\nsecret = { fil = \"x\" }\n"),
        [
            "config.toml:2: `auth.secret` must be a text, `{ file = \"…\" }` or `{ env = \"…\" }`. Did you mean `file`?"
        ]
    );
    assert!(
        mistakes("[auth]\nsecret = { file = \"x\", env = \"y\" }\n")[0].contains("must be a text")
    );
    assert!(mistakes("[auth]\nsecret = 5\n")[0].contains("not a whole number"));
}

#[test]
fn a_secret_that_is_replaced_is_not_opened() {
    let text = "[auth]\nsecret = { file = \"no-such\" }\n";
    assert_eq!(
        secret(text, &[("HEARTH_AUTH__SECRET", GOOD)]),
        Ok(GOOD.to_owned())
    );
}

#[test]
fn only_secrets_are_read_from_files_and_only_once() {
    assert_eq!(
        refused("HEARTH_SERVER__PORT__FILE", "/x"),
        "`HEARTH_SERVER__PORT__FILE` is no setting: only secrets are read from a file. Set `HEARTH_SERVER__PORT` itself."
    );
    let found = secret(
        "",
        &[
            ("HEARTH_AUTH__SECRET", GOOD),
            ("HEARTH_AUTH__SECRET__FILE", "/x"),
        ],
    )
    .unwrap_err();
    assert!(found.contains(
        "`HEARTH_AUTH__SECRET` and `HEARTH_AUTH__SECRET__FILE` set the same: unset one."
    ));
}

#[test]
fn a_short_or_known_secret_is_refused_without_being_repeated() {
    let refuse = |secret: &str| {
        let found = mistakes(&format!("[auth]\nsecret = \"{secret}\"\n"));
        assert_eq!(found.len(), 1, "{secret}");
        assert!(
            secret == "secret" || !found[0].contains(secret),
            "{found:?}"
        );
        found[0].clone()
    };
    assert!(refuse("kq83hf02nd81mzp5").contains("has 16 bytes; it must have at least 32."));
    for placeholder in [
        "changeme",
        "secret",
        "your-secret-key-here-change-in-production",
        "CHANGE_ME_CHANGE_ME_CHANGE_ME_CHANGE_ME",
        "super-secret-jwt-token-with-at-least-32-characters-long",
        "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
    ] {
        assert!(
            refuse(placeholder).contains("is a well-known placeholder"),
            "{placeholder}"
        );
    }
    assert!(refuse("abababababababababababababababababab").contains("repeats 2 characters"));
}

#[test]
fn a_secret_is_never_shown() {
    let config = file(&format!("[auth]\nsecret = \"{GOOD}\"\n"));
    assert_eq!(setting(&config, "auth.secret").value, "(hidden)");
    assert!(!format!("{config:?}").contains(GOOD));
    assert!(
        !serde_json::to_string(&config.settings)
            .unwrap()
            .contains(GOOD)
    );
    let none = file("");
    assert_eq!(setting(&none, "auth.secret").value, serde_json::Value::Null);
}
