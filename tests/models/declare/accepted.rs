//! Declarations that are right, and what they mean.

use hearth::models::{
    Default, Field, Format, IdKind, Kind, Model, Models, OnDelete, OnOwnerDelete, Unique, Word,
};
use serde_json::json;

use super::read;

/// The models of a text without mistakes.
fn accepted(text: &str) -> Models {
    let (models, mistakes) = read(text);
    assert_eq!(mistakes, []);
    models
}

fn model<'m>(models: &'m Models, name: &str) -> &'m Model {
    models.find(name).unwrap()
}

fn field<'m>(models: &'m Models, path: &str) -> &'m Field {
    let (name, field) = path.split_once('.').unwrap();
    model(models, name).field(field).unwrap().1
}

fn default(models: &Models, path: &str) -> Default {
    field(models, path).default.clone().unwrap()
}

#[test]
fn a_table_without_models_is_right() {
    assert_eq!(accepted("[models]").iter().count(), 0);
}

#[test]
fn the_embedded_default_is_read_as_it_stands() {
    let models = accepted(
        r#"
[models.items]
access = "owner"
[models.items.fields]
name           = { type = "string", required = true, min_length = 1, max_length = 200 }
optional_field = { type = "string" }
items          = { type = "array", items = "string", default = [] }
metadata       = { type = "object", default = {} }
"#,
    );
    let items = model(&models, "items");
    assert_eq!((items.title.as_str(), items.line), ("Item", 2));
    assert_eq!(items.id, IdKind::Integer);
    assert_eq!(items.on_owner_delete, OnOwnerDelete::Cascade);
    assert!(items.realtime);
    let names: Vec<&str> = items
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    assert_eq!(names, ["name", "optional_field", "items", "metadata"]);
    let name = field(&models, "items.name");
    assert_eq!((name.required, name.line), (true, 5));
    let Kind::String(text) = &name.kind else {
        panic!("a string")
    };
    assert_eq!((text.min_length, text.max_length), (Some(1), Some(200)));
    let Kind::Array(array) = &field(&models, "items.items").kind else {
        panic!("an array")
    };
    assert!(array.items.required && matches!(array.items.kind, Kind::String(_)));
    assert_eq!(default(&models, "items.items"), Default::Literal(json!([])));
    assert_eq!(
        default(&models, "items.metadata"),
        Default::Literal(json!({}))
    );
    assert_eq!(models.notes, Vec::<String>::new());
}

#[test]
fn short_names_of_access_stand_for_four_rules() {
    use Word::{Admin, Anyone, Owner, SignedIn};
    let table = [
        ("owner", Owner, SignedIn, Owner),
        ("shared_read", SignedIn, SignedIn, Owner),
        ("public_read", Anyone, SignedIn, Owner),
        ("authenticated", SignedIn, SignedIn, SignedIn),
        ("admin", Admin, Admin, Admin),
    ];
    for (name, read, create, write) in table {
        let text = format!("[models.a]\naccess = \"{name}\"\nfields.b.type = \"string\"");
        let models = accepted(&text);
        let access = &model(&models, "a").access;
        assert_eq!(access.read, [read], "{name}");
        assert_eq!(access.create, [create], "{name}");
        assert_eq!(access.update, access.delete, "{name}");
        assert_eq!(access.delete, [write], "{name}");
    }
}

#[test]
fn what_access_does_not_name_is_the_owners() {
    let models = accepted(
        r#"
[models.a]
access = { read = "anyone", update = ["owner", "role:editor", "role:admin"] }
fields.b.type = "string"
"#,
    );
    let access = &model(&models, "a").access;
    assert_eq!(access.read, [Word::Anyone]);
    assert_eq!(access.create, [Word::SignedIn]);
    let editor = Word::Role("editor".to_owned());
    assert_eq!(access.update, [Word::Owner, editor, Word::Admin]);
    assert_eq!(access.delete, [Word::Owner]);
}

