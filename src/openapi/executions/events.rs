//! The schema of a log's entries: one form for each kind, so that clients know what `data` has by looking at `kind`.

use serde_json::{Value as Json, json};

use super::schemas::{object, state};

/// Any entry of a log.
pub(super) fn event() -> Json {
    let custom = json!({ "type": "string", "pattern": "^custom\\..", "description": "`custom.…`: a worker's own." });
    let own = entry(
        "Custom",
        custom,
        json!({ "type": "object", "additionalProperties": true }),
    );
    let mut forms: Vec<Json> = said().into_iter().chain(noted()).map(kind).collect();
    forms.push(own);
    json!({ "oneOf": forms })
}

/// A kind, the members of its `data`, and which of them are always there.
type Form = (&'static str, Json, &'static [&'static str]);

/// What workers say. What may be left out may be null, too.
fn said() -> [Form; 4] {
    let text = json!({ "type": "string" });
    let maybe_text = json!({ "type": ["string", "null"] });
    [
        (
            "log",
            json!({
                "message": text,
                "level": { "enum": ["debug", "info", "warn", "error", null], "description": "`info`, unless it is said." },
                "stream": { "enum": ["stdout", "stderr", null] },
                "fields": { "type": ["object", "null"], "additionalProperties": true },
            }),
            &["message"],
        ),
        (
            "progress",
            json!({
                "current": { "type": "number" },
                "total": { "type": ["number", "null"] },
                "message": maybe_text,
            }),
            &["current"],
        ),
        (
            "step",
            json!({
                "id": text,
                "name": maybe_text,
                "state": { "enum": ["pending", "running", "succeeded", "failed", "skipped"] },
            }),
            &["id", "state"],
        ),
        (
            "input.request",
            json!({
                "request": { "type": "string", "description": "The worker's name for it, once in a log." },
                "prompt": text,
                "schema": { "type": ["object", "null"], "additionalProperties": true, "description": "A field as in config.toml, which the answer fits." },
                "timeout": { "type": ["integer", "null"], "description": "In seconds." },
            }),
            &["request", "prompt"],
        ),
    ]
}

/// What Hearth notes itself.
fn noted() -> [Form; 6] {
    let text = json!({ "type": "string" });
    let number = json!({ "type": "integer", "format": "int64" });
    let from =
        json!({ "anyOf": [state(), { "type": "null" }], "description": "Null of the first." });
    [
        (
            "state",
            json!({ "from": from, "to": state(), "reason": text, "attempt": number, "worker": text }),
            &["from", "to", "reason", "attempt"],
        ),
        (
            "lease",
            json!({ "fence": number, "worker": text, "until": { "type": "string", "format": "date-time" } }),
            &["fence", "worker", "until"],
        ),
        (
            "cancel",
            json!({ "reason": { "type": ["string", "null"] } }),
            &["reason"],
        ),
        (
            "input.answer",
            json!({
                "request": text,
                "data": { "description": "Any JSON, as the request's schema wants it." },
                "timed_out": { "type": "boolean", "description": "Nobody answered in time; then there is no `data`." },
            }),
            &["request"],
        ),
        (
            "artifact",
            json!({ "name": text, "size": number, "type": text, "sha256": text }),
            &["name", "size", "type", "sha256"],
        ),
        (
            "truncated",
            json!({ "events": number, "size": number }),
            &["events", "size"],
        ),
    ]
}

fn kind((kind, members, required): Form) -> Json {
    let data = object(members, required);
    entry(kind, json!({ "const": kind, "type": "string" }), data)
}

fn entry(title: &str, kind: Json, data: Json) -> Json {
    let properties = json!({
        "seq": { "type": "integer", "format": "int64", "description": "1, 2, 3 … without gaps." },
        "at": { "type": "string", "format": "date-time" },
        "attempt": { "type": "integer", "format": "int64" },
        "kind": kind,
        "data": data,
    });
    let mut entry = object(properties, &["seq", "at", "attempt", "kind", "data"]);
    entry["title"] = json!(title);
    entry
}
