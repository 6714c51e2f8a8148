//! The calls beside a run's own: its files, who works, and schedules; with the schemas that they speak.

use serde_json::{Map, Value as Json, json};

use super::{RUN, WORK};

use crate::openapi::examples::{TIME, UUID};
use crate::openapi::fixed::{Answer, Body, Fixed, NONE};
use crate::openapi::{answers, reference};

/// Names that no model's schema may take.
pub(in crate::openapi) const SCHEMA_NAMES: [&str; 11] = [
    "Artifact",
    "ArtifactAnswer",
    "ArtifactListAnswer",
    "Worker",
    "WorkerListAnswer",
    "Schedule",
    "ScheduleBody",
    "ScheduleAnswer",
    "ScheduleListAnswer",
    "DeclaredTask",
    "DeclaredTaskListAnswer",
];

/// In the order of the document.
pub(in crate::openapi) const CALLS: [Fixed; 7] = [
    Fixed {
        path: "/api/executions/tasks",
        id: "listTasks",
        summary: "List the declared tasks",
        note: "Those of `[tasks.NAME]`; a task without a declaration can be run, too.",
        parameters: &[],
        answer: Answer::Schema("DeclaredTaskListAnswer"),
        faults: &[401, 403],
        ..RUN
    },
    Fixed {
        path: "/api/executions/{id}/artifacts",
        id: "listArtifacts",
        summary: "List its files",
        answer: Answer::Schema("ArtifactListAnswer"),
        ..RUN
    },
    Fixed {
        path: "/api/executions/{id}/artifacts/{name}",
        id: "getArtifact",
        summary: "Download a file of it",
        note: "Always as a download (`Content-Disposition: attachment`); whole, or the part that `Range` names.",
        parameters: &["ExecutionId", "ArtifactName"],
        answer: Answer::Text("application/octet-stream"),
        headers: &["ETag"],
        ..RUN
    },
    Fixed {
        method: "PUT",
        path: "/api/executions/{id}/artifacts/{name}",
        id: "putArtifact",
        summary: "Add a file to it",
        note: "The body is the file, of whatever type. One of the same name is replaced; the same again changes nothing.",
        parameters: &["ExecutionId", "ArtifactName", "Fence"],
        body: Body::File,
        status: 201,
        answer: Answer::Schema("ArtifactAnswer"),
        ..WORK
    },
    Fixed {
        method: "GET",
        path: "/api/workers",
        id: "listWorkers",
        access: "admin",
        summary: "List who works",
        note: "Whoever was heard of within an hour, or holds an execution.",
        parameters: &[],
        answer: Answer::Schema("WorkerListAnswer"),
        faults: &[401, 403],
        ..WORK
    },
    Fixed {
        path: "/api/admin/schedules",
        id: "listSchedules",
        access: "admin",
        tag: "Admin",
        summary: "List schedules",
        answer: Answer::Schema("ScheduleListAnswer"),
        faults: &[401, 403],
        ..NONE
    },
    Fixed {
        method: "PUT",
        path: "/api/admin/schedules/{id}",
        id: "updateSchedule",
        access: "admin",
        tag: "Admin",
        summary: "Pause or resume a schedule",
        note: "Times that pass while it is paused do not run.",
        parameters: &["TaskId"],
        body: Body::Json("schedule"),
        answer: Answer::Schema("ScheduleAnswer"),
        faults: &[401, 403, 404, 413, 415],
        ..NONE
    },
];

/// All members are always there.
fn closed(properties: Json) -> Json {
    let required: Vec<&String> = properties
        .as_object()
        .into_iter()
        .flat_map(Map::keys)
        .collect();
    json!({ "type": "object", "required": required, "properties": &properties, "additionalProperties": false })
}

pub(super) fn components(schemas: &mut Map<String, Json>) {
    let item =
        |name: &str| answers::envelope(json!({ "item": reference("schemas", name) }), &["item"]);
    let list = |name: &str| {
        let items = json!({ "type": "array", "items": reference("schemas", name) });
        answers::envelope(json!({ "items": items }), &["items"])
    };
    let own = [
        ("Artifact", artifact()),
        ("ArtifactAnswer", item("Artifact")),
        ("ArtifactListAnswer", list("Artifact")),
        ("Worker", worker()),
        ("WorkerListAnswer", list("Worker")),
        ("Schedule", schedule()),
        ("ScheduleAnswer", item("Schedule")),
        ("ScheduleListAnswer", list("Schedule")),
        ("DeclaredTask", task()),
        ("DeclaredTaskListAnswer", list("DeclaredTask")),
    ];
    schemas.extend(own.map(|(name, schema)| (name.to_owned(), schema)));
}

