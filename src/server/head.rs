//! The look at a request's head before warp sees it: is it for us, from whom, and what is it called in the log.

use std::net::IpAddr;
use std::sync::OnceLock;

use warp::http::header::{self, HeaderMap, HeaderName};
use warp::http::{Method, Request, Uri};

use crate::config::Server;
use crate::error::{Code, Error, Result};
use crate::routes::extract::Head;

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// What is known of a request from its head; whether it is served at all is said by `check`.
pub(super) fn read<B>(request: &mut Request<B>, peer: IpAddr, settings: &Server) -> Head {
    let (client, counted) = client(request.headers(), peer, settings);
    Head {
        method: request.method().clone(),
        path: request.uri().path().to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        id: id(request.headers()),
        // warp needs none of them: they move rather than being copied.
        headers: std::mem::take(request.headers_mut()),
        client,
        counted,
        user: OnceLock::new(),
    }
}

/// A sane `X-Request-Id` is kept, for those who follow a request through several programs.
fn id(headers: &HeaderMap) -> String {
    let sane = |text: &&str| {
        (1..=64).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let sent = headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(sane);
    sent.map_or_else(|| uuid::Uuid::now_v7().simple().to_string(), str::to_owned)
}

/// The client's address, and whether wrong tries are counted for it.
///
/// Behind a trusted proxy it is the right-most address of `X-Forwarded-For` that is none of the proxies'. An unlisted
/// proxy beside us hides its clients: counting it would lock out everybody at once.
fn client(headers: &HeaderMap, peer: IpAddr, settings: &Server) -> (IpAddr, bool) {
    let trusted = |address: IpAddr| {
        settings
            .trusted_proxies
            .iter()
            .any(|network| network.contains(address))
    };
    let forwarded = headers.contains_key(FORWARDED_FOR);
    if !trusted(peer) {
        let hidden = !is_public(peer) && (forwarded || settings.url.is_some());
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
        match text.parse::<IpAddr>().map(|address| address.to_canonical()) {
            Ok(address) if trusted(address) => {}
            Ok(address) => return (address, true),
            Err(_) => break,
        }
    }
    (peer, false)
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

/// Refuses what is not meant for this server, or not as HTTP has it.
pub(super) fn check(head: &Head, uri: &Uri, settings: &Server) -> Result<()> {
    let bad = |message: String| Err(Error::new(Code::BadRequest, message));
    if head.method == Method::CONNECT || !head.path.starts_with('/') {
        return bad("This server is no proxy".to_owned());
    }
    if head.headers.contains_key(header::TRANSFER_ENCODING)
        && head.headers.contains_key(header::CONTENT_LENGTH)
    {
        return bad("Send Content-Length or Transfer-Encoding, not both".to_owned());
    }
    let query = percent_encoding::percent_decode_str(&head.query);
    if query.decode_utf8().is_err() {
        return bad("The query is not UTF-8".to_owned());
    }
    let mut hosts = head.headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return bad("Send exactly one Host header".to_owned());
    };
    let host = host.to_str().unwrap_or_default();
    for name in [
        Some(host),
        uri.authority().map(|authority| authority.as_str()),
    ]
    .into_iter()
    .flatten()
    {
        if !is_ours(name, settings) {
            let shown: String = name_of(name)
                .chars()
                .filter(|char| !char.is_control() && *char != '"')
                .take(253)
                .collect();
            return bad(format!(
                "This server does not answer for that host. If it should, add it in config.toml: [server] hosts = [\"{shown}\"]"
            ));
        }
    }
    Ok(())
}

/// A host's name without its port.
fn name_of(host: &str) -> &str {
    match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    }
}

/// Whether a Host is one of this server's. A name with a dot must be declared: a hostile page can point its own name at
/// a laptop (DNS rebinding), but not an address or a name that only the local network knows.
fn is_ours(host: &str, settings: &Server) -> bool {
    let name = name_of(host).trim_end_matches('.').to_ascii_lowercase();
    if name.is_empty() || name.contains(['/', '@', ' ', '?', '#', '\\']) {
        return false;
    }
    let public = settings
        .url
        .as_deref()
        .and_then(|url| url.split_once("://"))
        .map(|(_, authority)| name_of(authority));
    name.parse::<IpAddr>().is_ok()
        || !name.contains('.')
        || name.ends_with(".local")
        || name.ends_with(".localhost")
        || public.is_some_and(|public| public.eq_ignore_ascii_case(&name))
        || settings
            .hosts
            .iter()
            .any(|known| known.eq_ignore_ascii_case(&name))
}
