//! `hearth guide`: this project's models and API on one page, for people and for coding agents.

use std::fmt::Write as _;

use clap::Args;

use super::{Place, print};
use crate::config::Config;
use crate::error::Result;
use crate::models::{Access, Field, Kind, Model, Word};

/// Print a one-page guide to this project's models and API
#[derive(Args)]
#[command(
    after_help = "Examples:\n  hearth guide\n  hearth guide > AGENTS.md    for coding agents"
)]
pub(super) struct Guide {}

impl Guide {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        print::line(page(&place.load()?).trim_end());
        Ok(())
    }
}

fn page(config: &Config) -> String {
    let fallback = format!("http://{}:{}", config.server.host, config.server.port);
    let url = config.server.url.as_ref().unwrap_or(&fallback);
    let mut text = format!(
        "# The API of this project\n\n\
         Base {url} · all bodies are JSON · full schema: {url}/openapi.json · try it: {url}/docs\n\n\
         ## Signing in\n\
         POST /api/auth/register {{\"email\",\"password\"}} → data.access_token (15 minutes), data.refresh_token\n\
         POST /api/auth/login the same; POST /api/auth/refresh {{\"refresh_token\"}} → new ones (the old one is used up)\n\
         Send `Authorization: Bearer ACCESS_TOKEN` with every call below that is not for anyone.\n\n\
         ## Records: the same calls for each model\n\
         POST /api/MODEL → 201 {{\"success\":true,\"item\":{{…}}}} (an array of 1 to 1,000 makes all or none)\n\
         GET /api/MODEL?limit=50&sort=-created_at&FIELD=VALUE → {{\"items\":[…],\"next_cursor\":…}}; next page: &cursor=NEXT_CURSOR; &total=true counts\n\
         GET /api/MODEL/ID · PUT (sent fields only) · PATCH (merges into objects) · DELETE\n\
         Every record also has id, user_id (its owner), created_at, updated_at; they can't be sent.\n\
         Safe retries: send an Idempotency-Key with POST. No lost updates: send the ETag back as If-Match.\n\n\
         ## Errors\n\
         {{\"success\":false,\"detail\":TEXT or [{{\"type\",\"loc\",\"msg\"}}],\"code\",\"request_id\"}}\n\
         401 sign in (again) · 403 not your role · 404 not there, or not yours · 409 clash · 412 changed meanwhile · 422 see detail\n"
    );
    for model in config.models.iter() {
        describe(model, &mut text);
    }
    text
}

fn describe(model: &Model, text: &mut String) {
    let _ = writeln!(text, "\n## /api/{}", model.name);
    if let Some(description) = &model.description {
        let _ = writeln!(text, "{description}");
    }
    let _ = writeln!(text, "Access: {}", access(&model.access));
    for field in &model.fields {
        let _ = writeln!(text, "- {}: {}", field.name, traits(field).join(", "));
    }
}

fn access(access: &Access) -> String {
    let rules = [
        ("read", &access.read),
        ("create", &access.create),
        ("update", &access.update),
        ("delete", &access.delete),
    ];
    let words = rules.map(|(action, rule)| {
        let words: Vec<String> = rule.iter().map(word).collect();
        format!("{action} {}", words.join(" or "))
    });
    words.join(" · ")
}

fn word(word: &Word) -> String {
    match word {
        Word::Anyone => "anyone".to_owned(),
        Word::SignedIn => "signed-in users".to_owned(),
        Word::Owner => "the owner".to_owned(),
        Word::Admin => "admins".to_owned(),
        Word::Role(role) => format!("role {role}"),
    }
}

fn traits(field: &Field) -> Vec<String> {
    let mut list = vec![kind(&field.kind)];
    if let Some(reference) = &field.references {
        list.push(format!("id of `{}`", reference.model));
    }
    list.push(
        if field.required {
            "required"
        } else {
            "optional"
        }
        .to_owned(),
    );
    if field.write_only {
        list.push("write only".to_owned());
    }
    if field.read_only {
        list.push("set by admins".to_owned());
    }
    list.extend(field.description.clone());
    list
}

fn kind(kind: &Kind) -> String {
    match kind {
        Kind::String(text) => match (&text.options, &text.format) {
            (Some(options), _) => format!("one of {}", options.join(", ")),
            (None, Some(format)) => format!("string ({})", format.word()),
            (None, None) => "string".to_owned(),
        },
        Kind::Integer(_) => "integer".to_owned(),
        Kind::Number(_) => "number".to_owned(),
        Kind::Boolean => "boolean".to_owned(),
        Kind::Array(array) => format!("array of {}", self::kind(&array.items.kind)),
        Kind::Object(_) => "object".to_owned(),
    }
}
