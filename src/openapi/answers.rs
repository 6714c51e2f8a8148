//! Answers that went well: their envelopes, and the headers on them and on errors.

use serde_json::{Map, Value as Json, json};

/// A JSON answer of that schema.
pub(super) fn response(
    description: &str,
    schema: &str,
    example: Option<Json>,
    headers: &[&str],
) -> Json {
    let mut content = json!({ "schema": super::reference("schemas", schema) });
    if let Some(example) = example {
        content["example"] = example;
    }
    with_headers(
        json!({ "description": description, "content": { "application/json": content } }),
        headers,
    )
}

/// The same answer with those headers and the request's id.
pub(super) fn with_headers(mut response: Json, headers: &[&str]) -> Json {
    let all = headers.iter().chain(&["X-Request-Id"]);
    let all: Map<String, Json> = all
        .map(|name| (name.to_string(), super::reference("headers", name)))
        .collect();
    response["headers"] = Json::Object(all);
    response
}

/// The headers of answers, by their names among the components.
pub(super) fn headers() -> Map<String, Json> {
    let described = [
        (
            "X-Request-Id",
            "The request's id, under which the log knows it.",
            "string",
        ),
        (
            "ETag",
            "This state of the record, for `If-Match` and `If-None-Match`.",
            "string",
        ),
        (
            "Location",
            "The path of the new record; of a redirect, where to go.",
            "string",
        ),
        (
            "Idempotency-Replayed",
            "`true` when this is the answer of the first time.",
            "string",
        ),
        (
            "Set-Cookie",
            "The refresh token: HttpOnly, SameSite=Strict, for `/api/auth` alone. And, while a browser is at a provider, what ties its sign-in to it: HttpOnly, SameSite=Lax, for `/api/auth/oauth` alone.",
            "string",
        ),
        ("WWW-Authenticate", "`Bearer`.", "string"),
        ("Allow", "All methods of the path.", "string"),
        (
            "Retry-After",
            "Seconds after which trying again makes sense.",
            "integer",
        ),
    ];
    described
        .into_iter()
        .map(|(name, description, kind)| {
            let header = json!({ "description": description, "schema": { "type": kind } });
            (name.to_owned(), header)
        })
        .collect()
}

/// An envelope: `success`, and those members beside it.
pub(super) fn envelope(members: Json, required: &[&str]) -> Json {
    let mut properties = Map::new();
    properties.insert(
        "success".to_owned(),
        json!({ "type": "boolean", "const": true }),
    );
    if let Json::Object(members) = members {
        properties.extend(members);
    }
    let required: Vec<&str> = ["success"].iter().chain(required).copied().collect();
    json!({
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": false,
    })
}

/// Where a list goes on.
pub(super) fn next_cursor() -> Json {
    json!({
        "type": ["string", "null"],
        "description": "The `cursor` of the next page; null on the last one.",
    })
}

/// The answer that says nothing but that it is done.
pub(super) fn done() -> Json {
    envelope(json!({}), &[])
}
