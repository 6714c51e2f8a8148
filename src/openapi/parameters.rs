//! Parameters: of paths, of queries with a filter for each field that can be compared, and of headers.

use serde_json::{Map, Value as Json, json};

use super::schemas;
use super::usage::Use;
use crate::limits;
use crate::models::parameters;
use crate::models::{Field, Kind, Model};

/// The parameters that several calls have, by their names among the components.
pub(super) fn shared() -> Json {
    let key_size = limits::IDEMPOTENCY_KEY_SIZE;
    let mut shared = json!({
        "Limit": query(
            "limit",
            "How many at most.",
            json!({ "type": "integer", "minimum": 1, "maximum": limits::PAGE_MAX, "default": limits::PAGE }),
        ),
        "Cursor": query(
            "cursor",
            "The `next_cursor` of the page before, with the same `sort`. Not together with `offset`.",
            json!({ "type": "string" }),
        ),
        "Offset": query(
            "offset",
            "How many to skip. Pages by `cursor` neither miss nor repeat a record while others come and go.",
            json!({ "type": "integer", "format": "int64", "minimum": 0 }),
        ),
        "Total": query("total", "Whether to count what there is.", json!({ "type": "boolean", "default": false })),
        "IfMatch": header("If-Match", "The `ETag` that the record must still have, else 412.", json!({ "type": "string" })),
        "IfNoneMatch": header("If-None-Match", "The `ETag` that is known; 304 while it holds.", json!({ "type": "string" })),
        "IdempotencyKey": header(
            "Idempotency-Key",
            "Makes it safe to send the same request again within 24 hours: it is answered as the first time.",
            json!({ "type": "string", "minLength": 1, "maxLength": key_size }),
        ),
        "ApiKeyId": path("The key's id, as listed.", json!({ "type": "string" })),
        "MessageId": header("webhook-id", "The message's id; `svix-id` is the same.", json!({ "type": "string" })),
        "MessageTime": header("webhook-timestamp", "When it was sent, in seconds since 1970; `svix-timestamp` is the same.", json!({ "type": "string" })),
        "MessageSignature": header("webhook-signature", "`v1,…`, with blanks between several; `svix-signature` is the same.", json!({ "type": "string" })),
        "AuditUser": query("user", "What this user did, or what was done to them: an id, or an e-mail address.", json!({ "type": "string" })),
        "AuditAction": query("action", "Keeps entries of this kind.", json!({ "type": "string" })),
        "Since": query("since", "Not before then.", json!({ "type": "string", "format": "date-time" })),
        "Until": query("until", "Before then.", json!({ "type": "string", "format": "date-time" })),
        "ProviderName": named("provider", "The provider's name, as `GET /api/auth/providers` has it.", json!({ "type": "string" })),
        "Subject": named("subject", "What the provider calls the user, as listed.", json!({ "type": "string" })),
        "ReturnTo": query("return_to", "A page of this server, as `/inbox`.", json!({ "type": "string", "pattern": "^/", "maxLength": limits::RETURN_SIZE })),
        "OAuthState": query("state", "As the provider got it.", json!({ "type": "string" })),
        "OAuthCode": query("code", "For which this server gets to know who it is.", json!({ "type": "string" })),
        "OAuthError": query("error", "Why there is no code.", json!({ "type": "string" })),
        "OAuthIssuer": query("iss", "Whose answer it is (RFC 9207).", json!({ "type": "string" })),
        "UserSearch": query("search", "Keeps those with this in their e-mail address or name, or with this id.", json!({ "type": "string" })),
        "UserId": path("The user's id.", json!({ "type": "string" })),
        "SecondFactorId": path("The second factor's id, as listed.", json!({ "type": "string" })),
        "SessionId": path("The session's id, as listed.", json!({ "type": "string" })),
    });
    for (name, parameter) in super::executions::parameters()
        .as_object()
        .into_iter()
        .flatten()
    {
        shared[name] = parameter.clone();
    }
    for (name, parameter) in super::oversight::parameters() {
        shared[name] = parameter;
    }
    shared
}

/// What a list of that model's records takes.
pub(super) fn list(model: &Model) -> Vec<Json> {
    let shared = ["Limit", "Cursor", "Offset", "Total"];
    let shared = shared.map(|name| super::reference("parameters", name));
    let filters = model
        .fields
        .iter()
        .filter(|field| is_filter(field))
        .map(filter);
    let own = [sort(model), fields(model)];
    shared.into_iter().chain(own).chain(filters).collect()
}

/// The id in the path of one record.
pub(super) fn record_id(model: &Model) -> Json {
    let description = format!("The id of the {}.", model.title.to_lowercase());
    path(&description, schemas::id(model.id))
}

fn is_filter(field: &Field) -> bool {
    is_scalar(field) && !field.write_only && !parameters::hides(&field.name)
}

fn is_scalar(field: &Field) -> bool {
    !matches!(field.kind, Kind::Array(_) | Kind::Object(_))
}

/// A list, since a name may be given more than once.
fn filter(field: &Field) -> Json {
    let mut items = schemas::shape(&field.kind, Use::Create);
    // Bounds would say nothing: what is beyond them is merely not found.
    items.retain(|keyword, _| ["type", "format", "enum"].contains(&keyword.as_str()));
    let description = format!(
        "Keeps records whose `{}` is this, or one of these.",
        field.name
    );
    let mut parameter = query(
        &field.name,
        &description,
        json!({ "type": "array", "items": items }),
    );
    parameter["style"] = json!("form");
    parameter["explode"] = json!(true);
    parameter
}

fn sort(model: &Model) -> Json {
    let declared = model
        .fields
        .iter()
        .filter(|field| is_scalar(field) && !field.write_only);
    let declared = declared.map(|field| field.name.as_str());
    let names: Vec<&str> = ["id", "user_id", "created_at", "updated_at"]
        .into_iter()
        .chain(declared)
        .collect();
    let one = format!("-?({})", names.join("|"));
    query(
        "sort",
        "Fields to sort by, with commas between them; `-` before a name turns its order round.",
        json!({ "type": "string", "pattern": format!("^{one}(,{one})*$"), "examples": ["-created_at"] }),
    )
}

fn fields(model: &Model) -> Json {
    let declared = model.fields.iter().filter(|field| !field.write_only);
    let declared = declared.map(|field| field.name.as_str());
    let names: Vec<&str> = ["id", "user_id", "created_at", "updated_at"]
        .into_iter()
        .chain(declared)
        .collect();
    let one = format!("({})", names.join("|"));
    query(
        "fields",
        "The members that records should have in the answer, with commas between them.",
        json!({ "type": "string", "pattern": format!("^{one}(,{one})*$"), "examples": ["id"] }),
    )
}

pub(super) fn query(name: &str, description: &str, schema: Json) -> Json {
    json!({ "name": name, "in": "query", "description": description, "schema": schema })
}

fn header(name: &str, description: &str, schema: Json) -> Json {
    json!({ "name": name, "in": "header", "description": description, "schema": schema })
}

pub(super) fn path(description: &str, schema: Json) -> Json {
    named("id", description, schema)
}

pub(super) fn named(name: &str, description: &str, schema: Json) -> Json {
    let mut parameter = Map::new();
    parameter.insert("name".to_owned(), json!(name));
    parameter.insert("in".to_owned(), json!("path"));
    parameter.insert("required".to_owned(), json!(true));
    parameter.insert("description".to_owned(), json!(description));
    parameter.insert("schema".to_owned(), schema);
    Json::Object(parameter)
}
