//! Checks one given value against its key, and puts it into the `Config`.

use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use super::environment::Environment;
use super::form::{Form, Given, Raw};
use super::key::{Key, Kind};
use super::units::{self, Amount, Wrong};
use super::{Config, Network, logs, origin, secret};
use crate::document::did_you_mean;
use crate::error::Mistake;

/// What a value's meaning depends on beside itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'p> {
    /// Relative paths begin here.
    pub(super) folder: &'p Path,
    pub(super) environment: &'p Environment,
    pub(super) ephemeral: bool,
    /// Whether nothing of higher rank replaces it. Secrets that are replaced are not opened.
    pub(super) in_force: bool,
}

type Checked<T> = Result<T, Vec<Mistake>>;

/// The value as it is shown. A later one for the same key overwrites it.
pub(super) fn accept(
    key: &Key,
    given: &Given,
    place: &Place<'_>,
    config: &mut Config,
) -> Checked<Json> {
    match &key.kind {
        Kind::Port(put) => {
            let port = port(key, given, place)?;
            put(config, port);
            Ok(json!(port))
        }
        Kind::Integer { least, most, put } => {
            let number = integer(key, given, *least, *most)?;
            put(config, number as usize);
            Ok(json!(number))
        }
        Kind::Boolean(put) => match given.raw.form {
            Form::Boolean(truth) => {
                put(config, truth);
                Ok(json!(truth))
            }
            _ => Err(wrong_type(key, given)),
        },
        Kind::Duration { least, most, put } => {
            amount(key, given, least, most, |value| put(config, value))
        }
        Kind::Size { least, most, put } => {
            amount(key, given, least, most, |value| put(config, value))
        }
        Kind::Rate { least, most, put } => {
            amount(key, given, least, most, |value| put(config, value))
        }
        Kind::Secret(put) => {
            let label = format!("`{}`", given.label);
            let found = secret::read(
                &label,
                &given.raw,
                place.folder,
                place.environment,
                place.in_force,
            )?;
            if let Some(secret) = found {
                put(config, secret);
            }
            Ok(json!("(hidden)"))
        }
        Kind::Origins(_) | Kind::Hosts(_) | Kind::Networks(_) => list(key, given, config),
        Kind::Address(_)
        | Kind::Word { .. }
        | Kind::Levels(_)
        | Kind::Origin(_)
        | Kind::Path(_) => text(key, given, place, config),
    }
}

fn text(key: &Key, given: &Given, place: &Place<'_>, config: &mut Config) -> Checked<Json> {
    let Form::Text(text) = &given.raw.form else {
        return Err(wrong_type(key, given));
    };
    let refuse = |message: String| {
        given
            .raw
            .mistake(format!("`{}` is {text:?}. {message}", given.label))
    };
    match &key.kind {
        Kind::Address(put) => {
            let hint = match text.as_str() {
                "localhost" => " Did you mean \"127.0.0.1\"?",
                "*" => " Did you mean \"0.0.0.0\"?",
                _ => "",
            };
            let address = text.parse().map_err(|_| {
                refuse(format!("It must be an IP address, as \"127.0.0.1\".{hint}"))
            })?;
            put(config, address);
        }
        Kind::Word { words, refused } => word(words, refused, text).map_err(refuse)?(config),
        Kind::Levels(put) => put(config, logs::levels(text).map_err(refuse)?),
        Kind::Origin(put) => {
            let origin = origin::origin(text).map_err(refuse)?;
            put(config, origin.clone());
            return Ok(json!(origin));
        }
        Kind::Path(put) => {
            if text.is_empty() {
                return Err(refuse("It must be a path.".to_owned()));
            }
            let path = absolute(place.folder, Path::new(text));
            put(config, path.clone());
            return Ok(json!(path));
        }
        _ => return Err(wrong_type(key, given)),
    }
    Ok(json!(text))
}

fn list(key: &Key, given: &Given, config: &mut Config) -> Checked<Json> {
    match &key.kind {
        Kind::Origins(put) => items(key, given, origin::foreign, |list| put(config, list)),
        Kind::Hosts(put) => items(key, given, origin::host, |list| put(config, list)),
        Kind::Networks(put) => {
            let shown = items(
                key,
                given,
                |text| Network::parse(text).map(Shown),
                |list| {
                    put(
                        config,
                        list.into_iter().map(|Shown(network)| network).collect(),
                    );
                },
            );
            shown
        }
        _ => Err(wrong_type(key, given)),
    }
}

/// A path from where relative ones begin.
pub(super) fn absolute(folder: &Path, path: &Path) -> PathBuf {
    let joined = folder.join(path);
    std::path::absolute(&joined).unwrap_or(joined)
}

fn integer(key: &Key, given: &Given, least: u32, most: u32) -> Checked<u32> {
    let Form::Integer(number) = given.raw.form else {
        return Err(wrong_type(key, given));
    };
    match u32::try_from(number) {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(out_of_bounds(key, given, &number.to_string())),
    }
}