#[test]
fn unique_means_among_the_owners_records_where_only_owners_read() {
    let by_owner = |access: &str, unique: &str| {
        let fields = format!("fields.b = {{ type = \"string\", unique = {unique} }}");
        let models = accepted(&format!("[models.a]\naccess = {access}\n{fields}"));
        model(&models, "a").unique[0].by_owner
    };
    assert!(by_owner(r#""owner""#, "true"));
    assert!(by_owner(r#"{ read = ["owner", "role:editor"] }"#, "true"));
    assert!(!by_owner(r#"{ read = ["owner", "signed_in"] }"#, "true"));
    assert!(!by_owner(r#""public_read""#, "true"));
    assert!(!by_owner(r#""admin""#, "true"));
    assert!(!by_owner(r#""owner""#, r#""global""#));
    assert!(by_owner(r#""public_read""#, r#""owner""#));
}

#[test]
fn lists_of_unique_fields_and_indexes_include_those_of_single_fields() {
    let models = accepted(
        r#"
[models.votes]
access = "public_read"
unique = [["user_id", "poll"], ["poll", "place"]]
indexes = [["place", "created_at"]]
[models.votes.fields]
poll = { type = "string", index = true }
place = { type = "integer", unique = true }
"#,
    );
    let unique = |fields: &[&str], by_owner| Unique {
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        by_owner,
    };
    let votes = model(&models, "votes");
    let expected = [
        unique(&["place"], false),
        unique(&["poll"], true),
        unique(&["poll", "place"], false),
    ];
    assert_eq!(votes.unique, expected);
    assert_eq!(votes.indexes, [vec!["poll"], vec!["place", "created_at"]]);
}

#[test]
fn a_reference_has_the_type_of_the_ids_it_refers_to() {
    let models = accepted(
        r#"
[models.posts.fields]
author = { references = "authors", required = true, on_delete = "cascade" }
parent = { references = "posts" }
[models.authors]
id = "uuid"
fields.name.type = "string"
"#,
    );
    let author = field(&models, "posts.author");
    assert!(matches!(&author.kind, Kind::String(text) if text.format == Some(Format::Uuid)));
    let reference = author.references.as_ref().unwrap();
    assert_eq!(
        (reference.model.as_str(), reference.id),
        ("authors", IdKind::Uuid)
    );
    assert_eq!(reference.on_delete, OnDelete::Cascade);
    let parent = field(&models, "posts.parent");
    assert!(matches!(parent.kind, Kind::Integer(_)));
    assert_eq!(
        parent.references.as_ref().unwrap().on_delete,
        OnDelete::Restrict
    );
}

#[test]
fn defaults_are_kept_in_the_form_that_is_stored() {
    let models = accepted(
        r#"
[models.a.fields]
now = { type = "string", format = "date-time", default = "now()" }
new = { type = "string", format = "uuid", default = "uuid()" }
at = { type = "string", format = "date-time", default = "2026-01-31T12:00:00+02:00" }
day = { type = "string", format = "date", default = 2026-01-31 }
object = { type = "object", properties = { at = { type = "string", format = "date-time" } }, default = { at = "2026-01-31T12:00:00Z" } }
whole = { type = "integer", default = 7.0 }
real = { type = "number", default = 7 }
zero = { type = "number", default = -0.0 }
hex = { type = "integer", default = 0x1_F }
list = { type = "array", items = { type = "string", format = "uuid" }, default = ["0198C6F2-7A1E-7C3B-9D52-3F0A6B1E8D47"] }
"#,
    );
    assert_eq!(default(&models, "a.now"), Default::Now);
    assert_eq!(default(&models, "a.new"), Default::Uuid);
    let literals = [
        ("a.at", json!("2026-01-31T10:00:00.000Z")),
        ("a.day", json!("2026-01-31")),
        ("a.object", json!({ "at": "2026-01-31T12:00:00.000Z" })),
        ("a.whole", json!(7)),
        ("a.real", json!(7.0)),
        ("a.zero", json!(0.0)),
        ("a.hex", json!(31)),
        ("a.list", json!(["0198c6f2-7a1e-7c3b-9d52-3f0a6b1e8d47"])),
    ];
    for (path, literal) in literals {
        let read = default(&models, path);
        assert_eq!(read, Default::Literal(literal.clone()), "{path}");
        // Equal numbers may differ in the sign of a zero; their text does not.
        assert_eq!(
            format!("{read:?}"),
            format!("{:?}", Default::Literal(literal))
        );
    }
}

#[test]
fn a_field_that_a_query_parameter_hides_gets_a_note() {
    let models = accepted(
        r#"
[models.a.fields]
limit = { type = "integer" }
total = { type = "number", write_only = true }
values = { type = "array", items = "string" }
sort = { type = "string" }
"#,
    );
    let note = |field: &str| {
        format!(
            "Field `a.{field}` can't be filtered on: the query parameter `{field}` has a meaning of its own."
        )
    };
    assert_eq!(models.notes, [note("limit"), note("sort")]);
}

#[test]
fn an_object_within_an_object_keeps_its_fields() {
    let models = accepted(
        r#"
[models.a.fields.b]
type = "object"
additional_properties = true
[models.a.fields.b.properties]
c = { type = "object", properties = { d = { type = "integer", required = true, maximum = 9 } } }
"#,
    );
    let Kind::Object(outer) = &field(&models, "a.b").kind else {
        panic!("an object")
    };
    assert!(outer.additional);
    let Kind::Object(inner) = &outer.properties.as_ref().unwrap()[0].kind else {
        panic!("an object")
    };
    assert!(!inner.additional);
    let d = &inner.properties.as_ref().unwrap()[0];
    assert_eq!((d.name.as_str(), d.required, d.line), ("d", true, 6));
    assert!(matches!(&d.kind, Kind::Integer(range) if range.maximum == Some(9)));
}
