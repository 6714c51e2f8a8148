//! `[auth.roles.NAME]`: own roles beside `user` and `admin`.

use std::ops::Range;

use super::form::{Form, Raw};
use crate::document::{Document, Spanned, Table, Value, did_you_mean};

/// A role that somebody declared.
#[derive(Clone, Debug)]
pub(super) struct Role {
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) line: usize,
}

/// More is no name.
const NAME_LENGTH: usize = 64;

/// The roles of `[auth.roles]`; mistakes are noted in the document.
pub(super) fn read(
    document: &Document<'_>,
    span: &Range<usize>,
    roles: &Spanned<Value<'_>>,
) -> Vec<Role> {
    let Some(table) = roles.get_ref().as_table() else {
        document.mistake(
            span,
            "`auth.roles` is declared role by role: write `[auth.roles.editor]`, and perhaps a `description` below.",
        );
        return Vec::new();
    };
    let mut list = Vec::new();
    for (name, value) in table {
        let line = document.line(&name.span());
        if let Some(message) = wrong_name(name.get_ref()) {
            document.mistake(&name.span(), message);
        }
        let Some(entries) = value.get_ref().as_table() else {
            document.mistake(
                &name.span(),
                format!(
                    "`auth.roles.{0}` is a table: write `[auth.roles.{0}]`.",
                    name.get_ref()
                ),
            );
            continue;
        };
        let name = name.get_ref().to_string();
        let description = description(document, &name, entries);
        list.push(Role {
            name,
            description,
            line,
        });
    }
    list
}

fn description(document: &Document<'_>, role: &str, entries: &Table<'_>) -> Option<String> {
    let mut description = None;
    for (key, value) in entries {
        if key.get_ref() != "description" {
            let hint = did_you_mean(key.get_ref(), ["description"]);
            document.mistake(
                &key.span(),
                format!(
                    "`[auth.roles.{role}]` has no key `{}`.{hint}",
                    key.get_ref()
                ),
            );
            continue;
        }
        match Raw::read(document, value).form {
            Form::Text(text) => description = Some(text),
            _ => document.mistake(
                &value.span(),
                format!("`auth.roles.{role}.description` must be a text in quotes."),
            ),
        }
    }
    description
}

fn wrong_name(name: &str) -> Option<String> {
    if ["user", "admin"].contains(&name) {
        return Some(format!(
            "The role `{name}` is there already: remove the section."
        ));
    }
    let fits = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.len() <= NAME_LENGTH
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    (!fits).then(|| {
        format!(
            "`{name}` can't be the name of a role: it is a small letter, then small letters, digits and _, at most {NAME_LENGTH}."
        )
    })
}
