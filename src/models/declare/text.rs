//! The limits of a string: format, enum, length, pattern.

use regex::{Regex, RegexBuilder};

use super::section::{Section, spoken};
use super::{limits, literal};
use crate::document::Value;
use crate::limits::PATTERN_SIZE;
use crate::models::{Format, Text};

const FORMATS: &[(&str, Format)] = &[
    ("date-time", Format::DateTime),
    ("date", Format::Date),
    ("time", Format::Time),
    ("email", Format::Email),
    ("uri", Format::Uri),
    ("uuid", Format::Uuid),
    ("ipv4", Format::Ipv4),
    ("ipv6", Format::Ipv6),
    ("hostname", Format::Hostname),
];

pub(super) fn read(section: &Section<'_>) -> Text {
    let (min_length, max_length) = limits::counts(section, "min_length", "max_length");
    let mut text = Text {
        format: section.word("format", FORMATS),
        options: None,
        min_length,
        max_length,
        pattern: pattern(section),
    };
    text.options = options(section, &text);
    text
}

/// The words of `enum`, each of which the other limits must allow.
fn options(section: &Section<'_>, text: &Text) -> Option<Vec<String>> {
    let name = &section.name;
    let Value::Array(list) = section.value("enum")? else {
        section.wrong("enum", "a list of strings");
        return None;
    };
    if list.is_empty() {
        section.mistake(
            "enum",
            format!("`enum` of {name} allows no value. Add some, or remove it."),
        );
    }
    if section.has("format") {
        section.mistake(
            "format",
            format!("`format` of {name} says nothing beside `enum`. Remove one."),
        );
        return None;
    }
    let mut options: Vec<String> = Vec::new();
    for value in list.iter() {
        let Value::String(option) = value.get_ref() else {
            let found = spoken(value.get_ref());
            section.mistake(
                "enum",
                format!("`enum` of {name} must be a list of strings, and has {found}."),
            );
            continue;
        };
        if options.iter().any(|earlier| earlier == option) {
            section.mistake(
                "enum",
                format!("`enum` of {name} has `{option}` twice. Remove one."),
            );
        } else if let Err(fault) = literal::check_text(text, option) {
            section.mistake(
                "enum",
                format!("`enum` of {name} has `{option}`, but a value {fault}."),
            );
        } else {
            options.push(option.clone().into_owned());
        }
    }
    Some(options)
}

/// As in JSON Schema: it need not match the whole text.
fn pattern(section: &Section<'_>) -> Option<Regex> {
    let written = section.text("pattern")?;
    let built = RegexBuilder::new(written)
        .size_limit(PATTERN_SIZE)
        .dfa_size_limit(PATTERN_SIZE)
        .build();
    let reason = match built {
        Ok(pattern) => return Some(pattern),
        Err(regex::Error::CompiledTooBig(_)) => {
            "it takes too much memory; make its repetitions smaller".to_owned()
        }
        Err(regex::Error::Syntax(text)) => syntax(&text),
        Err(other) => other.to_string(),
    };
    section.mistake(
        "pattern",
        format!(
            "`pattern` of {} is no regular expression: {reason}.",
            section.name
        ),
    );
    None
}

/// The reason without the drawing of the place.
fn syntax(text: &str) -> String {
    let reason = text.lines().find_map(|line| line.strip_prefix("error: "));
    reason.unwrap_or(text).to_owned()
}
