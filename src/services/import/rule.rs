//! One rule of a mapping: where a name in the file leads, and how its value is read.

use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::TimeZone;
use serde_json::Value as Json;

use crate::document::{Document, Spanned, Value as Toml, did_you_mean};
use crate::error::FieldError;
use crate::models::{Field, Format, Kind};

/// One member of a row.
#[derive(Clone, Debug, Default)]
pub(super) struct Rule {
    pub(super) source: String,
    /// None: it is left out.
    pub(super) field: Option<String>,
    /// How the file writes dates, as strptime has it: `%b %d %Y`.
    pub(super) date: Option<String>,
    /// The field of the referenced model by which the file names its record.
    pub(super) by: Option<String>,
    pub(super) create: bool,
    /// Numbers and booleans are taken as their text.
    pub(super) text: bool,
    /// Whether any row had it.
    pub(super) used: bool,
}

/// What a value became.
pub(super) enum Given {
    Value(Json),
    /// The name of a record of another model.
    Name(String),
}

const KEYS: [&str; 5] = ["field", "date", "by", "create", "text"];

impl Rule {
    pub(super) fn new(source: &str, field: Option<String>) -> Self {
        Rule {
            source: source.to_owned(),
            field,
            ..Rule::default()
        }
    }

    /// Out of a mapping file; None when it is no rule, which is noted as a mistake.
    pub(super) fn read(
        document: &Document<'_>,
        source: &str,
        written: &Spanned<Toml<'_>>,
    ) -> Option<Self> {
        let mut rule = Rule::new(source, None);
        match written.get_ref() {
            Toml::String(field) => rule.field = Some(field.to_string()),
            Toml::Boolean(false) => {}
            Toml::Table(members) => {
                for (key, value) in members {
                    rule.set(document, key.get_ref(), value);
                }
                if rule.field.is_none() {
                    let message =
                        "A mapping names its `field`; to leave the member out, write false";
                    document.mistake(&written.span(), message);
                }
                if rule.create && rule.by.is_none() {
                    let message = "`create` needs `by`, the field that the name goes to";
                    document.mistake(&written.span(), message);
                }
            }
            _ => {
                let message =
                    "Map it to a field's name, to { field = \"…\" }, or to false to leave it out";
                document.mistake(&written.span(), message);
                return None;
            }
        }
        Some(rule)
    }

    fn set(&mut self, document: &Document<'_>, key: &str, value: &Spanned<Toml<'_>>) {
        match (key, value.get_ref()) {
            ("field", Toml::String(text)) => self.field = Some(text.to_string()),
            ("date", Toml::String(text)) => {
                let now = jiff::Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
                if let Err(cause) = strtime::format(text.as_ref(), &now) {
                    let message = format!("`{text}` is no form of a date, as %b %d %Y is: {cause}");
                    document.mistake(&value.span(), message);
                }
                self.date = Some(text.to_string());
            }
            ("by", Toml::String(text)) => self.by = Some(text.to_string()),
            ("create", Toml::Boolean(flag)) => self.create = *flag,
            ("text", Toml::Boolean(flag)) => self.text = *flag,
            (key, _) if KEYS.contains(&key) => {
                let wanted = if matches!(key, "create" | "text") {
                    "true or false"
                } else {
                    "a text"
                };
                document.mistake(&value.span(), format!("`{key}` of a mapping is {wanted}"));
            }
            (key, _) => {
                let hint = did_you_mean(key, KEYS);
                let message = format!("`{key}` is no key of a mapping.{hint}");
                document.mistake(&value.span(), message);
            }
        }
    }

    /// The value as the rule reads it; None when it says nothing about this one.
    pub(super) fn value(&self, field: &Field, value: &Json) -> Result<Option<Given>, FieldError> {
        if value.is_null() {
            return Ok(None);
        }
        let fault =
            |kind, message: String| FieldError::new(kind, &[field.name.as_str().into()], message);
        if self.by.is_some() {
            let wanted = "Input should be a name".to_owned();
            let name = as_text(value).filter(|name| !name.trim().is_empty());
            return match name {
                Some(name) => Ok(Some(Given::Name(name))),
                None => Err(fault("string_type", wanted)),
            };
        }
        if let (Some(form), Json::String(text)) = (&self.date, value) {
            let read = date(field, form, text.trim());
            let wanted = || fault("date_parsing", format!("Input should be a date as {form}"));
            return Ok(Some(Given::Value(Json::from(read.ok_or_else(wanted)?))));
        }
        let text = as_text(value).filter(|_| self.text);
        Ok(text.map(|text| Given::Value(Json::from(text))))
    }
}

/// As the field wants it: a date, or a moment, which is in UTC unless the text says otherwise.
fn date(field: &Field, form: &str, text: &str) -> Option<String> {
    let read = BrokenDownTime::parse(form, text).ok()?;
    let moment = matches!(&field.kind, Kind::String(text) if text.format == Some(Format::DateTime));
    if !moment {
        return Some(read.to_date().ok()?.to_string());
    }
    let moment = read.to_timestamp().ok().or_else(|| {
        let zoned = read.to_datetime().ok()?.to_zoned(TimeZone::UTC).ok()?;
        Some(zoned.timestamp())
    });
    Some(moment?.to_string())
}

fn as_text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}
