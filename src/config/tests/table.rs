//! The table of settings itself, and the texts that are made from it.

use std::net::Ipv4Addr;
use std::time::Duration;

use serde_json::{Value as Json, json};

use super::{file, mistakes};
use crate::config::key::{Fallback, Kind};
use crate::config::source::EMBEDDED;
use crate::config::units::Amount;
use crate::config::{
    MetricsReaders, Rate, Registration, RequestLog, Synchronous, init_text, keys, schema,
};

/// The settings of the text, without the models, which have tests of their own.
fn settings_of(text: &str) -> &str {
    text.split_once("\n# Settings: ")
        .unwrap()
        .1
        .split_once('\n')
        .unwrap()
        .1
}

/// The text with every setting's # removed; secrets point to nothing, and a user needs one.
fn uncommented(text: &str) -> String {
    text.lines()
        .filter(|line| !line.starts_with("#secret") && !line.starts_with("#webhook_secret"))
        .filter(|line| !line.starts_with("#password =") && !line.starts_with("#user ="))
        .map(|line| match line.strip_prefix('#') {
            // It must be there, and its variable is not.
            Some(secret) if secret.starts_with("client_secret") => "client_secret = \"x\"",
            Some(setting)
                if setting
                    .starts_with(|first: char| first.is_ascii_lowercase() || first == '[') =>
            {
                setting
            }
            _ => line,
        })
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_defaults_are_those_of_the_design() {
    let config = file("");
    assert_eq!(config.server.host, Ipv4Addr::LOCALHOST);
    assert_eq!(config.server.port, 8000);
    assert_eq!(config.server.url, None);
    assert_eq!(config.server.connections, 1024);
    assert_eq!(config.server.body_size, 1024 * 1024);
    assert_eq!(config.server.idle_timeout, Duration::from_secs(75));
    assert_eq!(config.server.drain_timeout, Duration::from_secs(8));
    assert_eq!(config.server.metrics, MetricsReaders::Key);
    assert_eq!(config.database.synchronous, Synchronous::Full);
    assert!(config.database.auto_migrate);
    assert_eq!(config.database.query_timeout, Duration::from_secs(2));
    assert_eq!(config.database.cache_size, 64 * 1024 * 1024);
    assert_eq!(config.auth.registration, Registration::Open);
    assert_eq!(config.auth.secret, None);
    assert_eq!(config.auth.access_lifetime, Duration::from_secs(15 * 60));
    assert_eq!(
        config.auth.refresh_lifetime,
        Duration::from_secs(30 * 86_400)
    );
    assert_eq!(
        config.auth.session_lifetime,
        Duration::from_secs(90 * 86_400)
    );
    assert_eq!(config.auth.password_length, 8);
    let per_minute = |count| Rate {
        count,
        per: Duration::from_secs(60),
    };
    assert_eq!(config.auth.attempts_per_account, per_minute(10));
    assert_eq!(config.auth.attempts_per_address, per_minute(20));
    assert_eq!(config.logs.level, "info");
    assert_eq!(config.logs.requests, RequestLog::Writes);
    assert_eq!(
        config.logs.audit_retention,
        Duration::from_secs(365 * 86_400)
    );
}

#[test]
fn every_bound_of_the_table_can_be_read() {
    fn check<A: Amount>(name: &str, least: &str, most: &str) {
        let weight = |text: &str| A::parse(text).ok().map(A::weight);
        assert!(weight(least).unwrap() < weight(most).unwrap(), "{name}");
    }
    for key in keys::all() {
        match &key.kind {
            Kind::Duration { least, most, .. } => check::<Duration>(key.name, least, most),
            Kind::Size { least, most, .. } => check::<u64>(key.name, least, most),
            Kind::Rate { least, most, .. } => check::<Rate>(key.name, least, most),
            _ => {}
        }
    }
}

#[test]
fn names_follow_the_rules() {
    let mut seen = std::collections::HashSet::new();
    for key in keys::all() {
        assert!(seen.insert(key.name), "{} stands twice", key.name);
        assert!(keys::section(key.section()).is_some(), "{}", key.name);
        assert!(
            !keys::is_later(key.name) && !keys::is_later(key.section()),
            "{}",
            key.name
        );
        assert!(key.meaning.ends_with('.'), "{}", key.name);
        let measured = matches!(key.kind, Kind::Duration { .. } | Kind::Size { .. });
        // settings.md names these shorter.
        let shorter = [
            "executions.lease",
            "executions.cancel_grace",
            "executions.retention",
        ];
        let ends = ["_timeout", "_lifetime", "_retention", "_size"];
        assert_eq!(
            measured,
            shorter.contains(&key.name) || ends.iter().any(|end| key.name.ends_with(end)),
            "{}",
            key.name
        );
    }
}

#[test]
fn every_setting_is_listed_with_its_bounds() {
    let config = file("");
    let listed: Vec<&str> = config
        .settings
        .iter()
        .map(|setting| setting.name.as_str())
        .collect();
    let known: Vec<&str> = keys::all().map(|key| key.name).collect();
    assert_eq!(listed, known);
    assert!(
        config
            .settings
            .iter()
            .all(|setting| !setting.bounds.is_empty() && setting.source == "default")
    );
}

#[test]
fn the_commented_file_changes_nothing_and_each_line_of_it_may_be_uncommented() {
    let plain = file(settings_of(EMBEDDED));
    let all = file(&uncommented(settings_of(EMBEDDED)));
    let values = |config: &crate::config::Config| -> Vec<(String, Json)> {
        config
            .settings
            .iter()
            .filter(|setting| {
                ![
                    "server.url",
                    "auth.roles.editor",
                    "realtime.rooms.lobby",
                    "executions.commands",
                ]
                .contains(&setting.name.as_str())
            })
            .filter(|setting| !setting.name.starts_with("auth.issuers["))
            .filter(|setting| !setting.name.starts_with("auth.providers["))
            .filter(|setting| !setting.name.starts_with("mail.") || setting.name == "mail.port")
            .map(|setting| (setting.name.clone(), setting.value.clone()))
            .collect()
    };
    assert_eq!(values(&plain), values(&file("")));
    assert_eq!(values(&all), values(&plain));
    assert_eq!(all.auth.roles, ["editor"]);
    let set = all
        .settings
        .iter()
        .filter(|setting| setting.source != "default")
        .count();
    let issuers = all.auth.issuers.len();
    assert_eq!(issuers, 7, "one example for each");
    let providers: Vec<&str> = all
        .auth
        .providers
        .iter()
        .map(|provider| provider.issuer.as_str())
        .collect();
    assert_eq!(
        providers,
        [
            "https://github.com",
            "https://accounts.google.com",
            "https://sso.example.com/realms/main",
            "https://forum.example.com"
        ]
    );
    let known = keys::all().count() - 1 + issuers + providers.len();
    assert_eq!(
        set, known,
        "all but the secrets and the user of one, and one role and one room"
    );
}

#[test]
fn the_embedded_file_declares_the_default_model() {
    assert!(EMBEDDED.starts_with("#:schema "));
    let document = crate::document::Document::new(EMBEDDED);
    let table = document.table();
    assert!(document.mistakes().is_empty());
    let names: Vec<String> = table
        .keys()
        .map(|name| name.get_ref().to_string())
        .collect();
    assert_eq!(
        names,
        [
            "models",
            "server",
            "database",
            "auth",
            "realtime",
            "executions",
            "mail",
            "logs"
        ]
    );
}

#[test]
fn init_writes_the_revisions_into_the_repository() {
    let text = init_text();
    assert_ne!(text, EMBEDDED);
    let config = file(settings_of(&text));
    assert_eq!(
        config.database.revisions,
        std::path::Path::new("/srv/app/revisions")
    );
}

#[test]
fn the_schema_accepts_every_default_and_refuses_a_typo() {
    let schema = schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut whole = json!({});
    for key in keys::all() {
        let text = format!("x = {}", key.example());
        let value: toml::Table = text.parse().unwrap();
        whole[key.section()][key.short()] = serde_json::to_value(&value["x"]).unwrap();
        if let Fallback::Value(_) = key.default {
            let property = &schema["properties"][key.section()]["properties"][key.short()];
            assert_eq!(
                property["default"],
                whole[key.section()][key.short()],
                "{}",
                key.name
            );
        }
    }
    whole["auth"]["roles"] = json!({ "editor": { "description": "x" } });
    whole["models"] = json!({ "notes": { "fields": { "title": { "type": "string" } } } });
    let errors: Vec<String> = validator
        .iter_errors(&whole)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    for wrong in [
        json!({ "sever": {} }),
        json!({ "server": { "prot": 1 } }),
        json!({ "server": { "port": 0 } }),
        json!({ "server": { "idle_timeout": 75 } }),
        json!({ "server": { "cors_origins": ["*"] } }),
        json!({ "database": { "synchronous": "off" } }),
        json!({ "auth": { "secret": { "fil": "x" } } }),
        json!({ "auth": { "roles": { "Editor": {} } } }),
    ] {
        assert!(!validator.is_valid(&wrong), "{wrong}");
    }
}

#[test]
fn what_the_schema_offers_the_parser_knows() {
    let schema = schema();
    for (section, shape) in schema["properties"].as_object().unwrap() {
        for name in shape["properties"]
            .as_object()
            .into_iter()
            .flat_map(serde_json::Map::keys)
        {
            let found = mistakes(&format!("[{section}]\n{name} = 1.5\n"));
            assert!(
                !found.iter().any(|message| message.contains("no key")),
                "{section}.{name}: {found:?}"
            );
        }
    }
}
