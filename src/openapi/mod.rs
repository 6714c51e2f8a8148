//! The API's own description: operations and the OpenAPI 3.1 document, built from the models; and the page that shows it.
//!
//! Nothing here answers a request or reads a setting: it says what `routes` and `services` do.

use serde_json::{Map, Value as Json, json};

use crate::models::Models;
use names::Names;
use operations::{Call, Subject};

mod accounts;
mod admin;
mod answers;
mod api_keys;
mod docs;
mod examples;
mod executions;
mod faults;
mod fixed;
mod mailed;
mod names;
mod operations;
mod pages;
mod parameters;
mod pattern;
mod providers;
mod records;
mod schemas;
mod second_factor;
mod server;
#[cfg(test)]
mod tests;
mod usage;
mod webhooks;

pub use docs::{DOCS_CSP, docs_file};
pub use pages::{PAGES, PAGES_PATH, Page, contents};

/// One call of the API.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Operation {
    pub method: &'static str,
    /// With names in braces: `/api/items/{id}`.
    pub path: String,
    /// In words: `anyone`, `signed_in`, `owner`, `admin`, `role:editor`, joined by commas.
    pub access: String,
    pub model: Option<String>,
    /// Whether it can be called without a credential.
    pub public: bool,
    pub summary: String,
}

/// What is answered beside the document's calls: sockets, and pages to read.
pub fn beside() -> Vec<Operation> {
    let rows = [
        ("/docs/guide", "anyone", "Read how it works"),
        ("/docs/guide/{page}", "anyone", "Read one page"),
        (
            "/realtime.schema.json",
            "anyone",
            "Get the schemas of a socket's frames",
        ),
        ("/ws", "signed_in", "Open a socket for many channels"),
        (
            "/ws/{execution_id}",
            "signed_in",
            "Open a socket for one execution",
        ),
    ];
    let operation = |(path, access, summary): (&str, &str, &str)| Operation {
        method: "GET",
        path: path.to_owned(),
        access: access.to_owned(),
        model: None,
        public: access == "anyone",
        summary: summary.to_owned(),
    };
    rows.map(operation).into()
}

/// Every call that this server answers, in the order of the document.
pub fn operations(models: &Models) -> Vec<Operation> {
    operations::calls(models, &names::choose(models))
        .into_iter()
        .map(|call| call.operation)
        .collect()
}

/// The OpenAPI 3.1 document. `bodies` are the shapes of `services/bodies.toml`, `url` is `server.url`, when it is set.
pub fn document(models: &Models, bodies: &Models, url: Option<&str>) -> Json {
    let names = names::choose(models);
    let mut paths = Map::new();
    for call in operations::calls(models, &names) {
        let described = describe(&call, bodies);
        let path = paths
            .entry(call.operation.path)
            .or_insert_with(|| json!({}));
        path[call.operation.method.to_lowercase()] = described;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Hearth",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
        },
        "servers": [{ "url": url.unwrap_or("/") }],
        "tags": tags(models),
        "paths": paths,
        "components": {
            "schemas": components(models, &names, bodies),
            "responses": faults::responses(),
            "parameters": parameters::shared(),
            "headers": answers::headers(),
            "securitySchemes": security_schemes(),
        },
    })
}

const ABOUT: &str = "Every path works with and without a trailing slash, answers HEAD where it answers GET, and \
    OPTIONS with all its methods. Unknown members of a body and unknown parameters are refused with 422. Every answer \
    has an `X-Request-Id`.\n\nLive updates come by WebSocket: `/ws` is for many channels (records, executions, rooms), \
    `/ws/{execution_id}` for the log of one execution; `/realtime.schema.json` has the frames, \
    [/docs/guide/realtime](/docs/guide/realtime) explains them. All pages of the guide: [/docs/guide](/docs/guide).";

/// An operation object: what all calls have, then what this one has.
fn describe(call: &Call<'_>, bodies: &Models) -> Json {
    let mut object = Map::new();
    object.insert("operationId".to_owned(), json!(call.id));
    object.insert("tags".to_owned(), json!([call.tag]));
    object.insert("summary".to_owned(), json!(call.operation.summary));
    let access = format!("Access: {}.", call.operation.access);
    let description = match call.note() {
        "" => access,
        note => format!("{note} {access}"),
    };
    object.insert("description".to_owned(), json!(description));
    object.insert("security".to_owned(), security(call));
    if let Subject::Record(..) = call.subject {
        // The same for programs, the console first.
        let words: Vec<&str> = call.operation.access.split(", ").collect();
        object.insert("x-access".to_owned(), json!(words));
    }
    let parts = match &call.subject {
        Subject::Record(model, names, verb) => records::parts(model, names, *verb),
        Subject::Fixed(fixed) => accounts::parts(fixed, bodies),
    };
    object.extend(parts);
    Json::Object(object)
}

/// What a credential is good for: nothing, something, or everything.
fn security(call: &Call<'_>) -> Json {
    match (&call.subject, call.operation.public) {
        (Subject::Fixed(_), true) => json!([]),
        (Subject::Record(..), true) => json!([{}, { "bearer": [] }, { "password": [] }]),
        (_, false) => json!([{ "bearer": [] }, { "password": [] }]),
    }
}

fn security_schemes() -> Json {
    json!({
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token of a sign-in, or an API key: `hk_…`.",
        },
        "password": {
            "type": "oauth2",
            "description": "Signs in with e-mail and password.",
            "flows": { "password": {
                "tokenUrl": fixed::TOKEN_PATH,
                "refreshUrl": fixed::TOKEN_PATH,
                "scopes": {},
            } },
        },
    })
}

fn tags(models: &Models) -> Vec<Json> {
    let declared = models.iter().map(|model| match &model.description {
        Some(description) => json!({ "name": model.name, "description": description }),
        None => json!({ "name": model.name }),
    });
    let fixed = fixed::TAGS
        .iter()
        .map(|(name, description)| json!({ "name": name, "description": description }));
    declared.chain(fixed).collect()
}

fn components(models: &Models, names: &[Names], bodies: &Models) -> Map<String, Json> {
    let mut schemas = Map::new();
    for (model, names) in models.iter().zip(names) {
        schemas.extend(records::components(model, names));
    }
    schemas.extend(accounts::components(bodies));
    admin::components(&mut schemas);
    providers::components(&mut schemas);
    api_keys::components(&mut schemas);
    executions::components(&mut schemas);
    schemas.extend(faults::components());
    schemas
}

/// Names of Hearth's own schemas, which no model's may take.
fn schema_names() -> impl Iterator<Item = &'static str> {
    let own = accounts::SCHEMA_NAMES.iter();
    own.chain(&admin::SCHEMA_NAMES)
        .chain(&providers::SCHEMA_NAMES)
        .chain(&api_keys::SCHEMA_NAMES)
        .chain(&executions::SCHEMA_NAMES)
        .chain(&executions::beside::SCHEMA_NAMES)
        .copied()
}

/// A reference to a component.
fn reference(kind: &str, name: &str) -> Json {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}
