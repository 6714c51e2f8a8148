//! The calls for a model's records, and the schemas that they speak.

use serde_json::{Map, Value as Json, json};

use super::names::Names;
use super::operations::Verb;
use super::usage::Use;
use super::{answers, examples, faults, parameters, reference, schemas};
use crate::limits;
use crate::models::Model;

/// A model's schemas, by their names among the components.
pub(super) fn components(model: &Model, names: &Names) -> [(String, Json); 8] {
    let record = reference("schemas", &names.one);
    let item = answers::envelope(json!({ "item": &record }), &["item"]);
    let batch = json!({ "items": { "type": "array", "items": &record } });
    let partial = reference("schemas", &names.partial());
    let list = json!({
        "items": { "type": "array", "items": partial },
        "next_cursor": answers::next_cursor(),
        "total": { "type": "integer", "format": "int64", "minimum": 0, "description": "With `total=true`: how many there are in all pages." },
    });
    [
        (names.one.clone(), schemas::record(model)),
        (names.partial(), schemas::partial(model)),
        (names.create(), schemas::body(model, Use::Create)),
        (names.update(), schemas::body(model, Use::Update)),
        (names.patch(), schemas::body(model, Use::Patch)),
        (names.answer(), item),
        (names.batch_answer(), answers::envelope(batch, &["items"])),
        (
            names.list_answer(),
            answers::envelope(list, &["items", "next_cursor"]),
        ),
    ]
}

/// What an operation object of this call has beside its name: parameters, body, answers.
pub(super) fn parts(model: &Model, names: &Names, verb: Verb) -> Map<String, Json> {
    let mut parts = Map::new();
    parts.insert("parameters".to_owned(), json!(parameters_of(model, verb)));
    if let Some(body) = body(model, names, verb) {
        parts.insert("requestBody".to_owned(), body);
    }
    let mut responses = success(model, names, verb);
    faults::add(&mut responses, statuses(verb), None);
    parts.insert("responses".to_owned(), Json::Object(responses));
    parts
}

fn parameters_of(model: &Model, verb: Verb) -> Vec<Json> {
    let shared = |name| reference("parameters", name);
    match verb {
        Verb::List => parameters::list(model),
        Verb::Create => vec![shared("IdempotencyKey")],
        Verb::Get => vec![parameters::record_id(model), shared("IfNoneMatch")],
        Verb::Update | Verb::Patch | Verb::Delete => {
            vec![parameters::record_id(model), shared("IfMatch")]
        }
    }
}

/// Statuses beside those that every call can have.
fn statuses(verb: Verb) -> &'static [u16] {
    match verb {
        Verb::List => &[401, 403],
        Verb::Create => &[401, 403, 409, 413, 415],
        Verb::Get => &[401, 403, 404],
        Verb::Update | Verb::Patch => &[401, 403, 404, 409, 412, 413, 415],
        Verb::Delete => &[401, 403, 404, 409, 412],
    }
}

fn body(model: &Model, names: &Names, verb: Verb) -> Option<Json> {
    let example = examples::body(model);
    let content = match verb {
        Verb::List | Verb::Get | Verb::Delete => return None,
        Verb::Create => {
            let one = reference("schemas", &names.create());
            let several = json!({ "type": "array", "minItems": 1, "maxItems": limits::RECORDS_PER_POST, "items": &one });
            let examples = examples_of(example.clone(), example.map(|one| json!([one])));
            json!({ "application/json": media(json!({ "oneOf": [one, several] }), examples) })
        }
        Verb::Update => {
            let schema = reference("schemas", &names.update());
            json!({ "application/json": media(schema, one_example(example)) })
        }
        Verb::Patch => {
            let schema = reference("schemas", &names.patch());
            let media = media(schema, one_example(example));
            json!({ "application/json": &media, "application/merge-patch+json": &media })
        }
    };
    Some(json!({ "required": true, "content": content }))
}

/// The answers of a call that went well.
fn success(model: &Model, names: &Names, verb: Verb) -> Map<String, Json> {
    let record = examples::record(model);
    let item = record
        .clone()
        .map(|record| json!({ "success": true, "item": record }));
    let one =
        |description| answers::response(description, &names.answer(), item.clone(), &["ETag"]);
    let mut responses = Map::new();
    match verb {
        Verb::List => {
            let page = record
                .map(|record| json!({ "success": true, "items": [record], "next_cursor": null }));
            let list = answers::response("A page of records.", &names.list_answer(), page, &[]);
            responses.insert("200".to_owned(), list);
        }
        Verb::Create => {
            let items = record.map(|record| json!({ "success": true, "items": [record] }));
            responses.insert("201".to_owned(), created(names, examples_of(item, items)));
        }
        Verb::Get => {
            let known = json!({ "description": "The caller has this state already." });
            responses.insert("200".to_owned(), one("The record."));
            responses.insert("304".to_owned(), answers::with_headers(known, &["ETag"]));
        }
        Verb::Update | Verb::Patch => {
            responses.insert("200".to_owned(), one("The record as it is stored now."));
        }
        Verb::Delete => {
            let done = Some(json!({ "success": true }));
            responses.insert(
                "200".to_owned(),
                answers::response("Deleted.", "Done", done, &[]),
            );
        }
    }
    responses
}

fn created(names: &Names, examples: Map<String, Json>) -> Json {
    let one = reference("schemas", &names.answer());
    let several = reference("schemas", &names.batch_answer());
    let response = json!({
        "description": "The records as they are stored: one under `item`, a list under `items`.",
        "content": { "application/json": media(json!({ "oneOf": [one, several] }), examples) },
    });
    // A list has neither a place nor a state of its own.
    answers::with_headers(response, &["Location", "ETag", "Idempotency-Replayed"])
}

fn media(schema: Json, examples: Map<String, Json>) -> Json {
    let mut media = json!({ "schema": schema });
    if let Json::Object(members) = &mut media {
        members.extend(examples);
    }
    media
}

fn one_example(example: Option<Json>) -> Map<String, Json> {
    let example = example.map(|example| ("example".to_owned(), example));
    example.into_iter().collect()
}

fn examples_of(one: Option<Json>, several: Option<Json>) -> Map<String, Json> {
    let (Some(one), Some(several)) = (one, several) else {
        return Map::new();
    };
    let examples = json!({
        "one": { "summary": "One record", "value": one },
        "several": { "summary": "Several records at once", "value": several },
    });
    Map::from_iter([("examples".to_owned(), examples)])
}
