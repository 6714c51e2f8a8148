//! What a handler gets of a request: its head, its body with a limit, the page that was asked for. Who asks is `caller`.

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use bytes::{Buf, Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use warp::http::Method;
use warp::http::header::{self, HeaderMap, HeaderName};

use super::caller::AskedBy;
use crate::app::App;
use crate::error::{Code, Error, FieldError, Result};
use crate::limits;
use crate::services::query;
use crate::services::sessions::Origin;

/// A request's head as the server checked it, before warp saw it. It travels as a request extension.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) method: Method,
    pub(crate) path: String,
    /// Raw, without the question mark.
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    /// The client's address; behind a trusted proxy the one that the proxy names.
    pub(crate) client: IpAddr,
    /// Whether sign-in tries are counted for that address: not for direct loopback peers, nor where a proxy hides it.
    pub(crate) counted: bool,
    /// `X-Request-Id`.
    pub(crate) id: String,
    /// Who asked, once that is known; for the log.
    pub(crate) user: OnceLock<String>,
}

/// A JSON body with the bytes that it came in.
pub(crate) struct Sent {
    pub(crate) json: serde_json::Value,
    pub(crate) bytes: Bytes,
}

type Body = Pin<Box<dyn Stream<Item = Result<Bytes, warp::Error>> + Send + Sync>>;

/// One request on its way into a handler.
pub(crate) struct Request {
    pub(crate) app: Arc<App>,
    pub(crate) head: Arc<Head>,
    body: Body,
    pub(super) asked_by: OnceLock<AskedBy>,
}

impl Request {
    pub(crate) fn new<B: Buf>(
        app: Arc<App>,
        head: Arc<Head>,
        body: impl Stream<Item = Result<B, warp::Error>> + Send + Sync + 'static,
    ) -> Self {
        let body =
            body.map(|piece| piece.map(|mut buffer| buffer.copy_to_bytes(buffer.remaining())));
        Request {
            app,
            head,
            body: Box::pin(body),
            asked_by: OnceLock::new(),
        }
    }

    /// A header's text; one that is not ASCII counts as absent.
    pub(crate) fn header(&self, name: &HeaderName) -> Option<&str> {
        self.head
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    }

    /// Whether the page that makes the browser ask is this server's own, or one that `server.cors_origins` names.
    /// Programs that are no browsers send no Origin.
    pub(crate) fn is_own_origin(&self) -> bool {
        let Some(origin) = self.header(&header::ORIGIN) else {
            return true;
        };
        let settings = &self.app.config.server;
        let host = self.header(&header::HOST).unwrap_or_default();
        settings.url.as_deref() == Some(origin)
            || settings
                .cors_origins
                .iter()
                .any(|allowed| allowed == origin)
            || origin.split_once("://").is_some_and(|(scheme, authority)| {
                // Where the server is reached by https, whoever can forge a plain page is not it.
                let secure = settings
                    .url
                    .as_deref()
                    .and_then(|url| url.strip_prefix("https://"));
                authority == host && (scheme == "https" || secure != Some(authority))
            })
    }

    /// From where it comes.
    pub(crate) fn origin(&self) -> Origin {
        Origin {
            address: self.head.client,
            counted: self.head.counted,
            user_agent: self.header(&header::USER_AGENT).map(str::to_owned),
        }
    }

    /// A JSON body, checked for its type, its size and its depth.
    pub(crate) async fn json(&mut self) -> Result<Sent> {
        self.typed_json(&["application/json"]).await
    }

    /// The bytes of a JSON body, for who has to check them before they are read.
    pub(crate) async fn signed_json(&mut self) -> Result<Bytes> {
        self.media_type(&["application/json"])?;
        self.bytes().await
    }

    /// The same for PATCH, which has a media type of its own beside.
    pub(crate) async fn merge_patch(&mut self) -> Result<Sent> {
        self.typed_json(&["application/json", "application/merge-patch+json"])
            .await
    }

    async fn typed_json(&mut self, accepted: &[&str]) -> Result<Sent> {
        self.media_type(accepted)?;
        let bytes = self.bytes().await?;
        let json = crate::models::validate::parse(&bytes)?;
        Ok(Sent { json, bytes })
    }

    /// A JSON body where none is fine, too: then it is an empty object.
    pub(crate) async fn optional_json(&mut self) -> Result<serde_json::Value> {
        let bytes = self.bytes().await?;
        if bytes.is_empty() {
            return Ok(serde_json::Value::Object(serde_json::Map::new()));
        }
        self.media_type(&["application/json"])?;
        crate::models::validate::parse(&bytes)
    }

