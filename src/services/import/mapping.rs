//! How a file's rows become records: which member is which field, and what has to be made of its value.

use jiff::civil::Date;
use serde_json::{Map, Value as Json};

use super::Format;
use crate::document::{Document, Value as Toml, did_you_mean};
use crate::error::{Code, Error, FieldError, Result, Step};
use crate::models::{Field, IdKind, Kind, Model};

/// What Hearth sets itself; in a file that it exported they are left out.
const SET_ANEW: [&str; 4] = ["id", "user_id", "created_at", "updated_at"];

/// A record with the references that are named rather than numbered.
pub(super) struct Mapped {
    pub(super) record: Json,
    pub(super) names: Vec<(usize, String)>,
}

/// One member of a row.
#[derive(Clone, Debug, Default)]
struct Rule {
    source: String,
    /// None: it is left out.
    field: Option<String>,
    /// How the file writes dates, as strptime has it: `%b %d %Y`.
    date: Option<String>,
    /// The field of the referenced model by which the file names its record.
    by: Option<String>,
    create: bool,
    /// Numbers and booleans are taken as their text.
    text: bool,
}

/// A reference that is named.
pub(super) struct Named {
    pub(super) field: String,
    pub(super) by: String,
    pub(super) create: bool,
}

/// All rules; what none of them names goes to the field of its own name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mapping {
    rules: Vec<Rule>,
    /// Values are texts, to be read as the field's type: CSV.
    texts: bool,
}

impl Mapping {
    pub(crate) fn new(format: Format) -> Self {
        Mapping {
            rules: Vec::new(),
            texts: format == Format::Csv,
        }
    }

    /// `--map "US Gross=us_gross"`; nothing behind the sign leaves the member out.
    pub(crate) fn add(&mut self, text: &str) -> Result<()> {
        let (source, field) = text.rsplit_once('=').ok_or_else(|| {
            Error::new(
                Code::Invalid,
                format!("--map wants \"NAME IN THE FILE=field\", not \"{text}\""),
            )
        })?;
        let field = Some(field.trim().to_owned()).filter(|field| !field.is_empty());
        self.rules.push(Rule {
            source: source.to_owned(),
            field,
            ..Rule::default()
        });
        Ok(())
    }

    /// A mapping file: `[fields]` with `"US Gross" = "us_gross"`, `"Notes" = false`, or
    /// `"Release Date" = { field = "released", date = "%b %d %Y" }`.
    pub(crate) fn add_file(&mut self, name: &str, text: &str) -> Result<()> {
        let document = Document::new(text);
        let table = document.table();
        match table.get("fields").map(|fields| fields.get_ref()) {
            Some(Toml::Table(fields)) => {
                for (source, rule) in fields {
                    if let Some(rule) = read_rule(&document, source.get_ref(), rule) {
                        self.rules.push(rule);
                    }
                }
            }
            _ => document.mistake(
                &(0..0),
                "A mapping file has a table [fields], as `\"US Gross\" = \"us_gross\"`",
            ),
        }
        let mistakes: Vec<String> = document
            .mistakes()
            .iter()
            .map(|mistake| format!("{name}:{}: {}", mistake.line, mistake.message))
            .collect();
        if mistakes.is_empty() {
            Ok(())
        } else {
            Err(Error::new(Code::Invalid, mistakes.join("\n")))
        }
    }

    /// Rules that lead to fields which do not exist are a mistake of the whole import, not of each row.
    pub(crate) fn check(&self, model: &Model) -> Result<()> {
        for name in self.rules.iter().filter_map(|rule| rule.field.as_deref()) {
            self.field(model, name)?;
        }
        Ok(())
    }

