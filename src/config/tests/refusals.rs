//! What is refused for a reason of its own, what is noted, and roles.

use super::{Setup, about, file, mistakes, setting};
use crate::config::{Flags, Network};

#[test]
fn origins_of_other_sites_are_exact_and_safe() {
    let refuse = |origin: &str| about("server", &format!("cors_origins = [\"{origin}\"]"));
    let cases = [
        (
            "*",
            "It would let every site read with your users' rights. List each origin.",
        ),
        (
            "null",
            "Files and sandboxed pages of anybody have that origin. List each origin.",
        ),
        (
            "https://*.example.com",
            "There are no wildcards: an origin is exact. List each one.",
        ),
        (
            "https://a.example.com/app",
            "An origin has a scheme, a host and perhaps a port, and no path. Did you mean \"https://a.example.com\"?",
        ),
        (
            "https://a.example.com?x=1",
            "An origin has a scheme, a host and perhaps a port, and no path. Did you mean \"https://a.example.com\"?",
        ),
        (
            "https://ada@a.example.com",
            "An origin has a scheme, a host and perhaps a port, and no path. Did you mean \"https://a.example.com\"?",
        ),
        (
            "http://a.example.com",
            "Whoever is on the way can change what comes over plain http from a public host. Did you mean \"https://a.example.com\"?",
        ),
        (
            "http://93.184.216.34:8080",
            "Whoever is on the way can change what comes over plain http from a public host. Did you mean \"https://93.184.216.34:8080\"?",
        ),
        (
            "a.example.com",
            "An origin begins with https:// or http://. Did you mean \"https://a.example.com\"?",
        ),
        (
            "ftp://a.example.com",
            "An origin begins with https:// or http://.",
        ),
        (
            "https://",
            "It must be an origin, as \"https://app.example.com\".",
        ),
    ];
    for (origin, message) in cases {
        assert_eq!(
            refuse(origin),
            format!("`server.cors_origins` has \"{origin}\": {message}")
        );
    }
}

#[test]
fn plain_http_is_fine_from_this_machine_and_private_networks() {
    let origins = [
        "http://localhost:3000",
        "http://127.0.0.1:3000",
        "http://[::1]:3000",
        "http://192.168.1.5",
        "http://10.0.0.2:80",
        "http://nas",
        "http://nas.local",
        "http://app.localhost:8080",
        "http://100.100.1.1",
    ];
    let config = file(&format!("[server]\ncors_origins = {origins:?}\n"));
    assert_eq!(config.server.cors_origins.len(), origins.len());
}

#[test]
fn origins_are_kept_as_browsers_send_them() {
    let config = file(
        "[server]\ncors_origins = [\"https://App.Example.com:443/\", \"http://localhost:3000\"]\nurl = \"https://Bücher.example/\"\n",
    );
    assert_eq!(
        config.server.cors_origins,
        ["https://app.example.com", "http://localhost:3000"]
    );
    assert_eq!(
        config.server.url.as_deref(),
        Some("https://xn--bcher-kva.example")
    );
}

#[test]
fn the_url_is_an_origin_without_a_path() {
    assert_eq!(
        about("server", "url = \"https://example.com/app\""),
        "`server.url` is \"https://example.com/app\". An origin has a scheme, a host and perhaps a port, and no path. \
         Did you mean \"https://example.com\"?"
    );
    assert_eq!(
        about("server", "url = \"example.com:8000\""),
        "`server.url` is \"example.com:8000\". An origin begins with https:// or http://. Did you mean \"https://example.com:8000\"?"
    );
}

#[test]
fn hosts_are_names_alone() {
    let refuse = |host: &str| about("server", &format!("hosts = [\"{host}\"]"));
    let cases = [
        (
            "https://a.example/x",
            "It must be the name alone. Did you mean \"a.example\"?",
        ),
        (
            "a.example:8000",
            "It must be the name alone. Did you mean \"a.example\"?",
        ),
        ("*.example.com", "There are no wildcards: list each name."),
        (
            "a b",
            "It must be the name of a host, as \"app.example.com\".",
        ),
        ("", "It must be the name of a host, as \"app.example.com\"."),
    ];
    for (host, message) in cases {
        assert_eq!(
            refuse(host),
            format!("`server.hosts` has \"{host}\": {message}")
        );
    }
    let config = file("[server]\nhosts = [\"App.Example\", \"bücher.example\", \"my_service\"]\n");
    assert_eq!(
        config.server.hosts,
        ["app.example", "xn--bcher-kva.example", "my_service"]
    );
}

#[test]
fn trusted_proxies_are_ranges_but_never_everybody() {
    let refuse = |range: &str| about("server", &format!("trusted_proxies = [\"{range}\"]"));
    let cases = [
        (
            "0.0.0.0/0",
            "That is everybody: any client could then say it has any address. Name your proxies.",
        ),
        (
            "::/0",
            "That is everybody: any client could then say it has any address. Name your proxies.",
        ),
        (
            "10.0.0.1/8",
            "That address is inside a range: write \"10.0.0.0/8\" for the range, or \"10.0.0.1\" for the one address.",
        ),
        ("10.0.0.0/33", "The number after / is at most 32."),
        (
            "nginx",
            "It must be an address or a range, as \"10.0.0.0/8\".",
        ),
    ];
    for (range, message) in cases {
        assert_eq!(
            refuse(range),
            format!("`server.trusted_proxies` has \"{range}\": {message}")
        );
    }
}

