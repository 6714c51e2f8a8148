//! Origins (`https://app.example.com`) and names of hosts. Errors are sentences with the remedy.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// An origin in the form in which browsers send it.
pub(super) fn origin(text: &str) -> Result<String, String> {
    read(text).map(|url| url.origin().ascii_serialization())
}

/// Another site's origin, which may then use the visitors' sessions: what many share is refused.
pub(super) fn foreign(text: &str) -> Result<String, String> {
    if text == "*" {
        return Err(
            "It would let every site read with your users' rights. List each origin.".to_owned(),
        );
    }
    if text == "null" {
        return Err(
            "Files and sandboxed pages of anybody have that origin. List each origin.".to_owned(),
        );
    }
    let url = read(text)?;
    if url.scheme() == "http" && url.host().is_none_or(|host| is_public(&host)) {
        return Err(format!(
            "Whoever is on the way can change what comes over plain http from a public host. Did you mean \"https{}\"?",
            url.origin()
                .ascii_serialization()
                .trim_start_matches("http")
        ));
    }
    Ok(url.origin().ascii_serialization())
}

/// A name that a Host header may have, in lower case and without a port.
pub(super) fn host(text: &str) -> Result<String, String> {
    if text.contains('*') {
        return Err("There are no wildcards: list each name.".to_owned());
    }
    let alone = text.split_once("://").map_or(text, |(_, rest)| rest);
    let alone = alone.split(['/', '?', '#']).next().unwrap_or_default();
    let parsed = Host::parse(alone).or_else(|error| {
        let (name, port) = alone.rsplit_once(':').ok_or(error)?;
        if port.bytes().all(|byte| byte.is_ascii_digit()) {
            Host::parse(name)
        } else {
            Err(error)
        }
    });
    let name = match parsed {
        Ok(host) => host.to_string(),
        Err(_) => return Err("It must be the name of a host, as \"app.example.com\".".to_owned()),
    };
    let written = text.to_lowercase();
    if !written.is_ascii() || written == name {
        return Ok(name);
    }
    Err(format!(
        "It must be the name alone. Did you mean \"{name}\"?"
    ))
}

/// Whether strangers can reach a host of that name: not this machine, a private network or a name without a dot.
pub(super) fn is_public(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => {
            let private = [".localhost", ".local", ".internal", ".home.arpa", ".test"];
            name.contains('.') && !private.iter().any(|end| name.ends_with(end))
        }
        Host::Ipv4(address) => is_public_v4(*address),
        Host::Ipv6(address) => address
            .to_ipv4_mapped()
            .map_or_else(|| is_public_v6(*address), is_public_v4),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    // 100.64.0.0/10 is between a provider and its customers, and what overlay networks use.
    let shared = first == 100 && (64..128).contains(&second);
    !(address.is_loopback() || address.is_private() || address.is_link_local() || shared)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    !(address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local())
}

fn read(text: &str) -> Result<Url, String> {
    if text.contains('*') {
        return Err("There are no wildcards: an origin is exact. List each one.".to_owned());
    }
    let unreadable = || "It must be an origin, as \"https://app.example.com\".".to_owned();
    if !text.contains("://") {
        return match Url::parse(&format!("https://{text}")) {
            Ok(url) if url.has_host() => Err(format!(
                "An origin begins with https:// or http://. Did you mean \"{}\"?",
                url.origin().ascii_serialization()
            )),
            _ => Err(unreadable()),
        };
    }
    let url = Url::parse(text).map_err(|_| unreadable())?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err("An origin begins with https:// or http://.".to_owned());
    }
    let bare = url.username().is_empty()
        && url.password().is_none()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none();
    if !bare {
        return Err(format!(
            "An origin has a scheme, a host and perhaps a port, and no path. Did you mean \"{}\"?",
            url.origin().ascii_serialization()
        ));
    }
    Ok(url)
}
