//! What clients are told: one JSON object a frame, `type` first. What they say is `protocol.rs`.

use serde::Serialize;
use serde_json::Value as Json;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::protocol::{Fault, NAME};
use crate::services::executions::Shown;
use crate::services::watching::Reason;
use crate::store::changes::{Change, Extent, Op};
use crate::store::executions::events::Entry;

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
    #[serde(skip_serializing_if = "Option::is_none")]
    execution: Option<&'a Shown>,
}

pub(crate) fn welcome(
    id: Option<&Json>,
    epoch: &str,
    until: Option<i64>,
    execution: Option<&Shown>,
) -> Utf8Bytes {
    text(&Welcome {
        r#type: "welcome",
        id,
        protocol: NAME,
        epoch,
        ping_seconds: crate::limits::PING_AFTER.as_secs(),
        expires_at: until
            .and_then(|until| jiff::Timestamp::from_second(until).ok())
            .map(crate::clock::text),
        execution,
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

/// An entry of an execution's log.
pub(super) fn event(execution: &str, entry: &Entry) -> Utf8Bytes {
    let (at, kind) = (
        Json::from(entry.at.as_str()),
        Json::from(entry.kind.as_str()),
    );
    format!(
        "{{\"type\":\"event\",\"channel\":\"execution:{execution}\",\"seq\":{},\"at\":{at},\"attempt\":{},\"kind\":{kind},\"data\":{}}}",
        entry.seq, entry.attempt, entry.data
    )
    .into()
}

/// An execution is over, and so is its log.
pub(super) fn end(channel: &str, seq: i64, state: &str) -> Utf8Bytes {
    members(
        "end",
        None,
        &[
            ("channel", channel.into()),
            ("seq", seq.into()),
            ("state", state.into()),
        ],
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
    let item = change
        .after
        .as_ref()
        .and_then(|item| std::str::from_utf8(item).ok());
    if let (Op::Insert | Op::Update, Some(item)) = (op, item) {
        out.push_str(",\"item\":");
        out.push_str(item);
    }
    out.push('}');
    out.into()
}
