//! `[tasks.NAME]`: limits and defaults of a task. A task without an entry is allowed, and has the defaults.

use std::ops::Range;
use std::time::Duration;

use super::form::{Form, Raw};
use super::rooms::{self, Who};
use super::units::Amount as _;
use crate::document::{Document, Spanned, Table, Value, did_you_mean};
use crate::executions::schedule::Schedule;
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
    /// A program and its arguments, run by the server itself.
    pub command: Option<Vec<String>>,
    pub schedule: Option<Schedule>,
    /// Whose the runs of the schedule are, by e-mail; none: nobody's.
    pub owner: Option<String>,
    /// Who may make an execution of it.
    pub start: Who,
    /// Where it stands in its file.
    pub line: usize,
}

const KEYS: [&str; 8] = [
    "timeout",
    "max_attempts",
    "concurrency",
    "input",
    "command",
    "schedule",
    "owner",
    "start",
];
/// Of a task with a `command` that does not say it: a program that hangs would hold its place for ever.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(60 * 60);
const ARGUMENTS: usize = 100;
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
        command: None,
        schedule: None,
        owner: None,
        start: Who::SignedIn,
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
            "command" => task.command = command(document, name, value),
            "schedule" => task.schedule = schedule(document, name, value),
            "owner" => task.owner = owner(document, name, value),
            "start" => {
                let who = rooms::who(document, &format!("tasks.{name}.start"), value);
                task.start = who.unwrap_or(Who::Admin);
            }
            unknown => document.mistake(
                &key.span(),
                format!(
                    "`[tasks.{name}]` has no key `{unknown}`.{}",
                    did_you_mean(unknown, KEYS)
                ),
            ),
        }
    }
    if task.owner.is_some() && !entries.keys().any(|key| key.get_ref() == "schedule") {
        let message = format!(
            "`tasks.{name}.owner` is for runs of a schedule: others belong to whoever asks for them. Remove it, or add \
             `schedule`."
        );
        document.mistake(span, message);
    }
    if task.command.is_some() {
        task.timeout.get_or_insert(COMMAND_TIMEOUT);
    }
    task
}

fn command(document: &Document<'_>, task: &str, value: &Spanned<Value<'_>>) -> Option<Vec<String>> {
    let words = value.get_ref().as_array().map(|list| {
        let words = list.iter().map(|word| word.get_ref().as_str());
        words.collect::<Option<Vec<&str>>>().unwrap_or_default()
    });
    let fits = |words: &Vec<&str>| {
        (1..=ARGUMENTS).contains(&words.len())
            && !words[0].is_empty()
            && !words.iter().any(|word| word.contains('\0'))
    };
    let Some(words) = words.filter(fits) else {
        let message = format!(
            "`tasks.{task}.command` is a list of a program and its arguments, as [\"./nightly.sh\", \"--all\"]; no shell \
             reads it."
        );
        document.mistake(&value.span(), message);
        return None;
    };
    Some(words.into_iter().map(str::to_owned).collect())
}

fn schedule(document: &Document<'_>, task: &str, value: &Spanned<Value<'_>>) -> Option<Schedule> {
    let text = value.get_ref().as_str().unwrap_or_default();
    match Schedule::parse(text) {
        Ok(schedule) => Some(schedule),
        Err(reason) => {
            let message = format!(
                "`tasks.{task}.schedule` must be five fields of cron, as \"0 3 * * *\" for every night at three. {reason}."
            );
            document.mistake(&value.span(), message.replace("..", "."));
            None
        }
    }
}

fn owner(document: &Document<'_>, task: &str, value: &Spanned<Value<'_>>) -> Option<String> {
    let text = value.get_ref().as_str().unwrap_or_default();
    if email_address::EmailAddress::is_valid(text) {
        return Some(text.to_owned());
    }
    let message = format!("`tasks.{task}.owner` must be a user's e-mail address.");
    document.mistake(&value.span(), message);
    None
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
