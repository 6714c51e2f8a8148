//! The call for signed messages of foreign issuers.

use serde_json::{Value as Json, json};

use super::fixed::{Body, Fixed, NONE};

pub(super) static CALLS: [Fixed; 1] = [Fixed {
    method: "POST",
    path: "/api/auth/webhooks",
    id: "takeIssuerMessage",
    summary: "Take an issuer's signed message about a user",
    note: "`user.created`, `user.updated` and `user.deleted` of Clerk, or of others by Standard Webhooks, for issuers with \
           a `webhook_secret`. Other messages change nothing.",
    parameters: &["MessageId", "MessageTime", "MessageSignature"],
    body: Body::Foreign,
    faults: &[401, 404, 413, 415],
    ..NONE
}];

pub(super) fn body() -> Json {
    let schema = json!({
        "type": "object",
        "required": ["type"],
        "properties": {
            "type": { "type": "string" },
            "data": { "type": "object", "additionalProperties": true },
        },
        "additionalProperties": true,
    });
    let example =
        json!({ "type": "user.deleted", "data": { "id": "user_29w83sxmDNGwOuEthce5gg56FcC" } });
    json!({ "required": true, "content": { "application/json": { "schema": schema, "example": example } } })
}
