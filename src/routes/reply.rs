//! Answers: the only place that knows status codes, and the one place where a fault's cause is logged.

use bytes::Bytes;
use serde::Serialize;
use warp::http::StatusCode;
use warp::http::header::{self, HeaderName, HeaderValue};

use crate::error::{Code, Error};

pub(crate) type Response = warp::reply::Response;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

fn status(code: Code) -> StatusCode {
    match code {
        Code::BadRequest => StatusCode::BAD_REQUEST,
        Code::NotAuthenticated
        | Code::InvalidCredentials
        | Code::SecondFactorRequired
        | Code::TokenExpired
        | Code::InvalidToken => StatusCode::UNAUTHORIZED,
        Code::Forbidden | Code::ReadOnly | Code::SecondFactorSetupRequired => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
        Code::Conflict
        | Code::InvalidTransition
        | Code::LeaseLost
        | Code::SequenceGap
        | Code::AlreadyAnswered => StatusCode::CONFLICT,
        Code::Reset => StatusCode::GONE,
        Code::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
        Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Code::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        Code::Unavailable | Code::SchemaChanged => StatusCode::SERVICE_UNAVAILABLE,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What an error says to the client. OAuth2's two members are for `/api/auth/token` alone.
#[derive(Serialize)]
struct Envelope<'a> {
    success: bool,
    detail: Detail<'a>,
    code: &'static str,
    request_id: &'a str,
    /// For the second step of a sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge: Option<&'a str>,
    /// For who follows the change log.
    #[serde(flatten)]
    reset: Option<&'a crate::error::Reset>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_description: Option<String>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Detail<'a> {
    Message(&'a str),
    Fields(&'a [crate::error::FieldError]),
}

/// The answer to a request that failed; a fault of ours is logged here, once, under the same id.
pub(crate) fn error(error: &Error, request_id: &str) -> Response {
    envelope(error, request_id, None)
}

/// The same with OAuth2's `error` and `error_description`.
pub(crate) fn oauth_error(error: &Error, request_id: &str) -> Response {
    let word = match error.code() {
        Code::Invalid | Code::BadRequest | Code::UnsupportedMediaType | Code::TooLarge => {
            "invalid_request"
        }
        Code::Unavailable | Code::SchemaChanged | Code::TooManyRequests => {
            "temporarily_unavailable"
        }
        Code::Internal => "server_error",
        _ => "invalid_grant",
    };
    envelope(error, request_id, Some(word))
}

fn envelope(error: &Error, request_id: &str, oauth: Option<&'static str>) -> Response {
    match (error.code(), error.cause()) {
        (Code::Internal, Some(cause)) => {
            tracing::error!(request_id, cause = %Chain(cause), "internal error")
        }
        (Code::Internal, None) => tracing::error!(request_id, "internal error"),
        (Code::Unavailable | Code::SchemaChanged, Some(cause)) => {
            tracing::warn!(request_id, cause = %Chain(cause), "{}", error.message())
        }
        _ => {}
    }
    let detail = match error.fields() {
        [] => Detail::Message(error.message()),
        fields => Detail::Fields(fields),
    };
    let body = Envelope {
        success: false,
        detail,
        code: error.code().word(),
        request_id,
        challenge: error.challenge(),
        reset: error.reset_to(),
        error: oauth,
        error_description: oauth.map(|_| error.to_string()),
    };
    let mut response = json(status(error.code()), &body);
    if status(error.code()) == StatusCode::UNAUTHORIZED {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(seconds) = error.retry_after() {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// An error with the errors behind it.
struct Chain<'a>(&'a (dyn std::error::Error + Send + Sync + 'static));

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut next = self.0.source();
        while let Some(error) = next {
            write!(f, ": {error}")?;
            next = error.source();
        }
        Ok(())
    }
}

/// A JSON answer. What cannot be serialised is a fault of ours.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => bytes_of(status, JSON, bytes.into()),
        Err(_) => bytes_of(
            StatusCode::INTERNAL_SERVER_ERROR,
            JSON,
            Bytes::from_static(
                br#"{"success":false,"detail":"Internal error","code":"internal","request_id":""}"#,
            ),
        ),
    }
}

/// `{"success":true}`
pub(crate) fn done() -> Response {
    bytes_of(
        StatusCode::OK,
        JSON,
        Bytes::from_static(br#"{"success":true}"#),
    )
}

/// 202 with the same: what follows happens behind the answer.
pub(crate) fn accepted() -> Response {
    json_bytes(
        StatusCode::ACCEPTED,
        Bytes::from_static(br#"{"success":true}"#),
    )
}

/// An answer that no cache may keep.
pub(crate) fn secret(response: Response) -> Response {
    with(response, header::CACHE_CONTROL, "no-store")
}

/// `{"success":true,"item":…}`
pub(crate) fn item(item: &impl Serialize) -> Response {
    json(
        StatusCode::OK,
        &Item {
            success: true,
            item,
        },
    )
}

/// The same with another status.
pub(crate) fn item_with(status: StatusCode, item: &impl Serialize) -> Response {
    let body = Item {
        success: true,
        item,
    };
    json(status, &body)
}

/// `{"success":true,"data":…}`
pub(crate) fn data(status: StatusCode, data: &impl Serialize) -> Response {
    json(
        status,
        &Data {
            success: true,
            data,
        },
    )
}

/// `{"success":true,"items":[…],"next_cursor":…}`; lists without pages leave the cursor out.
pub(crate) fn items(items: &[impl Serialize], next_cursor: Option<Option<String>>) -> Response {
    json(
        StatusCode::OK,
        &Items {
            success: true,
            items,
            next_cursor,
        },
    )
}

#[derive(Serialize)]
struct Item<'a, T> {
    success: bool,
    item: &'a T,
}

#[derive(Serialize)]
struct Data<'a, T> {
    success: bool,
    data: &'a T,
}

#[derive(Serialize)]
struct Items<'a, T> {
    success: bool,
    items: &'a [T],
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<Option<String>>,
}

/// JSON that is bytes already.
pub(crate) fn json_bytes(status: StatusCode, body: Bytes) -> Response {
    bytes_of(status, JSON, body)
}

pub(crate) fn bytes_of(status: StatusCode, kind: HeaderValue, body: Bytes) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

pub(crate) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Bytes::new().into());
    *response.status_mut() = status;
    response
}

/// 307: somewhere else on this server.
pub(crate) fn redirect(to: &str) -> Response {
    with(empty(StatusCode::TEMPORARY_REDIRECT), header::LOCATION, to)
}

/// 302: where a browser goes next, by GET.
pub(crate) fn found(to: &str) -> Response {
    with(empty(StatusCode::FOUND), header::LOCATION, to)
}

/// Adds a header; a value that is no header value is left out.
pub(crate) fn with(mut response: Response, name: HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().append(name, value);
    }
    response
}
