//! What clients say: one JSON object a frame, `type` first. What they are told is `frames.rs`.

use serde_json::{Map, Value as Json};

use crate::error::Error;
use crate::models::validate;

/// The subprotocol.
pub(crate) const NAME: &str = "hearth.v1";

/// Close codes of our own, beside RFC 6455's.
pub(crate) mod close {
    pub(crate) const NORMAL: u16 = 1000;
    pub(crate) const PROTOCOL: u16 = 1002;
    pub(crate) const UNSUPPORTED: u16 = 1003;
    pub(crate) const NOT_UTF8: u16 = 1007;
    pub(crate) const TOO_BIG: u16 = 1009;
    pub(crate) const INTERNAL: u16 = 1011;
    pub(crate) const BAD_HANDSHAKE: u16 = 4400;
    pub(crate) const UNAUTHENTICATED: u16 = 4401;
    pub(crate) const FORBIDDEN: u16 = 4403;
    pub(crate) const NOT_FOUND: u16 = 4404;
    pub(crate) const SILENT: u16 = 4408;
    pub(crate) const TOO_MANY: u16 = 4429;
    pub(crate) const DRAINING: u16 = 4503;
    pub(crate) const TOO_SLOW: u16 = 4508;
}

/// A frame of a client.
#[derive(Debug)]
pub(crate) enum Said {
    Hello {
        token: String,
    },
    Auth {
        token: String,
    },
    Subscribe(Wish),
    Unsubscribe {
        channel: String,
    },
    Publish {
        channel: String,
        data: Json,
    },
    /// An answer to what the socket's execution asked.
    Input {
        request: String,
        data: Json,
    },
    /// The socket's execution is to stop.
    Cancel {
        reason: Option<String>,
    },
    Ping,
    Pong,
}

/// A `subscribe`.
#[derive(Debug)]
pub(crate) struct Wish {
    pub(crate) channel: String,
    pub(crate) after: Option<i64>,
    pub(crate) epoch: Option<String>,
    pub(crate) snapshot: bool,
    pub(crate) conditions: Option<Map<String, Json>>,
}

/// Why a frame was not taken.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) code: &'static str,
    pub(crate) detail: String,
}

impl Fault {
    pub(crate) fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Fault {
            code,
            detail: detail.into(),
        }
    }
}

impl From<&Error> for Fault {
    fn from(error: &Error) -> Self {
        Fault::new(error.code().word(), error.to_string())
    }
}

/// A frame with its number, which is known even where the rest is wrong.
pub(crate) struct Frame {
    pub(crate) id: Option<Json>,
    pub(crate) said: Result<Said, Fault>,
}

/// Reads a frame.
pub(crate) fn read(text: &str) -> Frame {
    let refused = |fault| Frame {
        id: None,
        said: Err(fault),
    };
    let mut members = match validate::parse(text.as_bytes()) {
        Ok(Json::Object(members)) => members,
        Ok(_) => return refused(Fault::new("bad_frame", "A frame is a JSON object")),
        Err(_) => return refused(Fault::new("bad_frame", "A frame is JSON, and this is none")),
    };
    let id = match members.remove("id") {
        None | Some(Json::Null) => None,
        Some(id @ Json::Number(_)) => Some(id),
        Some(Json::String(id)) if id.len() <= 64 => Some(Json::String(id)),
        Some(_) => {
            return refused(Fault::new(
                "invalid",
                "`id` is a number or a text of at most 64 bytes",
            ));
        }
    };
    Frame {
        id,
        said: said(members),
    }
}

fn said(members: Map<String, Json>) -> Result<Said, Fault> {
    let mut members = Members(members);
    let Some(kind) = members.text("type")? else {
        return Err(Fault::new("bad_frame", "A frame has a `type`"));
    };
    let said = match kind.as_str() {
        "hello" => Said::Hello {
            token: members.needed("token")?,
        },
        "auth" => Said::Auth {
            token: members.needed("token")?,
        },
        "subscribe" => Said::Subscribe(members.wish()?),
        "unsubscribe" => Said::Unsubscribe {
            channel: members.needed("channel")?,
        },
        "publish" => Said::Publish {
            channel: members.needed("channel")?,
            data: members.0.remove("data").unwrap_or(Json::Null),
        },
        "ping" => Said::Ping,
        "pong" => Said::Pong,
        "input" => Said::Input {
            request: members.needed("request")?,
            data: members.0.remove("data").unwrap_or(Json::Null),
        },
        "cancel" => Said::Cancel {
            reason: members.text("reason")?,
        },
        _ => {
            return Err(Fault::new(
                "unknown_type",
                format!(
                    "There is no frame of type `{}`; there are {}",
                    shortened(&kind),
                    TYPES
                ),
            ));
        }
    };
    match members.0.keys().next() {
        None => Ok(said),
        Some(name) => Err(Fault::new(
            "invalid",
            format!("`{kind}` has no member `{}`", shortened(name)),
        )),
    }
}

/// The words of `type`, for people.
const TYPES: &str = "hello, auth, subscribe, unsubscribe, publish, input, cancel, ping and pong";

fn shortened(text: &str) -> String {
    text.chars().take(64).collect()
}

/// What is left of a frame.
struct Members(Map<String, Json>);

impl Members {
    fn text(&mut self, name: &str) -> Result<Option<String>, Fault> {
        match self.0.remove(name) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::String(text)) => Ok(Some(text)),
            Some(_) => Err(Fault::new("invalid", format!("`{name}` is a text"))),
        }
    }

    fn needed(&mut self, name: &str) -> Result<String, Fault> {
        self.text(name)?
            .ok_or_else(|| Fault::new("invalid", format!("`{name}` is needed")))
    }

    fn wish(&mut self) -> Result<Wish, Fault> {
        let channel = self.needed("channel")?;
        let after = match self.0.remove("after") {
            None | Some(Json::Null) => None,
            Some(number) => match number.as_i64().filter(|after| *after >= 0) {
                Some(after) => Some(after),
                None => {
                    return Err(Fault::new(
                        "invalid",
                        "`after` is the `seq` of the last change that was seen",
                    ));
                }
            },
        };
        let epoch = self.text("epoch")?;
        let snapshot = match self.0.remove("snapshot") {
            None | Some(Json::Null) => false,
            Some(Json::Bool(wanted)) => wanted,
            Some(_) => return Err(Fault::new("invalid", "`snapshot` is true or false")),
        };
        let conditions = match self.0.remove("where") {
            None | Some(Json::Null) => None,
            Some(Json::Object(conditions)) => Some(conditions),
            Some(_) => {
                return Err(Fault::new(
                    "invalid",
                    "`where` is an object of fields and values",
                ));
            }
        };
        if snapshot && after.is_some() {
            return Err(Fault::new(
                "invalid",
                "Ask for a snapshot or for what is behind `after`, not for both",
            ));
        }
        Ok(Wish {
            channel,
            after,
            epoch,
            snapshot,
            conditions,
        })
    }
}
