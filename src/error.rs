//! The one error of Hearth: a code, a sentence with the remedy, and the fields at fault. It knows no HTTP.
//!
//! When to use which: `invalid` for what a person sent and can mend, with the place of each fault; `not_found` for
//! what is absent *or hidden* (never tell the two apart); `forbidden` only for what the caller may read; `conflict`
//! for the state of the data; `unavailable` for what passes by itself; `internal` for our own faults, whose cause is
//! logged once at `routes/reply.rs` and never sent.

use std::borrow::Cow;

use serde::Serialize;

mod faults;

pub use faults::{FieldError, Mistake, Step};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, in one word. `routes/reply.rs` gives each its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    BadRequest,
    NotAuthenticated,
    InvalidCredentials,
    SecondFactorRequired,
    SecondFactorSetupRequired,
    TokenExpired,
    InvalidToken,
    Forbidden,
    /// Who sees as somebody else changes nothing.
    ReadOnly,
    NotFound,
    MethodNotAllowed,
    NotAcceptable,
    Conflict,
    /// An execution can't go there from where it stands.
    InvalidTransition,
    /// A worker's right to an execution is over.
    LeaseLost,
    /// A batch of events came before the one that it follows.
    SequenceGap,
    AlreadyAnswered,
    PreconditionFailed,
    TooLarge,
    UnsupportedMediaType,
    Invalid,
    TooManyRequests,
    Unavailable,
    SchemaChanged,
    /// Nobody can go on from that place of the change log.
    Reset,
    Internal,
}

impl Code {
    /// The word in the answer's `code`.
    pub fn word(self) -> &'static str {
        match self {
            Code::BadRequest => "bad_request",
            Code::NotAuthenticated => "not_authenticated",
            Code::InvalidCredentials => "invalid_credentials",
            Code::SecondFactorRequired => "second_factor_required",
            Code::SecondFactorSetupRequired => "second_factor_setup_required",
            Code::TokenExpired => "token_expired",
            Code::InvalidToken => "invalid_token",
            Code::Forbidden => "forbidden",
            Code::ReadOnly => "read_only",
            Code::NotFound => "not_found",
            Code::MethodNotAllowed => "method_not_allowed",
            Code::NotAcceptable => "not_acceptable",
            Code::Conflict => "conflict",
            Code::InvalidTransition => "invalid_transition",
            Code::LeaseLost => "lease_lost",
            Code::SequenceGap => "sequence_gap",
            Code::AlreadyAnswered => "already_answered",
            Code::PreconditionFailed => "precondition_failed",
            Code::TooLarge => "too_large",
            Code::UnsupportedMediaType => "unsupported_media_type",
            Code::Invalid => "invalid",
            Code::TooManyRequests => "too_many_requests",
            Code::Unavailable => "unavailable",
            Code::SchemaChanged => "schema_changed",
            Code::Reset => "reset",
            Code::Internal => "internal",
        }
    }
}

type Cause = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug)]
struct Parts {
    code: Code,
    message: Cow<'static, str>,
    fields: Vec<FieldError>,
    retry_after: Option<u64>,
    challenge: Option<String>,
    reset: Option<Reset>,
    cause: Option<Cause>,
}

/// Why nobody can go on from a place of the change log, and what there is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reset {
    /// `trimmed`, `epoch`, `ahead` or `schema`.
    pub reason: &'static str,
    /// The oldest number that is kept.
    pub first: i64,
    /// The newest.
    pub seq: i64,
    /// The log's identity.
    pub epoch: String,
}

/// Boxed, so that a `Result` in the request path stays as small as its value.
#[derive(Debug)]
pub struct Error(Box<Parts>);

