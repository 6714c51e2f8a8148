//! Answers that tell of errors: a status each, one shape for all.

use serde_json::{Map, Value as Json, json};

use super::{answers, examples, reference};

/// Statuses that any call can have.
const ALWAYS: [u16; 6] = [400, 405, 406, 422, 500, 503];

/// One status of an error.
struct Fault {
    status: u16,
    /// The component's name.
    name: &'static str,
    description: &'static str,
    code: &'static str,
    /// An example of `detail`.
    detail: &'static str,
    /// Headers beside the request's id.
    headers: &'static [&'static str],
}

const fn fault(
    status: u16,
    name: &'static str,
    code: &'static str,
    description: &'static str,
    detail: &'static str,
) -> Fault {
    Fault {
        status,
        name,
        description,
        code,
        detail,
        headers: &[],
    }
}

const FAULTS: [Fault; 15] = [
    fault(
        400,
        "BadRequest",
        "bad_request",
        "Not to be understood: not UTF-8, nested too deeply, a corrupt cursor, a bad Host.",
        "The cursor is not valid",
    ),
    Fault {
        headers: &["WWW-Authenticate"],
        ..fault(
            401,
            "NotAuthenticated",
            "not_authenticated",
            "No credential where one is needed, or a bad one.",
            "Not authenticated",
        )
    },
    fault(
        403,
        "Forbidden",
        "forbidden",
        "Signed in, but not allowed to do this; or (`read_only`) an admin who sees as another user and may change nothing.",
        "Only admins may do this",
    ),
    fault(
        404,
        "NotFound",
        "not_found",
        "No such thing, or one that the caller may not read.",
        "Item not found",
    ),
    Fault {
        headers: &["Allow"],
        ..fault(
            405,
            "MethodNotAllowed",
            "method_not_allowed",
            "The path does not take this method.",
            "This path takes GET, HEAD, OPTIONS",
        )
    },
    fault(
        406,
        "NotAcceptable",
        "not_acceptable",
        "No form of the answer is one that `Accept` allows.",
        "The answer is application/json",
    ),
    fault(
        409,
        "Conflict",
        "conflict",
        "The state of the data does not allow it: a value that must be unique, a reference, a key.",
        "There is such a name already",
    ),
    fault(
        410,
        "Reset",
        "reset",
        "Nobody can go on from `after`: `reason` is `trimmed`, `epoch`, `ahead` or `schema`; `first` is the oldest number that is kept, `seq` the newest.",
        "What follows `after` is no longer kept; read the records anew, then go on from `seq`",
    ),
    fault(
        412,
        "PreconditionFailed",
        "precondition_failed",
        "The record has changed since; `If-Match` no longer holds.",
        "The record has changed since",
    ),
    fault(
        413,
        "TooLarge",
        "too_large",
        "The body is larger than `server.body_size`.",
        "A body is at most 1048576 bytes (server.body_size)",
    ),
    fault(
        415,
        "UnsupportedMediaType",
        "unsupported_media_type",
        "The body is of another media type, or compressed.",
        "Send the body with Content-Type: application/json",
    ),
    fault(
        422,
        "Invalid",
        "invalid",
        "Understood, but not valid; every fault with its place.",
        "",
    ),
    Fault {
        headers: &["Retry-After"],
        ..fault(
            429,
            "TooManyRequests",
            "too_many_requests",
            "Too many tries.",
            "Too many tries. Try again later",
        )
    },
    fault(
        500,
        "Internal",
        "internal",
        "A fault of the server; the log has its cause under the request's id.",
        "Internal error",
    ),
    Fault {
        headers: &["Retry-After"],
        ..fault(
            503,
            "Unavailable",
            "unavailable",
            "Overloaded or shutting down (`unavailable`), which passes by itself; or the tables are no longer those of the models (`schema_changed`).",
            "The server is busy. Try again",
        )
    },
];

/// The error answers, by their names among the components.
pub(super) fn responses() -> Map<String, Json> {
    let faults = FAULTS.iter();
    faults
        .map(|fault| (fault.name.to_owned(), response_of(fault, None)))
        .collect()
}

