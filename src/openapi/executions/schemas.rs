//! The schemas of executions, their events and what workers say, with examples.

use serde_json::{Map, Value as Json, json};

use crate::executions::states::State;
use crate::openapi::examples::{TIME, UUID};
use crate::openapi::{answers, reference};

/// The schemas, by their names among the components. `FinishBody` and `AnswerBody` have a member of any type, which no
/// field is.
pub(in crate::openapi) fn components(schemas: &mut Map<String, Json>) {
    if let Some(finish) = schemas.get_mut("FinishBody") {
        let output = json!({ "description": "What came of it: any JSON of at most 256 KiB; with `succeeded`." });
        finish["properties"]["output"] = output;
    }
    let execution = reference("schemas", "Execution");
    let list = |item: &Json| json!({ "type": "array", "items": item });
    let data =
        |name: &str| answers::envelope(json!({ "data": reference("schemas", name) }), &["data"]);
    let list_of = json!({ "items": list(&reference("schemas", "Execution")), "next_cursor": answers::next_cursor() });
    let log = json!({
        "items": list(&reference("schemas", "ExecutionEvent")),
        "next": { "type": "integer", "format": "int64", "description": "The `after` of the next page." },
        "state": state(),
        "ended": { "type": "boolean", "description": "Whether nothing comes after this page." },
    });
    let own = [
        ("Execution", self::execution()),
        (
            "ExecutionAnswer",
            answers::envelope(json!({ "item": execution }), &["item"]),
        ),
        (
            "ExecutionListAnswer",
            answers::envelope(list_of, &["items", "next_cursor"]),
        ),
        ("ExecutionEvent", super::events::event()),
        (
            "ExecutionEventListAnswer",
            answers::envelope(log, &["items", "next", "state", "ended"]),
        ),
        ("AnswerBody", answer_body()),
        ("Claimed", claimed()),
        (
            "ClaimedAnswer",
            answers::envelope(
                json!({ "items": list(&reference("schemas", "Claimed")) }),
                &["items"],
            ),
        ),
        ("EventsStored", stored()),
        ("EventsStoredAnswer", data("EventsStored")),
        ("Heartbeat", heartbeat()),
        ("HeartbeatAnswer", data("Heartbeat")),
        ("FinishedAnswer", finished()),
    ];
    schemas.extend(own.map(|(name, schema)| (name.to_owned(), schema)));
    super::beside::components(schemas);
}

pub(super) fn object(properties: Json, required: &[&str]) -> Json {
    json!({
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": false,
    })
}

pub(super) fn state() -> Json {
    json!({ "type": "string", "enum": State::ALL.map(State::word) })
}

fn execution() -> Json {
    let time = json!({ "type": "string", "format": "date-time" });
    let maybe_time = json!({ "type": ["string", "null"], "format": "date-time" });
    let maybe_text = json!({ "type": ["string", "null"] });
    let number = json!({ "type": "integer", "format": "int64" });
    let properties = json!({
        "id": { "type": "string", "format": "uuid" },
        "task": { "type": "string" },
        "state": state(),
        "user_id": maybe_text,
        "input": { "description": "What the worker gets. Not in lists." },
        "output": { "description": "What came of it; null until it has succeeded. Not in lists." },
        "error": { "type": ["object", "null"], "description": "`message`, `code`, `retryable`.", "additionalProperties": true },
        "labels": { "type": "object", "additionalProperties": { "type": "string" } },
        "priority": number,
        "run_at": time,
        "start_by": maybe_time,
        "attempt": number,
        "max_attempts": number,
        "concurrency_key": maybe_text,
        "parent_id": { "type": ["string", "null"], "description": "The execution of which this is a retry." },
        "worker": { "type": ["string", "null"], "description": "Who holds it." },
        "last_seq": { "type": "integer", "format": "int64", "description": "The length of its log." },
        "created_at": time,
        "started_at": maybe_time,
        "finished_at": maybe_time,
    });
    let optional = ["input", "output"];
    let required: Vec<String> = properties
        .as_object()
        .into_iter()
        .flat_map(Map::keys)
        .filter(|name| !optional.contains(&name.as_str()))
        .cloned()
        .collect();
    let required: Vec<&str> = required.iter().map(String::as_str).collect();
    object(properties, &required)
}

