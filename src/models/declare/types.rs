//! The types of fields, and what to say about a word that is none.

use super::section::{Section, capital, listed};
use crate::document::closest;

/// The `type` of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    String,
    Integer,
    Number,
    Boolean,
    Array,
    Object,
}

impl Type {
    pub(super) const WORDS: &[(&str, Type)] = &[
        ("string", Type::String),
        ("integer", Type::Integer),
        ("number", Type::Number),
        ("boolean", Type::Boolean),
        ("array", Type::Array),
        ("object", Type::Object),
    ];

    pub(super) fn word(self) -> &'static str {
        Type::WORDS
            .iter()
            .find(|(_, kind)| *kind == self)
            .map_or("", |(word, _)| word)
    }

    pub(super) fn from_word(word: &str) -> Option<Type> {
        Type::WORDS
            .iter()
            .find(|(known, _)| *known == word)
            .map(|(_, kind)| *kind)
    }
}

/// What other tools call a type, and how it is said here.
const ELSEWHERE: &[(&str, &str)] = &[
    ("str", "string"),
    ("text", "string"),
    ("varchar", "string"),
    ("int", "integer"),
    ("bigint", "integer"),
    ("float", "number"),
    ("double", "number"),
    ("real", "number"),
    ("decimal", "number"),
    ("bool", "boolean"),
    ("list", "array"),
    ("dict", "object"),
    ("map", "object"),
    ("json", "object"),
];
/// Types elsewhere that are formats of strings here.
const FORMATS: &[(&str, &str)] = &[
    ("datetime", "date-time"),
    ("date-time", "date-time"),
    ("timestamp", "date-time"),
    ("date", "date"),
    ("time", "time"),
    ("email", "email"),
    ("url", "uri"),
    ("uri", "uri"),
    ("uuid", "uuid"),
    ("ipv4", "ipv4"),
    ("ipv6", "ipv6"),
    ("hostname", "hostname"),
];

/// The `type` of a field; none when it is missing or unknown, which is noted.
pub(super) fn read(section: &Section<'_>) -> Option<Type> {
    let name = &section.name;
    if !section.has("type") {
        section.mistake(
            "type",
            format!(
                "{} has no `type`. Add one, such as `type = \"string\"`.",
                capital(name)
            ),
        );
        return None;
    }
    named(section, "type")
}

/// The type that a key names.
pub(super) fn named(section: &Section<'_>, key: &str) -> Option<Type> {
    let word = section.text(key)?;
    let kind = Type::from_word(word);
    if kind.is_none() {
        section.mistake(
            key,
            format!(
                "`{key}` of {} can't be `{word}`. {}",
                section.name,
                remedy(key, word)
            ),
        );
    }
    kind
}

fn remedy(key: &str, word: &str) -> String {
    let small = word.to_ascii_lowercase();
    let find = |list: &[(&str, &'static str)]| {
        list.iter()
            .find(|(known, _)| *known == small)
            .map(|(_, meant)| *meant)
    };
    if let Some(format) = find(FORMATS) {
        let written = format!("type = \"string\", format = \"{format}\"");
        return match key {
            "type" => format!("Write `{written}`."),
            _ => format!("Write `{key} = {{ {written} }}`."),
        };
    }
    let known: Vec<&str> = Type::WORDS.iter().map(|(word, _)| *word).collect();
    find(ELSEWHERE)
        .or_else(|| closest(&small, known.iter().copied()))
        .map_or_else(
            || format!("It can be {}.", listed(&known, "or")),
            |meant| format!("Did you mean `{meant}`?"),
        )
}
