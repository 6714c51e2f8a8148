//! Why sockets end, and with which code.

use tokio_tungstenite::tungstenite::error::{CapacityError, Error as WireError, ProtocolError};

use super::protocol::close;
use crate::error::{Code, Error};

/// Why a socket ends.
#[derive(Debug)]
pub(super) enum End {
    Close(u16, &'static str),
    /// What came was no frame.
    Broken(u16, &'static str),
    /// The client said goodbye.
    Parted,
    /// The connection is gone.
    Gone,
}

pub(super) type Done<T> = Result<T, End>;

/// A credential that is none (any more).
pub(super) fn refused(error: &Error) -> End {
    match error.code() {
        Code::InvalidToken | Code::TokenExpired | Code::NotAuthenticated => {
            End::Close(close::UNAUTHENTICATED, "the token does not hold")
        }
        Code::Forbidden | Code::ReadOnly | Code::SecondFactorSetupRequired => {
            End::Close(close::FORBIDDEN, "not for this user")
        }
        Code::NotFound => End::Close(close::NOT_FOUND, "there is no such execution"),
        _ => trouble(error),
    }
}

/// Nothing that the client did.
pub(super) fn trouble(error: &Error) -> End {
    tracing::warn!(%error, cause = ?error.cause(), "a socket was closed");
    End::Close(close::INTERNAL, "try again")
}

/// What came was no frame, or nothing comes any more.
pub(super) fn broken(error: &WireError) -> End {
    match error {
        WireError::Capacity(CapacityError::MessageTooLong { .. }) => {
            End::Broken(close::TOO_BIG, "the frame is too large")
        }
        WireError::Utf8(_) => End::Broken(close::NOT_UTF8, "text is UTF-8"),
        WireError::Protocol(ProtocolError::ResetWithoutClosingHandshake) => End::Gone,
        WireError::Protocol(_) => End::Broken(close::PROTOCOL, "that is no WebSocket frame"),
        _ => End::Gone,
    }
}