#[test]
fn a_range_contains_its_addresses() {
    let contains = |range: &str, address: &str| {
        Network::parse(range)
            .unwrap()
            .contains(address.parse().unwrap())
    };
    assert!(contains("10.0.0.0/8", "10.255.0.1"));
    assert!(contains("10.0.0.0/8", "::ffff:10.1.2.3"));
    assert!(!contains("10.0.0.0/8", "11.0.0.1"));
    assert!(contains("127.0.0.1", "127.0.0.1"));
    assert!(!contains("127.0.0.1", "127.0.0.2"));
    assert!(contains("fd00::/8", "fd12::1"));
    assert!(!contains("fd00::/8", "10.0.0.1"));
}

#[test]
fn the_host_is_an_address() {
    assert_eq!(
        about("server", "host = \"localhost\""),
        "`server.host` is \"localhost\". It must be an IP address, as \"127.0.0.1\". Did you mean \"127.0.0.1\"?"
    );
}

#[test]
fn port_0_is_for_a_flag_or_an_ephemeral_server() {
    assert_eq!(
        about("server", "port = 0"),
        "`server.port` is 0, any free port: that is only for `--port 0` and `--ephemeral`. It must be 1 to 65535."
    );
    let flags = Flags {
        port: Some(0),
        ..Flags::default()
    };
    assert_eq!(
        Setup {
            flags,
            ..Setup::default()
        }
        .load()
        .unwrap()
        .server
        .port,
        0
    );
    let flags = Flags {
        ephemeral: true,
        ..Flags::default()
    };
    let setup = Setup {
        text: "[server]\nport = 0\n",
        flags,
        ..Setup::default()
    };
    assert_eq!(setup.load().unwrap().server.port, 0);
}

#[test]
fn synchronous_off_is_refused_with_the_reason() {
    assert_eq!(
        about("database", "synchronous = \"off\""),
        "`database.synchronous` is \"off\". That is refused: an acknowledged write must be on disk, and a power cut could \
         then damage the whole file. It must be \"full\" or \"normal\"."
    );
}

#[test]
fn a_lifetime_is_not_shorter_than_the_one_before_it() {
    assert_eq!(
        mistakes("[auth]\naccess_lifetime = \"2h\"\nrefresh_lifetime = \"1h\"\n"),
        [
            "config.toml:3: `auth.refresh_lifetime` (\"1h\", config.toml:3) must not be shorter than `auth.access_lifetime` (\"2h\", config.toml:2)."
        ]
    );
    assert_eq!(
        mistakes("[auth]\nrefresh_lifetime = \"100d\"\n"),
        [
            "config.toml:2: `auth.session_lifetime` (\"90d\", default) must not be shorter than `auth.refresh_lifetime` (\"100d\", config.toml:2)."
        ]
    );
    file(
        "[auth]\naccess_lifetime = \"1h\"\nrefresh_lifetime = \"1h\"\nsession_lifetime = \"1h\"\n",
    );
}

#[test]
fn levels_may_differ_by_part() {
    assert_eq!(
        file("[logs]\nlevel = \"warn, store=debug\"\n").logs.level,
        "warn,store=debug"
    );
    assert_eq!(
        about("logs", "level = \"info,store=verbose\""),
        "`logs.level` is \"info,store=verbose\". \"verbose\" is no level: off, error, warn, info, debug, trace."
    );
    assert!(about("logs", "level = \"INFO\"").ends_with("Did you mean `info`?"));
    assert!(
        about("logs", "level = \"=info\"")
            .ends_with("A level by part is written as \"info,store=debug\".")
    );
}

#[test]
fn a_server_that_others_reach_unencrypted_is_noted() {
    let noted = |text: &str| file(text).notes;
    assert!(noted("").is_empty());
    assert!(noted("[server]\nhost = \"::1\"\n").is_empty());
    assert!(noted("[server]\nhost = \"0.0.0.0\"\nurl = \"https://app.example.com\"\n").is_empty());
    for text in [
        "[server]\nhost = \"0.0.0.0\"\n",
        "[server]\nhost = \"::\"\nurl = \"http://app.example.com\"\n",
    ] {
        let notes = noted(text);
        assert_eq!(notes.len(), 1);
        assert!(notes[0].contains("`server.url`"), "{notes:?}");
    }
}

#[test]
fn roles_are_declared_by_name() {
    let config = file("[auth.roles.editor]\ndescription = \"Edits\"\n[auth.roles.guest_2]\n");
    assert_eq!(config.auth.roles, ["editor", "guest_2"]);
    let editor = setting(&config, "auth.roles.editor");
    assert_eq!(editor.value["description"], "Edits");
    assert_eq!(editor.source, "config.toml:1");
}

#[test]
fn a_role_that_is_none_is_refused() {
    let cases = [
        (
            "[auth.roles.admin]",
            1,
            "The role `admin` is there already: remove the section.",
        ),
        (
            "[auth.roles.Editor]",
            1,
            "`Editor` can't be the name of a role: it is a small letter, then small letters, digits and _, at most 64.",
        ),
        (
            "[auth.roles.editor]\ndescripton = \"x\"",
            2,
            "`[auth.roles.editor]` has no key `descripton`. Did you mean `description`?",
        ),
        (
            "[auth.roles.editor]\ndescription = 1",
            2,
            "`auth.roles.editor.description` must be a text in quotes.",
        ),
        (
            "[auth.roles]\neditor = \"x\"",
            2,
            "`auth.roles.editor` is a table: write `[auth.roles.editor]`.",
        ),
        (
            "[auth]\nroles = [\"editor\"]",
            2,
            "`auth.roles` is declared role by role: write `[auth.roles.editor]`, and perhaps a `description` below.",
        ),
    ];
    for (text, line, message) in cases {
        assert_eq!(mistakes(text), [format!("config.toml:{line}: {message}")]);
    }
}
