//! What the schemas of records take and refuse.

use serde_json::{Value as Json, json};

use super::named;
use super::shapes::{self, default_models, everything, field, model, string};
use crate::models::{Kind, Models, Range};
use crate::openapi::document;
use crate::services::bodies::BODIES;

#[test]
fn write_only_fields_are_in_bodies_alone_and_read_only_ones_in_answers_alone() {
    let document = document(&everything(), &BODIES, None);
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
    let document = document(&default_models(), &BODIES, None);
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
    let document = document(&everything(), &BODIES, None);
    let put = named(&document, "ThingUpdate");
    let patch = named(&document, "ThingPatch");
    let part = json!({ "address": { "number": 7 } });
    assert!(!put.is_valid(&part), "PUT replaces an object whole");
    assert!(patch.is_valid(&part));
    assert!(patch.is_valid(&json!({ "address": { "number": null } })));
    assert!(
        patch.is_valid(&json!({ "address": { "level": null } })),
        "its default comes back"
    );
    assert!(!patch.is_valid(&json!({ "plate": null })));
    assert!(!patch.is_valid(&json!({ "address": { "street": null } })));
    assert!(
        !patch.is_valid(&json!({ "former": [{ "number": 7 }] })),
        "elements are whole"
    );
}

#[test]
fn answers_are_whole_unless_fields_were_chosen() {
    let document = document(&default_models(), &BODIES, None);
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
    let document = document(&everything(), &BODIES, None);
    let parameters = document["paths"]["/api/things"]["get"]["parameters"]
        .as_array()
        .unwrap();
    let named = |name: &str| -> Vec<&Json> {
        let all = parameters.iter();
        all.filter(|parameter| parameter["name"] == name).collect()
    };
    for name in ["pin", "tags", "address", "limit"] {
        assert!(named(name).is_empty(), "{name}");
    }
    assert_eq!(named("status").len(), 1);
    let items = &named("status")[0]["schema"]["items"];
    assert_eq!(
        items,
        &json!({ "type": "string", "enum": ["open", "closed"] })
    );
    let sort = named("sort")[0]["schema"]["pattern"].as_str().unwrap();
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
    let document = document(&models, &BODIES, None);
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
fn a_required_field_with_a_default_may_be_left_out_but_is_never_null() {
    let document = document(&everything(), &BODIES, None);
    let address = &document["components"]["schemas"]["ThingCreate"]["properties"]["address"];
    assert_eq!(address["required"], json!(["street"]));
    assert_eq!(address["properties"]["level"]["type"], json!("integer"));
    assert_eq!(
        address["properties"]["level"]["description"],
        "Default: `0`."
    );
    let address = &document["components"]["schemas"]["Thing"]["properties"]["address"];
    assert_eq!(address["required"], json!(["street", "level"]));
    assert_eq!(address["properties"]["level"]["default"], 0);
}

#[test]
fn a_pattern_that_only_rust_reads_is_told_in_words() {
    let fields = vec![
        field("plain", shapes::pattern("^[a-z]+$")),
        field("folded", shapes::pattern("(?i)^[a-z]+$")),
    ];
    let models = Models::new(vec![model("notes", "Note", fields)]);
    let document = document(&models, &BODIES, None);
    let properties = &document["components"]["schemas"]["NoteCreate"]["properties"];
    assert_eq!(properties["plain"]["pattern"], "^[a-z]+$");
    assert!(properties["folded"].get("pattern").is_none());
    assert_eq!(
        properties["folded"]["description"],
        "Matches `(?i)^[a-z]+$`."
    );
}
