//! The part of config.toml's JSON Schema that is about `[models.NAME]`: what editors offer inside a model and a field.
//! What may stand beside what is `hearth check`'s business; here every key has its shape and its meaning.

use serde_json::{Map, Value as Json, json};

/// The schema of `models`; its parts stand under `definitions`.
pub(super) fn models() -> Json {
    json!({
        "type": "object",
        "description": "Each model gives a table, /api/NAME and its documentation.",
        "propertyNames": { "pattern": "^[a-z][a-z0-9_]*$" },
        "additionalProperties": { "$ref": "#/definitions/model" },
    })
}

/// A model, a field of it, a member of an object field, an element of an array field, and one access rule.
pub(super) fn definitions() -> Json {
    let mut property = shared();
    property.extend(members());
    let mut field = property.clone();
    field.extend(columns());
    json!({
        "model": model(),
        "field": object(field, json!([{ "required": ["type"] }, { "required": ["references"] }])),
        "property": object(property, json!([{ "required": ["type"] }])),
        "element": object(shared(), json!([{ "required": ["type"] }])),
        "rule": rule(),
        "fields": {
            "type": "array",
            "items": { "type": "string" },
            "minItems": 1,
            "maxItems": crate::limits::INDEX_COLUMNS,
        },
    })
}

pub(super) fn object(properties: Map<String, Json>, any_of: Json) -> Json {
    json!({
        "type": "object",
        "properties": properties,
        "anyOf": any_of,
        "additionalProperties": false,
    })
}

/// Keys with their shapes, each with its meaning.
pub(super) fn keys<const N: usize>(list: [(&str, Json, &str); N]) -> Map<String, Json> {
    let described = list.into_iter().map(|(name, mut shape, meaning)| {
        shape["description"] = json!(meaning);
        (name.to_owned(), shape)
    });
    described.collect()
}

fn flag(default: bool) -> Json {
    json!({ "type": "boolean", "default": default })
}

fn text() -> Json {
    json!({ "type": "string" })
}

fn count() -> Json {
    json!({ "type": "integer", "minimum": 0 })
}

fn number() -> Json {
    json!({ "type": "number" })
}

fn words(words: &[&str]) -> Json {
    json!({ "type": "string", "enum": words })
}

/// A reference that keeps its siblings: in draft 7 nothing beside `$ref` counts.
fn named(definition: &str) -> Json {
    json!({ "allOf": [{ "$ref": format!("#/definitions/{definition}") }] })
}

const TYPES: [&str; 6] = ["string", "integer", "number", "boolean", "array", "object"];
const FORMATS: [&str; 9] = [
    "date-time",
    "date",
    "time",
    "email",
    "uri",
    "uuid",
    "ipv4",
    "ipv6",
    "hostname",
];

/// What every field has, wherever it stands.
fn shared() -> Map<String, Json> {
    let mut all = keys([
        (
            "type",
            words(&TYPES),
            "What values are; a field with `references` needs none.",
        ),
        (
            "description",
            text(),
            "For people: stands in the API's docs and in the console.",
        ),
    ]);
    all.extend(strings());
    all.extend(numbers());
    all.extend(collections());
    all
}

fn strings() -> Map<String, Json> {
    keys([
        (
            "format",
            words(&FORMATS),
            "Strings: what the text is, which is checked.",
        ),
        (
            "enum",
            json!({ "type": "array", "items": { "type": "string" }, "minItems": 1 }),
            "Strings: the only values.",
        ),
        ("min_length", count(), "Strings: characters at least."),
        ("max_length", count(), "Strings: characters at most."),
        (
            "pattern",
            text(),
            "Strings: a regular expression that must be found in the text; ^ and $ bind it.",
        ),
    ])
}

fn numbers() -> Map<String, Json> {
    keys([
        ("minimum", number(), "Numbers: the least value."),
        ("maximum", number(), "Numbers: the greatest value."),
        (
            "exclusive_minimum",
            number(),
            "Numbers: values are greater than this.",
        ),
        (
            "exclusive_maximum",
            number(),
            "Numbers: values are less than this.",
        ),
        (
            "multiple_of",
            json!({ "type": "number", "exclusiveMinimum": 0 }),
            "Numbers: values are multiples of this.",
        ),
    ])
}

