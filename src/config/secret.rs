//! Secrets: a text, `{ file = "…" }` or `{ env = "…" }`. One newline at the end is cut, since editors add it; nothing
//! else is changed. No message ever repeats a secret.

use std::path::Path;

use super::Secret;
use super::accept::Place;
use super::environment::Environment;
use super::form::{Form, Raw};
use crate::document::did_you_mean;
use crate::error::Mistake;

/// What an HMAC-SHA256 key needs.
const LEAST: usize = 32;

/// Parts of what stands in tutorials and templates, without what is no letter or digit.
const PLACEHOLDERS: [&str; 14] = [
    "changeme",
    "changethis",
    "changeit",
    "replaceme",
    "replacethis",
    "yoursecret",
    "mysecret",
    "secretkey",
    "jwtsecret",
    "supersecret",
    "placeholder",
    "password",
    "example",
    // The key of a tutorial that many copy.
    "09d25e094faa6ca2556c818166b7a956",
];

/// The secret that is written, named or pointed to; without `open` only the form is looked at. A `key` must be long and
/// random, any other secret is as somebody else made it.
pub(super) fn read(
    label: &str,
    raw: &Raw,
    folder: &Path,
    environment: &Environment,
    open: bool,
    key: bool,
) -> Result<Option<Secret>, Vec<Mistake>> {
    let Some(secret) = found(label, raw, folder, environment, open)? else {
        return Ok(None);
    };
    if key {
        check(label, secret.reveal()).map_err(|message| raw.mistake(message))?;
    } else if secret.reveal().is_empty() {
        return Err(raw.mistake(format!("{label} is empty.")));
    }
    Ok(Some(secret))
}

/// A text of somebody else's making, named in the same ways.
pub(super) fn open(
    label: &str,
    raw: &Raw,
    place: &Place<'_>,
) -> Result<Option<Secret>, Vec<Mistake>> {
    let secret = found(label, raw, place.folder, place.environment, place.in_force)?;
    match &secret {
        Some(secret) if secret.reveal().is_empty() => {
            Err(raw.mistake(format!("{label} is empty.")))
        }
        _ => Ok(secret),
    }
}

fn found(
    label: &str,
    raw: &Raw,
    folder: &Path,
    environment: &Environment,
    open: bool,
) -> Result<Option<Secret>, Vec<Mistake>> {
    let found = match &raw.form {
        Form::Text(text) => Ok(text.clone()),
        Form::File(path) if open => from_file(label, &folder.join(path)),
        Form::Table(entries) => match named(entries) {
            Some(("file", path)) if open => from_file(label, &folder.join(path)),
            Some(("env", name)) if open => from_variable(label, name, environment),
            Some(_) => return Ok(None),
            None => Err(wrong_table(label, entries)),
        },
        Form::File(_) => return Ok(None),
        _ => Err(format!(
            "{label} must be a text, `{{ file = \"…\" }}` or `{{ env = \"…\" }}`, not {}.",
            raw.what()
        )),
    };
    found
        .map(|text| Some(Secret::new(cut(&text))))
        .map_err(|message| raw.mistake(message))
}

/// The one entry of the table, if it is one of the two.
fn named(entries: &[(String, Raw)]) -> Option<(&str, &str)> {
    match entries {
        [
            (
                name,
                Raw {
                    form: Form::Text(text),
                    ..
                },
            ),
        ] if ["file", "env"].contains(&name.as_str()) => Some((name, text)),
        _ => None,
    }
}

fn wrong_table(label: &str, entries: &[(String, Raw)]) -> String {
    let hint = entries
        .iter()
        .find(|(name, _)| !["file", "env"].contains(&name.as_str()))
        .map(|(name, _)| did_you_mean(name, ["file", "env"]))
        .unwrap_or_default();
    format!("{label} must be a text, `{{ file = \"…\" }}` or `{{ env = \"…\" }}`.{hint}")
}

fn from_file(label: &str, path: &Path) -> Result<String, String> {
    let bytes = std::fs::read(path)
        .map_err(|error| format!("{label} can't be read from {}: {error}.", path.display()))?;
    String::from_utf8(bytes).map_err(|_| {
        format!(
            "{label}: {} is not UTF-8. Write random bytes as hex or base64.",
            path.display()
        )
    })
}

fn from_variable(label: &str, name: &str, environment: &Environment) -> Result<String, String> {
    environment.find(name).map(str::to_owned).ok_or_else(|| {
        format!("{label} comes from the variable `{name}`, which is not set (or not UTF-8).")
    })
}

fn cut(text: &str) -> &str {
    text.strip_suffix("\r\n")
        .or_else(|| text.strip_suffix('\n'))
        .unwrap_or(text)
}

fn check(label: &str, secret: &str) -> Result<(), String> {
    let remedy = "Make one with `openssl rand -hex 32`, or leave it out and Hearth makes one.";
    let plain: String = secret
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    let known = plain == "secret" || PLACEHOLDERS.iter().any(|part| plain.contains(part));
    if known {
        return Err(format!("{label} is a well-known placeholder. {remedy}"));
    }
    if secret.len() < LEAST {
        return Err(format!(
            "{label} has {} bytes; it must have at least {LEAST}. {remedy}",
            secret.len()
        ));
    }
    let mut letters: Vec<u8> = secret.bytes().collect();
    letters.sort_unstable();
    letters.dedup();
    if letters.len() < 8 {
        return Err(format!(
            "{label} repeats {} characters: that is easily guessed. {remedy}",
            letters.len()
        ));
    }
    Ok(())
}
