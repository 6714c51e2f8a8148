//! Calls by which admins look after the server and its users: seeing as another user.

use serde_json::{Map, Value as Json, json};

use super::accounts::{closed, data};
use super::examples::{TIME, UUID};
use super::fixed::{Answer, Body, Fixed, NONE};
use super::reference;

/// Names that no model's schema may take.
pub(super) const SCHEMA_NAMES: [&str; 3] = ["ViewAsBody", "View", "ViewAnswer"];

pub(super) static CALLS: [Fixed; 1] = [Fixed {
    method: "POST",
    path: "/api/admin/users/{id}/view-as",
    id: "viewAs",
    access: "admin",
    tag: "Admin",
    summary: "See as this user, without changing anything",
    note: "The token is good for 15 minutes, as long as the session that asked lasts, and for reading alone: every \
        other call is 403 `read_only`. It can't be renewed. The audit keeps who, whom, when and why. Not for admins.",
    parameters: &["UserId"],
    body: Body::Json("view_as"),
    status: 201,
    answer: Answer::Schema("ViewAnswer"),
    faults: &[401, 403, 404, 409, 413, 415],
    ..NONE
}];

pub(super) fn components(schemas: &mut Map<String, Json>) {
    let view = closed(json!({
        "user": reference("schemas", "User"),
        "access_token": { "type": "string" },
        "token_type": { "type": "string", "const": "bearer" },
        "expires_in": { "type": "integer", "format": "int64", "description": "In seconds." },
    }));
    let own = [("View", view), ("ViewAnswer", data("View"))];
    schemas.extend(own.map(|(name, schema)| (name.to_owned(), schema)));
}

pub(super) fn example(schema: &str) -> Option<Json> {
    let user = json!({
        "id": UUID, "email": "ada@example.com", "name": "Ada", "role": "user", "email_verified": true,
        "disabled": false, "created_at": TIME, "updated_at": TIME,
    });
    match schema {
        "ViewAnswer" => Some(json!({ "success": true, "data": {
            "user": user, "access_token": "hv_eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl", "token_type": "bearer",
            "expires_in": 900,
        } })),
        _ => None,
    }
}
