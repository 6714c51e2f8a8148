//! Checks one given value against its key, and puts it into the `Config`.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use super::environment::Environment;
use super::form::{Form, Given};
use super::key::{Key, Kind, Put};
use super::units::{self, Amount, Wrong};
use super::wrong::{out_of_bounds, wrong_type};
use super::{Config, lists, logs, origin, secret};
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

/// A value, or what is wrong with it.
pub(super) type Checked<T> = Result<T, Vec<Mistake>>;

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
        Kind::Secret(put) | Kind::Password(put) => {
            let label = format!("`{}`", given.label);
            let found = secret::read(
                &label,
                &given.raw,
                place.folder,
                place.environment,
                place.in_force,
                matches!(key.kind, Kind::Secret(_)),
            )?;
            if let Some(secret) = found {
                put(config, secret);
            }
            Ok(json!("(hidden)"))
        }
        Kind::Origins(_) | Kind::Hosts(_) | Kind::Networks(_) | Kind::Roles(_) => {
            lists::accept(key, given, config)
        }
        Kind::Address(_)
        | Kind::Word { .. }
        | Kind::Levels(_)
        | Kind::Origin(_)
        | Kind::Text { .. }
        | Kind::Path(_) => text(key, given, place, config),
    }
}

/// An address to listen on, or what is wrong with it.
pub(crate) fn address(text: &str) -> Result<IpAddr, String> {
    let hint = match text {
        "localhost" => " Did you mean \"127.0.0.1\"?",
        "*" => " Did you mean \"0.0.0.0\"?",
        _ => "",
    };
    let parsed = text.parse();
    parsed.map_err(|_| format!("It must be an IP address, as \"127.0.0.1\".{hint}"))
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
            put(config, address(text).map_err(refuse)?);
        }
        Kind::Word { words, refused } => word(words, refused, text).map_err(refuse)?(config),
        Kind::Levels(put) => put(config, logs::levels(text).map_err(refuse)?),
        Kind::Origin(put) => {
            let origin = origin::origin(text).map_err(refuse)?;
            put(config, origin.clone());
            return Ok(json!(origin));
        }
        Kind::Text { check, put, .. } => {
            let text = check(text).map_err(refuse)?;
            put(config, text.clone());
            return Ok(json!(text));
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
