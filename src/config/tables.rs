//! `[[section.name]]`: settings that stand several times, each time with keys of their own. What they may have is said
//! once, in `keys/`; the reader, `config.toml`, docs/settings.md, the JSON Schema and `hearth settings` come from it.

use serde_json::{Map, Value as Json, json};

use super::accept::Place;
use super::form::{Form, Raw};
use super::{Config, Findings, Secret, Setting};
use crate::document::did_you_mean;
use crate::error::Mistake;

mod entry;
mod field;

/// One `[[section.name]]`.
#[derive(Debug)]
pub(super) struct Tables {
    /// `auth.issuers`
    pub(super) name: &'static str,
    pub(super) meaning: &'static str,
    pub(super) fields: &'static [Field],
    /// Commented out in `config.toml`, as it stands here.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "`config.toml` is made by a test")
    )]
    pub(super) examples: &'static str,
    /// Puts the entries into the `Config`, and says what no field can check alone.
    pub(super) put: fn(&mut Config, Vec<Entry>, &mut Vec<Mistake>),
}

/// What an entry may say.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: FieldKind,
    pub(super) required: bool,
    /// What it is and what holds without it.
    pub(super) meaning: &'static str,
}

#[derive(Clone, Copy, Debug)]
#[allow(
    dead_code,
    reason = "every kind that settings have; not each is used yet"
)]
pub(super) enum FieldKind {
    Text,
    /// A text, or a list of them.
    Texts,
    Word(&'static [&'static str]),
    /// A list of them, and why there are no others.
    Words(&'static [&'static str], &'static str),
    Boolean,
    /// Texts by texts: `{ "a" = "b" }`.
    Map,
    /// Of somebody else's making, so that only emptiness is refused.
    Secret,
    /// A text, or where it stands, as of a secret; but shown.
    Document,
}

/// One entry, each of whose values has the type of its field.
#[derive(Debug)]
pub(super) struct Entry {
    /// `auth.issuers`
    pub(super) table: &'static str,
    pub(super) line: usize,
    values: Vec<(&'static str, usize, Held)>,
}

#[derive(Clone, Debug)]
enum Held {
    Texts(Vec<String>),
    Boolean(bool),
    Map(Vec<(String, String)>),
    Secret(Secret),
    /// Not opened, since only the form was looked at.
    Closed,
}

impl Tables {
    pub(super) fn section(&self) -> &'static str {
        self.name.split_once('.').map_or("", |(section, _)| section)
    }

    pub(super) fn short(&self) -> &'static str {
        self.name
            .split_once('.')
            .map_or(self.name, |(_, short)| short)
    }

    /// Checks what is written, puts it in force and shows it.
    pub(super) fn accept(
        &self,
        written: &[Raw],
        file: &str,
        place: &Place<'_>,
        config: &mut Config,
        findings: &mut Findings,
    ) -> Vec<Setting> {
        let mut entries = Vec::new();
        let mut shown = Vec::new();
        for (at, raw) in written.iter().enumerate() {
            let Form::Table(pairs) = &raw.form else {
                let message = format!(
                    "`{0}` is written entry by entry: `[[{0}]]`, and its keys in the lines below.",
                    self.name
                );
                findings.mistakes.extend(raw.mistake(message));
                continue;
            };
            let (entry, json) = self.entry(raw.line, pairs, place, &mut findings.mistakes);
            entries.extend(entry);
            shown.push(Setting {
                name: format!("{}[{at}]", self.name),
                value: json,
                source: format!("{file}:{}", raw.line),
                bounds: self.names().join(", "),
                restart: true,
            });
        }
        (self.put)(config, entries, &mut findings.mistakes);
        shown
    }

    fn names(&self) -> Vec<&'static str> {
        self.fields.iter().map(|field| field.name).collect()
    }

    /// One entry; none where something is wrong with it, so that no second mistake follows from the first.
    fn entry(
        &self,
        line: usize,
        pairs: &[(String, Raw)],
        place: &Place<'_>,
        mistakes: &mut Vec<Mistake>,
    ) -> (Option<Entry>, Json) {
        let before = mistakes.len();
        let (mut values, mut shown) = (Vec::new(), Map::new());
        for (name, raw) in pairs {
            let Some(field) = self.fields.iter().find(|field| field.name == name) else {
                let hint = did_you_mean(name, self.names());
                let message = format!("`[[{}]]` has no key `{name}`.{hint}", self.name);
                mistakes.extend(raw.mistake(message));
                continue;
            };
            match field.read(&format!("`{}.{name}`", self.name), raw, place) {
                Ok(held) => {
                    shown.insert(name.clone(), held.shown());
                    values.push((field.name, raw.line, held));
                }
                Err(wrong) => mistakes.extend(wrong),
            }
        }
        for field in self.fields.iter().filter(|field| field.required) {
            if !pairs.iter().any(|(name, _)| name == field.name) {
                mistakes.push(Mistake {
                    line,
                    message: format!("`[[{}]]` must have a `{}`.", self.name, field.name),
                });
            }
        }
        let entry = (mistakes.len() == before).then_some(Entry {
            table: self.name,
            line,
            values,
        });
        (entry, Json::Object(shown))
    }

    pub(super) fn schema(&self) -> Json {
        let properties: Map<String, Json> = self
            .fields
            .iter()
            .map(|field| (field.name.to_owned(), field.schema()))
            .collect();
        let required: Vec<&str> = self
            .fields
            .iter()
            .filter(|field| field.required)
            .map(|field| field.name)
            .collect();
        json!({
            "type": "array",
            "description": self.meaning,
            "items": {
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": false,
            },
        })
    }
}

impl Held {
    fn shown(&self) -> Json {
        match self {
            Held::Texts(texts) if texts.len() == 1 => json!(texts[0]),
            Held::Texts(texts) => json!(texts),
            Held::Boolean(truth) => json!(truth),
            Held::Map(pairs) => pairs
                .iter()
                .map(|(name, value)| (name.clone(), json!(value)))
                .collect::<Map<_, _>>()
                .into(),
            Held::Secret(_) | Held::Closed => json!("(hidden)"),
        }
    }
}
