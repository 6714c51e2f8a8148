//! Calls of admins on the models' shape, with the schemas that they speak.

use serde_json::{Map, Value as Json, json};

use super::accounts::{closed, data};
use super::fixed::{Answer, Body, Fixed, NONE};
use super::reference;

/// Names that no model's schema may take.
pub(super) const SCHEMA_NAMES: [&str; 10] = [
    "SchemaChangeBody",
    "SchemaFile",
    "SchemaField",
    "SchemaModel",
    "SchemaPlan",
    "SchemaRevision",
    "Schema",
    "SchemaAnswer",
    "SchemaPreview",
    "SchemaPreviewAnswer",
];

pub(super) static CALLS: [Fixed; 3] = [
    Fixed {
        path: "/api/admin/schema",
        id: "getSchema",
        access: "admin",
        tag: "Admin",
        summary: "Get the declared models, what is pending, and the history of revisions",
        note: "As the next start would find them; `state` says how each model differs from what runs.",
        answer: Answer::Schema("SchemaAnswer"),
        headers: &["ETag"],
        faults: &[401, 403, 409],
        ..NONE
    },
    Fixed {
        method: "PUT",
        path: "/api/admin/schema",
        id: "updateSchema",
        access: "admin",
        tag: "Admin",
        summary: "Add or change a model in config.toml",
        note: "Comments and order stay. It takes effect at the next start. Only where the file is writable, and still the one \
               whose `ETag` stands in `If-Match`.",
        parameters: &["IfMatch"],
        body: Body::Json("schema_change"),
        answer: Answer::Schema("SchemaPreviewAnswer"),
        headers: &["ETag"],
        faults: &[401, 403, 409, 412, 413, 415],
        ..NONE
    },
    Fixed {
        method: "POST",
        path: "/api/admin/schema/preview",
        id: "previewSchema",
        access: "admin",
        tag: "Admin",
        summary: "See what a change of a model leads to",
        note: "The text for config.toml, the SQL both ways, and what would be lost. Nothing is written.",
        body: Body::Json("schema_change"),
        answer: Answer::Schema("SchemaPreviewAnswer"),
        headers: &["ETag"],
        faults: &[401, 403, 409, 413, 415],
        ..NONE
    },
];

pub(super) fn components(schemas: &mut Map<String, Json>) {
    let all = [
        ("SchemaFile", file()),
        ("SchemaField", field()),
        ("SchemaModel", model()),
        ("SchemaPlan", plan()),
        ("SchemaRevision", revision()),
        ("Schema", view()),
        ("SchemaAnswer", data("Schema")),
        ("SchemaPreview", preview()),
        ("SchemaPreviewAnswer", data("SchemaPreview")),
    ];
    schemas.extend(all.map(|(name, schema)| (name.to_owned(), schema)));
}

fn text() -> Json {
    json!({ "type": "string" })
}

fn maybe(kind: &str, description: &str) -> Json {
    json!({ "type": [kind, "null"], "description": description })
}

fn truth(description: &str) -> Json {
    json!({ "type": "boolean", "description": description })
}

fn texts(description: &str) -> Json {
    json!({ "type": "array", "items": text(), "description": description })
}

fn list(name: &str) -> Json {
    json!({ "type": "array", "items": reference("schemas", name) })
}

fn version() -> Json {
    json!({ "type": "integer", "format": "int64", "examples": [20_261_121_093_000_i64] })
}

fn file() -> Json {
    closed(json!({
        "file": { "type": "string", "description": "How people call it: `config.toml`." },
        "exists": truth("Whether there is one; else the built-in one holds."),
        "writable": truth("Whether it can be written from here."),
        "closed": maybe("string", "Why not, with what to do instead."),
        "etag": maybe("string", "This state of the file, for `If-Match`."),
        "mistakes": texts("What is wrong with the file as it is now."),
    }))
}

fn field() -> Json {
    closed(json!({
        "name": text(),
        "type": { "type": "string", "enum": ["string", "integer", "number", "boolean", "array", "object"] },
        "format": maybe("string", "Of strings: what is checked."),
        "enum": { "type": ["array", "null"], "items": text() },
        "required": truth("Never null."),
        "default": { "description": "What a record has when nothing is sent." },
        "references": {
            "type": ["object", "null"],
            "required": ["model", "on_delete"],
            "properties": { "model": text(), "on_delete": { "type": "string", "enum": ["restrict", "cascade", "set_null"] } },
            "additionalProperties": false,
        },
        "read_only": truth("Set by admins alone."),
        "write_only": truth("Accepted, never shown."),
        "description": maybe("string", "For people."),
    }))
}

