//! `HEARTH_SECTION__KEY`, and what wins over what.

use super::{Setup, setting};
use crate::config::key::Renamed;
use crate::config::{Config, Flags, Mistakes};

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
        refused("HEARTH_TLS__CERTIFICATE", "x")
            .starts_with("`HEARTH_TLS__CERTIFICATE` is not available yet")
    );
    assert!(
        refused("HEARTH_SERVER__DEV_PROXY", "http://127.0.0.1:3000")
            .starts_with("`HEARTH_SERVER__DEV_PROXY` is not available yet")
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

#[test]
fn only_secrets_are_read_from_files() {
    assert_eq!(
        refused("HEARTH_SERVER__PORT__FILE", "/x"),
        "`HEARTH_SERVER__PORT__FILE` is no setting: only secrets are read from a file. Set `HEARTH_SERVER__PORT` itself."
    );
}

#[test]
fn a_renamed_variable_gives_way_to_the_new_one() {
    let renamed = [Renamed {
        old: "server.zone",
        new: Some("server.host"),
    }];
    let load = |variables: &[(&str, &str)]| {
        Setup {
            variables,
            renamed: &renamed,
            ..Setup::default()
        }
        .load()
        .unwrap()
    };
    let config = load(&[("HEARTH_SERVER__ZONE", "127.0.0.2")]);
    assert_eq!(config.server.host.to_string(), "127.0.0.2");
    assert_eq!(
        config.notes,
        ["`HEARTH_SERVER__ZONE` is now `HEARTH_SERVER__HOST`: rename it."]
    );
    let config = load(&[
        ("HEARTH_SERVER__ZONE", "127.0.0.2"),
        ("HEARTH_SERVER__HOST", "127.0.0.3"),
    ]);
    assert_eq!(config.server.host.to_string(), "127.0.0.3");
}
