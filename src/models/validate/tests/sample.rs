//! A model with a field for each thing that can be declared, built by hand.

use regex::Regex;
use serde_json::{Value as Json, json};

use crate::models::{
    Access, Array, Default, Field, Format, IdKind, Kind, Model, Object, OnOwnerDelete, Range, Text,
    Word,
};

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

pub(super) fn required(field: Field) -> Field {
    Field {
        required: true,
        ..field
    }
}

pub(super) fn read_only(field: Field) -> Field {
    Field {
        read_only: true,
        ..field
    }
}

pub(super) fn with_default(field: Field, default: Json) -> Field {
    Field {
        default: Some(Default::Literal(default)),
        ..field
    }
}

pub(super) fn string() -> Kind {
    Kind::String(Text::default())
}

pub(super) fn format(format: Format) -> Kind {
    Kind::String(Text {
        format: Some(format),
        ..Text::default()
    })
}

fn options(options: &[&str]) -> Kind {
    Kind::String(Text {
        options: Some(options.iter().map(|option| (*option).to_owned()).collect()),
        ..Text::default()
    })
}

pub(super) fn integer() -> Kind {
    Kind::Integer(Range::default())
}

pub(super) fn number() -> Kind {
    Kind::Number(Range::default())
}

pub(super) fn list(items: Kind) -> Array {
    Array {
        items: Box::new(field("items", items)),
        min_items: None,
        max_items: None,
        unique_items: false,
    }
}

pub(super) fn object(properties: Vec<Field>) -> Kind {
    Kind::Object(Object {
        properties: Some(properties),
        additional: false,
    })
}

pub(super) fn any_object() -> Kind {
    Kind::Object(Object::default())
}

pub(super) fn model(fields: Vec<Field>) -> Model {
    let rule = vec![Word::Owner];
    Model {
        name: "samples".to_owned(),
        title: "Sample".to_owned(),
        description: None,
        id: IdKind::Integer,
        access: Access {
            read: rule.clone(),
            create: vec![Word::SignedIn],
            update: rule.clone(),
            delete: rule,
        },
        fields,
        unique: Vec::new(),
        indexes: Vec::new(),
        on_owner_delete: OnOwnerDelete::Cascade,
        realtime: false,
        renamed_from: None,
        line: 1,
    }
}

/// The embedded default model, `items`.
pub(super) fn items() -> Model {
    let name = Kind::String(Text {
        min_length: Some(1),
        max_length: Some(200),
        ..Text::default()
    });
    model(vec![
        required(field("name", name)),
        field("optional_field", string()),
        with_default(field("items", Kind::Array(list(string()))), json!([])),
        with_default(field("metadata", any_object()), json!({})),
    ])
}

pub(super) fn sample() -> Model {
    let mut fields = strings();
    fields.extend(numbers());
    fields.extend(containers());
    model(fields)
}

fn strings() -> Vec<Field> {
    let short = Kind::String(Text {
        min_length: Some(3),
        max_length: Some(5),
        ..Text::default()
    });
    let one = Kind::String(Text {
        min_length: Some(1),
        max_length: Some(1),
        ..Text::default()
    });
    let pattern = Kind::String(Text {
        pattern: Some(Regex::new("^a+$").unwrap()),
        ..Text::default()
    });
    let inner = Kind::String(Text {
        pattern: Some(Regex::new("b").unwrap()),
        ..Text::default()
    });
    vec![
        field("text", string()),
        required(field("title", string())),
        field("short", short),
        field("one", one),
        field("pattern", pattern),
        field("inner", inner),
        field("only", options(&["a"])),
        field("status", options(&["a", "b", "c"])),
        required(field("level", options(&["low", "it's"]))),
        field("at", format(Format::DateTime)),
        field("day", format(Format::Date)),
        field("hour", format(Format::Time)),
        field("email", format(Format::Email)),
        field("link", format(Format::Uri)),
        field("key", format(Format::Uuid)),
        field("v4", format(Format::Ipv4)),
        field("v6", format(Format::Ipv6)),
        field("host", format(Format::Hostname)),
        read_only(field("verdict", string())),
    ]
}

fn numbers() -> Vec<Field> {
    let limited = Range {
        minimum: Some(1),
        maximum: Some(10),
        multiple_of: None,
        ..Range::default()
    };
    let open = Range {
        exclusive_minimum: Some(0.5),
        exclusive_maximum: Some(9.0),
        ..Range::default()
    };
    let fives = Range {
        multiple_of: Some(5),
        ..Range::default()
    };
    let tenths = Range {
        multiple_of: Some(0.1),
        ..Range::default()
    };
    let closed = Range {
        minimum: Some(2.5),
        maximum: Some(5.0),
        ..Range::default()
    };
    vec![
        field("count", integer()),
        required(field("priority", Kind::Integer(limited))),
        field("fives", Kind::Integer(fives)),
        field("price", number()),
        required(field("rate", number())),
        field("open", Kind::Number(open)),
        field("tenths", Kind::Number(tenths)),
        field("closed", Kind::Number(closed)),
        required(field("done", Kind::Boolean)),
    ]
}

fn containers() -> Vec<Field> {
    let pair = Array {
        min_items: Some(1),
        max_items: Some(2),
        ..list(integer())
    };
    let set = Array {
        unique_items: true,
        ..list(string())
    };
    let point = object(vec![
        required(field("x", number())),
        with_default(field("y", number()), json!(0)),
        field("label", string()),
        read_only(field("score", integer())),
    ]);
    let open = Kind::Object(Object {
        properties: Some(vec![required(field("kind", string()))]),
        additional: true,
    });
    let settings = object(vec![
        field("theme", options(&["light", "dark"])),
        field("places", Kind::Array(list(point.clone()))),
        field("home", point.clone()),
    ]);
    vec![
        required(field("tags", Kind::Array(list(string())))),
        field("pair", Kind::Array(pair)),
        field("set", Kind::Array(set)),
        field(
            "grid",
            Kind::Array(list(Kind::Array(list(format(Format::Date))))),
        ),
        field("moments", Kind::Array(list(format(Format::DateTime)))),
        required(field("metadata", any_object())),
        field("point", point),
        field("open_object", open),
        field("settings", settings),
    ]
}