    pub(super) fn field<'m>(&self, model: &'m Model, name: &str) -> Result<(usize, &'m Field)> {
        model.field(name).ok_or_else(|| {
            let hint = did_you_mean(name, model.fields.iter().map(|field| field.name.as_str()));
            Error::new(
                Code::Invalid,
                format!("Model `{}` has no field `{name}`.{hint}", model.name),
            )
        })
    }

    pub(super) fn lookups(&self) -> impl Iterator<Item = Named> {
        self.rules.iter().filter_map(|rule| {
            Some(Named {
                field: rule.field.clone()?,
                by: rule.by.clone()?,
                create: rule.create,
            })
        })
    }

    /// A row as a record of the model, ready to be checked.
    pub(super) fn apply(&self, model: &Model, row: &Json) -> Result<Mapped, Vec<FieldError>> {
        let Json::Object(members) = row else {
            return Err(vec![FieldError::new(
                "dict_type",
                &[],
                "Input should be a valid dictionary",
            )]);
        };
        let (mut record, mut names, mut faults) = (Map::new(), Vec::new(), Vec::new());
        for (source, value) in members {
            let rule = self.rules.iter().find(|rule| rule.source == *source);
            let target = match rule {
                Some(Rule { field: None, .. }) => continue,
                Some(Rule {
                    field: Some(field), ..
                }) => field,
                None if SET_ANEW.contains(&source.as_str()) => continue,
                None => source,
            };
            let Some((place, field)) = model.field(target) else {
                // Its own fault comes from the check of the record.
                record.insert(target.clone(), value.clone());
                continue;
            };
            match self.value(rule, field, value) {
                Ok(Given::Value(value)) => drop(record.insert(target.clone(), value)),
                Ok(Given::Name(name)) => {
                    // Stands for the id until the record is looked up.
                    record.insert(target.clone(), placeholder(field));
                    names.push((place, name));
                }
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() {
            Ok(Mapped {
                record: Json::Object(record),
                names,
            })
        } else {
            Err(faults)
        }
    }

    fn value(&self, rule: Option<&Rule>, field: &Field, value: &Json) -> Result<Given, FieldError> {
        let at = [Step::from(field.name.as_str())];
        if let Some(rule) = rule {
            if rule.by.is_some() && !value.is_null() {
                let name = as_text(value).filter(|name| !name.trim().is_empty());
                let fault =
                    || FieldError::new("string_type", &at, "Input should be a valid string");
                return name.map(Given::Name).ok_or_else(fault);
            }
            if let (Some(form), Json::String(text)) = (&rule.date, value) {
                let read = Date::strptime(form, text.trim()).map_err(|_| {
                    FieldError::new(
                        "date_parsing",
                        &at,
                        format!("Input should be a date written as {form}"),
                    )
                })?;
                return Ok(Given::Value(Json::from(read.to_string())));
            }
            if rule.text
                && !value.is_null()
                && let Some(text) = as_text(value)
            {
                return Ok(Given::Value(Json::from(text)));
            }
        }
        Ok(Given::Value(match value {
            Json::String(text) if self.texts => typed(field, text),
            value => value.clone(),
        }))
    }
}

enum Given {
    Value(Json),
    Name(String),
}

fn placeholder(field: &Field) -> Json {
    match field.references.as_ref().map(|reference| reference.id) {
        Some(IdKind::Uuid) => Json::from(uuid::Uuid::nil().to_string()),
        _ => Json::from(1),
    }
}

fn as_text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// A CSV's text as the field's type; what is not one stays a text, and the check says so.
fn typed(field: &Field, text: &str) -> Json {
    let read: Option<Json> = match field.kind {
        Kind::String(_) => None,
        Kind::Integer(_) => text.parse::<i64>().ok().map(Json::from),
        Kind::Number(_) => text
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
            .map(Json::from),
        Kind::Boolean => text
            .to_ascii_lowercase()
            .parse::<bool>()
            .ok()
            .map(Json::from),
        Kind::Array(_) | Kind::Object(_) => serde_json::from_str(text).ok(),
    };
    read.unwrap_or_else(|| Json::from(text))
}

fn read_rule(
    document: &Document<'_>,
    source: &str,
    rule: &toml::Spanned<Toml<'_>>,
) -> Option<Rule> {
    let mut read = Rule {
        source: source.to_owned(),
        ..Rule::default()
    };
    match rule.get_ref() {
        Toml::String(field) => read.field = Some(field.to_string()),
        Toml::Boolean(false) => {}
        Toml::Table(members) => {
            for (key, value) in members {
                match (key.get_ref().as_ref(), value.get_ref()) {
                    ("field", Toml::String(text)) => read.field = Some(text.to_string()),
                    ("date", Toml::String(text)) => read.date = Some(text.to_string()),
                    ("by", Toml::String(text)) => read.by = Some(text.to_string()),
                    ("create", Toml::Boolean(flag)) => read.create = *flag,
                    ("text", Toml::Boolean(flag)) => read.text = *flag,
                    (key, _) => {
                        let hint = did_you_mean(key, ["field", "date", "by", "create", "text"]);
                        let message =
                            format!("`{key}` is no key of a mapping with such a value.{hint}");
                        document.mistake(&value.span(), message);
                    }
                }
            }
            if read.field.is_none() {
                document.mistake(
                    &rule.span(),
                    "A mapping names its `field`; to leave the member out, write false",
                );
            }
        }
        _ => {
            document.mistake(
                &rule.span(),
                "Map it to a field's name, to { field = \"…\" }, or to false to leave it out",
            );
            return None;
        }
    }
    Some(read)
}
