//! A field's type with the limits that belong to it; arrays and objects have fields within.

use super::field::{self, Place, Spot};
use super::section::{Section, capital};
use super::types::{self, Type};
use super::{Context, limits, text};
use crate::document::Value;
use crate::models::{Array, Field, Kind, Object, Range, Text};

pub(super) fn read<'r>(
    context: &Context<'r>,
    spot: &Spot<'r>,
    section: &Section<'r>,
    kind: Type,
) -> Option<Kind> {
    Some(match kind {
        Type::String => Kind::String(text::read(section)),
        Type::Integer => Kind::Integer(limits::integers(section)),
        Type::Number => Kind::Number(limits::numbers(section)),
        Type::Boolean => Kind::Boolean,
        Type::Array => Kind::Array(array(context, spot, section)?),
        Type::Object => Kind::Object(object(context, spot, section)),
    })
}

/// Notes what is wrong with the limits of a field whose type is not known, so that all of it is told at once.
pub(super) fn look<'r>(context: &Context<'r>, spot: &Spot<'r>, section: &Section<'r>) {
    text::read(section);
    limits::numbers(section);
    limits::counts(section, "min_items", "max_items");
    section.flag("unique_items");
    if section.has("items") {
        elements(context, spot, section);
    }
    object(context, spot, section);
}

fn array<'r>(context: &Context<'r>, spot: &Spot<'r>, section: &Section<'r>) -> Option<Array> {
    let (min_items, max_items) = limits::counts(section, "min_items", "max_items");
    let unique_items = section.flag("unique_items").unwrap_or(false);
    Some(Array {
        items: Box::new(elements(context, spot, section)?),
        min_items,
        max_items,
        unique_items,
    })
}

fn elements<'r>(context: &Context<'r>, spot: &Spot<'r>, section: &Section<'r>) -> Option<Field> {
    let Some((key, value)) = section.table.get_key_value("items") else {
        section.mistake(
            "type",
            format!(
                "{} is an array of what? Add `items`, such as `items = \"string\"`.",
                capital(&section.name)
            ),
        );
        return None;
    };
    let inner = Spot {
        path: format!("{}.items", spot.path),
        name: "items",
        place: Place::Element,
        depth: spot.depth + 1,
        span: key.span(),
    };
    match value.get_ref() {
        Value::String(_) => elements_of(section, &inner),
        whole => field::read(context, &inner, whole).map(|declared| declared.field),
    }
}

fn object<'r>(context: &Context<'r>, spot: &Spot<'r>, section: &Section<'r>) -> Object {
    let additional = section.flag("additional_properties");
    let table = match section.value("properties") {
        None => {
            if additional == Some(false) {
                section.mistake(
                    "additional_properties",
                    format!(
                        "`additional_properties = \
                        false` of {} leaves no members at all. Add `properties`, or remove \
                        it.",
                        section.name
                    ),
                );
            }
            return Object::default();
        }
        Some(Value::Table(table)) => table,
        Some(_) => {
            section.wrong("properties", "a table of fields");
            return Object::default();
        }
    };
    let properties = table.iter().filter_map(|(key, value)| {
        let name = key.get_ref().as_ref();
        let inner = Spot {
            path: format!("{}.{name}", spot.path),
            name,
            place: Place::Property,
            depth: spot.depth + 1,
            span: key.span(),
        };
        field::read(context, &inner, value.get_ref()).map(|declared| declared.field)
    });
    Object {
        properties: Some(properties.collect()),
        additional: additional.unwrap_or(false),
    }
}

/// `items = "string"`: elements of a type without limits.
fn elements_of(section: &Section<'_>, spot: &Spot<'_>) -> Option<Field> {
    let kind = match types::named(section, "items")? {
        Type::String => Kind::String(Text::default()),
        Type::Integer => Kind::Integer(Range::default()),
        Type::Number => Kind::Number(Range::default()),
        Type::Boolean => Kind::Boolean,
        Type::Object => Kind::Object(Object::default()),
        Type::Array => {
            section.mistake(
                "items",
                format!(
                    "`items` of {} must say what the inner arrays have: `items = {{ type = \
                    \"array\", items = \"string\" }}`.",
                    section.name
                ),
            );
            return None;
        }
    };
    Some(Field {
        name: spot.name.to_owned(),
        kind,
        required: true,
        default: None,
        references: None,
        write_only: false,
        read_only: false,
        renamed_from: None,
        description: None,
        line: section.document.line(&spot.span),
    })
}
