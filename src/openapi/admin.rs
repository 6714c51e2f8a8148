//! Calls of admins: on users, the settings, and the audit with its schemas.

use serde_json::{Map, Value as Json, json};

use super::accounts::closed;
use super::examples::{TIME, UUID};
use super::fixed::{Answer, Body, Fixed, NONE};
use super::{answers, reference};

/// Names that no model's schema may take.
pub(super) const SCHEMA_NAMES: [&str; 5] = [
    "NewUserBody",
    "AuditEntry",
    "AuditListAnswer",
    "Setting",
    "SettingListAnswer",
];

pub(super) static CALLS: [Fixed; 9] = [
    Fixed {
        path: "/api/admin/users",
        id: "listUsers",
        access: "admin",
        tag: "Admin",
        summary: "List users",
        parameters: &["UserSearch", "Limit", "Cursor"],
        answer: Answer::Schema("UserListAnswer"),
        faults: &[401, 403],
        ..NONE
    },
    Fixed {
        method: "POST",
        path: "/api/admin/users",
        id: "createUser",
        access: "admin",
        tag: "Admin",
        summary: "Create a user",
        note: "Nobody is signed in by it. Without a password the user sets one by a mailed link.",
        body: Body::Json("new_user"),
        status: 201,
        answer: Answer::Schema("UserAnswer"),
        faults: &[401, 403, 409, 413, 415],
        ..NONE
    },
    Fixed {
        path: "/api/admin/users/{id}",
        id: "getUser",
        access: "admin",
        tag: "Admin",
        summary: "Get a user",
        parameters: &["UserId"],
        answer: Answer::Schema("UserAnswer"),
        faults: &[401, 403, 404],
        ..NONE
    },
    Fixed {
        method: "PUT",
        path: "/api/admin/users/{id}",
        id: "updateUser",
        access: "admin",
        tag: "Admin",
        summary: "Update a user",
        note: "A member that is not sent stays as it is.",
        parameters: &["UserId"],
        body: Body::Json("admin_user"),
        answer: Answer::Schema("UserAnswer"),
        faults: &[401, 403, 404, 409, 413, 415],
        ..NONE
    },
    Fixed {
        method: "DELETE",
        path: "/api/admin/users/{id}",
        id: "deleteUser",
        access: "admin",
        tag: "Admin",
        summary: "Delete a user",
        note: "With the records of models that say so (`on_owner_delete`).",
        parameters: &["UserId"],
        faults: &[401, 403, 404, 409],
        ..NONE
    },
    Fixed {
        path: "/api/admin/users/{id}/sessions",
        id: "listUserSessions",
        access: "admin",
        tag: "Admin",
        summary: "List a user's sessions",
        parameters: &["UserId"],
        answer: Answer::Schema("SessionListAnswer"),
        faults: &[401, 403, 404],
        ..NONE
    },
    Fixed {
        method: "DELETE",
        path: "/api/admin/users/{id}/sessions",
        id: "deleteUserSessions",
        access: "admin",
        tag: "Admin",
        summary: "End a user's sessions at once",
        note: "The user can sign in again; API keys stay.",
        parameters: &["UserId"],
        faults: &[401, 403, 404],
        ..NONE
    },
    Fixed {
        path: "/api/admin/settings",
        id: "listSettings",
        access: "admin",
        tag: "Admin",
        summary: "List the settings in force, and where each comes from",
        note: "As they were read at the start. Of a secret it says that there is one.",
        answer: Answer::Schema("SettingListAnswer"),
        faults: &[401, 403],
        ..NONE
    },
    Fixed {
        path: "/api/admin/audit",
        id: "listAudit",
        access: "admin",
        tag: "Admin",
        summary: "List who did what, when and from where",
        note: "The newest first. Kept for `logs.audit_retention`.",
        parameters: &[
            "AuditUser",
            "AuditAction",
            "Since",
            "Until",
            "Limit",
            "Cursor",
        ],
        answer: Answer::Schema("AuditListAnswer"),
        faults: &[401, 403],
        ..NONE
    },
];

pub(super) fn components(schemas: &mut Map<String, Json>) {
    let text = json!({ "type": ["string", "null"] });
    let email = |whose: &str| json!({ "type": ["string", "null"], "description": format!("{whose}, as long as they are there.") });
    let members = json!({
        "id": { "type": "integer", "format": "int64" },
        "at": { "type": "string", "format": "date-time" },
        "action": { "type": "string", "examples": ["sign_in"] },
        "user": { "type": ["string", "null"], "description": "The id of who did it." },
        "user_email": email("Their e-mail address"),
        "target": { "type": ["string", "null"], "description": "The id of whom or what it was done to." },
        "target_email": email("The e-mail address of a target that is a user"),
        "address": text,
        "detail": { "type": ["object", "null"], "additionalProperties": true },
    });
    let required: Vec<&String> = members
        .as_object()
        .into_iter()
        .flat_map(Map::keys)
        .collect();
    let entry = json!({ "type": "object", "required": required, "properties": &members, "additionalProperties": false });
    let items = json!({ "type": "array", "items": reference("schemas", "AuditEntry") });
    let list = json!({ "items": items, "next_cursor": answers::next_cursor() });
    let list = answers::envelope(list, &["items", "next_cursor"]);
    schemas.extend([
        ("AuditEntry".to_owned(), entry),
        ("AuditListAnswer".to_owned(), list),
    ]);
    let items = json!({ "type": "array", "items": reference("schemas", "Setting") });
    let list = answers::envelope(json!({ "items": items }), &["items"]);
    schemas.extend([
        ("Setting".to_owned(), setting()),
        ("SettingListAnswer".to_owned(), list),
    ]);
}

fn setting() -> Json {
    closed(json!({
        "name": { "type": "string", "description": "`server.port`" },
        "value": { "description": "As in `config.toml`; of a secret `(hidden)`." },
        "source": { "type": "string", "description": "`config.toml:12`, `HEARTH_SERVER__PORT`, `--port` or `default`." },
        "bounds": { "type": "string", "description": "In words." },
        "restart": { "type": "boolean", "description": "Whether a change waits for a restart." },
    }))
}

pub(super) fn example(schema: &str) -> Option<Json> {
    let entry = json!({
        "id": 7, "at": TIME, "action": "sign_in", "user": UUID, "user_email": "ada@example.com", "target": UUID,
        "target_email": null, "address": "192.0.2.1", "detail": { "by": "password", "user_agent": "curl/8.5.0" },
    });
    let setting = json!({
        "name": "server.port", "value": 8000, "source": "config.toml:12", "bounds": "1 to 65535", "restart": true,
    });
    match schema {
        "AuditListAnswer" => {
            Some(json!({ "success": true, "items": [entry], "next_cursor": null }))
        }
        "SettingListAnswer" => Some(json!({ "success": true, "items": [setting] })),
        other => super::oversight::example(other),
    }
}
