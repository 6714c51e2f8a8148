//! The calls on API keys, and the ticket for a socket; with the schemas that they speak.

use serde_json::{Map, Value as Json, json};

use super::examples::{TIME, UUID};
use super::fixed::{Answer, Body, Fixed, NONE};
use super::{answers, reference};

/// Names that no model's schema may take.
pub(super) const SCHEMA_NAMES: [&str; 8] = [
    "ApiKey",
    "ApiKeyBody",
    "ApiKeyMadeAnswer",
    "ApiKeyListAnswer",
    "AdminApiKey",
    "AdminApiKeyListAnswer",
    "Ticket",
    "TicketAnswer",
];

/// In the order of the document.
pub(super) const CALLS: [Fixed; 6] = [
    Fixed {
        path: "/api/auth/api-keys",
        id: "listApiKeys",
        access: "signed_in",
        summary: "List one's API keys",
        answer: Answer::Schema("ApiKeyListAnswer"),
        faults: &[401, 403],
        ..NONE
    },
    Fixed {
        method: "POST",
        path: "/api/auth/api-keys",
        id: "createApiKey",
        access: "signed_in",
        summary: "Make an API key",
        note: "The key is shown once. It goes where an access token goes: `Authorization: Bearer hk_…`.",
        body: Body::Json("api_key"),
        status: 201,
        answer: Answer::Schema("ApiKeyMadeAnswer"),
        faults: &[401, 403, 409, 413, 415],
        ..NONE
    },
    Fixed {
        method: "DELETE",
        path: "/api/auth/api-keys/{id}",
        id: "deleteApiKey",
        access: "signed_in",
        summary: "End an API key at once",
        parameters: &["ApiKeyId"],
        faults: &[401, 403, 404],
        ..NONE
    },
    Fixed {
        method: "POST",
        path: "/api/auth/ws-ticket",
        id: "createTicket",
        access: "signed_in",
        summary: "Get a ticket for a socket",
        note: "Works once, within half a minute: open `/ws?ticket=TICKET`, or `/ws/{execution_id}?ticket=TICKET`, or the stream `/api/executions/{id}/events?ticket=TICKET`.",
        answer: Answer::Schema("TicketAnswer"),
        faults: &[401],
        ..NONE
    },
    Fixed {
        path: "/api/admin/api-keys",
        id: "listAllApiKeys",
        access: "admin",
        tag: "Admin",
        summary: "List everybody's API keys",
        answer: Answer::Schema("AdminApiKeyListAnswer"),
        faults: &[401, 403],
        ..NONE
    },
    Fixed {
        method: "DELETE",
        path: "/api/admin/api-keys/{id}",
        id: "deleteAnyApiKey",
        access: "admin",
        tag: "Admin",
        summary: "End anybody's API key at once",
        parameters: &["ApiKeyId"],
        faults: &[401, 403, 404],
        ..NONE
    },
];

fn members() -> Map<String, Json> {
    let maybe_time = json!({ "type": ["string", "null"], "format": "date-time" });
    let members = json!({
        "id": { "type": "string" },
        "name": { "type": "string" },
        "prefix": { "type": "string", "description": "How the key begins." },
        "scopes": { "type": "array", "items": { "type": "string" } },
        "expires_at": maybe_time,
        "created_at": { "type": "string", "format": "date-time" },
        "last_used_at": { "type": ["string", "null"], "format": "date-time", "description": "To the minute." },
        "last_address": { "type": ["string", "null"] },
    });
    match members {
        Json::Object(members) => members,
        _ => Map::new(),
    }
}

fn closed(members: Map<String, Json>) -> Json {
    let required: Vec<&String> = members.keys().collect();
    json!({ "type": "object", "required": required, "properties": &members, "additionalProperties": false })
}

pub(super) fn components(schemas: &mut Map<String, Json>) {
    let key = reference("schemas", "ApiKey");
    let list = |name: &str| {
        let items = json!({ "type": "array", "items": reference("schemas", name) });
        answers::envelope(json!({ "items": items }), &["items"])
    };
    let secret =
        json!({ "type": "string", "description": "The key itself, which is never seen again." });
    let mut everybodys = members();
    everybodys.insert("user_id".to_owned(), json!({ "type": "string" }));
    everybodys.insert(
        "user".to_owned(),
        json!({ "type": "string", "description": "Their e-mail address." }),
    );
    let ticket = json!({
        "ticket": { "type": "string" },
        "expires_in": { "type": "integer", "format": "int64", "description": "In seconds." },
    });
    let ticket = match ticket {
        Json::Object(ticket) => closed(ticket),
        other => other,
    };
    let data = json!({ "data": reference("schemas", "Ticket") });
    let own = [
        ("ApiKey", closed(members())),
        (
            "ApiKeyMadeAnswer",
            answers::envelope(json!({ "item": key, "key": secret }), &["item", "key"]),
        ),
        ("ApiKeyListAnswer", list("ApiKey")),
        ("AdminApiKey", closed(everybodys)),
        ("AdminApiKeyListAnswer", list("AdminApiKey")),
        ("Ticket", ticket),
        ("TicketAnswer", answers::envelope(data, &["data"])),
    ];
    schemas.extend(own.map(|(name, schema)| (name.to_owned(), schema)));
}

pub(super) fn example(schema: &str) -> Option<Json> {
    let key = json!({
        "id": UUID, "name": "nightly", "prefix": "hk_Zm9vYmFy", "scopes": ["read", "write"], "expires_at": null,
        "created_at": TIME, "last_used_at": null, "last_address": null,
    });
    Some(match schema {
        "ApiKeyMadeAnswer" => json!({ "success": true, "item": key, "key": "hk_Zm9vYmFyc2VjcmV0" }),
        "ApiKeyListAnswer" => json!({ "success": true, "items": [key] }),
        other => return super::providers::example(other),
    })
}
