//! The document as a whole: sound, complete, and true to the models.

use std::collections::HashSet;

use serde_json::{Value as Json, json};

use super::*;
use crate::models::{Kind, Range, Word};
use shapes::{access, bodies, default_models, everything, field, model, string};

mod samples;
mod shapes;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

fn documents() -> [Json; 3] {
    [default_models(), everything(), awkward()].map(|models| document(&models, &bodies(), None))
}

/// Names that clash with each other and with Hearth's own.
fn awkward() -> Models {
    let names = [
        ("posts", "Post"),
        ("post", "Post"),
        ("session", "Session"),
        ("sessions", "Session"),
        ("post_creates", "Post Create"),
        ("errors", "Error"),
        ("a_1", "A 1"),
        ("a1", "A1"),
        ("signed_in", "Signed In"),
    ];
    let names = names.into_iter();
    Models::new(
        names
            .map(|(name, title)| model(name, title, vec![field("text", string())]))
            .collect(),
    )
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
    let document = document(&default_models(), &bodies(), None);
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
    let document = document(&models, &bodies(), None);
    let schemas = document["components"]["schemas"].as_object().unwrap();
    assert_eq!(schemas.len(), count * 8 + accounts::SCHEMA_NAMES.len());
    let folded: HashSet<String> = schemas.keys().map(|name| name.to_lowercase()).collect();
    assert_eq!(folded.len(), schemas.len());
    assert!(schemas.contains_key("Post") && schemas.contains_key("PostRecord"));
}

