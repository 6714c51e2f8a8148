//! Models built by hand: the embedded default, one with everything, and some whose names clash.

use regex::Regex;
use serde_json::{Value as Json, json};

use crate::models::*;

pub(super) fn field(name: &str, kind: Kind) -> Field {
    Field {
        name: name.to_owned(),
        kind,
        required: false,
        default: None,
        references: None,
        write_only: false,
        read_only: false,
        renamed_from: None,
        description: None,
        line: 1,
    }
}

pub(super) fn required(name: &str, kind: Kind) -> Field {
    Field {
        required: true,
        ..field(name, kind)
    }
}

pub(super) fn with_default(name: &str, kind: Kind, default: Json) -> Field {
    Field {
        default: Some(Default::Literal(default)),
        ..field(name, kind)
    }
}

pub(super) fn string() -> Kind {
    Kind::String(Text::default())
}

pub(super) fn length(min: Option<usize>, max: usize) -> Text {
    Text {
        min_length: min,
        max_length: Some(max),
        ..Text::default()
    }
}

pub(super) fn formatted(format: Format) -> Kind {
    Kind::String(Text {
        format: Some(format),
        ..Text::default()
    })
}

pub(super) fn pattern(pattern: &str) -> Kind {
    Kind::String(Text {
        pattern: Some(Regex::new(pattern).unwrap()),
        ..Text::default()
    })
}

pub(super) fn list(items: Kind) -> Array {
    Array {
        items: Box::new(field("items", items)),
        min_items: None,
        max_items: None,
        unique_items: false,
    }
}

pub(super) fn owner() -> Access {
    access(vec![Word::Owner], vec![Word::SignedIn])
}

/// The first rule is for all but creating.
pub(super) fn access(rule: Rule, create: Rule) -> Access {
    Access {
        read: rule.clone(),
        create,
        update: rule.clone(),
        delete: rule,
    }
}

pub(super) fn model(name: &str, title: &str, fields: Vec<Field>) -> Model {
    Model {
        name: name.to_owned(),
        title: title.to_owned(),
        description: None,
        id: IdKind::Integer,
        access: owner(),
        fields,
        unique: Vec::new(),
        indexes: Vec::new(),
        on_owner_delete: OnOwnerDelete::Cascade,
        realtime: true,
        renamed_from: None,
        line: 1,
    }
}

/// The embedded default.
pub(super) fn default_models() -> Models {
    Models::new(vec![model(
        "items",
        "Item",
        vec![
            required("name", Kind::String(length(Some(1), 200))),
            field("optional_field", string()),
            with_default("items", Kind::Array(list(string())), json!([])),
            with_default("metadata", Kind::Object(Object::default()), json!({})),
        ],
    )])
}

/// One field of each kind and limit.
pub(super) fn everything() -> Models {
    let fields = scalars().into_iter().chain(composites()).chain(special());
    Models::new(vec![Model {
        id: IdKind::Uuid,
        description: Some("One of each.".to_owned()),
        access: access(
            vec![Word::Anyone],
            vec![Word::Role("editor".to_owned()), Word::Admin],
        ),
        ..model("things", "Thing", fields.collect())
    }])
}

fn scalars() -> Vec<Field> {
    let formats = [
        Format::DateTime,
        Format::Date,
        Format::Time,
        Format::Email,
        Format::Uri,
        Format::Uuid,
        Format::Ipv4,
        Format::Ipv6,
        Format::Hostname,
    ];
    let formats = formats.map(|format| {
        let name = format!("a_{format:?}").to_lowercase();
        required(&name, formatted(format))
    });
    let status = Text {
        options: Some(vec!["open".to_owned(), "closed".to_owned()]),
        ..Text::default()
    };
    let mut fields = vec![
        with_default("status", Kind::String(status), json!("open")),
        required("plate", pattern("^[A-Z]{2}-[0-9]{3,}$")),
        field("count", Kind::Integer(integers(Some(3), None, Some(5)))),
        field("ratio", Kind::Number(ratio())),
        field("done", Kind::Boolean),
        field("limit", Kind::Integer(Range::default())),
    ];
    fields.extend(formats);
    fields
}

fn composites() -> Vec<Field> {
    let level = with_default("level", Kind::Integer(Range::default()), json!(0));
    let address = Object {
        properties: Some(vec![
            required("street", string()),
            field("number", Kind::Integer(Range::default())),
            Field {
                required: true,
                ..level
            },
            Field {
                write_only: true,
                ..field("code", string())
            },
        ]),
        additional: false,
    };
    let tags = Array {
        min_items: Some(2),
        max_items: Some(5),
        unique_items: true,
        ..list(string())
    };
    vec![
        required("tags", Kind::Array(tags)),
        required("address", Kind::Object(address.clone())),
        field("former", Kind::Array(list(Kind::Object(address)))),
    ]
}

fn special() -> Vec<Field> {
    let parent = Reference {
        model: "things".to_owned(),
        id: IdKind::Uuid,
        on_delete: OnDelete::SetNull,
    };
    vec![
        Field {
            write_only: true,
            ..required("pin", Kind::String(length(Some(4), 8)))
        },
        Field {
            read_only: true,
            ..field("score", Kind::Integer(Range::default()))
        },
        Field {
            default: Some(Default::Now),
            ..field("due", formatted(Format::DateTime))
        },
        Field {
            references: Some(parent),
            ..field("parent", formatted(Format::Uuid))
        },
    ]
}

/// Names that clash with each other and with Hearth's own.
pub(super) fn awkward() -> Models {
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

pub(super) fn integers(
    minimum: Option<i64>,
    maximum: Option<i64>,
    multiple_of: Option<i64>,
) -> Range<i64> {
    Range {
        minimum,
        maximum,
        multiple_of,
        ..Range::default()
    }
}

fn ratio() -> Range<f64> {
    Range {
        exclusive_minimum: Some(0.0),
        maximum: Some(0.25),
        ..Range::default()
    }
}