fn port(key: &Key, given: &Given, place: &Place<'_>) -> Checked<u16> {
    if matches!(given.raw.form, Form::Integer(0)) {
        return match place.ephemeral {
            true => Ok(0),
            false => Err(given.raw.mistake(format!(
                "`{}` is 0, any free port: that is only for `--port 0` and `--ephemeral`. It must be 1 to 65535.",
                given.label
            ))),
        };
    }
    integer(key, given, 1, u32::from(u16::MAX)).map(|port| port as u16)
}

fn amount<A: Amount>(
    key: &Key,
    given: &Given,
    least: &str,
    most: &str,
    put: impl FnOnce(A),
) -> Checked<Json> {
    let (written, parsed) = match &given.raw.form {
        Form::Text(text) => (format!("{text:?}"), A::parse(text)),
        Form::Integer(number) => match u64::try_from(*number) {
            Ok(bare) => (number.to_string(), Err(Wrong::Bare(bare))),
            Err(_) => (number.to_string(), Err(Wrong::Spelling(None))),
        },
        _ => return Err(wrong_type(key, given)),
    };
    let meant = |spelling: Option<String>| match spelling {
        Some(spelling) => format!("Did you mean {spelling:?}?"),
        None => format!("It must be {}, as {}.", key.wanted(), key.example()),
    };
    match parsed {
        Ok(amount) => {
            let within = |bound: &str, fits: fn(f64, f64) -> bool| {
                A::parse(bound).is_ok_and(|bound| fits(amount.weight(), bound.weight()))
            };
            if !within(least, |value, bound| value >= bound)
                || !within(most, |value, bound| value <= bound)
            {
                return Err(out_of_bounds(key, given, &written));
            }
            put(amount);
            Ok(json!(written.trim_matches('"')))
        }
        Err(Wrong::Bare(number)) => {
            let default = key.example().trim_matches('"');
            let spelling = units::probably::<A>(number, least, most, default);
            let sentence = format!(
                "`{}` is {written}, without a unit. {}",
                given.label,
                meant(spelling)
            );
            Err(given.raw.mistake(sentence))
        }
        Err(Wrong::Spelling(spelling)) => {
            let sentence = format!("`{}` is {written}. {}", given.label, meant(spelling));
            Err(given.raw.mistake(sentence))
        }
    }
}

type Put = fn(&mut Config);

fn word(words: &[(&str, Put)], refused: &[(&str, &str)], text: &str) -> Result<Put, String> {
    if let Some((_, put)) = words.iter().find(|(word, _)| *word == text) {
        return Ok(*put);
    }
    let names: Vec<String> = words.iter().map(|(word, _)| format!("{word:?}")).collect();
    let must = format!("It must be {}.", super::key::either(&names));
    if let Some((_, reason)) = refused.iter().find(|(word, _)| *word == text) {
        return Err(format!("That is refused: {reason}. {must}"));
    }
    let known = words.iter().map(|(word, _)| *word);
    Err(format!(
        "{must}{}",
        did_you_mean(&text.to_lowercase(), known)
    ))
}

/// A network as it is shown.
struct Shown(Network);

impl From<Shown> for Json {
    fn from(shown: Shown) -> Json {
        json!(shown.0.to_string())
    }
}

impl Clone for Shown {
    fn clone(&self) -> Self {
        Shown(self.0)
    }
}

/// Each text of a list by itself, so that every mistake is found.
fn items<T: Clone + Into<Json>>(
    key: &Key,
    given: &Given,
    read: impl Fn(&str) -> Result<T, String>,
    put: impl FnOnce(Vec<T>),
) -> Checked<Json> {
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
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let shown = values.iter().cloned().map(Into::into).collect();
    put(values);
    Ok(Json::Array(shown))
}

fn out_of_bounds(key: &Key, given: &Given, written: &str) -> Vec<Mistake> {
    given.raw.mistake(format!(
        "`{}` is {written}; it must be {}.",
        given.label,
        key.bounds()
    ))
}

fn wrong_type(key: &Key, given: &Given) -> Vec<Mistake> {
    let hint = match (&key.kind, &given.raw.form) {
        (Kind::Port(_) | Kind::Integer { .. }, Form::Text(text)) if text.parse::<u32>().is_ok() => {
            format!(" Did you mean {text}, without quotes?")
        }
        (Kind::Boolean(_), Form::Text(text)) if text == "true" || text == "false" => {
            format!(" Did you mean {text}, without quotes?")
        }
        (Kind::Origins(_) | Kind::Hosts(_) | Kind::Networks(_), Form::Text(text)) => {
            format!(" Did you mean [{text:?}]?")
        }
        _ => String::new(),
    };
    given.raw.mistake(format!(
        "`{}` must be {}, as {}, not {}.{hint}",
        given.label,
        key.wanted(),
        key.example(),
        written(&given.raw)
    ))
}

fn written(raw: &Raw) -> String {
    match &raw.form {
        Form::Text(text) => format!("the text {text:?}"),
        Form::Integer(number) => number.to_string(),
        Form::Boolean(truth) => truth.to_string(),
        _ => raw.what().to_owned(),
    }
}
