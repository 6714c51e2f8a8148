//! From whom a request comes: the peer itself, or whom a trusted proxy names.

use std::net::{IpAddr, SocketAddr};
use std::sync::Once;

use warp::http::header::{HeaderMap, HeaderName};

use crate::config::Server;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The client's address, and whether wrong tries are counted for it.
///
/// Behind a trusted proxy it is the right-most address of `X-Forwarded-For` that is none of the proxies'. An unlisted
/// proxy beside us hides its clients: counting it would lock out everybody at once.
pub(super) fn client(headers: &HeaderMap, peer: IpAddr, settings: &Server) -> (IpAddr, bool) {
    let trusted = |address: IpAddr| {
        settings
            .trusted_proxies
            .iter()
            .any(|network| network.contains(address))
    };
    let forwarded = headers.contains_key(FORWARDED_FOR);
    if !trusted(peer) {
        let hidden = !is_public(peer) && (forwarded || settings.url.is_some());
        if hidden && forwarded {
            advise(peer);
        }
        return (peer, !hidden && !peer.is_loopback());
    }
    let texts = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let list: Vec<&str> = texts
        .flat_map(|text| text.split(','))
        .map(str::trim)
        .collect();
    for text in list.iter().rev() {
        match address_of(text) {
            Some(address) if trusted(address) => {}
            Some(address) => return (address, true),
            None => break,
        }
    }
    (peer, false)
}

/// An address of `X-Forwarded-For`; some proxies write the port, too.
fn address_of(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let address = bare.unwrap_or(text).parse::<IpAddr>();
    let address = address.or_else(|_| text.parse::<SocketAddr>().map(|place| place.ip()));
    address.ok().map(|address| address.to_canonical())
}

/// Said once in the life of a process: behind such a proxy all clients look like one.
fn advise(peer: IpAddr) {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        tracing::warn!(
            "a proxy at {peer} sends X-Forwarded-For, which is not believed: wrong passwords are not counted by \
             address. If the proxy is yours, add it in config.toml: [server] trusted_proxies = [\"{peer}\"]"
        );
    });
}

/// Whether an address is one of the internet's, as far as is told by its range.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            !(address.is_loopback()
                || address.is_private()
                || address.is_link_local()
                || address.is_unspecified())
        }
        IpAddr::V6(address) => {
            !(address.is_loopback()
                || address.is_unique_local()
                || address.is_unicast_link_local()
                || address.is_unspecified())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who a request is from that came from `peer` with these headers, and whether they are counted.
    fn told(peer: &str, forwarded: &[&str]) -> (String, bool) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        let text = "[server]\ntrusted_proxies = [\"10.0.0.0/8\", \"fd00::/8\"]\n";
        std::fs::write(&file, text).unwrap();
        let flags = crate::config::Flags {
            config: Some(file),
            ..crate::config::Flags::default()
        };
        let settings = crate::config::load(&flags).unwrap().server;
        let mut headers = HeaderMap::new();
        for text in forwarded {
            headers.append(FORWARDED_FOR, text.parse().unwrap());
        }
        let (address, counted) = client(&headers, peer.parse().unwrap(), &settings);
        (address.to_string(), counted)
    }

    #[test]
    fn of_a_chain_the_right_most_stranger_is_the_client() {
        let proxy = "10.0.0.1";
        for (forwarded, client, counted) in [
            (&["198.51.100.7"][..], "198.51.100.7", true),
            (&["203.0.113.9, 198.51.100.7"], "198.51.100.7", true),
            (&["203.0.113.9", "198.51.100.7"], "198.51.100.7", true),
            (
                &["203.0.113.9, 198.51.100.7, 10.9.9.9, fd00::1"],
                "198.51.100.7",
                true,
            ),
            (&["198.51.100.7:4711"], "198.51.100.7", true),
            (&["[2001:db8::1]:4711"], "2001:db8::1", true),
            (&["::ffff:198.51.100.7"], "198.51.100.7", true),
            (&["garbage, 198.51.100.7"], "198.51.100.7", true),
            (&["127.0.0.1, 198.51.100.7"], "198.51.100.7", true),
            (&["203.0.113.9, 127.0.0.1"], "127.0.0.1", true),
            // What no proxy of ours has written names nobody.
            (&["198.51.100.7, garbage"], proxy, false),
            (&["198.51.100.7, 10.0.0.2, "], proxy, false),
            (&["198.51.100.7;for=x"], proxy, false),
            (&["fe80::1%eth0"], proxy, false),
            (&["10.0.0.2"], proxy, false),
            (&[""], proxy, false),
            (&[], proxy, false),
        ] {
            let told = told(proxy, forwarded);
            assert_eq!(told, (client.to_owned(), counted), "{forwarded:?}");
        }
    }

    #[test]
    fn whoever_is_not_trusted_speaks_for_themselves_alone() {
        for (peer, forwarded, counted) in [
            ("203.0.113.5", &["198.51.100.7"][..], true),
            ("203.0.113.5", &["10.0.0.1"], true),
            ("203.0.113.5", &[], true),
            ("2001:db8::5", &["198.51.100.7"], true),
            // An unlisted proxy beside us hides its clients.
            ("192.168.0.5", &["198.51.100.7"], false),
            ("127.0.0.1", &["198.51.100.7"], false),
            ("192.168.0.5", &[], true),
            ("127.0.0.1", &[], false),
        ] {
            let told = told(peer, forwarded);
            assert_eq!(told, (peer.to_owned(), counted), "{forwarded:?}");
        }
    }

    #[test]
    fn a_forwarded_address_may_have_a_port() {
        let address = |text: &str| address_of(text).map(|address| address.to_string());
        assert_eq!(address("192.0.2.1").as_deref(), Some("192.0.2.1"));
        assert_eq!(address("192.0.2.1:4711").as_deref(), Some("192.0.2.1"));
        assert_eq!(
            address("[2001:db8::1]:4711").as_deref(),
            Some("2001:db8::1")
        );
        assert_eq!(address("[2001:db8::1]").as_deref(), Some("2001:db8::1"));
        assert_eq!(address("::ffff:192.0.2.1").as_deref(), Some("192.0.2.1"));
        assert_eq!(address("unknown"), None);
    }
}