    /// A form, as OAuth2's token endpoint takes it: its members as JSON strings. One sent twice is refused.
    pub(crate) async fn form(&mut self) -> Result<serde_json::Value> {
        self.media_type(&["application/x-www-form-urlencoded"])?;
        let bytes = self.bytes().await?;
        let mut members = serde_json::Map::new();
        for (name, value) in form_urlencoded::parse(&bytes).into_owned() {
            if members.insert(name, value.into()).is_some() {
                return Err(Error::new(Code::BadRequest, "A parameter was sent twice"));
            }
        }
        Ok(serde_json::Value::Object(members))
    }

    /// The body's media type must be one of these, and the body must not be compressed.
    fn media_type(&self, accepted: &[&str]) -> Result<()> {
        let unsupported = |message: String| Err(Error::new(Code::UnsupportedMediaType, message));
        if self.head.headers.contains_key(header::CONTENT_ENCODING) {
            return unsupported("Send the body without Content-Encoding".to_owned());
        }
        let sent = self.header(&header::CONTENT_TYPE).unwrap_or_default();
        let essence = sent
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        if accepted.contains(&essence.as_str()) {
            return Ok(());
        }
        unsupported(format!(
            "Send the body with Content-Type: {}",
            accepted.join(" or ")
        ))
    }

    /// The body, from somebody who may still send it.
    async fn bytes(&mut self) -> Result<Bytes> {
        let bytes = self.read().await?;
        self.look_again().await?;
        Ok(bytes)
    }

    /// Reads the body up to the limit, and gives up on one that makes no progress.
    async fn read(&mut self) -> Result<Bytes> {
        let limit = self.app.config.server.body_size;
        let too_large = || {
            Error::new(
                Code::TooLarge,
                format!("A body is at most {limit} bytes (server.body_size)"),
            )
        };
        let declared = self
            .header(&header::CONTENT_LENGTH)
            .and_then(|text| text.parse::<u64>().ok());
        if declared.is_some_and(|length| length > limit as u64) {
            return Err(too_large());
        }
        let mut whole = BytesMut::new();
        loop {
            let piece = tokio::time::timeout(limits::BODY_TIMEOUT, self.body.next())
                .await
                .map_err(|_| Error::new(Code::BadRequest, "The body made no progress"))?;
            match piece {
                None => return Ok(whole.freeze()),
                Some(Err(cause)) => {
                    return Err(Error::new(Code::BadRequest, "The body broke off").because(cause));
                }
                Some(Ok(piece)) if whole.len() + piece.len() > limit => return Err(too_large()),
                // The usual body comes in one piece, which is not copied.
                Some(Ok(piece)) if whole.is_empty() && declared == Some(piece.len() as u64) => {
                    return Ok(piece);
                }
                Some(Ok(piece)) => whole.extend_from_slice(&piece),
            }
        }
    }

    /// The next piece of a body that is a file.
    pub(crate) async fn piece(&mut self) -> Result<Option<Bytes>> {
        let piece = tokio::time::timeout(limits::BODY_TIMEOUT, self.body.next()).await;
        let piece = piece.map_err(|_| Error::new(Code::BadRequest, "The body made no progress"))?;
        piece
            .transpose()
            .map_err(|cause| Error::new(Code::BadRequest, "The body broke off").because(cause))
    }

    /// The query's parameters, decoded, in the order sent.
    pub(crate) fn parameters(&self) -> Result<Vec<(String, String)>> {
        parameters(&self.head.query)
    }

    /// For calls without parameters: whatever is sent is refused rather than ignored.
    pub(crate) fn no_parameters(&self) -> Result<()> {
        let unknown: Vec<FieldError> = self
            .parameters()?
            .iter()
            .map(|(name, _)| query::unknown(name, []))
            .collect();
        if unknown.is_empty() {
            Ok(())
        } else {
            Err(Error::invalid(unknown))
        }
    }
}

fn parameters(query: &str) -> Result<Vec<(String, String)>> {
    let decode = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_encoding::percent_decode_str(&spaced)
            .decode_utf8()
            .map(|decoded| decoded.into_owned())
            .map_err(|cause| Error::new(Code::BadRequest, "The query is not UTF-8").because(cause))
    };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decode(name)?, decode(value)?))
        })
        .collect()
}
