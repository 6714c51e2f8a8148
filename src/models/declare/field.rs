//! One field: of a model, of an object, or the elements of an array.

use std::ops;

use super::section::{Section, capital, spoken};
use super::types::{self, Type};
use super::{Context, default, keys, kind, names, reference};
use crate::document::{Table, Value};
use crate::limits::JSON_DEPTH;
use crate::models::{Access, Field, Kind, Word};

/// Where a field stands.
pub(super) struct Spot<'r> {
    /// As people call it: `notes.title`, `notes.address.street`, `notes.tags.items`.
    pub(super) path: String,
    pub(super) name: &'r str,
    pub(super) place: Place<'r>,
    /// A model's own fields are at 1.
    pub(super) depth: usize,
    pub(super) span: ops::Range<usize>,
}

pub(super) enum Place<'r> {
    /// Right in a model, where it is a column.
    Own {
        model: &'r str,
        access: &'r Access,
        siblings: &'r Table<'r>,
    },
    /// Among the properties of an object.
    Property,
    /// The elements of an array.
    Element,
}

/// A field with what its declaration says about the model's indexes.
pub(super) struct Declared {
    pub(super) field: Field,
    pub(super) unique: Option<Uniqueness>,
    pub(super) index: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Uniqueness {
    /// `true`: among the owner's records where access is by owner, else among all.
    ByAccess,
    /// `"owner"`
    Owner,
    /// `"global"`
    Global,
}

/// None when so much is wrong that there is no field; all of it is noted.
pub(super) fn read<'r>(
    context: &Context<'r>,
    spot: &Spot<'r>,
    value: &'r Value<'r>,
) -> Option<Declared> {
    let section = section(context, spot, value)?;
    let own = matches!(spot.place, Place::Own { .. });
    // All that does not depend on the type comes first, so that it is looked at even when the type is wrong.
    let required = section.flag("required").unwrap_or(false);
    let column = |key| own && section.flag(key).unwrap_or(false);
    let (write_only, read_only) = (column("write_only"), column("read_only"));
    let index = column("index");
    let unique = if own { uniqueness(&section) } else { None };
    let description = section.sentence("description");
    let renamed_from = match spot.place {
        Place::Own { siblings, .. } => names::renamed_from(&section, spot.name, siblings),
        _ => None,
    };
    let (kind, references) = if own && section.has("references") {
        let (kind, reference) = reference::read(context, spot, &section, required)?;
        (kind, Some(reference))
    } else {
        (plain(context, spot, &section)?, None)
    };
    let mut field = Field {
        name: spot.name.to_owned(),
        kind,
        required: required || matches!(spot.place, Place::Element),
        default: None,
        references,
        write_only,
        read_only,
        renamed_from,
        description,
        line: context.document.line(&spot.span),
    };
    // For elements it is a misplaced key already.
    if !matches!(spot.place, Place::Element) {
        field.default = default::read(&section, &field);
    }
    if let Place::Own { access, .. } = spot.place {
        check_visibility(&section, &field, access);
    }
    let scalar = own && check_scalar(&section, &field);
    Some(Declared {
        field,
        unique: unique.filter(|_| scalar),
        index: index && scalar,
    })
}

/// The field's table, when its name and form allow reading on.
fn section<'r>(
    context: &Context<'r>,
    spot: &Spot<'r>,
    value: &'r Value<'r>,
) -> Option<Section<'r>> {
    let path = &spot.path;
    let own = matches!(spot.place, Place::Own { .. });
    let fault = match spot.place {
        Place::Element => None,
        _ => names::field_fault(path, spot.name, own),
    };
    if let Some(fault) = fault {
        context.document.mistake(&spot.span, fault);
    }
    if spot.depth > JSON_DEPTH {
        context.document.mistake(
            &spot.span,
            format!(
                "Field `{path}` is nested deeper than JSON may be, which is {JSON_DEPTH} \
                levels. Flatten it."
            ),
        );
        return None;
    }
    let Value::Table(table) = value else {
        let word = value.as_str().and_then(Type::from_word);
        let example = word.map_or("string", Type::word);
        context.document.mistake(
            &spot.span,
            format!(
                "Field `{path}` must be a table such as `{{ type = \"{example}\" }}`, not {}.",
                spoken(value)
            ),
        );
        return None;
    };
    Some(Section {
        document: context.document,
        table,
        name: format!("field `{path}`"),
        span: spot.span.clone(),
    })
}

/// The kind of a field that refers to nothing.
fn plain<'r>(context: &Context<'r>, spot: &Spot<'r>, section: &Section<'r>) -> Option<Kind> {
    let kind = types::read(section);
    keys::check(section, &spot.place, kind, None);
    if section.has("on_delete") && matches!(spot.place, Place::Own { .. }) {
        section.mistake(
            "on_delete",
            format!(
                "`on_delete` of {} needs `references`, the model whose deletion it is about. \
                Add it, or remove `on_delete`.",
                section.name
            ),
        );
    }
    let Some(kind) = kind else {
        kind::look(context, spot, section);
        return None;
    };
    kind::read(context, spot, section, kind)
}

/// What nobody could set, or nobody could see, is a mistake.
fn check_visibility(section: &Section<'_>, field: &Field, access: &Access) {
    let name = &section.name;
    if field.read_only && field.write_only {
        section.mistake(
            "read_only",
            format!(
                "{} is both `read_only` and `write_only`, so that nobody could set and see \
                it. Remove one.",
                capital(name)
            ),
        );
    }
    let admins_create = access.create.iter().all(|word| *word == Word::Admin);
    if field.read_only && field.required && !admins_create {
        section.mistake(
            "required",
            format!(
                "{} is `required` but `read_only`, so that only admins could create a \
                record. Remove one, or set `access = {{ create = \"admin\" }}`.",
                capital(name)
            ),
        );
    }
}

/// Whether the field can be searched by; what says so of an array or object is a mistake.
fn check_scalar(section: &Section<'_>, field: &Field) -> bool {
    let word = match field.kind {
        Kind::Array(_) => "array",
        Kind::Object(_) => "object",
        _ => return true,
    };
    for key in ["unique", "index"] {
        if section.has(key) {
            section.mistake(
                key,
                format!(
                    "`{key}` can't be said of {}, which is an {word}: only single values \
                    are compared. Remove it.",
                    section.name
                ),
            );
        }
    }
    false
}

fn uniqueness(section: &Section<'_>) -> Option<Uniqueness> {
    match section.value("unique")? {
        Value::Boolean(unique) => unique.then_some(Uniqueness::ByAccess),
        Value::String(_) => section.word(
            "unique",
            &[("global", Uniqueness::Global), ("owner", Uniqueness::Owner)],
        ),
        _ => {
            section.wrong("unique", "`true`, `\"global\"` or `\"owner\"`");
            None
        }
    }
}
