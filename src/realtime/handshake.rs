//! The opening handshake of RFC 6455: what a client offers, and the answer to its key. The upgrade itself is hyper's.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use warp::http::header::{self, HeaderMap, HeaderName};

use super::protocol::NAME;
use crate::error::{Code, Error, Result};
use crate::limits;

/// What a client wants.
#[derive(Debug)]
pub(crate) struct Offer {
    /// The answer to its key.
    pub(crate) accept: String,
    /// Whether it offered our subprotocol.
    pub(crate) named: bool,
    /// The credential that it hid among the subprotocols, as browsers must.
    pub(crate) token: Option<String>,
}

/// What RFC 6455 appends to a key.
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/// Before the token in a subprotocol's name.
const BEARER: &str = "bearer.";

pub(crate) fn read(headers: &HeaderMap) -> Result<Offer> {
    let bad = |message: &'static str| Err(Error::new(Code::BadRequest, message));
    let upgrades = words(headers, &header::UPGRADE).any(|word| is(word, "websocket"))
        && words(headers, &header::CONNECTION).any(|word| is(word, "upgrade"));
    if !upgrades {
        return bad("This is a WebSocket: open it with ws:// or wss://");
    }
    if headers
        .get(header::SEC_WEBSOCKET_VERSION)
        .is_none_or(|version| version != "13")
    {
        return bad("Send Sec-WebSocket-Version: 13");
    }
    let key = headers
        .get(header::SEC_WEBSOCKET_KEY)
        .and_then(|key| key.to_str().ok())
        .filter(|key| STANDARD.decode(key).is_ok_and(|bytes| bytes.len() == 16));
    let Some(key) = key else {
        return bad("Send a Sec-WebSocket-Key of 16 bytes");
    };
    let (named, token) = protocols(headers)?;
    let hash = digest::digest(
        &digest::SHA1_FOR_LEGACY_USE_ONLY,
        format!("{key}{GUID}").as_bytes(),
    );
    Ok(Offer {
        accept: STANDARD.encode(hash),
        named,
        token,
    })
}

/// Whether ours is among the subprotocols, and the token.
fn protocols(headers: &HeaderMap) -> Result<(bool, Option<String>)> {
    let (mut named, mut token, mut others) = (false, None, false);
    for word in words(headers, &header::SEC_WEBSOCKET_PROTOCOL) {
        if word == NAME {
            named = true;
        } else if let Some(encoded) = word.strip_prefix(BEARER) {
            if token.is_some() || encoded.len() > 2 * limits::TOKEN_SIZE {
                return Err(Error::invalid_token());
            }
            let bytes = URL_SAFE_NO_PAD
                .decode(encoded.trim_end_matches('='))
                .map_err(|_| Error::invalid_token())?;
            token = Some(String::from_utf8(bytes).map_err(|_| Error::invalid_token())?);
        } else {
            others = true;
        }
    }
    if !named && (others || token.is_some()) {
        let message = format!("The subprotocol here is {NAME}; offer it, or none");
        return Err(Error::new(Code::BadRequest, message));
    }
    Ok((named, token))
}

fn is(word: &str, wanted: &str) -> bool {
    word.eq_ignore_ascii_case(wanted)
}

/// The words of a header that is a list.
fn words<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    let texts = headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok());
    texts
        .flat_map(|text| text.split(','))
        .map(str::trim)
        .filter(|word| !word.is_empty())
}
