//! `HEARTH_SECTION__KEY`: the one place that reads the environment.
//!
//! Two underscores make a variable a setting, since orchestrators put variables with single ones beside a service
//! named hearth (`HEARTH_PORT=tcp://…`).

use std::collections::{BTreeMap, HashMap};

use super::Findings;
use super::form::{Form, Given, Raw};
use super::key::{Key, Kind, Renamed};
use super::keys::{self, Found};
use crate::document::{Document, Value, did_you_mean};

const PREFIX: &str = "HEARTH_";
const FILE: &str = "__FILE";

/// The variables of this process, or of a test.
#[derive(Clone, Default)]
pub(super) struct Environment {
    /// None: not UTF-8.
    variables: BTreeMap<String, Option<String>>,
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Environment(…)")
    }
}

impl Environment {
    pub(super) fn of_process() -> Self {
        let variables = std::env::vars_os()
            .map(|(name, value)| {
                (
                    name.to_string_lossy().into_owned(),
                    value.into_string().ok(),
                )
            })
            .collect();
        Environment { variables }
    }

    #[cfg(test)]
    pub(super) fn of(variables: &[(&str, &str)]) -> Self {
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned())))
            .collect();
        Environment { variables }
    }

    pub(super) fn find(&self, name: &str) -> Option<&str> {
        self.variables.get(name)?.as_deref()
    }

    /// What the variables give for each key. A variable that looks like a setting but is none is a mistake.
    pub(super) fn settings(
        &self,
        renamed: &[Renamed],
        findings: &mut Findings,
    ) -> HashMap<&'static str, Given> {
        let mut given: HashMap<&'static str, Given> = HashMap::new();
        for (variable, value) in &self.variables {
            let Some((key, entry)) = one(variable, value.as_deref(), renamed, findings) else {
                continue;
            };
            let is_old = |label: &str| !label.starts_with(&key.variable());
            let Some(other) = given.get(key.name) else {
                given.insert(key.name, entry);
                continue;
            };
            if !is_old(&other.label) && !is_old(variable) {
                findings.mistake(format!(
                    "`{}` and `{variable}` set the same: unset one.",
                    other.label
                ));
            } else if is_old(&other.label) {
                given.insert(key.name, entry);
            }
        }
        given
    }
}

/// What one variable sets, if it is a setting.
fn one(
    variable: &str,
    value: Option<&str>,
    renamed: &[Renamed],
    findings: &mut Findings,
) -> Option<(&'static Key, Given)> {
    let rest = variable
        .strip_prefix(PREFIX)
        .filter(|rest| rest.contains("__"))?;
    let (rest, is_file) = match rest.strip_suffix(FILE) {
        Some(rest) if rest.contains("__") => (rest, true),
        _ => (rest, false),
    };
    let key = key(variable, rest, renamed, findings)?;
    let Some(value) = value else {
        findings.mistake(format!("`{variable}` is not UTF-8."));
        return None;
    };
    if is_file && !key.is_secret() {
        findings.mistake(format!(
            "`{variable}` is no setting: only secrets are read from a file. Set `{}` itself.",
            key.variable()
        ));
        return None;
    }
    let raw = if is_file {
        Raw {
            line: 0,
            form: Form::File(value.to_owned()),
        }
    } else {
        raw(key, value)
    };
    let given = Given {
        label: variable.to_owned(),
        source: variable.to_owned(),
        raw,
    };
    Some((key, given))
}

/// The key that a variable sets.
fn key(
    variable: &str,
    rest: &str,
    renamed: &[Renamed],
    findings: &mut Findings,
) -> Option<&'static Key> {
    let name = rest.replacen("__", ".", 1).to_lowercase();
    let section = name.split('.').next().unwrap_or_default();
    if keys::is_later(section) {
        findings.mistake(keys::later(&format!("`{variable}`"), "Unset it"));
        return None;
    }
    match keys::look_up(&name, renamed) {
        Found::Key(key) => return Some(key),
        Found::Renamed(key) => {
            findings.notes.push(format!(
                "`{variable}` is now `{}`: rename it.",
                key.variable()
            ));
            return Some(key);
        }
        Found::Gone => findings
            .notes
            .push(format!("`{variable}` does nothing any more: unset it.")),
        Found::Later => findings.mistake(keys::later(&format!("`{variable}`"), "Unset it")),
        Found::Unknown if section == "models" || name.starts_with("auth.roles") => findings
            .mistake(format!(
                "`{variable}` is no setting: models and roles are declared in config.toml alone."
            )),
        Found::Unknown if keys::TABLES.iter().any(|tables| name.starts_with(tables.name)) => findings
            .mistake(format!(
                "`{variable}` is no setting: what stands in double brackets is declared in config.toml alone; a secret \
                 there may be `{{ env = \"NAME\" }}`."
            )),
        Found::Unknown => {
            let names: Vec<String> = keys::all().map(Key::variable).collect();
            let hint = did_you_mean(variable, names.iter().map(String::as_str));
            let remedy = if hint.is_empty() {
                " Unset it; `hearth settings` lists all names."
            } else {
                &hint
            };
            findings.mistake(format!("`{variable}` is no setting.{remedy}"));
        }
    }
    None
}

/// A variable's text in the form that the key has in the file.
fn raw(key: &Key, text: &str) -> Raw {
    let form = match &key.kind {
        Kind::Port(_) | Kind::Integer { .. } => text.parse().map(Form::Integer).ok(),
        Kind::Boolean(_) => text.parse().map(Form::Boolean).ok(),
        Kind::Origins(_) | Kind::Hosts(_) | Kind::Networks(_) | Kind::Roles(_) => Some(list(text)),
        _ => None,
    };
    Raw {
        line: 0,
        form: form.unwrap_or_else(|| Form::Text(text.to_owned())),
    }
}

/// `a,b` or a list as in the file.
fn list(text: &str) -> Form {
    if text.trim_start().starts_with('[') {
        return match Value::parse(text.trim()) {
            Ok(value) => Raw::read(&Document::new(text), &value).without_lines().form,
            Err(_) => Form::Text(text.to_owned()),
        };
    }
    let items = text
        .split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty());
    Form::List(items.map(Raw::text).collect())
}
