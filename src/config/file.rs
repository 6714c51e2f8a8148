//! Walks through the sections of `config.toml` and gathers what is written for each key. Whether a value fits its key
//! is not asked here; whether there is such a key is.

use std::collections::HashMap;
use std::ops::Range;

use super::Findings;
use super::form::{Form, Given, Raw};
use super::key::{Key, Renamed};
use super::keys::{self, Found};
use super::roles::{self, Role};
use super::rooms::{self, Room};
use crate::document::{Document, Spanned, Table, Value, closest, did_you_mean};

/// What stands in the file.
#[derive(Debug, Default)]
pub(super) struct Written<'t> {
    pub(super) given: HashMap<&'static str, Given>,
    pub(super) roles: Vec<Role>,
    pub(super) rooms: Vec<Room>,
    /// The entries of each `[[section.name]]`.
    pub(super) tables: HashMap<&'static str, Vec<Raw>>,
    pub(super) models: Option<Table<'t>>,
    pub(super) tasks: Option<Table<'t>>,
}

/// One reading; `shown` is how messages call the file.
pub(super) struct Reader<'r, 't> {
    pub(super) document: &'r Document<'t>,
    pub(super) shown: &'r str,
    pub(super) renamed: &'r [Renamed],
    pub(super) findings: &'r mut Findings,
}

type Name<'t> = Spanned<std::borrow::Cow<'t, str>>;

impl<'t> Reader<'_, 't> {
    pub(super) fn read(mut self, table: Table<'t>) -> Written<'t> {
        let mut written = Written::default();
        for (name, value) in table {
            let span = name.span();
            let section = name.into_inner();
            if keys::is_later(&section) {
                self.document.mistake(
                    &span,
                    keys::later(&format!("`[{section}]`"), "Remove the section"),
                );
                continue;
            }
            let known = ["models", "tasks"].contains(&section.as_ref())
                || keys::section(&section).is_some()
                || self.was(&section);
            if !known {
                self.document
                    .mistake(&span, no_section(&section, value.get_ref().is_table()));
                continue;
            }
            match value.into_inner() {
                Value::Table(models) if section == "models" => written.models = Some(models),
                Value::Table(tasks) if section == "tasks" => written.tasks = Some(tasks),
                Value::Table(keys) => self.section(&section, keys, &mut written),
                Value::Array(_) => self.document.mistake(
                    &span,
                    format!("`{section}` stands once: write `[{section}]` with single brackets."),
                ),
                _ => self.document.mistake(
                    &span,
                    format!("`{section}` is a section: write `[{section}]`, and its keys in the lines below."),
                ),
            }
        }
        written
    }

    /// Whether an earlier release had the section.
    fn was(&self, section: &str) -> bool {
        self.renamed
            .iter()
            .any(|entry| entry.old.split('.').next() == Some(section))
    }

    fn section(&mut self, section: &str, table: Table<'t>, written: &mut Written<'t>) {
        for (name, value) in table {
            if section == "auth" && name.get_ref() == "roles" {
                written.roles = roles::read(self.document, &name.span(), &value);
                continue;
            }
            if section == "realtime" && name.get_ref() == "rooms" {
                written.rooms = rooms::read(self.document, &name.span(), &value);
                continue;
            }
            if let Some(tables) = keys::tables(section, name.get_ref()) {
                let entries = self.entries(tables.name, &name.span(), &value);
                written.tables.insert(tables.name, entries);
                continue;
            }
            let Some((key, old)) = self.key(section, &name) else {
                continue;
            };
            let line = self.document.line(&name.span());
            let given = Given {
                label: key.name.to_owned(),
                source: format!("{}:{line}", self.shown),
                raw: Raw {
                    line,
                    ..Raw::read(self.document, &value)
                },
            };
            if old {
                written.given.entry(key.name).or_insert(given);
            } else {
                written.given.insert(key.name, given);
            }
        }
    }

    /// What stands under `[[section.name]]`, time by time.
    fn entries(&self, name: &str, span: &Range<usize>, value: &Spanned<Value<'t>>) -> Vec<Raw> {
        let raw = Raw::read(self.document, value);
        if let Form::List(entries) = raw.form {
            return entries;
        }
        self.document.mistake(
            span,
            format!("`{name}` may stand several times: write `[[{name}]]` with double brackets."),
        );
        Vec::new()
    }

    /// The key of a name, and whether it is an old name for it.
    fn key(&mut self, section: &str, name: &Name<'_>) -> Option<(&'static Key, bool)> {
        let full = format!("{section}.{}", name.get_ref());
        let line = self.document.line(&name.span());
        match keys::look_up(&full, self.renamed) {
            Found::Key(key) => return Some((key, false)),
            Found::Renamed(key) => {
                self.findings.notes.push(format!(
                    "{}:{line}: `{full}` is now `{}`: rename it.",
                    self.shown, key.name
                ));
                return Some((key, true));
            }
            Found::Gone => self.findings.notes.push(format!(
                "{}:{line}: `{full}` does nothing any more: remove it.",
                self.shown
            )),
            Found::Later => self.document.mistake(
                &name.span(),
                keys::later(&format!("`{full}`"), "Remove the line"),
            ),
            Found::Unknown => self
                .document
                .mistake(&name.span(), no_key(section, name.get_ref())),
        }
        None
    }
}

fn no_section(name: &str, is_table: bool) -> String {
    if is_table {
        let sections = keys::SECTIONS.iter().map(|section| section.name);
        let hint = closest(name, sections.chain(["models", "tasks"]))
            .map(|meant| format!(" Did you mean `[{meant}]`?"))
            .unwrap_or_default();
        return format!("There is no section `[{name}]`.{hint}");
    }
    let homes: Vec<&str> = keys::all()
        .filter(|key| key.short() == name)
        .map(|key| key.section())
        .collect();
    match homes.first() {
        Some(home) => format!("`{name}` stands outside of its section. Move it below `[{home}]`."),
        None => format!("`{name}` is no setting: settings stand in sections, as `[server]`."),
    }
}

fn no_key(section: &str, name: &str) -> String {
    let siblings = keys::section(section).map_or(&[][..], |section| section.keys);
    let roles = match section {
        "auth" => Some("roles"),
        "realtime" => Some("rooms"),
        _ => None,
    };
    let tables = keys::TABLES
        .iter()
        .filter(|tables| tables.section() == section)
        .map(|tables| tables.short());
    let hint = did_you_mean(
        name,
        siblings.iter().map(Key::short).chain(roles).chain(tables),
    );
    let elsewhere = keys::all().find(|key| key.short() == name);
    match elsewhere {
        Some(key) if hint.is_empty() => {
            format!(
                "`[{section}]` has no key `{name}`: it belongs to `[{}]`.",
                key.section()
            )
        }
        _ => format!("`[{section}]` has no key `{name}`.{hint}"),
    }
}