fn model() -> Json {
    let rule = || texts("One of these must hold.");
    let unique = closed(
        json!({ "fields": texts("Together."), "by_owner": truth("Among the owner's records alone.") }),
    );
    closed(json!({
        "name": text(),
        "title": text(),
        "description": maybe("string", "For people."),
        "id": { "type": "string", "enum": ["integer", "uuid"] },
        "on_owner_delete": { "type": "string", "enum": ["cascade", "restrict"] },
        "realtime": truth("Whether changes can be watched."),
        "access": closed(json!({ "read": rule(), "create": rule(), "update": rule(), "delete": rule() })),
        "fields": list("SchemaField"),
        "unique": { "type": "array", "items": unique },
        "indexes": { "type": "array", "items": texts("Together.") },
        "state": { "type": "string", "enum": ["in_force", "new", "changed"], "description": "Beside what runs." },
        "declaration": { "type": "object", "additionalProperties": true, "description": "As it stands in config.toml." },
    }))
}

fn plan() -> Json {
    let loss = closed(
        json!({ "object": text(), "rows": { "type": "integer", "format": "int64" }, "text": text() }),
    );
    closed(json!({
        "agrees": truth("Whether models, revisions and database agree."),
        "automatic": truth("Whether a start does by itself what there is to do."),
        "auto_migrate": truth("`database.auto_migrate`."),
        "refused": maybe("string", "Why a start would stop, with what to type."),
        "summary": texts("A line for each change."),
        "waiting": { "type": "array", "items": version(), "description": "Files that are not applied." },
        "up": maybe("string", "The statements that would be run."),
        "down": maybe("string", "The way back."),
        "irreversible": maybe("string", "Why there is none."),
        "losses": { "type": "array", "items": loss },
        "questions": texts("Possible renames, which are never guessed."),
        "commands": texts("What to type where a start stops."),
        "notes": texts("What is beside the models."),
    }))
}

fn revision() -> Json {
    let run = json!({
        "type": ["object", "null"],
        "required": ["at", "by", "milliseconds", "rows", "checksum"],
        "properties": {
            "at": { "type": "string" },
            "by": maybe("string", "The version of Hearth; null for another tool."),
            "milliseconds": maybe("integer", "How long it took."),
            "rows": maybe("integer", "How many rows it wrote."),
            "checksum": text(),
        },
        "additionalProperties": false,
    });
    closed(json!({
        "version": version(),
        "below": { "type": "integer", "format": "int64", "description": "The version below it; 0 is the base." },
        "message": text(),
        "up": maybe("string", "SQL."),
        "down": maybe("string", "SQL."),
        "irreversible": maybe("string", "Why there is no way back."),
        "missing": truth("Whether its file is missing."),
        "applied": run,
    }))
}

fn view() -> Json {
    closed(json!({
        "config": reference("schemas", "SchemaFile"),
        "models": list("SchemaModel"),
        "gone": texts("Models that run and are no longer declared."),
        "roles": texts("Own roles."),
        "plan": reference("schemas", "SchemaPlan"),
        "current": { "type": ["integer", "null"], "format": "int64", "description": "The revision of the database." },
        "drifted": texts("Files that were edited, are missing or come too late."),
        "history": { "type": "array", "items": reference("schemas", "SchemaRevision"), "description": "Newest first." },
    }))
}

fn preview() -> Json {
    closed(json!({
        "file": text(),
        "exists": truth("Whether there is such a file now."),
        "writable": truth("Whether it can be written from here."),
        "closed": maybe("string", "Why not, with what to do instead."),
        "etag": text(),
        "text": { "type": "string", "description": "The model as it will stand in the file." },
        "diff": { "type": "string", "description": "The same as a unified diff; empty when nothing changes." },
        "written": truth("Whether it was written."),
        "next": { "type": "string", "description": "What happens when." },
        "plan": reference("schemas", "SchemaPlan"),
    }))
}

pub(super) fn example(schema: &str) -> Option<Json> {
    let up = "-- Create table `notes`\nCREATE …;\n";
    let plan = json!({
        "agrees": false, "automatic": true, "auto_migrate": true, "refused": null, "summary": ["Create table `notes`"],
        "waiting": [], "up": up, "down": "DROP …;\n", "irreversible": null, "losses": [], "questions": [], "commands": [],
        "notes": [],
    });
    let text = "[models.notes.fields]\ntitle = { type = \"string\" }\n";
    let diff = "@@ -0,0 +1,2 @@\n+[models.notes.fields]\n+title = { type = \"string\" }\n";
    let file = json!({ "file": "config.toml", "exists": true, "writable": true, "closed": null, "etag": "\"2n3\"", "mistakes": [] });
    match schema {
        "SchemaAnswer" => Some(json!({ "success": true, "data": {
            "config": file, "models": [], "gone": [], "roles": [], "plan": plan, "current": null, "drifted": [], "history": [],
        } })),
        "SchemaPreviewAnswer" => Some(json!({ "success": true, "data": {
            "file": "config.toml", "exists": true, "writable": true, "closed": null, "etag": "\"2n3\"", "text": text,
            "diff": diff, "written": false, "next": "It takes effect at the next start of Hearth.", "plan": plan,
        } })),
        _ => None,
    }
}