/// Arrays and objects. Elements that are arrays need a whole field, which says what is in those.
fn collections() -> Map<String, Json> {
    let plain: Vec<&str> = TYPES.into_iter().filter(|kind| *kind != "array").collect();
    let members =
        json!({ "type": "object", "additionalProperties": { "$ref": "#/definitions/property" } });
    keys([
        (
            "items",
            json!({ "anyOf": [words(&plain), { "$ref": "#/definitions/element" }] }),
            "Arrays: what elements are, by the name of a type or as a whole field. They are never null.",
        ),
        ("min_items", count(), "Arrays: elements at least."),
        ("max_items", count(), "Arrays: elements at most."),
        ("unique_items", flag(false), "Arrays: no element twice."),
        (
            "properties",
            members,
            "Objects: the members. Without it any JSON object is taken.",
        ),
        (
            "additional_properties",
            flag(false),
            "Objects with `properties`: whether other members are taken too.",
        ),
    ])
}

/// What has no meaning for the elements of an array.
fn members() -> Map<String, Json> {
    keys([
        (
            "required",
            flag(false),
            "Never null; must be sent on create unless there is a `default`.",
        ),
        (
            "default",
            json!({}),
            "What a record has when nothing is sent: a value, \"now()\" for date-time, \"uuid()\" for uuid.",
        ),
    ])
}

/// What only a model's own fields have, which are columns.
fn columns() -> Map<String, Json> {
    keys([
        (
            "references",
            text(),
            "A model: values are the ids of its records.",
        ),
        (
            "on_delete",
            words(&["restrict", "cascade", "set_null"]),
            "With `references`, when the other record is deleted: refuse that (the default), delete this one too, or set \
             null.",
        ),
        (
            "unique",
            json!({ "enum": [true, false, "global", "owner"] }),
            "No value twice: with true among the owner's records where only owners read, else among all; \"global\" is \
             always among all, \"owner\" always among the owner's.",
        ),
        (
            "index",
            flag(false),
            "Makes filtering and sorting by it quick.",
        ),
        (
            "write_only",
            flag(false),
            "Accepted, never shown: not in answers, logs or exports.",
        ),
        ("read_only", flag(false), "Set by admins alone."),
        (
            "renamed_from",
            text(),
            "The former name, so that the values are kept under the new one.",
        ),
    ])
}

fn model() -> Json {
    let lists = json!({ "type": "array", "items": { "$ref": "#/definitions/fields" } });
    let access = json!({ "anyOf": [
        words(&["owner", "shared_read", "public_read", "authenticated", "admin"]),
        {
            "type": "object",
            "properties": keys([
                ("read", named("rule"), "Who may read. Without it: owner."),
                ("create", named("rule"), "Who may create. Without it: signed_in."),
                ("update", named("rule"), "Who may change. Without it: owner."),
                ("delete", named("rule"), "Who may delete. Without it: owner."),
            ]),
            "additionalProperties": false,
        },
    ] });
    let fields = json!({
        "type": "object",
        "minProperties": 1,
        "additionalProperties": { "$ref": "#/definitions/field" },
    });
    json!({
        "type": "object",
        "required": ["fields"],
        "properties": keys([
            ("fields", fields, "The fields by name, in the order in which records show them."),
            (
                "access",
                access,
                "Who may do what; \"owner\" is the default. Admins may read and write everything.",
            ),
            (
                "id",
                words(&["integer", "uuid"]),
                "What ids are: 1, 2, 3 … (the default), or UUIDs of version 7, which sort by time.",
            ),
            ("description", text(), "For people: stands in the API's docs and in the console."),
            (
                "unique",
                lists.clone(),
                "Lists of fields that no two records may have alike together: [[\"title\", \"year\"]].",
            ),
            ("indexes", lists, "Lists of fields that are filtered and sorted by together."),
            (
                "on_owner_delete",
                words(&["cascade", "restrict"]),
                "When a user is deleted: their records go too (the default), or keep the user from being deleted.",
            ),
            ("realtime", flag(true), "Whether changes are reported to those who watch."),
            ("renamed_from", text(), "The former name, so that the records are kept under the new one."),
        ]),
        "additionalProperties": false,
    })
}

fn rule() -> Json {
    let word = json!({ "anyOf": [
        words(&["anyone", "signed_in", "owner", "admin"]),
        { "type": "string", "pattern": "^role:[a-z][a-z0-9_]*$" },
    ] });
    json!({ "anyOf": [word, { "type": "array", "items": word, "minItems": 1, "uniqueItems": true }] })
}
