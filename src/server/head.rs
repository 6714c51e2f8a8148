//! The look at a request's head before warp sees it: is it for us, from whom, and what is it called in the log.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::OnceLock;

use warp::http::header::{self, HeaderMap, HeaderName};
use warp::http::{Method, Request, Uri};

use super::client::client;
use super::framing::Framing;
use crate::config::Server;
use crate::error::{Code, Error, Result};
use crate::routes::extract::Head;

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

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
        viewer: OnceLock::new(),
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

/// Refuses what is not meant for this server, or not as HTTP has it.
pub(super) fn check(head: &Head, uri: &Uri, framing: Framing, settings: &Server) -> Result<()> {
    let bad = |message: &'static str| Err(Error::new(Code::BadRequest, message));
    if head.method == Method::CONNECT || !head.path.starts_with('/') {
        return bad("This server is no proxy");
    }
    if framing.is_ambiguous() {
        return bad("Send Content-Length or Transfer-Encoding, not both");
    }
    let encodings: Vec<_> = head
        .headers
        .get_all(header::TRANSFER_ENCODING)
        .iter()
        .collect();
    if !matches!(encodings.as_slice(), [] | [_])
        || encodings
            .iter()
            .any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"chunked"))
    {
        return bad("The only Transfer-Encoding here is chunked, once");
    }
    let query = percent_encoding::percent_decode_str(&head.query);
    if query.decode_utf8().is_err() {
        return bad("The query is not UTF-8");
    }
    let mut hosts = head.headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return bad("Send exactly one Host header");
    };
    let target = uri.authority().map(|authority| authority.as_str());
    for host in [host.to_str().ok(), target.or(host.to_str().ok())] {
        let Some(name) = host.and_then(name_of) else {
            return bad("The Host is not the name of one");
        };
        if !is_ours(name, settings) {
            return Err(Error::new(
                Code::BadRequest,
                format!(
                    "This server does not answer for that host. If it should, add it in config.toml: [server] hosts = [\"{name}\"]"
                ),
            ));
        }
    }
    Ok(())
}

/// A host's name without its port; None when it is not written as one.
fn name_of(host: &str) -> Option<&str> {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            address.parse::<Ipv6Addr>().ok()?;
            (address, port.strip_prefix(':').unwrap_or(port))
        }
        None => {
            let (name, port) = host.split_once(':').unwrap_or((host, ""));
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            (name.bytes().all(plain).then_some(name)?, port)
        }
    };
    let written = !name.is_empty() && name.len() <= 253;
    (written && port.bytes().all(|byte| byte.is_ascii_digit())).then_some(name)
}

/// Whether a Host is one of this server's. A name with a dot must be declared: a hostile page can point its own name at
/// a laptop (DNS rebinding), but not an address or a name that only the local network knows.
fn is_ours(name: &str, settings: &Server) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let public = settings
        .url
        .as_deref()
        .and_then(|url| url.split_once("://"))
        .and_then(|(_, authority)| name_of(authority));
    name.parse::<IpAddr>().is_ok()
        || (!name.contains('.') && !name.is_empty())
        || name.ends_with(".local")
        || name.ends_with(".localhost")
        || public.is_some_and(|public| public.eq_ignore_ascii_case(&name))
        || settings
            .hosts
            .iter()
            .any(|known| known.eq_ignore_ascii_case(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_read_or_refused_whole() {
        for (host, name) in [
            ("localhost", Some("localhost")),
            ("localhost:8000", Some("localhost")),
            ("app.example.com.:443", Some("app.example.com.")),
            ("my_service", Some("my_service")),
            ("[::1]:8000", Some("::1")),
            ("[::1]", Some("::1")),
            ("[::1]evil.example", None),
            ("[evil.example]", None),
            ("localhost:80@evil.example", None),
            ("evil.example:80:80", None),
            ("a b", None),
            ("", None),
            (":80", None),
            ("localhost/", None),
        ] {
            assert_eq!(name_of(host), name, "{host}");
        }
    }
}
