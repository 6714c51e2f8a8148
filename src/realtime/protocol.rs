//! The frames: what clients say, and what they are told. One JSON object each, `type` first. docs/realtime.md has them for
//! people, `schema.rs` as JSON Schemas.

use serde::Serialize;
use serde_json::{Map, Value as Json};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::error::Error;
use crate::models::validate;
use crate::services::watching::Reason;
use crate::store::changes::{Change, Extent, Op};

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
    pub(crate) const SILENT: u16 = 4408;
    pub(crate) const TOO_MANY: u16 = 4429;
    pub(crate) const DRAINING: u16 = 4503;
    pub(crate) const TOO_SLOW: u16 = 4508;
}

/// A frame of a client.
#[derive(Debug)]
pub(crate) enum Said {
    Hello { token: String },
    Auth { token: String },
    Subscribe(Wish),
    Unsubscribe { channel: String },
    Publish { channel: String, data: Json },
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
        "input" | "cancel" => {
            return Err(Fault::new(
                "invalid",
                format!("`{kind}` is for the socket of an execution"),
            ));
        }
        _ => {
            return Err(Fault::new(
                "unknown_type",
                format!("There is no frame of type `{}`", shortened(&kind)),
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

/// A frame for a client, in its JSON.
fn text(frame: &impl Serialize) -> Utf8Bytes {
    serde_json::to_string(frame).unwrap_or_default().into()
}

#[derive(Serialize)]
struct Welcome<'a> {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a Json>,
    protocol: &'static str,
    epoch: &'a str,
    ping_seconds: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
}

pub(crate) fn welcome(id: Option<&Json>, epoch: &str, until: Option<i64>) -> Utf8Bytes {
    text(&Welcome {
        r#type: "welcome",
        id,
        protocol: NAME,
        epoch,
        ping_seconds: crate::limits::PING_AFTER.as_secs(),
        expires_at: until
            .and_then(|until| jiff::Timestamp::from_second(until).ok())
            .map(crate::clock::text),
    })
}

/// `{"type":KIND,"id":…,…}` with members that are JSON already.
fn members(kind: &str, id: Option<&Json>, rest: &[(&str, Json)]) -> Utf8Bytes {
    let mut out = format!("{{\"type\":\"{kind}\"");
    if let Some(id) = id {
        out.push_str(&format!(",\"id\":{id}"));
    }
    for (name, value) in rest {
        out.push_str(&format!(",\"{name}\":{value}"));
    }
    out.push('}');
    out.into()
}

pub(crate) fn ok(id: Option<&Json>) -> Utf8Bytes {
    members("ok", id, &[])
}

pub(crate) fn error(id: Option<&Json>, channel: Option<&str>, fault: &Fault) -> Utf8Bytes {
    let mut rest = Vec::new();
    if let Some(channel) = channel {
        rest.push(("channel", channel.into()));
    }
    rest.push(("code", fault.code.into()));
    rest.push(("detail", fault.detail.as_str().into()));
    members("error", id, &rest)
}

pub(crate) fn pong(id: Option<&Json>) -> Utf8Bytes {
    members("pong", id, &[])
}

pub(crate) fn ping(seq: i64) -> Utf8Bytes {
    members("ping", None, &[("seq", seq.into())])
}

pub(crate) fn expiring(seconds: i64) -> Utf8Bytes {
    members("expiring", None, &[("in", seconds.into())])
}

pub(crate) fn bye(retry_ms: u64) -> Utf8Bytes {
    members("bye", None, &[("retry_ms", retry_ms.into())])
}

pub(crate) fn live(channel: &str, seq: i64) -> Utf8Bytes {
    members(
        "live",
        None,
        &[("channel", channel.into()), ("seq", seq.into())],
    )
}

pub(crate) fn reset(channel: &str, reason: Reason, extent: Extent) -> Utf8Bytes {
    members(
        "reset",
        None,
        &[
            ("channel", channel.into()),
            ("reason", reason.word().into()),
            ("first", extent.first.into()),
            ("seq", extent.last.into()),
        ],
    )
}

pub(crate) fn dropped(channel: &str, count: u64) -> Utf8Bytes {
    members(
        "dropped",
        None,
        &[("channel", channel.into()), ("count", count.into())],
    )
}

/// A message of a room.
pub(crate) fn message(channel: &str, from: &str, at: &str, data: &Json) -> Utf8Bytes {
    let head = members(
        "event",
        None,
        &[
            ("channel", channel.into()),
            ("at", at.into()),
            ("kind", "message".into()),
            ("from", from.into()),
        ],
    );
    let head = head.as_str().trim_end_matches('}');
    format!("{head},\"data\":{data}}}").into()
}

/// A page of records; `items` has commas between them.
pub(crate) fn snapshot(channel: &str, seq: i64, items: &[u8], more: bool) -> Utf8Bytes {
    let channel = Json::from(channel);
    let items = String::from_utf8_lossy(items);
    format!(
        "{{\"type\":\"snapshot\",\"channel\":{channel},\"seq\":{seq},\"items\":[{items}],\"more\":{more}}}"
    )
    .into()
}

/// A change as somebody sees it.
pub(crate) fn change(change: &Change, op: Op) -> Utf8Bytes {
    let key = change.key_json();
    let mut out = format!(
        "{{\"type\":\"change\",\"channel\":\"records:{}\",\"seq\":{},\"op\":\"{}\",\"key\":{key}",
        change.model,
        change.seq,
        op.word()
    );
    let item = change.after.as_ref().and_then(|item| std::str::from_utf8(item).ok());
    if let (Op::Insert | Op::Update, Some(item)) = (op, item) {
        out.push_str(",\"item\":");
        out.push_str(item);
    }
    out.push('}');
    out.into()
}
