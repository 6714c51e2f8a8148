//! The document as a whole: sound, complete, and true to the models.

use serde_json::{Value as Json, json};

use super::*;
use crate::services::bodies::BODIES;
use shapes::{awkward, default_models, everything};

mod calls;
mod records;
mod samples;
mod shapes;

fn documents() -> [Json; 3] {
    [default_models(), everything(), awkward()].map(|models| document(&models, &BODIES, None))
}

/// Each operation object with its method and path.
fn each_operation(document: &Json) -> Vec<(String, &Json)> {
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(move |(method, operation)| (format!("{method} {path}"), operation))
    });
    operations.collect()
}

/// A validator for a schema of the document, formats included.
fn validator(document: &Json, schema: &Json) -> jsonschema::Validator {
    let whole = json!({ "allOf": [schema], "components": document["components"] });
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .build(&whole)
        .unwrap()
}

fn named(document: &Json, name: &str) -> jsonschema::Validator {
    validator(document, &reference("schemas", name))
}

fn references<'d>(value: &'d Json, found: &mut Vec<&'d str>) {
    match value {
        Json::Object(members) => {
            found.extend(members.get("$ref").and_then(Json::as_str));
            members
                .values()
                .for_each(|member| references(member, found));
        }
        Json::Array(elements) => elements
            .iter()
            .for_each(|element| references(element, found)),
        _ => {}
    }
}

/// Media types with their schema and examples, wherever they stand.
fn each_media<'d>(value: &'d Json, found: &mut Vec<&'d Json>) {
    match value {
        Json::Object(members) => {
            let content = members.get("content").and_then(Json::as_object);
            found.extend(content.into_iter().flat_map(|content| content.values()));
            members
                .values()
                .for_each(|member| each_media(member, found));
        }
        Json::Array(elements) => elements
            .iter()
            .for_each(|element| each_media(element, found)),
        _ => {}
    }
}

#[test]
fn the_default_models_document_is_the_one_that_is_kept() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/openapi/default.json");
    let document = document(&default_models(), &BODIES, None);
    let text = serde_json::to_string_pretty(&document).unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == text,
        "tests/openapi/default.json differs; look at what UPDATE=1 makes of it"
    );
}

#[test]
fn every_reference_resolves() {
    for document in documents() {
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 100);
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(
                document.pointer(pointer).is_some(),
                "{reference} leads nowhere"
            );
        }
    }
}

#[test]
fn every_component_is_used() {
    for document in documents() {
        let mut found = Vec::new();
        references(&document, &mut found);
        for kind in ["schemas", "responses", "parameters", "headers"] {
            for name in document["components"][kind].as_object().unwrap().keys() {
                let reference = format!("#/components/{kind}/{name}");
                assert!(
                    found.contains(&reference.as_str()),
                    "nothing uses {reference}"
                );
            }
        }
    }
}

#[test]
fn every_example_satisfies_its_schema() {
    for document in documents() {
        let mut found = Vec::new();
        each_media(&document, &mut found);
        let mut count = 0;
        for media in found {
            let validator = validator(&document, &media["schema"]);
            let several = media["examples"].as_object();
            let several = several
                .into_iter()
                .flat_map(|list| list.values().map(|one| &one["value"]));
            for example in media.get("example").into_iter().chain(several) {
                count += 1;
                let faults: Vec<String> = validator
                    .iter_errors(example)
                    .map(|fault| fault.to_string())
                    .collect();
                assert!(faults.is_empty(), "{example}: {faults:?}");
            }
        }
        assert!(count > 40, "only {count} examples");
    }
}

#[test]
fn every_call_for_records_has_an_example() {
    let document = document(&everything(), &BODIES, None);
    for (place, operation) in each_operation(&document) {
        let Some(body) = operation.get("requestBody") else {
            continue;
        };
        let media = body["content"]
            .as_object()
            .unwrap()
            .values()
            .next()
            .unwrap();
        let has = media.get("example").or(media.get("examples")).is_some();
        assert!(has, "{place} has no example");
    }
}

#[test]
fn schemas_are_json_schema_2020_12() {
    for document in documents() {
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            assert!(jsonschema::draft202012::meta::is_valid(schema), "{name}");
        }
    }
}

#[test]
fn the_address_is_the_configured_one() {
    let document = document(&default_models(), &BODIES, Some("https://app.example.com"));
    assert_eq!(
        document["servers"],
        json!([{ "url": "https://app.example.com" }])
    );
}
