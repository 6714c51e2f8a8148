//! What is written for a setting, before anybody looked at what it should be: the common form of the file's values
//! and the environment's texts.

use crate::document::{Document, Spanned, Value};
use crate::error::Mistake;

/// A value as it is written, and where.
#[derive(Clone, Debug)]
pub(super) struct Raw {
    /// Counted from 1; 0 outside the file.
    pub(super) line: usize,
    pub(super) form: Form,
}

#[derive(Clone, Debug)]
pub(super) enum Form {
    Text(String),
    /// Beyond i128 it is as good as the largest one: no setting goes so far.
    Integer(i128),
    Boolean(bool),
    List(Vec<Raw>),
    Table(Vec<(String, Raw)>),
    /// A path whose content is the value: `__FILE` of the environment.
    File(String),
    /// What no setting is, in words: "a date".
    Other(&'static str),
}

/// A value for one key, with how messages call it.
#[derive(Clone, Debug)]
pub(super) struct Given {
    /// `server.port`, or `HEARTH_SERVER__PORT`.
    pub(super) label: String,
    /// `config.toml:12`, or `HEARTH_SERVER__PORT`.
    pub(super) source: String,
    pub(super) raw: Raw,
}

impl Raw {
    pub(super) fn text(text: impl Into<String>) -> Raw {
        Raw {
            line: 0,
            form: Form::Text(text.into()),
        }
    }

    pub(super) fn mistake(&self, message: impl Into<String>) -> Vec<Mistake> {
        vec![Mistake {
            line: self.line,
            message: message.into(),
        }]
    }

    /// A value of the file.
    pub(super) fn read(document: &Document<'_>, value: &Spanned<Value<'_>>) -> Raw {
        let form = match value.get_ref() {
            Value::String(text) => Form::Text(text.to_string()),
            Value::Integer(integer) => Form::Integer(
                i128::from_str_radix(integer.as_str(), integer.radix()).unwrap_or(i128::MAX),
            ),
            Value::Boolean(truth) => Form::Boolean(*truth),
            Value::Array(items) => {
                Form::List(items.iter().map(|item| Raw::read(document, item)).collect())
            }
            Value::Table(table) => Form::Table(
                table
                    .iter()
                    .map(|(key, value)| (key.get_ref().to_string(), Raw::read(document, value)))
                    .collect(),
            ),
            Value::Float(_) => Form::Other("a fraction"),
            Value::Datetime(_) => Form::Other("a date"),
        };
        Raw {
            line: document.line(&value.span()),
            form,
        }
    }

    /// The same, outside of the file.
    pub(super) fn without_lines(self) -> Raw {
        let form = match self.form {
            Form::List(items) => Form::List(items.into_iter().map(Raw::without_lines).collect()),
            form => form,
        };
        Raw { line: 0, form }
    }

    /// What it is, in words.
    pub(super) fn what(&self) -> &'static str {
        match &self.form {
            Form::Text(_) => "a text",
            Form::Integer(_) => "a whole number",
            Form::Boolean(_) => "true or false",
            Form::List(_) => "a list",
            Form::Table(_) => "a table",
            Form::File(_) => "a file",
            Form::Other(what) => what,
        }
    }
}