#[test]
fn the_names_of_hearths_own_schemas_are_reserved() {
    let document = document(&Models::default(), &bodies(), None);
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut reserved = accounts::SCHEMA_NAMES.to_vec();
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
                answers.keys().any(|status| status.starts_with('2')),
                "{place}"
            );
            for (status, answer) in answers.iter().filter(|(status, _)| *status != "304") {
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
    let document = document(&everything(), &bodies(), None);
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
fn the_document_describes_what_routes_lists() {
    for models in [default_models(), everything(), awkward()] {
        let listed = operations(&models);
        let document = document(&models, &bodies(), None);
        let described: Vec<String> = each_operation(&document)
            .into_iter()
            .map(|(place, _)| place)
            .collect();
        assert_eq!(described.len(), listed.len());
        for operation in listed {
            let place = format!("{} {}", operation.method.to_lowercase(), operation.path);
            assert!(described.contains(&place), "{place} is not described");
            assert!(METHODS.contains(&operation.method.to_lowercase().as_str()));
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
    let document = document(&models, &bodies(), None);
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

#[test]
fn write_only_fields_are_in_bodies_alone_and_read_only_ones_in_answers_alone() {
    let document = document(&everything(), &bodies(), None);
    let properties = |name: &str| &document["components"]["schemas"][name]["properties"];
    for answer in ["Thing", "ThingPartial"] {
        assert!(properties(answer).get("pin").is_none());
        assert!(
            properties(answer)["address"]["properties"]
                .get("code")
                .is_none()
        );
        assert_eq!(properties(answer)["score"]["readOnly"], true);
    }
    for body in ["ThingCreate", "ThingUpdate", "ThingPatch"] {
        assert_eq!(properties(body)["pin"]["writeOnly"], true);
        assert!(
            properties(body)["address"]["properties"]
                .get("code")
                .is_some()
        );
        for name in ["score", "id", "user_id", "created_at", "updated_at"] {
            assert!(properties(body).get(name).is_none(), "{body} takes {name}");
        }
    }
}

#[test]
fn bodies_are_accepted_and_refused_as_the_api_does() {
    let document = document(&default_models(), &bodies(), None);
    let create = named(&document, "ItemCreate");
    let update = named(&document, "ItemUpdate");
    assert!(create.is_valid(&json!({ "name": "x" })));
    assert!(create.is_valid(
        &json!({ "name": "x", "optional_field": null, "items": ["a"], "metadata": { "a": 1 } })
    ));
    assert!(!create.is_valid(&json!({})));
    assert!(!create.is_valid(&json!({ "name": null })));
    assert!(!create.is_valid(&json!({ "name": "" })));
    assert!(!create.is_valid(&json!({ "name": "x", "user_id": "B" })));
    assert!(!create.is_valid(&json!({ "name": "x", "items": [1] })));
    assert!(!create.is_valid(&json!({ "name": "x", "items": [null] })));
    assert!(update.is_valid(&json!({})));
    assert!(!update.is_valid(&json!({ "name": null })));
}

#[test]
fn a_patch_merges_into_objects_and_replaces_lists() {
    let document = document(&everything(), &bodies(), None);
    let put = named(&document, "ThingUpdate");
    let patch = named(&document, "ThingPatch");
    let part = json!({ "address": { "number": 7 } });
    assert!(!put.is_valid(&part), "PUT replaces an object whole");
    assert!(patch.is_valid(&part));
    assert!(patch.is_valid(&json!({ "address": { "number": null } })));
    assert!(!patch.is_valid(&json!({ "address": { "street": null } })));
    assert!(
        !patch.is_valid(&json!({ "former": [{ "number": 7 }] })),
        "elements are whole"
    );
}

#[test]
fn answers_are_whole_unless_fields_were_chosen() {
    let document = document(&default_models(), &bodies(), None);
    let whole = json!({
        "id": 1, "user_id": null, "name": "x", "optional_field": null, "items": [], "metadata": {},
        "created_at": "2026-01-31T12:00:00.000Z", "updated_at": "2026-01-31T12:00:00.000Z",
    });
    let one = named(&document, "ItemAnswer");
    let list = named(&document, "ItemListAnswer");
    assert!(one.is_valid(&json!({ "success": true, "item": whole })));
    assert!(!one.is_valid(&json!({ "success": true, "item": { "id": 1 } })));
    assert!(!one.is_valid(&json!({ "success": false, "item": whole })));
    assert!(
        list.is_valid(
            &json!({ "success": true, "items": [whole, { "id": 1 }], "next_cursor": null })
        )
    );
    assert!(
        list.is_valid(&json!({ "success": true, "items": [], "next_cursor": "x", "total": 0 }))
    );
    assert!(
        !list
            .is_valid(&json!({ "success": true, "items": [{ "secret": 1 }], "next_cursor": null }))
    );
}

#[test]
fn hidden_composite_and_reserved_fields_are_no_filters() {
    let document = document(&everything(), &bodies(), None);
    let parameters = document["paths"]["/api/things"]["get"]["parameters"]
        .as_array()
        .unwrap();
    let named = |name: &str| {
        parameters
            .iter()
            .filter(move |parameter| parameter["name"] == name)
    };
    for name in ["pin", "tags", "address", "limit"] {
        assert_eq!(named(name).count(), 0, "{name}");
    }
    assert_eq!(named("status").count(), 1);
    let items = &named("status").next().unwrap()["schema"]["items"];
    assert_eq!(
        items,
        &json!({ "type": "string", "enum": ["open", "closed"] })
    );
    let sort = named("sort").next().unwrap()["schema"]["pattern"]
        .as_str()
        .unwrap();
    let sort = regex::Regex::new(sort).unwrap();
    assert!(
        sort.is_match("-created_at,status") && !sort.is_match("pin") && !sort.is_match("address")
    );
}

#[test]
fn nullable_means_not_required() {
    let models = Models::new(vec![model(
        "notes",
        "Note",
        vec![
            field("size", Kind::Number(Range::default())),
            shapes::required("text", string()),
        ],
    )]);
    let document = document(&models, &bodies(), None);
    let note = &document["components"]["schemas"]["Note"];
    assert_eq!(
        note["properties"]["size"]["type"],
        json!(["number", "null"])
    );
    assert_eq!(note["properties"]["text"]["type"], json!("string"));
    let order: Vec<&String> = note["properties"].as_object().unwrap().keys().collect();
    assert_eq!(
        order,
        ["id", "user_id", "size", "text", "created_at", "updated_at"]
    );
}

#[test]
fn the_address_is_the_configured_one() {
    let document = document(
        &default_models(),
        &bodies(),
        Some("https://app.example.com"),
    );
    assert_eq!(
        document["servers"],
        json!([{ "url": "https://app.example.com" }])
    );
}

#[test]
fn the_bodies_of_the_tests_are_those_of_the_server() {
    let text = include_str!("../../services/bodies.toml");
    let file: toml::Table = text.parse().unwrap();
    let bodies = bodies();
    let shapes = file["models"].as_table().unwrap();
    assert_eq!(shapes.len(), bodies.iter().count());
    for (name, shape) in shapes {
        let fields = shape["fields"].as_table().unwrap();
        let model = bodies.find(name).unwrap();
        assert_eq!(fields.len(), model.fields.len());
        for (field, (name, declared)) in model.fields.iter().zip(fields) {
            assert_eq!(&field.name, name);
            let is_required = declared.get("required").and_then(toml::Value::as_bool);
            assert_eq!(field.required, is_required.unwrap_or(false), "{name}");
            let description = declared.get("description").and_then(toml::Value::as_str);
            assert_eq!(field.description.as_deref(), description, "{name}");
            let schema = schemas::member(field, schemas::Use::Answer);
            let of = |key: &str| declared.get(key).map(|value| json!(value));
            assert_eq!(schema.get("maxLength").cloned(), of("max_length"), "{name}");
            assert_eq!(schema.get("minLength").cloned(), of("min_length"), "{name}");
            assert_eq!(schema.get("format").cloned(), of("format"), "{name}");
            assert_eq!(schema.get("default").cloned(), of("default"), "{name}");
        }
    }
}

#[test]
fn the_page_is_whole_and_asks_nobody_else() {
    let (kind, page) = docs_file("index.html").unwrap();
    assert!(kind.starts_with("text/html"));
    let page = std::str::from_utf8(&page).unwrap();
    let parts = page
        .split('"')
        .filter_map(|text| text.strip_prefix("/docs/"));
    let parts: Vec<&str> = parts.collect();
    assert_eq!(parts.len(), 5);
    for part in parts {
        let (_, bytes) = docs_file(part).unwrap();
        assert!(!bytes.is_empty(), "{part}");
    }
    assert!(!page.contains("http") && !page.contains("<script>") && !page.contains("style="));
    assert!(docs_file("swagger-ui-bundle.js").unwrap().1.len() > 1_000_000);
    for none in [
        "swagger-ui-bundle.js.map",
        "../Cargo.toml",
        "",
        "swagger-ui-es-bundle.js",
    ] {
        assert!(docs_file(none).is_none(), "{none}");
    }
}
