//! Who may do what with a model's records: short names, or a rule for each thing that can be done.

use super::section::{Section, listed, spoken};
use crate::document::{Value, closest, did_you_mean};
use crate::models::{Access, Rule, Word};

const SHORT_NAMES: &[&str] = &[
    "owner",
    "shared_read",
    "public_read",
    "authenticated",
    "admin",
];
const ACTIONS: &[&str] = &["read", "create", "update", "delete"];
const WORDS: &[(&str, Word)] = &[
    ("anyone", Word::Anyone),
    ("signed_in", Word::SignedIn),
    ("owner", Word::Owner),
    ("admin", Word::Admin),
];
/// The roles that every Hearth has.
const ROLES: &[&str] = &["user", "admin"];

/// The `access` of a model; what is not said is the owner's.
pub(super) fn read(model: &Section<'_>, roles: &[String]) -> Access {
    match model.value("access") {
        None => {}
        Some(Value::String(name)) => match short(name) {
            Some(access) => return access,
            None => model.mistake("access", not_short(model, name, roles)),
        },
        Some(Value::Table(table)) => {
            let section = Section {
                document: model.document,
                table,
                name: format!("`access` of {}", model.name),
                span: model.span.clone(),
            };
            return rules(&section, roles);
        }
        Some(_) => model.wrong(
            "access",
            "a short name such as `\"owner\"`, or a table such as `{ read = \"signed_in\" }`",
        ),
    }
    owned()
}

fn owned() -> Access {
    access(Word::Owner, Word::SignedIn, Word::Owner)
}

fn access(read: Word, create: Word, write: Word) -> Access {
    Access {
        read: vec![read],
        create: vec![create],
        update: vec![write.clone()],
        delete: vec![write],
    }
}

fn short(name: &str) -> Option<Access> {
    Some(match name {
        "owner" => owned(),
        "shared_read" => access(Word::SignedIn, Word::SignedIn, Word::Owner),
        "public_read" => access(Word::Anyone, Word::SignedIn, Word::Owner),
        "authenticated" => access(Word::SignedIn, Word::SignedIn, Word::SignedIn),
        "admin" => access(Word::Admin, Word::Admin, Word::Admin),
        _ => return None,
    })
}

fn not_short(model: &Section<'_>, name: &str, roles: &[String]) -> String {
    let model = &model.name;
    if word(name, roles).is_ok() {
        return format!(
            "`{name}` is no short name for the whole `access` of {model}. Say for what: \
            `access = {{ read = \"{name}\" }}`."
        );
    }
    if is_expression(name) {
        return format!(
            "`access` of {model} is an expression, and those are not available yet. It can be \
            {}.",
            listed(SHORT_NAMES, "or")
        );
    }
    let remedy = closest(name, SHORT_NAMES.iter().copied()).map_or_else(
        || {
            format!(
                "It can be {}, or a table such as `{{ read = \"anyone\" }}`.",
                listed(SHORT_NAMES, "or")
            )
        },
        |meant| format!("Did you mean `{meant}`?"),
    );
    format!("`access` of {model} can't be `{name}`. {remedy}")
}

fn rules(section: &Section<'_>, roles: &[String]) -> Access {
    for key in section.keys().filter(|key| !ACTIONS.contains(key)) {
        match key {
            "write" => section.mistake(
                key,
                format!(
                    "Unknown key `write` in {}. Say `create`, `update` and `delete`.",
                    section.name
                ),
            ),
            _ => section.unknown(key, ACTIONS),
        }
    }
    let default = owned();
    let rule = |action, default| rule(section, action, roles).unwrap_or(default);
    Access {
        read: rule("read", default.read),
        create: rule("create", default.create),
        update: rule("update", default.update),
        delete: rule("delete", default.delete),
    }
}

/// One word, or a list of which one must hold.
fn rule(section: &Section<'_>, action: &str, roles: &[String]) -> Option<Rule> {
    let subject = format!("`{action}` in {}", section.name);
    let mut rule = Rule::new();
    let words = match section.value(action)? {
        Value::Array(list) if list.is_empty() => {
            section.mistake(
                action,
                format!("{subject} names nobody. Write `\"admin\"` if only admins may."),
            );
            return None;
        }
        Value::Array(list) => list.iter().map(|item| item.get_ref()).collect(),
        one => vec![one],
    };
    for value in words {
        match value {
            Value::String(text) => match word(text, roles) {
                Ok(word) if rule.contains(&word) => section.mistake(
                    action,
                    format!("{subject} names `{text}` twice. Remove one."),
                ),
                Ok(word) => rule.push(word),
                Err(remedy) => section.mistake(
                    action,
                    if is_expression(text) {
                        format!(
                            "{subject} is an expression, and those are not available yet. \
                            {remedy}"
                        )
                    } else {
                        format!("{subject} can't be `{text}`. {remedy}")
                    },
                ),
            },
            Value::Table(_) => section.mistake(
                action,
                format!(
                    "{subject} is a condition, and those are not available yet. {}",
                    all()
                ),
            ),
            other => section.mistake(
                action,
                format!(
                    "{subject} must be a word or a list of words, not {}. {}",
                    spoken(other),
                    all()
                ),
            ),
        }
    }
    Some(rule)
}

/// A word, or the remedy for what is none.
fn word(text: &str, roles: &[String]) -> Result<Word, String> {
    if let Some((_, word)) = WORDS.iter().find(|(name, _)| *name == text) {
        return Ok(word.clone());
    }
    let known = || {
        ROLES
            .iter()
            .copied()
            .chain(roles.iter().map(String::as_str))
    };
    let Some(role) = text.strip_prefix("role:") else {
        if known().any(|role| role == text) {
            return Err(format!("Did you mean `role:{text}`?"));
        }
        let meant = closest(text, WORDS.iter().map(|(name, _)| *name));
        return Err(meant.map_or_else(all, |meant| format!("Did you mean `{meant}`?")));
    };
    if role == "admin" {
        Ok(Word::Admin)
    } else if known().any(|known| known == role) {
        Ok(Word::Role(role.to_owned()))
    } else {
        let meant = did_you_mean(role, known());
        Err(format!(
            "There is no role `{role}`.{meant} Roles are declared as `[auth.roles.NAME]`."
        ))
    }
}

fn all() -> String {
    "The words are `anyone`, `signed_in`, `owner`, `admin` and `role:NAME`.".to_owned()
}

/// More than a word: spaces, operators, calls.
fn is_expression(text: &str) -> bool {
    !text.starts_with("role:")
        && !text
            .chars()
            .all(|one| one.is_alphanumeric() || one == '_' || one == '-')
}
