//! The JSON Schema by which editors complete a declaration, held against the reader that decides.

use std::collections::BTreeSet;

use hearth::config;
use hearth::document::{Document, Value as Toml};
use hearth::models::declare;
use serde_json::{Value, json};

/// What the reader says about a text with `[models.*]`.
fn said(text: &str) -> String {
    let document = Document::new(text);
    let root = document.table();
    if let Some(Toml::Table(models)) = root.get("models").map(|models| models.get_ref()) {
        declare::read(&document, models, &[]);
    }
    let mistakes = document.mistakes();
    mistakes
        .iter()
        .map(|mistake| format!("{}\n", mistake.message))
        .collect()
}

/// The words in backquotes behind `start`: the reader lists what it knows where it meets what it does not.
fn listed(text: &str, start: &str) -> BTreeSet<String> {
    let (_, list) = text
        .split_once(start)
        .unwrap_or_else(|| panic!("no \"{start}\" in {text}"));
    let list = list.lines().next().unwrap();
    list.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

fn offered(definition: &str) -> BTreeSet<String> {
    let schema = config::schema();
    let properties = &schema["definitions"][definition]["properties"];
    properties.as_object().unwrap().keys().cloned().collect()
}

const TYPES: [&str; 6] = [
    "type = \"string\"",
    "type = \"integer\"",
    "type = \"number\"",
    "type = \"boolean\"",
    "type = \"array\", items = \"string\"",
    "type = \"object\"",
];

#[test]
fn every_key_that_the_reader_knows_is_offered_and_no_other() {
    let known = |around: &dyn Fn(&str) -> String| -> BTreeSet<String> {
        let fields = TYPES.iter();
        let said = fields.map(|kind| said(&around(&format!("{{ {kind}, qqqqqqqqqqqqq = 1 }}"))));
        said.flat_map(|said| listed(&said, "Its keys are "))
            .collect()
    };
    let own = known(&|field| format!("[models.m.fields]\nf = {field}\n"));
    assert_eq!(offered("field"), own);
    let inner = known(&|field| {
        format!("[models.m.fields]\nf = {{ type = \"object\", properties = {{ p = {field} }} }}\n")
    });
    assert_eq!(offered("property"), inner);
    let element =
        known(&|field| format!("[models.m.fields]\nf = {{ type = \"array\", items = {field} }}\n"));
    assert_eq!(offered("element"), element);
    let model =
        said("[models.m]\nqqqqqqqqqqqqq = 1\n[models.m.fields]\nf = { type = \"string\" }\n");
    assert_eq!(offered("model"), listed(&model, "Its keys are "));
}

#[test]
fn every_word_that_the_reader_knows_is_offered_and_no_other() {
    let schema = config::schema();
    let field = &schema["definitions"]["field"]["properties"];
    let model = &schema["definitions"]["model"]["properties"];
    let words = |shape: &Value| -> BTreeSet<String> {
        let words = shape["enum"].as_array().unwrap().iter();
        words
            .filter_map(|word| word.as_str().map(str::to_owned))
            .collect()
    };
    let field_says = |text: &str| said(&format!("[models.m.fields]\nf = {{ {text} }}\n"));
    let model_says = |text: &str| {
        said(&format!(
            "[models.m]\n{text}\n[models.m.fields]\nf = {{ type = \"string\" }}\n"
        ))
    };
    let no_word = "qqqqqqqqqqqqq";
    for (shape, said) in [
        (&field["type"], field_says(&format!("type = \"{no_word}\""))),
        (
            &field["format"],
            field_says(&format!("type = \"string\", format = \"{no_word}\"")),
        ),
        (
            &field["on_delete"],
            field_says(&format!("references = \"m\", on_delete = \"{no_word}\"")),
        ),
        (
            &field["unique"],
            field_says(&format!("type = \"string\", unique = \"{no_word}\"")),
        ),
        (&model["id"], model_says(&format!("id = \"{no_word}\""))),
        (
            &model["on_owner_delete"],
            model_says(&format!("on_owner_delete = \"{no_word}\"")),
        ),
    ] {
        assert_eq!(words(shape), listed(&said, "It can be "));
    }
    let said = model_says(&format!("access = \"{no_word}\""));
    let mut known = listed(&said, "It can be ");
    known.retain(|word| !word.contains('{'));
    assert_eq!(words(&model["access"]["anyOf"][0]), known);
    let said = model_says(&format!("access = {{ read = \"{no_word}\" }}"));
    let mut known = listed(&said, "The words are ");
    assert!(known.remove("role:NAME"), "{said}");
    let rule = &schema["definitions"]["rule"]["anyOf"][0]["anyOf"][0];
    assert_eq!(words(rule), known);
    let said = model_says(&format!("access = {{ {no_word} = \"owner\" }}"));
    let table = model["access"]["anyOf"][1]["properties"]
        .as_object()
        .unwrap();
    let keys: BTreeSet<String> = table.keys().cloned().collect();
    assert_eq!(keys, listed(&said, "Its keys are "));
}

fn accepts(text: &str) -> Vec<String> {
    let schema = config::schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let config: toml::Value = toml::from_str(text).unwrap();
    let config = serde_json::to_value(config).unwrap();
    let errors = validator.iter_errors(&config);
    errors.map(|error| error.to_string()).collect()
}

#[test]
fn the_schema_accepts_the_default_the_example_and_whatever_the_reader_accepts() {
    for text in [
        include_str!("../../config.toml"),
        include_str!("../../examples/movies/config.toml"),
    ] {
        assert_eq!(accepts(text), [""; 0]);
    }
    let mut right = 0;
    for file in [
        include_str!("declare/access.toml"),
        include_str!("declare/defaults.toml"),
        include_str!("declare/fields.toml"),
        include_str!("declare/limits.toml"),
        include_str!("declare/models.toml"),
        include_str!("declare/nested.toml"),
        include_str!("declare/references.toml"),
        include_str!("declare/unique.toml"),
    ] {
        // A case begins with its title; one that is right has no mistake under it.
        for case in file
            .split("#--- ")
            .skip(1)
            .filter(|case| !case.contains("#^ "))
        {
            let (title, text) = case.split_once('\n').unwrap();
            assert_eq!(accepts(text), [""; 0], "{title}");
            right += 1;
        }
    }
    assert!(right > 10, "{right} cases");
}

#[test]
fn the_schema_refuses_what_an_editor_should_underline() {
    for (model, fine) in [
        (json!({"fields": {"a": {"type": "string"}}}), true),
        (
            json!({"fields": {"a": {"references": "b", "on_delete": "cascade"}}}),
            true,
        ),
        (
            json!({"access": {"read": ["owner", "role:editor"]}, "fields": {"a": {"type": "integer"}}}),
            true,
        ),
        (json!({"fields": {}}), false),
        (json!({}), false),
        (
            json!({"acces": "owner", "fields": {"a": {"type": "string"}}}),
            false,
        ),
        (
            json!({"access": "everybody", "fields": {"a": {"type": "string"}}}),
            false,
        ),
        (
            json!({"access": {"read": "editor"}, "fields": {"a": {"type": "string"}}}),
            false,
        ),
        (
            json!({"access": {"read": []}, "fields": {"a": {"type": "string"}}}),
            false,
        ),
        (json!({"fields": {"a": {}}}), false),
        (json!({"fields": {"a": {"type": "strng"}}}), false),
        (
            json!({"fields": {"a": {"type": "string", "min_lenght": 1}}}),
            false,
        ),
        (
            json!({"fields": {"a": {"type": "string", "min_length": -1}}}),
            false,
        ),
        (
            json!({"fields": {"a": {"type": "array", "items": {"type": "string", "required": true}}}}),
            false,
        ),
        (
            json!({"fields": {"a": {"type": "object", "properties": {"b": {"references": "x"}}}}}),
            false,
        ),
        (
            json!({"unique": [[]], "fields": {"a": {"type": "string"}}}),
            false,
        ),
    ] {
        let schema = config::schema();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let config = json!({"models": {"m": model}});
        assert_eq!(validator.is_valid(&config), fine, "{model}");
    }
}
