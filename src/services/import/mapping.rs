//! How a file's rows become records: which member is which field, and what has to be made of its value.

use serde_json::{Map, Value as Json};

use super::Format;
use super::kept::SET_BY_HEARTH;
use super::noticed::Noticed;
use super::rule::{Given, Rule};
use crate::document::{Document, Value as Toml, closest, did_you_mean};
use crate::error::{Code, Error, FieldError, Result};
use crate::models::{Field, IdKind, Kind, Model, validate};

/// A record with the references that are named rather than numbered, and what could not be read.
pub(super) struct Mapped {
    pub(super) record: Json,
    pub(super) names: Vec<(usize, String)>,
    pub(super) faults: Vec<FieldError>,
    /// What the row has of what Hearth sets itself; empty unless it is to be kept.
    pub(super) kept: Map<String, Json>,
}

/// Where a member of a row leads.
enum Target {
    /// To the field of that name, by the rule of that place if there is one.
    Field(Option<usize>, String),
    /// To what Hearth sets otherwise.
    Kept,
    Out,
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
    /// Id, owner and times are those of the file.
    pub(super) keep_ids: bool,
    pub(super) noticed: Noticed,
}

impl Mapping {
    pub(crate) fn new(format: Format, keep_ids: bool) -> Self {
        Mapping {
            texts: format == Format::Csv,
            keep_ids,
            ..Mapping::default()
        }
    }

    /// `--map "US Gross=us_gross"`; nothing behind the sign leaves the member out, and `director.name` finds the record
    /// that a reference names. It wins over what came before.
    pub(crate) fn add(&mut self, text: &str) -> Result<()> {
        let (source, field) = text.rsplit_once('=').ok_or_else(|| {
            Error::new(
                Code::Invalid,
                format!("--map wants \"NAME IN THE FILE=field\", not \"{text}\""),
            )
        })?;
        let (field, by) = match field.trim().split_once('.') {
            Some((field, by)) => (field, Some(by.to_owned())),
            None => (field.trim(), None),
        };
        let field = Some(field.to_owned()).filter(|field| !field.is_empty() || by.is_some());
        self.rules.retain(|rule| rule.source != source);
        self.rules.push(Rule {
            by,
            ..Rule::new(source, field)
        });
        Ok(())
    }

    /// A mapping file: `[fields]` with `"US Gross" = "us_gross"`, `"Notes" = false`, or
    /// `"Release Date" = { field = "released", date = "%b %d %Y" }`.
    pub(crate) fn add_file(&mut self, name: &str, text: &str) -> Result<()> {
        let document = Document::new(text);
        let table = document.table();
        for (key, value) in &table {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("fields", Toml::Table(fields)) => self.rules.extend(
                    fields
                        .iter()
                        .filter_map(|(source, rule)| Rule::read(&document, source.get_ref(), rule)),
                ),
                (key, _) => {
                    let message = format!(
                        "A mapping file has one table, [fields], with lines as \"US Gross\" = \"us_gross\"; not `{key}`"
                    );
                    document.mistake(&value.span(), message);
                }
            }
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
        for (at, rule) in self.rules.iter().enumerate() {
            let Some(name) = rule.field.as_deref() else {
                continue;
            };
            self.field(model, name)?;
            let mut before = self.rules[..at].iter();
            if let Some(twin) = before.find(|twin| twin.field.as_deref() == Some(name)) {
                let message = format!(
                    "\"{}\" and \"{}\" are both mapped to `{name}`. Remove one",
                    twin.source, rule.source
                );
                return Err(Error::new(Code::Invalid, message));
            }
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

    /// Names in the mapping that no row had, with what was probably meant.
    pub(super) fn unused(&self) -> Vec<String> {
        let unused = self.rules.iter().filter(|rule| !rule.used);
        let said = unused.map(|rule| {
            let strays = self.noticed.strays.keys().map(String::as_str);
            let hint = closest(&rule.source, strays)
                .map_or_else(String::new, |meant| format!(" Did you mean \"{meant}\"?"));
            format!("\"{}\", which the mapping names.{hint}", rule.source)
        });
        said.collect()
    }

    /// A row as a record of the model, ready to be checked; an error when it is no object.
    pub(super) fn apply(&mut self, model: &Model, row: &Json) -> Result<Mapped, FieldError> {
        let Json::Object(members) = row else {
            let message = "Input should be a valid dictionary";
            return Err(FieldError::new("dict_type", &[], message));
        };
        let (mut record, mut kept) = (Map::new(), Map::new());
        let (mut names, mut faults) = (Vec::new(), Vec::new());
        for (source, value) in members {
            let (rule, target) = match self.target(source) {
                Target::Field(rule, target) => (rule, target),
                Target::Kept => {
                    kept.insert(source.clone(), value.clone());
                    continue;
                }
                Target::Out => continue,
            };
            let Some((place, field)) = model.field(&target) else {
                self.noticed.stray(&target);
                // Its own fault comes from the check of the record.
                record.insert(target, value.clone());
                continue;
            };
            if record.contains_key(&target) {
                let message = "Value error, the row has two values for this field";
                faults.push(FieldError::new(
                    "value_error",
                    &[target.as_str().into()],
                    message,
                ));
                continue;
            }
            let given = rule.map_or(Ok(None), |rule| self.rules[rule].value(field, value));
            let value = match given {
                Ok(Some(Given::Value(value))) => value,
                Ok(Some(Given::Name(name))) => {
                    names.push((place, name));
                    // Stands for the id until the record is looked up.
                    placeholder(field)
                }
                Ok(None) => {
                    let value = plain(self.texts, field, value);
                    self.noticed.value(source, field, &value);
                    value
                }
                Err(fault) => {
                    faults.push(fault);
                    value.clone()
                }
            };
            record.insert(target, value);
        }
        Ok(Mapped {
            record: Json::Object(record),
            names,
            faults,
            kept,
        })
    }

    fn target(&mut self, source: &str) -> Target {
        if let Some(at) = self.rules.iter().position(|rule| rule.source == source) {
            let rule = &mut self.rules[at];
            rule.used = true;
            let field = rule.field.clone();
            return field.map_or(Target::Out, |field| Target::Field(Some(at), field));
        }
        if !SET_BY_HEARTH.contains(&source) {
            return Target::Field(None, source.to_owned());
        }
        if self.keep_ids {
            return Target::Kept;
        }
        self.noticed.set_anew(source);
        Target::Out
    }
}

fn plain(texts: bool, field: &Field, value: &Json) -> Json {
    match value {
        Json::String(text) if texts => typed(field, text),
        value => value.clone(),
    }
}

fn placeholder(field: &Field) -> Json {
    match field.references.as_ref().map(|reference| reference.id) {
        Some(IdKind::Uuid) => Json::from(uuid::Uuid::nil().to_string()),
        _ => Json::from(1),
    }
}

/// A CSV's text as the field's type; what is not one stays a text, and the check says so.
fn typed(field: &Field, text: &str) -> Json {
    let plain = text.trim();
    let float = || {
        plain
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
    };
    let read: Option<Json> = match field.kind {
        Kind::String(_) => None,
        Kind::Integer(_) => match plain.parse::<i64>() {
            Ok(number) => Some(Json::from(number)),
            Err(_) => float().map(Json::from),
        },
        Kind::Number(_) => float().map(Json::from),
        Kind::Boolean => plain
            .to_ascii_lowercase()
            .parse::<bool>()
            .ok()
            .map(Json::from),
        Kind::Array(_) | Kind::Object(_) => validate::parse(text.as_bytes()).ok(),
    };
    read.unwrap_or_else(|| Json::from(text))
}
