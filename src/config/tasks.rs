//! `[tasks.NAME]`: limits and defaults of a task. A task without an entry is allowed, and has the defaults.

use std::ops::Range;
use std::time::Duration;

use super::form::{Form, Raw};
use super::units::Amount as _;
use crate::document::{Document, Spanned, Table, Value, did_you_mean};
use crate::models::{Field, declare};

/// What is declared of a task.
#[derive(Clone, Debug)]
pub struct Task {
    pub name: String,
    /// Of one attempt.
    pub timeout: Option<Duration>,
    pub max_attempts: Option<u32>,
    /// Running at once.
    pub concurrency: Option<u32>,
    /// The shape of the input, whose name it has.
    pub input: Option<Field>,
    /// Where it stands in its file.
    pub line: usize,
}

const KEYS: [&str; 4] = ["timeout", "max_attempts", "concurrency", "input"];
/// Keys that come later.
const LATER: [&str; 3] = ["command", "schedule", "owner"];
pub(super) const NAME: &str = "^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,99}$";
const MAX_ATTEMPTS: i128 = 100;
const MAX_CONCURRENCY: i128 = 100_000;

/// The tasks of `[tasks]`; mistakes are noted in the document.
pub(super) fn read(document: &Document<'_>, tasks: Option<&Table<'_>>) -> Vec<Task> {
    let mut list = Vec::new();
    for (name, value) in tasks.into_iter().flatten() {
        let span = name.span();
        if !is_name(name.get_ref()) {
            document.mistake(
                &span,
                format!(
                    "`{}` can't be the name of a task: it has letters, digits and _ . : -, at most 100.",
                    name.get_ref()
                ),
            );
        }
        match value.get_ref().as_table() {
            Some(entries) => list.push(task(document, name.get_ref(), &span, entries)),
            None => document.mistake(
                &span,
                format!(
                    "`tasks.{0}` is a table: write `[tasks.{0}]`.",
                    name.get_ref()
                ),
            ),
        }
    }
    list
}

/// Whether a task may be called so.
pub(crate) fn is_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !name.is_empty()
        && name.len() <= 100
        && name.bytes().next().is_some_and(fits)
        && name
            .bytes()
            .all(|byte| fits(byte) || b".:-".contains(&byte))
}

fn task(document: &Document<'_>, name: &str, span: &Range<usize>, entries: &Table<'_>) -> Task {
    let mut task = Task {
        name: name.to_owned(),
        timeout: None,
        max_attempts: None,
        concurrency: None,
        input: None,
        line: document.line(span),
    };
    for (key, value) in entries {
        match key.get_ref().as_ref() {
            "timeout" => task.timeout = timeout(document, name, value),
            "max_attempts" => {
                task.max_attempts = count(document, name, "max_attempts", value, MAX_ATTEMPTS);
            }
            "concurrency" => {
                task.concurrency = count(document, name, "concurrency", value, MAX_CONCURRENCY);
            }
            "input" => {
                let path = format!("tasks.{name}.input");
                task.input = declare::shape(document, &path, &key.span(), value.get_ref());
            }
            key_name if LATER.contains(&key_name) => document.mistake(
                &key.span(),
                super::keys::later(&format!("`tasks.{name}.{key_name}`"), "Remove the line"),
            ),
            unknown => document.mistake(
                &key.span(),
                format!(
                    "`[tasks.{name}]` has no key `{unknown}`.{}",
                    did_you_mean(unknown, KEYS)
                ),
            ),
        }
    }
    task
}

fn timeout(document: &Document<'_>, task: &str, value: &Spanned<Value<'_>>) -> Option<Duration> {
    let parsed = match Raw::read(document, value).form {
        Form::Text(text) => Duration::parse(&text).ok(),
        _ => None,
    };
    let fits = parsed.filter(|time| (1..=30 * 86_400).contains(&time.as_secs()));
    if fits.is_none() {
        document.mistake(
            &value.span(),
            format!("`tasks.{task}.timeout` must be a time as \"5m\", from 1s to 30d."),
        );
    }
    fits
}

fn count(
    document: &Document<'_>,
    task: &str,
    key: &str,
    value: &Spanned<Value<'_>>,
    most: i128,
) -> Option<u32> {
    match Raw::read(document, value).form {
        Form::Integer(number) if (1..=most).contains(&number) => u32::try_from(number).ok(),
        _ => {
            document.mistake(
                &value.span(),
                format!("`tasks.{task}.{key}` must be a whole number from 1 to {most}."),
            );
            None
        }
    }
}
