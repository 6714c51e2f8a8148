//! What mails say. Each has a text, whose first line is `Subject: …`, and the same in HTML. Both are built in; a file of
//! the same name in `mail.templates` takes a built-in one's place.
//!
//! A value never becomes markup, a header or another line: what people choose themselves is not to be believed.

use std::path::Path;

use super::Letter;
use crate::document::did_you_mean;
use crate::limits;

/// Each mail that Hearth sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Template {
    VerifyEmail,
    ResetPassword,
    ChangeEmail,
    /// To the present address, when another one was asked for.
    EmailChangeAsked,
    /// To an address that somebody wants to use, and that has an account.
    EmailTaken,
    /// To the address that was.
    EmailChanged,
    PasswordChanged,
    SecondFactorAdded,
    /// Of `hearth mail test`.
    Test,
}

/// A built-in template.
pub(crate) struct BuiltIn {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    pub(crate) html: &'static str,
}

macro_rules! built_in {
    ($($name:literal),+) => {
        [$(BuiltIn {
            name: $name,
            text: include_str!(concat!("templates/", $name, ".txt")),
            html: include_str!(concat!("templates/", $name, ".html")),
        }),+]
    };
}

/// In the order of `Template`.
pub(crate) const BUILT_IN: [BuiltIn; 9] = built_in![
    "verify_email",
    "reset_password",
    "change_email",
    "email_change_asked",
    "email_taken",
    "email_changed",
    "password_changed",
    "second_factor_added",
    "test"
];

const PLACEHOLDERS: [&str; 4] = ["link", "email", "name", "host"];
const SUBJECT: &str = "Subject:";

impl Template {
    fn built_in(self) -> &'static BuiltIn {
        &BUILT_IN[self as usize]
    }

    /// `verify_email`
    pub(crate) fn name(self) -> &'static str {
        self.built_in().name
    }
}

/// What stands for the placeholders.
pub(crate) struct Words<'w> {
    link: &'w str,
    email: String,
    name: String,
    host: &'w str,
}

impl<'w> Words<'w> {
    pub(crate) fn of(letter: &'w Letter) -> Self {
        let email = one_line(&letter.email);
        let name = letter.name.as_deref().map(one_line);
        Words {
            link: &letter.link,
            name: name.filter(|name| is_a_name(name)).unwrap_or(email.clone()),
            email,
            host: &letter.host,
        }
    }

    fn find(&self, name: &str) -> Option<&str> {
        match name {
            "link" => Some(self.link),
            "email" => Some(&self.email),
            "name" => Some(&self.name),
            "host" => Some(self.host),
            _ => None,
        }
    }
}

/// Without line breaks and other control characters, also those that turn a text's direction.
fn one_line(text: &str) -> String {
    let turns = |letter: char| matches!(letter, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let plain = text.replace(|letter: char| letter.is_control() || turns(letter), " ");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whoever registers with another's address chooses the name, and must not send that person a link of their own: mail
/// programs make one of whatever looks like an address.
fn is_a_name(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    let joined =
        |pair: &[char]| matches!(pair, [a, '.', b] if a.is_alphanumeric() && b.is_alphanumeric());
    !text.is_empty()
        && letters.len() <= limits::MAIL_NAME
        && !text.contains(['/', '@', ':', '<', '>'])
        && !letters.windows(3).any(joined)
}

/// A mail's words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

/// Puts a mail together. A file that became unreadable or wrong since it was checked is passed over, with a warning:
/// the mail is still sent.
pub(crate) fn write(folder: Option<&Path>, template: Template, words: &Words<'_>) -> Written {
    let built_in = template.built_in();
    let source = |ending: &str, original: &'static str| {
        let file = format!("{}.{ending}", built_in.name);
        let Some(path) = folder.map(|folder| folder.join(&file)) else {
            return original.to_owned();
        };
        match std::fs::read_to_string(&path) {
            Ok(text) => match mistake(&file, &text) {
                None => return text,
                Some(mistake) => tracing::warn!("{mistake} The built-in one is sent instead"),
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                tracing::warn!(%error, file, "a mail's template can't be read; the built-in one is sent instead")
            }
        }
        original.to_owned()
    };
    let text = source("txt", built_in.text).replace("\r\n", "\n");
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let subject = first.strip_prefix(SUBJECT).unwrap_or(first);
    Written {
        subject: one_line(&fill(subject, words, str::to_owned)),
        text: fill(rest.trim_start_matches('\n'), words, str::to_owned),
        html: fill(&source("html", built_in.html), words, escaped),
    }
}

/// A value in HTML, also within the quotes of an attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

fn fill(text: &str, words: &Words<'_>, form: impl Fn(&str) -> String) -> String {
    let mut filled = String::with_capacity(text.len() + 200);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let Some((name, behind)) = after.split_once("}}") else {
            break;
        };
        filled.push_str(&words.find(name.trim()).map(&form).unwrap_or_default());
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

/// Every mistake in the folder's files.
pub(crate) fn check(folder: &Path) -> Vec<String> {
    let shown = folder.display();
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            return vec![format!(
                "`mail.templates` is {shown}, which can't be read: {error}."
            )];
        }
    };
    let mut mistakes = Vec::new();
    for entry in entries.flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        if file.starts_with('.') {
            continue;
        }
        let known: Vec<String> = files().map(|(file, _)| file).collect();
        if !known.contains(&file) {
            let hint = did_you_mean(&file, known.iter().map(String::as_str));
            mistakes.push(format!(
                "{shown} has the file `{file}`, which no mail uses.{hint}"
            ));
            continue;
        }
        match std::fs::read_to_string(entry.path()) {
            Ok(text) => mistakes.extend(mistake(&file, &text)),
            Err(error) => mistakes.push(format!(
                "The mail template `{file}` can't be read: {error}."
            )),
        }
    }
    mistakes.sort();
    mistakes
}

/// Every built-in file with its content.
pub(crate) fn files() -> impl Iterator<Item = (String, &'static str)> {
    BUILT_IN.iter().flat_map(|one| {
        [
            (format!("{}.txt", one.name), one.text),
            (format!("{}.html", one.name), one.html),
        ]
    })
}

/// What is wrong with a template, in a sentence.
fn mistake(file: &str, text: &str) -> Option<String> {
    for part in text.split("{{").skip(1) {
        let name = part.split_once("}}").map(|(name, _)| name.trim());
        match name {
            None => {
                return Some(format!(
                    "The mail template `{file}` has `{{{{` without `}}}}`."
                ));
            }
            Some(name) if !PLACEHOLDERS.contains(&name) => {
                let hint = did_you_mean(name, PLACEHOLDERS);
                return Some(format!(
                    "The mail template `{file}` has the placeholder `{{{{{name}}}}}`; there are {{{{link}}}}, {{{{email}}}}, \
                     {{{{name}}}} and {{{{host}}}}.{hint}"
                ));
            }
            Some(_) => {}
        }
    }
    let subject = text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix(SUBJECT));
    if file.ends_with(".txt") && subject.is_none_or(|subject| subject.trim().is_empty()) {
        return Some(format!(
            "The mail template `{file}` must begin with a line `{SUBJECT} …`."
        ));
    }
    let original = files().find(|(name, _)| name == file);
    let link = |text: &str| text.contains("{{link}}");
    if original.is_some_and(|(_, original)| link(original)) && !link(&text.replace(' ', "")) {
        return Some(format!(
            "The mail template `{file}` has no `{{{{link}}}}`: its reader could do nothing."
        ));
    }
    None
}
