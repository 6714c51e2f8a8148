//! Origins, names and address ranges.

use super::{about, file};
use crate::config::Network;

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