fn answer_body() -> Json {
    let data = json!({ "description": "Any JSON, as the request's schema wants it." });
    let mut body = object(json!({ "data": data }), &["data"]);
    body["examples"] = json!([{ "data": true }]);
    body
}

fn claimed() -> Json {
    let number = json!({ "type": "integer", "format": "int64" });
    let properties = json!({
        "id": { "type": "string", "format": "uuid" },
        "task": { "type": "string" },
        "input": {},
        "attempt": number,
        "fence": { "type": "integer", "format": "int64", "description": "For every call about this attempt." },
        "lease_until": { "type": "string", "format": "date-time" },
        "labels": { "type": "object", "additionalProperties": { "type": "string" } },
    });
    let required = [
        "id",
        "task",
        "input",
        "attempt",
        "fence",
        "lease_until",
        "labels",
    ];
    object(properties, &required)
}

fn stored() -> Json {
    let number = json!({ "type": ["integer", "null"], "format": "int64" });
    let properties = json!({
        "first": number,
        "last": number,
        "duplicate": { "type": "boolean", "description": "The batch was stored before." },
        "dropped": { "type": "integer", "description": "Lines of the log that were left out: there are too many." },
    });
    object(properties, &["first", "last"])
}

fn heartbeat() -> Json {
    let input = object(
        json!({ "request": { "type": "string" }, "data": {}, "timed_out": { "type": "boolean" } }),
        &["request"],
    );
    let properties = json!({
        "lease_until": { "type": "string", "format": "date-time" },
        "cancel_requested": { "type": "boolean", "description": "Whether to stop." },
        "inputs": { "type": "array", "items": input, "description": "All that was answered so far." },
    });
    object(properties, &["lease_until", "cancel_requested", "inputs"])
}

fn finished() -> Json {
    let properties =
        json!({ "state": state(), "attempt": { "type": "integer", "format": "int64" } });
    let ended = object(properties, &["state", "attempt"]);
    answers::envelope(json!({ "data": ended }), &["data"])
}

pub(in crate::openapi) fn example(schema: &str) -> Option<Json> {
    let execution = json!({
        "id": UUID, "task": "greet", "state": "succeeded", "user_id": UUID, "input": { "name": "Ada" },
        "output": { "greeting": "Hello, Ada" }, "error": null, "labels": {}, "priority": 0, "run_at": TIME,
        "start_by": null, "attempt": 1, "max_attempts": 3, "concurrency_key": null, "parent_id": null, "worker": null,
        "last_seq": 4, "created_at": TIME, "started_at": TIME, "finished_at": TIME,
    });
    Some(match schema {
        "ExecutionAnswer" => json!({ "success": true, "item": execution }),
        "ClaimedAnswer" => json!({ "success": true, "items": [{
            "id": UUID, "task": "greet", "input": { "name": "Ada" }, "attempt": 1, "fence": 1, "lease_until": TIME, "labels": {},
        }] }),
        other => {
            return super::beside::example(other)
                .or_else(|| crate::openapi::api_keys::example(other));
        }
    })
}

/// Of a body that is no shape of `services/bodies.toml`, or one whose parts belong together.
pub(in crate::openapi) fn body_example(name: &str) -> Option<Json> {
    Some(match name {
        "answer" => json!({ "data": true }),
        "api_key" => json!({ "name": "nightly", "scopes": ["read"] }),
        "execution" => json!({ "task": "greet", "input": { "name": "Ada" } }),
        "claim" => json!({ "tasks": ["greet"], "worker": "worker-1", "max": 1, "wait_seconds": 0 }),
        "finish" => {
            json!({ "fence": 1, "state": "succeeded", "output": { "greeting": "Hello, Ada" } })
        }
        "events" => json!({ "fence": 1, "batch": 1, "events": [
            { "kind": "log", "data": { "message": "Half of it is done" } },
        ] }),
        _ => return None,
    })
}
