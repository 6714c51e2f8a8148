//! `hearth guide`: this project's models and API on one page, for people and for coding agents.

use std::fmt::{Display, Write as _};

use clap::Args;

use super::{Place, print};
use crate::config::Config;
use crate::config::tasks::Task;
use crate::error::Result;
use crate::models::{Access, Default, Field, Kind, Model, Range, Word};

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
    live(config, url, &mut text);
    executions(config, url, &mut text);
    for model in config.models.iter() {
        describe(model, &mut text);
    }
    text
}

/// How to watch, in a few lines.
fn live(config: &Config, url: &str, text: &mut String) {
    let socket = url.replacen("http", "ws", 1);
    let watched = config.models.iter().find(|model| model.realtime);
    let name = watched.map_or("MODEL", |model| model.name.as_str());
    let _ = write!(
        text,
        "\n## Live updates\n\
         One socket for all: what you may read, as it changes. More: {url}/docs/guide/realtime, frames: {url}/realtime.schema.json\n\
         echo '{{\"type\":\"subscribe\",\"channel\":\"records:{name}\",\"snapshot\":true}}' | websocat -n -H \"Authorization: Bearer $TOKEN\" {socket}/ws\n\
         Browsers: POST /api/auth/ws-ticket → data.ticket, then {socket}/ws?ticket=TICKET. Answer each \"ping\" with {{\"type\":\"pong\"}}.\n\
         Came back? Send the last seq and the epoch of \"welcome\": {{\"type\":\"subscribe\",\"channel\":\"…\",\"after\":SEQ,\"epoch\":\"EPOCH\"}}\n"
    );
}

/// How to run tasks, and how to do them.
fn executions(config: &Config, url: &str, text: &mut String) {
    let name = config
        .tasks
        .first()
        .map_or("greet", |task| task.name.as_str());
    let _ = write!(
        text,
        "\n## Executions: durable runs of tasks, with a live log\n\
         curl {url}/api/executions -H \"authorization: Bearer $TOKEN\" -H 'content-type: application/json' -d '{{\"task\":\"{name}\",\"input\":{{}}}}'\n\
         Its log: GET /api/executions/ID/events?after=SEQ&wait=25, or {{\"channel\":\"execution:ID\"}} on a socket. Stop it: POST …/ID/cancel\n\
         A worker has a key of `hearth key create --worker NAME --user ADMIN`, and sends the `fence` of its claim with all that follows:\n\
         POST /api/workers/claim {{\"tasks\":[\"{name}\"],\"worker\":\"w1\",\"wait_seconds\":30}} → items, or 204\n\
         POST /api/executions/ID/events {{\"fence\":N,\"batch\":1,\"events\":[{{\"kind\":\"log\",\"data\":{{\"message\":\"…\"}}}}]}} · /heartbeat {{\"fence\":N}}\n\
         POST /api/executions/ID/finish {{\"fence\":N,\"state\":\"succeeded\",\"output\":…}}. More: {url}/docs/guide/executions\n"
    );
    for task in &config.tasks {
        let _ = writeln!(text, "- {}: {}", task.name, declared(task).join(", "));
    }
}

/// What a task's section says that matters to who asks for it.
fn declared(task: &Task) -> Vec<String> {
    let mut list = vec![
        if task.command.is_some() {
            "run by the server"
        } else {
            "done by workers"
        }
        .to_owned(),
    ];
    let schedule = task.schedule.as_ref();
    list.extend(schedule.map(|schedule| format!("at `{}`", schedule.text())));
    if let Some(input) = &task.input {
        let members = match &input.kind {
            Kind::Object(object) => object.properties.as_deref().unwrap_or_default(),
            _ => &[],
        };
        let members: Vec<String> = members
            .iter()
            .map(|member| format!("{} ({})", member.name, traits(member).join(", ")))
            .collect();
        let members = members.join("; ");
        list.push(
            format!("input {} {members}", kind(&input.kind))
                .trim_end()
                .to_owned(),
        );
    }
    list
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
    list.extend(limits(&field.kind));
    list.push(
        match (&field.default, field.required) {
            (None, true) => "required",
            (Some(_), true) => "optional but never null",
            (_, false) => "optional",
        }
        .to_owned(),
    );
    list.extend(field.default.as_ref().map(|default| match default {
        Default::Literal(literal) => format!("default {literal}"),
        Default::Now => "default now".to_owned(),
        Default::Uuid => "default a new UUID".to_owned(),
    }));
    if field.write_only {
        list.push("write only".to_owned());
    }
    if field.read_only {
        list.push("set by admins".to_owned());
    }
    list.extend(field.description.clone());
    list
}

/// What a value has to be beyond its type.
fn limits(kind: &Kind) -> Vec<String> {
    match kind {
        Kind::String(text) => {
            let length = counted("characters", text.min_length, text.max_length);
            let pattern = text.pattern.as_ref();
            let pattern = pattern.map(|pattern| format!("matches `{pattern}`"));
            length.into_iter().chain(pattern).collect()
        }
        Kind::Integer(range) => bounds(range),
        Kind::Number(range) => bounds(range),
        Kind::Array(array) => {
            let count = counted("elements", array.min_items, array.max_items);
            let unique = array.unique_items.then(|| "no element twice".to_owned());
            count.into_iter().chain(unique).collect()
        }
        Kind::Boolean | Kind::Object(_) => Vec::new(),
    }
}

fn counted(what: &str, least: Option<usize>, most: Option<usize>) -> Option<String> {
    Some(match (least, most) {
        (None, None) => return None,
        (Some(least), None) => format!("at least {least} {what}"),
        (None, Some(most)) => format!("at most {most} {what}"),
        (Some(least), Some(most)) => format!("{least} to {most} {what}"),
    })
}

fn bounds<T: Display>(range: &Range<T>) -> Vec<String> {
    let said =
        |sign: &str, bound: &Option<T>| bound.as_ref().map(|bound| format!("{sign} {bound}"));
    let all = [
        said("≥", &range.minimum),
        said(">", &range.exclusive_minimum),
        said("≤", &range.maximum),
        said("<", &range.exclusive_maximum),
        said("a multiple of", &range.multiple_of),
    ];
    all.into_iter().flatten().collect()
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
