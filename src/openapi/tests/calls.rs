//! The calls: all described, with names of their own, answers, and access as it is declared.

use std::collections::HashSet;

use serde_json::json;

use super::shapes::{access, awkward, default_models, everything, model};
use super::{documents, each_operation};
use crate::models::{Model, Models, Word};
use crate::openapi::{document, operations, schema_names};
use crate::services::bodies::BODIES;

#[test]
fn operation_ids_and_schemas_have_names_of_their_own() {
    for document in documents() {
        let mut ids = HashSet::new();
        for (place, operation) in each_operation(&document) {
            let id = operation["operationId"].as_str().unwrap();
            assert!(
                ids.insert(id.to_lowercase()),
                "{place} has the id {id} of another"
            );
        }
    }
    let models = awkward();
    let count = models.iter().count();
    let document = document(&models, &BODIES, None);
    let schemas = document["components"]["schemas"].as_object().unwrap();
    assert_eq!(schemas.len(), count * 8 + schema_names().count());
    let folded: HashSet<String> = schemas.keys().map(|name| name.to_lowercase()).collect();
    assert_eq!(folded.len(), schemas.len());
    assert!(schemas.contains_key("Post") && schemas.contains_key("PostRecord"));
}

#[test]
fn the_names_of_hearths_own_schemas_are_reserved() {
    let document = document(&Models::default(), &BODIES, None);
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut reserved = schema_names().collect::<Vec<_>>();
    let mut names: Vec<&str> = schemas.keys().map(String::as_str).collect();
    reserved.sort_unstable();
    names.sort_unstable();
    assert_eq!(names, reserved);
}

#[test]
fn every_operation_has_answers_with_schemas() {
    for document in documents() {
        for (place, operation) in each_operation(&document) {
            let answers = operation["responses"].as_object().unwrap();
            assert!(
                answers
                    .keys()
                    .any(|status| status.starts_with('2') || status == "302"),
                "{place}"
            );
            let bodiless = ["204", "302", "304"];
            for (status, answer) in answers
                .iter()
                .filter(|(status, _)| !bodiless.contains(&status.as_str()))
            {
                let answer = match answer["$ref"].as_str() {
                    Some(reference) => document.pointer(&reference[1..]).unwrap(),
                    None => answer,
                };
                let media = answer["content"]
                    .as_object()
                    .unwrap()
                    .values()
                    .next()
                    .unwrap();
                assert!(
                    media["schema"].is_object(),
                    "{place} {status} has no schema"
                );
                assert!(
                    answer["headers"]["X-Request-Id"].is_object(),
                    "{place} {status}"
                );
            }
            for status in ["400", "422", "500", "503"] {
                assert!(
                    answers.contains_key(status),
                    "{place} does not know {status}"
                );
            }
            assert!(
                answers.contains_key("401") || operation["security"] == json!([]),
                "{place}"
            );
            let body = operation.get("requestBody").is_some();
            assert_eq!(answers.contains_key("413"), body, "{place}");
            assert_eq!(answers.contains_key("415"), body, "{place}");
        }
    }
}

#[test]
fn the_document_describes_what_routes_lists() {
    for models in [default_models(), everything(), awkward()] {
        let listed = operations(&models);
        let document = document(&models, &BODIES, None);
        let described: Vec<String> = each_operation(&document)
            .into_iter()
            .map(|(place, _)| place)
            .collect();
        assert_eq!(described.len(), listed.len());
        for operation in listed {
            let place = format!("{} {}", operation.method.to_lowercase(), operation.path);
            assert!(described.contains(&place), "{place} is not described");
        }
    }
}

#[test]
fn fifteen_models_make_ninety_operations_and_more() {
    let models =
        (0..15).map(|number| model(&format!("model{number}"), &format!("Model{number}"), vec![]));
    let models = Models::new(models.collect());
    assert!(operations(&models).len() >= 90);
}

#[test]
fn access_is_said_as_it_is_declared() {
    let models = everything();
    let listed = operations(&models);
    let of = |method: &str, path: &str| {
        let found = listed
            .iter()
            .find(|operation| operation.method == method && operation.path == path);
        let found = found.unwrap();
        (found.access.as_str(), found.public)
    };
    assert_eq!(of("GET", "/api/things"), ("anyone", true));
    assert_eq!(of("POST", "/api/things"), ("role:editor, admin", false));
    assert_eq!(of("POST", "/api/auth/login"), ("anyone", true));
    assert_eq!(of("GET", "/api/auth/me"), ("signed_in", false));
    assert_eq!(of("DELETE", "/api/admin/users/{id}"), ("admin", false));
    let document = document(&models, &BODIES, None);
    let security = |method: &str, path: &str| document["paths"][path][method]["security"].clone();
    let needed = json!([{ "bearer": [] }, { "password": [] }]);
    assert_eq!(
        security("get", "/api/things"),
        json!([{}, { "bearer": [] }, { "password": [] }])
    );
    assert_eq!(security("post", "/api/things"), needed);
    assert_eq!(security("post", "/api/auth/login"), json!([]));
    assert_eq!(security("get", "/metrics"), needed);
}

#[test]
fn a_word_among_others_makes_a_call_public() {
    let model = Model {
        access: access(
            vec![Word::Owner],
            vec![Word::Role("bot".to_owned()), Word::Anyone],
        ),
        ..model("notes", "Note", vec![])
    };
    let public = operations(&Models::new(vec![model]))
        .into_iter()
        .filter(|operation| operation.public);
    let public: Vec<String> = public
        .filter_map(|operation| operation.model.map(|_| operation.summary))
        .collect();
    assert_eq!(public, ["Create a note"]);
}
