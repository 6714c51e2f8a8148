//! Calls by which admins look after the server and its users: seeing as another user, the log, backups.

use serde_json::{Map, Value as Json, json};

use super::accounts::{closed, data};
use super::examples::{TIME, UUID};
use super::fixed::{Answer, Body, Fixed, NONE};
use super::parameters::{named, query};
use super::{answers, reference};
use crate::limits;

/// Names that no model's schema may take.
pub(super) const SCHEMA_NAMES: [&str; 8] = [
    "ViewAsBody",
    "View",
    "ViewAnswer",
    "LogLine",
    "LogAnswer",
    "Backup",
    "BackupAnswer",
    "BackupListAnswer",
];

const ADMIN: Fixed = Fixed {
    access: "admin",
    tag: "Admin",
    faults: &[401, 403],
    ..NONE
};

pub(super) static CALLS: [Fixed; 6] = [
    Fixed {
        method: "POST",
        path: "/api/admin/users/{id}/view-as",
        id: "viewAs",
        summary: "See as this user, without changing anything",
        note: "The token is good for 15 minutes, as long as the session that asked lasts, and for reading alone: every \
            other call is 403 `read_only`. It can't be renewed. The audit keeps who, whom, when and why. Not for admins.",
        parameters: &["UserId"],
        body: Body::Json("view_as"),
        status: 201,
        answer: Answer::Schema("ViewAnswer"),
        faults: &[401, 403, 404, 409, 413, 415],
        ..ADMIN
    },
    Fixed {
        path: "/api/admin/logs",
        id: "listLog",
        summary: "Read the last lines of the log, or wait for the next",
        note: "The newest lines that fit, the oldest of them first; with `after` those behind it. The last 2,000 lines \
            are kept in memory, at most 1 MiB, and none over a restart.",
        parameters: &["LogLevel", "LogText", "LogAfter", "LogLimit", "Wait"],
        answer: Answer::Schema("LogAnswer"),
        ..ADMIN
    },
    Fixed {
        path: "/api/admin/backups",
        id: "listBackups",
        summary: "List the backups",
        note: "The newest first; also those that were made before a revision lost something.",
        answer: Answer::Schema("BackupListAnswer"),
        ..ADMIN
    },
    Fixed {
        method: "POST",
        path: "/api/admin/backups",
        id: "createBackup",
        summary: "Make a backup now",
        note: "A whole copy of the database, while writes go on: all that was acknowledged before the call is in it. Files \
            of executions are not. One at a time, and none where the disk has no room for it (409).",
        status: 201,
        answer: Answer::Schema("BackupAnswer"),
        faults: &[401, 403, 409],
        ..ADMIN
    },
    Fixed {
        path: "/api/admin/backups/{name}",
        id: "downloadBackup",
        summary: "Download a backup",
        note: "Everything is in it: everybody's records, and the secret that tokens are signed with.",
        parameters: &["BackupName"],
        answer: Answer::Text("application/octet-stream"),
        faults: &[401, 403, 404],
        ..ADMIN
    },
    Fixed {
        method: "DELETE",
        path: "/api/admin/backups/{name}",
        id: "deleteBackup",
        summary: "Delete a backup",
        parameters: &["BackupName"],
        faults: &[401, 403, 404],
        ..ADMIN
    },
];

/// Their parameters, by their names among the components.
pub(super) fn parameters() -> [(&'static str, Json); 5] {
    let text = || json!({ "type": "string" });
    let levels = json!({ "type": "string", "enum": ["error", "warn", "info", "debug", "trace"], "default": "trace" });
    let number = json!({ "type": "integer", "format": "int64", "minimum": 0 });
    let limit = json!({ "type": "integer", "minimum": 1, "maximum": limits::LOG_PAGE, "default": limits::LOG_PAGE });
    let about = "Keeps lines with this in them, in capitals or not: of the message, a field's name or a value.";
    [
        (
            "LogLevel",
            query(
                "level",
                "Keeps lines of this level and graver ones.",
                levels,
            ),
        ),
        ("LogText", query("q", about, text())),
        (
            "LogAfter",
            query("after", "The `next` of the answer before.", number),
        ),
        ("LogLimit", query("limit", "How many at most.", limit)),
        (
            "BackupName",
            named("name", "The backup's name, as listed.", text()),
        ),
    ]
}

pub(super) fn components(schemas: &mut Map<String, Json>) {
    let view = closed(json!({
        "user": reference("schemas", "User"),
        "access_token": { "type": "string" },
        "token_type": { "type": "string", "const": "bearer" },
        "expires_in": { "type": "integer", "format": "int64", "description": "In seconds." },
    }));
    let number = json!({ "type": "integer", "format": "int64" });
    let line = closed(json!({
        "seq": number,
        "at": { "type": "string", "format": "date-time" },
        "level": { "type": "string", "enum": ["error", "warn", "info", "debug", "trace"] },
        "message": { "type": "string" },
        "fields": { "type": "object", "additionalProperties": true, "description": "Of a request: `method`, `path`, `status`, `ms`, `user`, `address`, `request_id`." },
    }));
    let backup = closed(json!({
        "name": { "type": "string" },
        "size": { "type": "integer", "format": "int64", "description": "In bytes." },
        "created_at": { "type": "string", "format": "date-time" },
    }));
    let items = |name: &str| json!({ "type": "array", "items": reference("schemas", name) });
    let log = json!({
        "items": items("LogLine"),
        "next": { "type": "integer", "format": "int64", "description": "For `after`." },
        "gap": { "type": "boolean", "description": "Whether lines behind `after` are forgotten, or the server has started anew since." },
    });
    let own = [
        ("View", view),
        ("ViewAnswer", data("View")),
        ("LogLine", line),
        (
            "LogAnswer",
            answers::envelope(log, &["items", "next", "gap"]),
        ),
        ("Backup", backup),
        (
            "BackupAnswer",
            answers::envelope(json!({ "item": reference("schemas", "Backup") }), &["item"]),
        ),
        (
            "BackupListAnswer",
            answers::envelope(json!({ "items": items("Backup") }), &["items"]),
        ),
    ];
    schemas.extend(own.map(|(name, schema)| (name.to_owned(), schema)));
}

pub(super) fn example(schema: &str) -> Option<Json> {
    let user = json!({
        "id": UUID, "email": "ada@example.com", "name": "Ada", "role": "user", "email_verified": true,
        "disabled": false, "created_at": TIME, "updated_at": TIME,
    });
    let line = json!({
        "seq": 7, "at": TIME, "level": "info", "message": "request",
        "fields": { "method": "POST", "path": "/api/items", "status": 201, "ms": 1.4, "request_id": UUID },
    });
    let backup =
        json!({ "name": "backup-20261126T143923.db", "size": 4_096_000, "created_at": TIME });
    Some(match schema {
        "ViewAnswer" => json!({ "success": true, "data": {
            "user": user, "access_token": "hv_eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl", "token_type": "bearer",
            "expires_in": 900,
        } }),
        "LogAnswer" => json!({ "success": true, "items": [line], "next": 7, "gap": false }),
        "BackupAnswer" => json!({ "success": true, "item": backup }),
        "BackupListAnswer" => json!({ "success": true, "items": [backup] }),
        _ => return None,
    })
}
