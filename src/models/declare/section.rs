//! A table of the declaration with what people call it, and the typed reading of its keys.

use std::ops::Range;

use crate::document::{Document, Table, Value, closest};

/// A table that is being read.
pub(super) struct Section<'r> {
    pub(super) document: &'r Document<'r>,
    pub(super) table: &'r Table<'r>,
    /// As it is called within a sentence: "field `notes.title`".
    pub(super) name: String,
    /// Where it is named, for mistakes about a key that is missing.
    pub(super) span: Range<usize>,
}

impl<'r> Section<'r> {
    pub(super) fn keys(&self) -> impl Iterator<Item = &'r str> {
        self.table.keys().map(|key| key.get_ref().as_ref())
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    pub(super) fn value(&self, key: &str) -> Option<&'r Value<'r>> {
        self.table.get(key).map(|value| value.get_ref())
    }

    /// Notes a mistake at a key, or at the table itself when it has no such key.
    pub(super) fn mistake(&self, key: &str, message: impl Into<String>) {
        let span = self.table.get_key_value(key).map(|(key, _)| key.span());
        self.document
            .mistake(span.as_ref().unwrap_or(&self.span), message);
    }

    /// A key that has no meaning here, with what was probably meant among `known`.
    pub(super) fn unknown(&self, key: &str, known: &[&str]) {
        let remedy = closest(key, known.iter().copied()).map_or_else(
            || format!("Its keys are {}.", listed(known, "and")),
            |meant| format!("Did you mean `{meant}`?"),
        );
        self.mistake(
            key,
            format!("Unknown key `{key}` in {}. {remedy}", self.name),
        );
    }

    /// A value of the wrong type; `wanted` says the right one: "a string".
    pub(super) fn wrong(&self, key: &str, wanted: &str) {
        let found = self.value(key).map_or("nothing", spoken);
        self.mistake(
            key,
            format!("`{key}` of {} must be {wanted}, not {found}.", self.name),
        );
    }

    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        let value = self.value(key)?;
        let flag = value.as_bool();
        if flag.is_none() {
            self.wrong(key, "true or false");
        }
        flag
    }

    pub(super) fn text(&self, key: &str) -> Option<&'r str> {
        let value = self.value(key)?;
        let text = value.as_str();
        if text.is_none() {
            self.wrong(key, "a string");
        }
        text
    }

    pub(super) fn sentence(&self, key: &str) -> Option<String> {
        self.text(key).map(str::to_owned)
    }

    pub(super) fn integer(&self, key: &str) -> Option<i64> {
        let Value::Integer(written) = self.value(key)? else {
            self.wrong(key, "an integer");
            return None;
        };
        let number = i64::from_str_radix(written.as_str(), written.radix()).ok();
        if number.is_none() {
            let message = format!("`{key}` of {} must fit into 64 bits.", self.name);
            self.mistake(key, message);
        }
        number
    }

    pub(super) fn number(&self, key: &str) -> Option<f64> {
        let number = match self.value(key)? {
            Value::Integer(_) => return self.integer(key).map(|number| number as f64),
            Value::Float(written) => written.as_str().parse::<f64>().ok(),
            _ => {
                self.wrong(key, "a number");
                return None;
            }
        };
        let number = number.filter(|number| number.is_finite());
        if number.is_none() {
            let message = format!("`{key}` of {} must be a finite number.", self.name);
            self.mistake(key, message);
        }
        number
    }

    /// A number of things: characters, elements.
    pub(super) fn count(&self, key: &str) -> Option<usize> {
        let number = self.integer(key)?;
        let count = usize::try_from(number).ok();
        if count.is_none() {
            let message = format!("`{key}` of {} must be 0 or more.", self.name);
            self.mistake(key, message);
        }
        count
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let found = words.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let remedy = closest(text, known.iter().copied()).map_or_else(
                || format!("It can be {}.", listed(&known, "or")),
                |meant| format!("Did you mean `{meant}`?"),
            );
            self.mistake(
                key,
                format!("`{key}` of {} can't be `{text}`. {remedy}", self.name),
            );
        }
        found.map(|(_, meaning)| *meaning)
    }
}

/// A value's type as people say it.
pub(super) fn spoken(value: &Value<'_>) -> &'static str {
    match value {
        Value::String(_) => "a string",
        Value::Integer(_) => "an integer",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "a boolean",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
}

/// "`a`, `b` or `c`".
pub(super) fn listed<T: AsRef<str>>(words: &[T], and: &str) -> String {
    let quoted: Vec<String> = words
        .iter()
        .map(|word| format!("`{}`", word.as_ref()))
        .collect();
    match quoted.split_last() {
        Some((last, first)) if !first.is_empty() => format!("{} {and} {last}", first.join(", ")),
        _ => quoted.concat(),
    }
}

/// A sentence's first letter is a capital one.
pub(super) fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
