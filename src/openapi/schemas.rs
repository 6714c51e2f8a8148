//! A model's fields in JSON Schema, once for what is answered and once for each body.
//!
//! Bodies refuse what they do not name, and answers hold nothing else, so that a client can rely on both. Defaults stand as
//! a keyword in answers and as a sentence in bodies: generators make a member with that keyword one that must be sent, or
//! freeze today's default in the client.

use regex::Regex;
use serde_json::{Map, Value as Json, json};

use super::pattern;
use super::usage::Use;
use crate::models::{
    Array, Default, Field, Format, IdKind, Kind, Model, Object, OnDelete, Range, Text,
};

/// The stored record, whole.
pub(super) fn record(model: &Model) -> Json {
    let properties = record_properties(model);
    let mut schema = json!({
        "type": "object",
        "required": properties.keys().collect::<Vec<_>>(),
        "properties": properties,
        "additionalProperties": false,
    });
    if let Some(description) = &model.description {
        schema["description"] = json!(description);
    }
    schema
}

/// A record of which `fields` may have asked for some members only.
pub(super) fn partial(model: &Model) -> Json {
    json!({
        "type": "object",
        "description": "Whole, unless `fields` names the wanted members.",
        "properties": record_properties(model),
        "additionalProperties": false,
    })
}

/// What is sent for a record; or for a call of accounts, whose shapes are models, too.
pub(super) fn body(model: &Model, usage: Use) -> Json {
    Json::Object(object(&model.fields, false, usage))
}

/// A field's schema in a message of that use, null included where it may be null.
pub(super) fn member(field: &Field, usage: Use) -> Map<String, Json> {
    let mut schema = shape(&field.kind, usage.within());
    if usage.allows_null(field) {
        allow_null(&mut schema);
    }
    if let (Use::Answer, Some(Default::Literal(value))) = (usage, &field.default) {
        schema.insert("default".to_owned(), value.clone());
    }
    let description = description(field, usage);
    if !description.is_empty() {
        schema.insert("description".to_owned(), json!(description));
    }
    if field.read_only {
        schema.insert("readOnly".to_owned(), json!(true));
    }
    if field.write_only {
        schema.insert("writeOnly".to_owned(), json!(true));
    }
    if let Some(reference) = &field.references {
        schema.insert(
            "x-references".to_owned(),
            json!({ "model": reference.model }),
        );
    }
    schema
}

/// A kind's schema without null.
pub(super) fn shape(kind: &Kind, usage: Use) -> Map<String, Json> {
    match kind {
        Kind::String(text) => string(text, usage),
        Kind::Integer(range) => {
            let mut schema = typed("integer");
            schema.insert("format".to_owned(), json!("int64"));
            limits(&mut schema, range);
            schema
        }
        Kind::Number(range) => {
            let mut schema = typed("number");
            limits(&mut schema, range);
            schema
        }
        Kind::Boolean => typed("boolean"),
        Kind::Array(array) => list(array, usage),
        Kind::Object(Object {
            properties: None, ..
        }) => {
            let mut schema = typed("object");
            schema.insert("additionalProperties".to_owned(), json!(true));
            schema
        }
        Kind::Object(Object {
            properties: Some(fields),
            additional,
        }) => object(fields, *additional, usage),
    }
}

/// The id of a record.
pub(super) fn id(kind: IdKind) -> Json {
    match kind {
        IdKind::Integer => json!({ "type": "integer", "format": "int64" }),
        IdKind::Uuid => json!({ "type": "string", "format": "uuid" }),
    }
}

fn record_properties(model: &Model) -> Map<String, Json> {
    let mut properties = Map::new();
    let mut own = |name: &str, mut schema: Json| {
        schema["readOnly"] = json!(true);
        properties.insert(name.to_owned(), schema);
    };
    own("id", id(model.id));
    let owner = "The user who made it; null for what nobody in particular made.";
    own(
        "user_id",
        json!({ "type": ["string", "null"], "description": owner }),
    );
    own(
        "created_at",
        json!({ "type": "string", "format": "date-time" }),
    );
    own(
        "updated_at",
        json!({ "type": "string", "format": "date-time" }),
    );
    let times = ["created_at", "updated_at"].map(|name| properties.shift_remove_entry(name));
    let declared = model.fields.iter().filter(|field| Use::Answer.has(field));
    properties.extend(
        declared.map(|field| (field.name.clone(), Json::Object(member(field, Use::Answer)))),
    );
    properties.extend(times.into_iter().flatten());
    properties
}

