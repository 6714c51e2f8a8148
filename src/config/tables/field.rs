//! One field of `[[section.name]]`: how it is read, and how it is told of.

use serde_json::{Value as Json, json};

use super::{Field, FieldKind, Held};
use crate::config::accept::Place;
use crate::config::form::{Form, Raw};
use crate::config::key::either;
use crate::config::{schema, secret};
use crate::error::Mistake;

impl Field {
    pub(super) fn read(
        &self,
        label: &str,
        raw: &Raw,
        place: &Place<'_>,
    ) -> Result<Held, Vec<Mistake>> {
        let wrong = || {
            let what = raw.what();
            raw.mistake(format!("{label} must be {}, not {what}.", self.wanted()))
        };
        let held = match (self.kind, &raw.form) {
            (FieldKind::Secret, _) => {
                secret::open(label, raw, place)?.map_or(Held::Closed, Held::Secret)
            }
            (FieldKind::Document, _) => secret::open(label, raw, place)?
                .map_or(Held::Closed, |text| {
                    Held::Texts(vec![text.reveal().to_owned()])
                }),
            (FieldKind::Boolean, Form::Boolean(truth)) => Held::Boolean(*truth),
            (FieldKind::Text | FieldKind::Texts | FieldKind::Word(_), Form::Text(text)) => {
                Held::Texts(vec![text.clone()])
            }
            (FieldKind::Texts | FieldKind::Words(..), Form::List(items)) => Held::Texts(
                items
                    .iter()
                    .map(text)
                    .collect::<Option<_>>()
                    .ok_or_else(wrong)?,
            ),
            (FieldKind::Map, Form::Table(pairs)) => {
                let pair = |(name, raw): &(String, Raw)| Some((name.clone(), text(raw)?));
                Held::Map(
                    pairs
                        .iter()
                        .map(pair)
                        .collect::<Option<_>>()
                        .ok_or_else(wrong)?,
                )
            }
            _ => return Err(wrong()),
        };
        match (&held, self.kind) {
            (Held::Texts(texts), _) if texts.is_empty() || texts.iter().any(String::is_empty) => {
                Err(raw.mistake(format!("{label} is empty: it must be {}.", self.wanted())))
            }
            (Held::Texts(texts), FieldKind::Word(words)) => {
                self.known(label, raw, texts, words, "")
            }
            (Held::Texts(texts), FieldKind::Words(words, why)) => {
                self.known(label, raw, texts, words, why)
            }
            _ => Ok(()),
        }
        .map(|()| held)
    }

    fn known(
        &self,
        label: &str,
        raw: &Raw,
        texts: &[String],
        words: &[&str],
        why: &str,
    ) -> Result<(), Vec<Mistake>> {
        match texts.iter().find(|text| !words.contains(&text.as_str())) {
            Some(other) => Err(raw.mistake(format!(
                "{label} has {other:?}; it must be {}.{why}",
                self.wanted()
            ))),
            None => Ok(()),
        }
    }

    /// What a value must be, in words.
    pub(in crate::config) fn wanted(&self) -> String {
        let words = |words: &[&str]| {
            either(
                &words
                    .iter()
                    .map(|word| format!("{word:?}"))
                    .collect::<Vec<_>>(),
            )
        };
        match self.kind {
            FieldKind::Text => "a text".to_owned(),
            FieldKind::Texts => "a text or a list of texts".to_owned(),
            FieldKind::Word(list) => words(list),
            FieldKind::Words(list, _) => format!("a list of {}", words(list)),
            FieldKind::Boolean => "true or false".to_owned(),
            FieldKind::Map => "a table of texts".to_owned(),
            FieldKind::Secret | FieldKind::Document => {
                "a text, `{ file = \"…\" }` or `{ env = \"…\" }`".to_owned()
            }
        }
    }

    pub(super) fn schema(&self) -> Json {
        let text = json!({ "type": "string", "minLength": 1 });
        let mut schema = match self.kind {
            FieldKind::Text => text,
            FieldKind::Texts => {
                json!({ "oneOf": [text, { "type": "array", "items": text, "minItems": 1 }] })
            }
            FieldKind::Word(words) => json!({ "type": "string", "enum": words }),
            FieldKind::Words(words, _) => {
                json!({ "type": "array", "items": { "type": "string", "enum": words }, "minItems": 1 })
            }
            FieldKind::Boolean => json!({ "type": "boolean" }),
            FieldKind::Map => json!({ "type": "object", "additionalProperties": text }),
            FieldKind::Secret | FieldKind::Document => schema::secret(),
        };
        schema["description"] = json!(self.meaning);
        schema
    }
}

fn text(raw: &Raw) -> Option<String> {
    match &raw.form {
        Form::Text(text) => Some(text.clone()),
        _ => None,
    }
}
