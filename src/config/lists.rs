//! Settings that are lists: each item is checked by itself, so that every mistake is found.

use serde_json::{Value as Json, json};

use super::accept::Checked;
use super::form::{Form, Given};
use super::key::{Key, Kind};
use super::wrong::{written, wrong_type};
use super::{Config, Network, origin};

/// Checks the list, puts it into the `Config`, and says it as it is shown.
pub(super) fn accept(key: &Key, given: &Given, config: &mut Config) -> Checked<Json> {
    match &key.kind {
        Kind::Origins(put) => {
            let origins = items(key, given, origin::foreign)?;
            put(config, origins.clone());
            Ok(json!(origins))
        }
        Kind::Hosts(put) => {
            let hosts = items(key, given, origin::host)?;
            put(config, hosts.clone());
            Ok(json!(hosts))
        }
        Kind::Networks(put) => {
            let networks = items(key, given, Network::parse)?;
            let shown: Vec<String> = networks.iter().map(ToString::to_string).collect();
            put(config, networks);
            Ok(json!(shown))
        }
        Kind::Roles(put) => {
            let roles = items(key, given, |name| Ok(name.to_owned()))?;
            put(config, roles.clone());
            Ok(json!(roles))
        }
        _ => Err(wrong_type(key, given)),
    }
}

fn items<T>(key: &Key, given: &Given, read: fn(&str) -> Result<T, String>) -> Checked<Vec<T>> {
    let Form::List(list) = &given.raw.form else {
        return Err(wrong_type(key, given));
    };
    let mut values = Vec::with_capacity(list.len());
    let mut mistakes = Vec::new();
    for item in list {
        let value = match &item.form {
            Form::Text(text) => read(text).map_err(|message| format!("{text:?}: {message}")),
            _ => Err(format!("{}: each must be a text in quotes.", written(item))),
        };
        match value {
            Ok(value) => values.push(value),
            Err(message) => {
                mistakes.extend(item.mistake(format!("`{}` has {message}", given.label)))
            }
        }
    }
    if mistakes.is_empty() {
        Ok(values)
    } else {
        Err(mistakes)
    }
}
