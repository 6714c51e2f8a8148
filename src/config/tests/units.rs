//! Amounts and their bounds.

use std::time::Duration;

use super::{about, file};
use crate::config::Rate;

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
        ("server", "port", "65536", "1 to 65535"),
        ("server", "port", "-1", "1 to 65535"),
        ("server", "port", "99999999999999999999", "1 to 65535"),
        ("server", "connections", "15", "16 to 65536"),
        ("server", "idle_timeout", "\"4s\"", "5s to 15m"),
        (
            "server",
            "idle_timeout",
            "\"99999999999999999999d\"",
            "5s to 15m",
        ),
        ("server", "drain_timeout", "\"6m\"", "1s to 5m"),
        ("server", "body_size", "\"65MiB\"", "1KiB to 64MiB"),
        ("database", "query_timeout", "\"99ms\"", "100ms to 60s"),
        ("database", "cache_size", "\"5GiB\"", "4MiB to 4GiB"),
        ("auth", "password_length", "7", "8 to 64"),
        ("auth", "attempts_per_account", "\"20/s\"", "1/m to 1000/m"),
        ("auth", "attempts_per_account", "\"0/m\"", "1/m to 1000/m"),
        ("logs", "audit_retention", "\"1h\"", "1d to 3650d"),
    ];
    for (section, key, value, bounds) in cases {
        assert_eq!(
            about(section, &format!("{key} = {value}")),
            format!("`{section}.{key}` is {value}; it must be {bounds}.")
        );
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
