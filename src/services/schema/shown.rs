//! How models, plans and the file are shown to admins. Of the file nothing is shown but its name and its models.

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::config::edit::File;
use crate::config::{Config, Mistakes};
use crate::error::Result;
use crate::models::{
    Access, Default, Field, IdKind, Kind, Model, OnDelete, OnOwnerDelete, Rule, Word,
};
use crate::revisions::Plan;

/// The file and what can be done with it.
#[derive(Debug, Serialize)]
pub(crate) struct FileShown {
    file: String,
    exists: bool,
    writable: bool,
    /// Why not, with what to do instead.
    closed: Option<String>,
    /// For `If-Match`; none while the file can't be read.
    pub(crate) etag: Option<String>,
    /// What is wrong with the file as it is now.
    mistakes: Vec<String>,
}

impl FileShown {
    pub(super) fn of(file: &Result<File, Mistakes>) -> Result<Self> {
        let (broken, read) = match file {
            Err(mistakes) => (Some(mistakes), None),
            Ok(file) => (file.config.as_ref().err(), Some(file)),
        };
        let mistakes = broken.map_or_else(Vec::new, lines);
        let closed = match read {
            Some(file) if mistakes.is_empty() => file.closed.clone(),
            _ => {
                Some("The file has mistakes. `hearth check` says them; mend them first".to_owned())
            }
        };
        Ok(FileShown {
            file: match (read, broken) {
                (Some(file), _) => file.shown.clone(),
                (None, Some(mistakes)) => mistakes.file.clone(),
                (None, None) => String::new(),
            },
            exists: read.is_some_and(|file| file.exists),
            writable: closed.is_none(),
            closed,
            etag: read.map(super::etag).transpose()?,
            mistakes,
        })
    }
}

pub(super) fn lines(mistakes: &Mistakes) -> Vec<String> {
    mistakes.to_string().lines().map(str::to_owned).collect()
}

/// What a start would do, and what a person would type.
pub(super) fn plan(plan: &Plan, config: &Config) -> Json {
    let losses: Vec<Json> = plan
        .losses
        .iter()
        .map(|loss| json!({ "object": loss.object, "rows": loss.rows, "text": loss.to_string() }))
        .collect();
    json!({
        "agrees": plan.is_empty(),
        "automatic": plan.refused.is_none(),
        "auto_migrate": config.database.auto_migrate,
        "refused": plan.refused,
        "summary": plan.summary,
        "waiting": plan.waiting,
        "up": plan.up,
        "down": plan.down,
        "irreversible": plan.irreversible,
        "losses": losses,
        "questions": plan.questions,
        "commands": commands(plan),
        "notes": plan.notes,
    })
}

/// What to type where a start does not do it.
fn commands(plan: &Plan) -> Vec<String> {
    let allow: String = plan
        .losses
        .iter()
        .map(|loss| format!(" --allow-data-loss {}", loss.object))
        .collect();
    let upgrade = format!("hearth migrate upgrade{allow}");
    match (&plan.refused, &plan.up) {
        (None, _) => Vec::new(),
        (Some(_), Some(_)) => {
            let yes = if plan.questions.is_empty() {
                ""
            } else {
                " --yes"
            };
            let revision =
                format!("hearth migrate revision --autogenerate -m \"what changes\"{yes}");
            vec![revision, upgrade]
        }
        (Some(_), None) if !plan.waiting.is_empty() => vec![upgrade],
        (Some(_), None) => Vec::new(),
    }
}

/// `state` is `in_force`, `new` or `changed`; `declaration` is what stands in the file.
pub(super) fn model(model: &Model, state: &str, declaration: Option<&Json>) -> Json {
    let unique: Vec<Json> = model
        .unique
        .iter()
        .map(|unique| json!({ "fields": unique.fields, "by_owner": unique.by_owner }))
        .collect();
    json!({
        "name": model.name,
        "title": model.title,
        "description": model.description,
        "id": if model.id == IdKind::Uuid { "uuid" } else { "integer" },
        "on_owner_delete": match model.on_owner_delete {
            OnOwnerDelete::Cascade => "cascade",
            OnOwnerDelete::Restrict => "restrict",
        },
        "realtime": model.realtime,
        "access": access(&model.access),
        "fields": model.fields.iter().map(field).collect::<Vec<_>>(),
        "unique": unique,
        "indexes": model.indexes,
        "state": state,
        "declaration": declaration.cloned().unwrap_or_else(|| Json::Object(Map::new())),
    })
}

fn access(access: &Access) -> Json {
    let words = |rule: &Rule| rule.iter().map(Word::to_string).collect::<Vec<_>>();
    json!({
        "read": words(&access.read),
        "create": words(&access.create),
        "update": words(&access.update),
        "delete": words(&access.delete),
    })
}

fn field(field: &Field) -> Json {
    let (kind, format) = match &field.kind {
        Kind::String(text) => ("string", text.format.map(|format| format.word())),
        Kind::Integer(_) => ("integer", None),
        Kind::Number(_) => ("number", None),
        Kind::Boolean => ("boolean", None),
        Kind::Array(_) => ("array", None),
        Kind::Object(_) => ("object", None),
    };
    let options = match &field.kind {
        Kind::String(text) => text.options.clone(),
        _ => None,
    };
    let references = field.references.as_ref().map(|reference| {
        let on_delete = match reference.on_delete {
            OnDelete::Restrict => "restrict",
            OnDelete::Cascade => "cascade",
            OnDelete::SetNull => "set_null",
        };
        json!({ "model": reference.model, "on_delete": on_delete })
    });
    let default = field.default.as_ref().map(|default| match default {
        Default::Literal(value) => value.clone(),
        Default::Now => json!("now()"),
        Default::Uuid => json!("uuid()"),
    });
    json!({
        "name": field.name,
        "type": kind,
        "format": format,
        "enum": options,
        "required": field.required,
        "default": default,
        "references": references,
        "read_only": field.read_only,
        "write_only": field.write_only,
        "description": field.description,
    })
}