impl Error {
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Error(Box::new(Parts {
            code,
            message: message.into(),
            fields: Vec::new(),
            retry_after: None,
            challenge: None,
            reset: None,
            cause: None,
        }))
    }

    pub fn not_authenticated() -> Self {
        Error::new(Code::NotAuthenticated, "Not authenticated")
    }

    pub fn invalid_token() -> Self {
        Error::new(Code::InvalidToken, "Invalid token")
    }

    pub fn token_expired() -> Self {
        Error::new(Code::TokenExpired, "Token expired")
    }

    /// The first step of a sign-in is done; `challenge` goes with the second one.
    pub fn second_factor_required(challenge: String) -> Self {
        let mut error = Error::new(Code::SecondFactorRequired, "A second factor is needed");
        error.0.challenge = Some(challenge);
        error
    }

    /// Who followed the change log begins anew.
    pub fn reset(reset: Reset) -> Self {
        let why = match reset.reason {
            "trimmed" => "What follows `after` is no longer kept",
            "epoch" => "The log that `epoch` names is another one",
            "ahead" => "The log is shorter than `after`",
            _ => "The model has changed since",
        };
        let message = format!("{why}; read the records anew, then go on from `seq`");
        let mut error = Error::new(Code::Reset, message);
        error.0.reset = Some(reset);
        error
    }

    pub fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Error::new(Code::Forbidden, message)
    }

    /// `what` is the thing's title: "Item" makes "Item not found".
    pub fn not_found(what: &str) -> Self {
        Error::new(Code::NotFound, format!("{what} not found"))
    }

    pub fn conflict(message: impl Into<Cow<'static, str>>) -> Self {
        Error::new(Code::Conflict, message)
    }

    /// The request is understood but not valid; `fields` is not empty.
    pub fn invalid(fields: Vec<FieldError>) -> Self {
        let mut error = Error::new(Code::Invalid, "Invalid");
        error.0.fields = fields;
        error
    }

    /// Passes by itself; `retry_after` is in seconds.
    pub fn unavailable(message: impl Into<Cow<'static, str>>, retry_after: u64) -> Self {
        let mut error = Error::new(Code::Unavailable, message);
        error.0.retry_after = Some(retry_after);
        error
    }

    /// The tables are no longer those of the declared models; a restart with the right ones mends it.
    pub fn schema_changed(message: impl Into<Cow<'static, str>>) -> Self {
        let mut error = Error::new(Code::SchemaChanged, message);
        error.0.retry_after = Some(5);
        error
    }

    pub fn too_many_requests(message: impl Into<Cow<'static, str>>, retry_after: u64) -> Self {
        let mut error = Error::new(Code::TooManyRequests, message);
        error.0.retry_after = Some(retry_after);
        error
    }

    /// A fault of ours. The cause is for the log alone.
    pub fn internal(cause: impl Into<Cause>) -> Self {
        let mut error = Error::new(Code::Internal, "Internal error");
        error.0.cause = Some(cause.into());
        error
    }

    /// Keeps what lies behind an error for the log; it is never sent.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Cause>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// The same for another one whom it hits; the cause stays with the first.
    pub(crate) fn share(&self) -> Self {
        let mut error = Error::new(self.code(), self.0.message.clone());
        error.0.retry_after = self.0.retry_after;
        error
    }

    pub fn code(&self) -> Code {
        self.0.code
    }

    pub fn message(&self) -> &str {
        &self.0.message
    }

    pub fn fields(&self) -> &[FieldError] {
        &self.0.fields
    }

    pub fn retry_after(&self) -> Option<u64> {
        self.0.retry_after
    }

    pub fn challenge(&self) -> Option<&str> {
        self.0.challenge.as_deref()
    }

    pub fn reset_to(&self) -> Option<&Reset> {
        self.0.reset.as_ref()
    }

    pub fn cause(&self) -> Option<&(dyn std::error::Error + Send + Sync + 'static)> {
        self.0.cause.as_deref()
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.fields.is_empty() {
            return f.write_str(&self.0.message);
        }
        for (at, field) in self.0.fields.iter().enumerate() {
            let steps: Vec<String> = field
                .loc
                .iter()
                .filter(|step| **step != Step::Name("body".to_owned()))
                .map(|step| match step {
                    Step::Name(name) => name.clone(),
                    Step::Index(index) => index.to_string(),
                })
                .collect();
            write!(
                f,
                "{}{}: {}",
                if at > 0 { "; " } else { "" },
                steps.join("."),
                field.msg
            )?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

impl From<Vec<FieldError>> for Error {
    fn from(fields: Vec<FieldError>) -> Self {
        Error::invalid(fields)
    }
}

/// What a panic said.
pub fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => text,
        (_, Some(text)) => text,
        _ => "no text",
    }
}