/// Adds the error answers of those statuses, and of those that are always possible, in order. The token endpoint has
/// its own schema for them.
pub(super) fn add(responses: &mut Map<String, Json>, statuses: &[u16], schema: Option<&str>) {
    for fault in &FAULTS {
        if statuses.contains(&fault.status) || ALWAYS.contains(&fault.status) {
            let response = match schema {
                None => reference("responses", fault.name),
                Some(schema) => response_of(fault, Some(schema)),
            };
            responses.insert(fault.status.to_string(), response);
        }
    }
}

fn response_of(fault: &Fault, schema: Option<&str>) -> Json {
    let detail = match fault.status {
        422 => json!([{ "type": "missing", "loc": ["body", "name"], "msg": "Field required" }]),
        _ => json!(fault.detail),
    };
    let mut example = json!({
        "success": false, "detail": detail, "code": fault.code, "request_id": examples::UUID,
    });
    if fault.status == 410 {
        for (name, value) in [
            ("reason", json!("trimmed")),
            ("first", json!(813)),
            ("seq", json!(912)),
            ("epoch", json!("k3f9")),
        ] {
            example[name] = value;
        }
    }
    if schema.is_some() {
        example["error"] = json!(if fault.status == 401 {
            "invalid_grant"
        } else {
            "invalid_request"
        });
        example["error_description"] = json!(fault.description);
    }
    let general = if fault.status == 422 {
        "InvalidError"
    } else {
        "Error"
    };
    let schema = schema.unwrap_or(general);
    answers::response(fault.description, schema, Some(example), fault.headers)
}

/// The schemas of errors, by their names among the components.
pub(super) fn components() -> [(String, Json); 3] {
    let text = json!({ "type": "string", "description": "What is wrong, with the remedy." });
    let fields = json!({
        "type": "array",
        "minItems": 1,
        "items": reference("schemas", "FieldError"),
        "description": "Every fault of what was sent.",
    });
    [
        ("Error".to_owned(), error(&text)),
        ("InvalidError".to_owned(), error(&fields)),
        ("FieldError".to_owned(), field_error()),
    ]
}

/// An error of the token endpoint: the usual members and OAuth2's.
pub(super) fn token_error() -> Json {
    let mut schema = error(&json!({ "oneOf": [
        { "type": "string" },
        { "type": "array", "minItems": 1, "items": reference("schemas", "FieldError") },
    ] }));
    schema["properties"]["error"] = json!({ "type": "string", "description": "OAuth2's word for it, such as `invalid_grant`." });
    schema["properties"]["error_description"] = json!({ "type": "string" });
    schema
}

fn error(detail: &Json) -> Json {
    json!({
        "type": "object",
        "required": ["success", "detail", "code", "request_id"],
        "properties": {
            "success": { "type": "boolean", "const": false },
            "detail": detail,
            "code": { "type": "string", "description": "The kind of error, in a word for programs, such as `not_found`." },
            "request_id": { "type": "string" },
            "reason": { "type": "string", "description": "With `reset`: why." },
            "first": { "type": "integer", "format": "int64", "description": "With `reset`: the oldest change that is kept." },
            "seq": { "type": "integer", "format": "int64", "description": "With `reset`: the newest change." },
            "epoch": { "type": "string", "description": "With `reset`: the log's identity." },
            "challenge": { "type": "string", "description": "With `second_factor_required`: for `POST /api/auth/second-factor`." },
        },
        "additionalProperties": false,
    })
}

fn field_error() -> Json {
    json!({
        "type": "object",
        "description": "One fault of what was sent, in Pydantic's words.",
        "required": ["type", "loc", "msg"],
        "properties": {
            "type": { "type": "string", "description": "The kind of fault, such as `missing`." },
            "loc": {
                "type": "array",
                "items": { "type": ["string", "integer"] },
                "description": "The way to it: `body`, `query`, `path` or `header`, then names and indexes.",
            },
            "msg": { "type": "string" },
            "ctx": { "type": "object", "additionalProperties": true, "description": "The limits that were missed." },
        },
        "additionalProperties": false,
    })
}
