//! The JSON Schema of `config.toml`, by which editors check and complete it: `hearth settings --schema`.

use serde_json::{Map, Value as Json, json};

use super::key::{Fallback, Key, Kind};
use super::{keys, model_schema};

/// The schema in draft 7, which TOML editors read.
pub fn schema() -> Json {
    let mut sections = Map::new();
    for section in keys::SECTIONS {
        let mut properties: Map<String, Json> = section
            .keys
            .iter()
            .map(|key| (key.short().to_owned(), property(key)))
            .collect();
        for tables in keys::TABLES
            .iter()
            .filter(|tables| tables.section() == section.name)
        {
            properties.insert(tables.short().to_owned(), tables.schema());
        }
        if section.name == "auth" {
            properties.insert("roles".to_owned(), roles());
        }
        if section.name == "realtime" {
            properties.insert("rooms".to_owned(), rooms());
        }
        sections.insert(
            section.name.to_owned(),
            json!({
                "type": "object",
                "description": section.meaning,
                "properties": properties,
                "additionalProperties": false,
            }),
        );
    }
    sections.insert("models".to_owned(), model_schema::models());
    sections.insert("tasks".to_owned(), tasks());
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Hearth's config.toml",
        "type": "object",
        "properties": sections,
        "additionalProperties": false,
        "definitions": model_schema::definitions(),
    })
}

fn property(key: &Key) -> Json {
    let mut schema = shape(&key.kind);
    let mut description = format!("{} ({})", key.meaning, key.bounds());
    match key.default {
        Fallback::Value(text) => schema.insert("default".to_owned(), default(text)),
        Fallback::Instead { words, .. } => {
            description.push_str(&format!(" Without it: {words}."));
            None
        }
    };
    schema.insert("description".to_owned(), json!(description));
    Json::Object(schema)
}

/// The default as JSON; all of them are written alike in both.
fn default(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or(Json::Null)
}

fn shape(kind: &Kind) -> Map<String, Json> {
    let shape = match kind {
        Kind::Port(_) => json!({ "type": "integer", "minimum": 1, "maximum": u16::MAX }),
        Kind::Integer { least, most, .. } => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
        Kind::Boolean(_) => json!({ "type": "boolean" }),
        Kind::Duration { .. } => json!({ "type": "string", "pattern": "^[0-9]+(ms|s|m|h|d)$" }),
        Kind::Size { .. } => json!({ "type": "string", "pattern": "^[0-9]+(B|KiB|MiB|GiB)$" }),
        Kind::Rate { .. } => json!({ "type": "string", "pattern": "^[0-9]+/(s|m|h)$" }),
        Kind::Word { words, .. } => {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            json!({ "type": "string", "enum": words })
        }
        Kind::Origin(_) => json!({ "type": "string", "pattern": "^https?://[^/]+/?$" }),
        Kind::Origins(_) => {
            json!({ "type": "array", "items": { "type": "string", "pattern": "^https?://[^/*]+/?$" } })
        }
        Kind::Hosts(_) | Kind::Networks(_) | Kind::Roles(_) => {
            json!({ "type": "array", "items": { "type": "string" } })
        }
        Kind::Address(_) | Kind::Levels(_) | Kind::Text { .. } | Kind::Path(_) => {
            json!({ "type": "string", "minLength": 1 })
        }
        Kind::Secret(_) | Kind::Password(_) => secret(),
    };
    match shape {
        Json::Object(map) => map,
        _ => Map::new(),
    }
}

pub(super) fn secret() -> Json {
    json!({ "oneOf": [
        { "type": "string", "minLength": 1 },
        pointer("file"),
        pointer("env"),
    ] })
}

fn pointer(name: &str) -> Json {
    json!({
        "type": "object",
        "properties": { name: { "type": "string" } },
        "required": [name],
        "additionalProperties": false,
    })
}

fn roles() -> Json {
    json!({
        "type": "object",
        "description": "Own roles beside user and admin.",
        "propertyNames": { "pattern": "^[a-z][a-z0-9_]*$" },
        "additionalProperties": {
            "type": "object",
            "properties": { "description": { "type": "string" } },
            "additionalProperties": false,
        },
    })
}

/// Who may.
fn who() -> Json {
    json!({ "type": "string", "pattern": "^(signed_in|admin|role:.+)$", "default": "signed_in" })
}

fn rooms() -> Json {
    let who = who();
    json!({
        "type": "object",
        "description": "Rooms in which clients talk to each other; without an entry there is none.",
        "propertyNames": { "pattern": super::rooms::NAME },
        "additionalProperties": {
            "type": "object",
            "properties": { "join": who, "publish": who },
            "additionalProperties": false,
        },
    })
}

/// The schema of `tasks`.
fn tasks() -> Json {
    let task = model_schema::keys([
        (
            "timeout",
            json!({ "type": "string", "pattern": "^[0-9]+(ms|s|m|h|d)$" }),
            "How long one attempt may take.",
        ),
        (
            "max_attempts",
            json!({ "type": "integer", "minimum": 1, "maximum": 100, "default": 3 }),
            "How often it is tried.",
        ),
        (
            "concurrency",
            json!({ "type": "integer", "minimum": 1, "maximum": 100_000 }),
            "How many run at once.",
        ),
        (
            "input",
            json!({ "$ref": "#/definitions/property" }),
            "The shape of the input, checked when an execution is made.",
        ),
        (
            "command",
            json!({ "type": "array", "minItems": 1, "maxItems": 100, "items": { "type": "string", "minLength": 1 } }),
            "A program and its arguments, run by the server itself; without a shell.",
        ),
        (
            "schedule",
            json!({ "type": "string" }),
            "When it runs by itself, in cron's five fields and in server.timezone.",
        ),
        (
            "owner",
            json!({ "type": "string", "format": "email" }),
            "Whose the runs of the schedule are; without it nobody's, and admins see them.",
        ),
        ("start", who(), "Who may make an execution of it."),
    ]);
    json!({
        "type": "object",
        "description": "Limits and defaults of tasks; a task without an entry is allowed.",
        "propertyNames": { "pattern": super::tasks::NAME },
        "additionalProperties": model_schema::object(task, json!([{}])),
    })
}