/// Members of which `additional` says whether others are taken beside. Answers leave that open below the record itself:
/// what was stored before a declaration lost a member is still there.
fn object(fields: &[Field], additional: bool, usage: Use) -> Map<String, Json> {
    let fields: Vec<&Field> = fields.iter().filter(|field| usage.has(field)).collect();
    let properties: Map<String, Json> = fields
        .iter()
        .map(|field| (field.name.clone(), Json::Object(member(field, usage))))
        .collect();
    let required: Vec<&str> = fields
        .iter()
        .filter(|field| usage.requires(field))
        .map(|field| field.name.as_str())
        .collect();
    let mut schema = typed("object");
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema.insert("properties".to_owned(), Json::Object(properties));
    if additional || usage != Use::Answer {
        schema.insert("additionalProperties".to_owned(), json!(additional));
    }
    schema
}

fn list(array: &Array, usage: Use) -> Map<String, Json> {
    // Merging stops at a list: it is replaced whole, so its elements are whole.
    let within = if usage == Use::Merge {
        Use::Create
    } else {
        usage
    };
    let mut items = shape(&array.items.kind, within);
    if let Some(description) = &array.items.description {
        items.insert("description".to_owned(), json!(description));
    }
    let mut schema = typed("array");
    schema.insert("items".to_owned(), Json::Object(items));
    limit(&mut schema, "minItems", array.min_items);
    limit(&mut schema, "maxItems", array.max_items);
    if array.unique_items {
        schema.insert("uniqueItems".to_owned(), json!(true));
    }
    schema
}

/// What no string that is sent may contain.
const NO_NUL: &str = "^[^\\u0000]*$";

fn string(text: &Text, usage: Use) -> Map<String, Json> {
    let mut schema = typed("string");
    limit(&mut schema, "format", text.format.map(format_name));
    limit(&mut schema, "enum", text.options.as_ref());
    limit(&mut schema, "minLength", text.min_length);
    limit(&mut schema, "maxLength", text.max_length);
    let pattern = text.pattern.as_ref().map(Regex::as_str);
    let portable = pattern.filter(|text| pattern::is_portable(text));
    let plain = usage != Use::Answer
        && pattern.is_none()
        && text.format.is_none()
        && text.options.is_none();
    let pattern = portable.or(plain.then_some(NO_NUL));
    limit(&mut schema, "pattern", pattern);
    schema
}

fn limits<T: Copy + serde::Serialize>(schema: &mut Map<String, Json>, range: &Range<T>) {
    limit(schema, "minimum", range.minimum);
    limit(schema, "maximum", range.maximum);
    limit(schema, "exclusiveMinimum", range.exclusive_minimum);
    limit(schema, "exclusiveMaximum", range.exclusive_maximum);
    limit(schema, "multipleOf", range.multiple_of);
}

fn limit<T: serde::Serialize>(schema: &mut Map<String, Json>, keyword: &str, value: Option<T>) {
    if let Some(value) = value {
        schema.insert(keyword.to_owned(), json!(value));
    }
}

fn typed(name: &str) -> Map<String, Json> {
    Map::from_iter([("type".to_owned(), json!(name))])
}

fn allow_null(schema: &mut Map<String, Json>) {
    if let Some(kind) = schema.get_mut("type") {
        *kind = json!([kind.take(), "null"]);
    }
    if let Some(Json::Array(options)) = schema.get_mut("enum") {
        options.push(Json::Null);
    }
}

/// What people should know of the field: their own words, then what the keywords cannot say.
fn description(field: &Field, usage: Use) -> String {
    let mut sentences: Vec<String> = field.description.iter().cloned().collect();
    if let Kind::String(Text {
        pattern: Some(pattern),
        ..
    }) = &field.kind
        && !pattern::is_portable(pattern.as_str())
    {
        sentences.push(format!("Matches `{pattern}`."));
    }
    if let Some(reference) = &field.references {
        let on_delete = match reference.on_delete {
            OnDelete::Restrict => "which cannot be deleted meanwhile",
            OnDelete::Cascade => "with which this record is deleted",
            OnDelete::SetNull => "null once that is deleted",
        };
        let model = &reference.model;
        sentences.push(format!("The id of a record of `{model}`, {on_delete}."));
    }
    if usage == Use::Create {
        match &field.default {
            Some(Default::Literal(value)) => sentences.push(format!("Default: `{value}`.")),
            Some(Default::Now) => sentences.push("Default: the current time.".to_owned()),
            Some(Default::Uuid) => sentences.push("Default: a new UUID.".to_owned()),
            None => {}
        }
    }
    sentences.join(" ")
}

/// JSON Schema's word for a format, or OpenAPI's where that has none.
fn format_name(format: Format) -> &'static str {
    match format {
        Format::DateTime => "date-time",
        Format::Date => "date",
        // `time` would have an offset.
        Format::Time => "time-local",
        Format::Email => "email",
        Format::Uri => "uri",
        Format::Uuid => "uuid",
        Format::Ipv4 => "ipv4",
        Format::Ipv6 => "ipv6",
        Format::Hostname => "hostname",
    }
}
