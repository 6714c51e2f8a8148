//! The keys that a field can have, and what to say about one that it can't.

use super::field::Place;
use super::section::{Section, listed};
use super::types::Type;
use crate::document::closest;

/// Where a key has a meaning.
enum Use {
    Everywhere,
    /// Not in the elements of an array.
    Members,
    /// A model's own fields, which are columns.
    Columns,
    Types(&'static [Type]),
}

const NUMBERS: Use = Use::Types(&[Type::Integer, Type::Number]);
const STRINGS: Use = Use::Types(&[Type::String]);
const ARRAYS: Use = Use::Types(&[Type::Array]);
const OBJECTS: Use = Use::Types(&[Type::Object]);

const KEYS: &[(&str, Use)] = &[
    ("type", Use::Everywhere),
    ("required", Use::Members),
    ("default", Use::Members),
    ("description", Use::Everywhere),
    ("format", STRINGS),
    ("enum", STRINGS),
    ("min_length", STRINGS),
    ("max_length", STRINGS),
    ("pattern", STRINGS),
    ("minimum", NUMBERS),
    ("maximum", NUMBERS),
    ("exclusive_minimum", NUMBERS),
    ("exclusive_maximum", NUMBERS),
    ("multiple_of", NUMBERS),
    ("items", ARRAYS),
    ("min_items", ARRAYS),
    ("max_items", ARRAYS),
    ("unique_items", ARRAYS),
    ("properties", OBJECTS),
    ("additional_properties", OBJECTS),
    ("references", Use::Columns),
    ("on_delete", Use::Columns),
    ("unique", Use::Columns),
    ("index", Use::Columns),
    ("write_only", Use::Columns),
    ("read_only", Use::Columns),
    ("renamed_from", Use::Columns),
];
/// They come with the query language.
const LATER: &[&str] = &["read", "write", "computed", "inverse", "collation"];
/// What other tools call it.
const ELSEWHERE: &[(&str, &str)] = &[
    ("choices", "enum"),
    ("options", "enum"),
    ("regex", "pattern"),
    ("length", "max_length"),
    ("foreign_key", "references"),
    ("relation", "references"),
    ("$ref", "references"),
];

/// Reports every key that has no meaning for such a field. Without a known type, keys of any type pass.
pub(super) fn check(
    section: &Section<'_>,
    place: &Place<'_>,
    kind: Option<Type>,
    reference: Option<&str>,
) {
    for key in section.keys() {
        let fault = match KEYS.iter().find(|(known, _)| *known == key) {
            Some((_, used)) => misplaced(section, key, used, place, kind, reference),
            None if LATER.contains(&key) => Some(format!(
                "`{key}` of {} is not available yet. Remove it.",
                section.name
            )),
            None => {
                unknown(section, key, place, kind);
                None
            }
        };
        if let Some(fault) = fault {
            section.mistake(key, fault);
        }
    }
}

fn misplaced(
    section: &Section<'_>,
    key: &str,
    used: &Use,
    place: &Place<'_>,
    kind: Option<Type>,
    reference: Option<&str>,
) -> Option<String> {
    let name = &section.name;
    let own = matches!(place, Place::Own { .. });
    match used {
        Use::Members if matches!(place, Place::Element) => Some(format!(
            "`{key}` can't be said of {name}: elements are never null and have no default. \
            Remove it."
        )),
        Use::Columns if !own && key == "references" && matches!(place, Place::Element) => {
            Some(format!(
                "`references` of {name}: a list of references is not available yet. Remove it."
            ))
        }
        Use::Columns if !own => Some(format!(
            "`{key}` can't be said of {name}, which is a part of a value and no column. Remove \
            it, or make this a field of the model."
        )),
        Use::Types(_) if let Some(target) = reference => Some(format!(
            "`{key}` can't be said of {name}: its values are the ids of `{target}`. Remove it."
        )),
        Use::Types(types) => {
            let kind = kind.filter(|kind| !types.contains(kind))?;
            let words: Vec<&str> = types.iter().map(|kind| kind.word()).collect();
            Some(format!(
                "`{key}` is for the type {}, and {name} has the type `{}`.{}",
                listed(&words, "or"),
                kind.word(),
                counterpart(key, kind)
            ))
        }
        _ => None,
    }
}

/// The key that says the same of another type.
fn counterpart(key: &str, kind: Type) -> String {
    let lower = matches!(key, "min_length" | "minimum" | "min_items");
    let upper = matches!(key, "max_length" | "maximum" | "max_items");
    let meant = match kind {
        _ if !lower && !upper => None,
        Type::Boolean | Type::Object => None,
        kind => Some(bound(kind, lower)),
    };
    meant.map_or_else(
        || " Remove it.".to_owned(),
        |meant| format!(" Did you mean `{meant}`?"),
    )
}

fn bound(kind: Type, lower: bool) -> &'static str {
    match (kind, lower) {
        (Type::String, true) => "min_length",
        (Type::String, false) => "max_length",
        (Type::Array, true) => "min_items",
        (Type::Array, false) => "max_items",
        (_, true) => "minimum",
        (_, false) => "maximum",
    }
}

fn unknown(section: &Section<'_>, key: &str, place: &Place<'_>, kind: Option<Type>) {
    let name = &section.name;
    if matches!(key, "nullable" | "optional" | "null") {
        section.mistake(
            key,
            format!(
                "Unknown key `{key}` in {name}. Every field may be null unless it has \
                `required = true`. Remove it."
            ),
        );
        return;
    }
    let known: Vec<&str> = KEYS
        .iter()
        .filter(|(_, used)| match used {
            Use::Everywhere => true,
            Use::Members => !matches!(place, Place::Element),
            Use::Columns => matches!(place, Place::Own { .. }),
            Use::Types(types) => kind.is_none_or(|kind| types.contains(&kind)),
        })
        .map(|(known, _)| *known)
        .collect();
    let elsewhere = ELSEWHERE.iter().find(|(word, _)| *word == key);
    let meant = match (key, kind) {
        ("min" | "max", Some(kind)) => Some(bound(kind, key == "min")),
        _ => elsewhere.map(|(_, meant)| *meant),
    };
    match meant.filter(|meant| known.contains(meant)) {
        Some(meant) if closest(key, known.iter().copied()).is_none() => section.mistake(
            key,
            format!("Unknown key `{key}` in {name}. Did you mean `{meant}`?"),
        ),
        _ => section.unknown(key, &known),
    }
}
