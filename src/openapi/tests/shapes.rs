//! Models built by hand: the embedded default, the bodies of accounts, and one with everything.

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

pub(super) fn described(field: Field, description: &str) -> Field {
    Field {
        description: Some(description.to_owned()),
        ..field
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

/// What `services/bodies.toml` says.
pub(super) fn bodies() -> Models {
    let long = || Kind::String(length(None, 1_024));
    let name = || {
        described(
            field("name", Kind::String(length(None, 200))),
            "What to call the user.",
        )
    };
    let new = "At least `auth.password_length` characters, and not a common one.";
    let email = Text {
        format: Some(Format::Email),
        ..length(None, 254)
    };
    let known = "Not needed where the cookie of a sign-in is sent.";
    let ends = "Whether the user is kept from signing in; ends their sessions at once.";
    let roles = "`user`, `admin` or a role of `[auth.roles]`.";
    let all = with_default("all", Kind::Boolean, json!(false));
    let shapes = [
        (
            "register",
            vec![
                described(
                    required("email", Kind::String(email)),
                    "What the user signs in with.",
                ),
                described(required("password", long()), new),
                name(),
            ],
        ),
        (
            "login",
            vec![
                required("email", Kind::String(length(None, 254))),
                required("password", long()),
            ],
        ),
        (
            "refresh",
            vec![described(
                field("refresh_token", Kind::String(length(None, 8_192))),
                known,
            )],
        ),
        (
            "logout",
            vec![described(all, "Whether to end all of the user's sessions.")],
        ),
        ("me", vec![name()]),
        (
            "password",
            vec![
                required("current_password", long()),
                described(required("new_password", long()), new),
            ],
        ),
        (
            "admin_user",
            vec![
                described(field("disabled", Kind::Boolean), ends),
                described(field("role", Kind::String(length(Some(1), 64))), roles),
                name(),
            ],
        ),
    ];
    let shapes = shapes.into_iter();
    Models::new(
        shapes
            .map(|(name, fields)| model(name, name, fields))
            .collect(),
    )
}

/// One field of each kind and limit.
pub(super) fn everything() -> Models {
    let address = Object {
        properties: Some(vec![
            required("street", string()),
            field("number", Kind::Integer(Range::default())),
            Field {
                write_only: true,
                ..field("code", string())
            },
        ]),
        additional: false,
    };
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
    let formats =
        formats.map(|format| required(&format!("a_{format:?}").to_lowercase(), formatted(format)));
    let status = Text {
        options: Some(vec!["open".to_owned(), "closed".to_owned()]),
        ..Text::default()
    };
    let tags = Array {
        min_items: Some(2),
        max_items: Some(5),
        unique_items: true,
        ..list(string())
    };
    let mut fields = vec![
        with_default("status", Kind::String(status), json!("open")),
        required("plate", pattern("^[A-Z]{2}-[0-9]{3,}$")),
        field("count", Kind::Integer(integers(Some(3), None, Some(5)))),
        field("ratio", Kind::Number(ratio())),
        field("done", Kind::Boolean),
        required("tags", Kind::Array(tags)),
        required("address", Kind::Object(address.clone())),
        field("former", Kind::Array(list(Kind::Object(address)))),
        field("limit", Kind::Integer(Range::default())),
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
            references: Some(Reference {
                model: "things".to_owned(),
                id: IdKind::Uuid,
                on_delete: OnDelete::SetNull,
            }),
            ..field("parent", formatted(Format::Uuid))
        },
    ];
    fields.extend(formats);
    Models::new(vec![Model {
        id: IdKind::Uuid,
        description: Some("One of each.".to_owned()),
        access: access(
            vec![Word::Anyone],
            vec![Word::Role("editor".to_owned()), Word::Admin],
        ),
        ..model("things", "Thing", fields)
    }])
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