fn artifact() -> Json {
    closed(json!({
        "name": { "type": "string" },
        "size": { "type": "integer", "format": "int64", "description": "In bytes." },
        "type": { "type": "string", "description": "As the worker called it." },
        "sha256": { "type": "string", "pattern": "^[0-9a-f]{64}$" },
        "at": { "type": "string", "format": "date-time" },
    }))
}

fn worker() -> Json {
    let number = json!({ "type": "integer", "format": "int64" });
    let maybe_text = json!({ "type": ["string", "null"] });
    let maybe_time = json!({ "type": ["string", "null"], "format": "date-time" });
    let held = closed(json!({
        "id": { "type": "string", "format": "uuid" },
        "task": { "type": "string" },
        "state": { "type": "string", "enum": ["running", "waiting", "cancelling"] },
        "attempt": number,
        "fence": number,
        "lease_until": maybe_time,
    }));
    closed(json!({
        "worker": { "type": "string", "description": "What it calls itself." },
        "key_id": { "type": ["string", "null"], "description": "Its API key; without one it is a user, or this server." },
        "user_id": maybe_text,
        "last_seen_at": { "type": ["string", "null"], "format": "date-time", "description": "Null: not since the server started." },
        "tasks": { "type": "array", "items": { "type": "string" }, "description": "What it asked for last." },
        "waiting": { "type": "boolean", "description": "Whether it waits for work." },
        "executions": { "type": "array", "items": held, "description": "What it holds." },
    }))
}

fn schedule() -> Json {
    let maybe_time = json!({ "type": ["string", "null"], "format": "date-time" });
    closed(json!({
        "task": { "type": "string" },
        "schedule": { "type": "string", "description": "Cron's fields." },
        "timezone": { "type": "string" },
        "owner": { "type": ["string", "null"], "description": "The e-mail address of whom its runs belong to." },
        "paused": { "type": "boolean" },
        "next_at": maybe_time,
        "last_at": { "type": ["string", "null"], "format": "date-time", "description": "The time that ran last." },
        "last_execution": { "type": ["string", "null"] },
    }))
}

fn task() -> Json {
    let number = json!({ "type": "integer", "format": "int64" });
    closed(json!({
        "name": { "type": "string" },
        "input": { "type": ["object", "null"], "description": "The JSON Schema of its input; null: any object.", "additionalProperties": true },
        "timeout_seconds": { "type": ["number", "null"], "description": "Of one attempt." },
        "max_attempts": number,
        "concurrency": { "type": ["integer", "null"], "format": "int64", "description": "How many run at once; null: any number." },
        "schedule": { "type": ["string", "null"], "description": "Cron's fields, where it runs by itself." },
        "command": { "type": "boolean", "description": "Whether the server runs it, by a program of the operator's." },
    }))
}

pub(super) fn example(schema: &str) -> Option<Json> {
    let sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    let artifact = json!({ "name": "report.pdf", "size": 5, "type": "application/pdf", "sha256": sha256, "at": TIME });
    let schedule = json!({
        "task": "nightly", "schedule": "0 3 * * *", "timezone": "UTC", "owner": null, "paused": false, "next_at": TIME,
        "last_at": null, "last_execution": null,
    });
    let worker = json!({
        "worker": "worker-1", "key_id": UUID, "user_id": null, "last_seen_at": TIME, "tasks": ["greet"], "waiting": true,
        "executions": [],
    });
    let task = json!({
        "name": "greet", "input": { "type": "object", "properties": { "name": { "type": "string" } } }, "timeout_seconds": 300,
        "max_attempts": 3, "concurrency": 4, "schedule": null, "command": false,
    });
    Some(match schema {
        "ArtifactAnswer" => json!({ "success": true, "item": artifact }),
        "ArtifactListAnswer" => json!({ "success": true, "items": [artifact] }),
        "ScheduleAnswer" => json!({ "success": true, "item": schedule }),
        "ScheduleListAnswer" => json!({ "success": true, "items": [schedule] }),
        "DeclaredTaskListAnswer" => json!({ "success": true, "items": [task] }),
        "WorkerListAnswer" => json!({ "success": true, "items": [worker] }),
        _ => return None,
    })
}
