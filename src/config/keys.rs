//! The one table of settings. The parser, `config.toml`, docs/settings.md, the JSON Schema and `hearth settings` all
//! come from it.

use super::key::{Key, Renamed};
use super::tables::Tables;

mod auth;
mod database;
mod executions;
mod issuers;
mod logs;
mod mail;
mod providers;
mod realtime;
mod server;

/// One `[section]` with its keys.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) name: &'static str,
    /// What it is for.
    pub(super) meaning: &'static str,
    pub(super) keys: &'static [Key],
}

/// All sections of this release, in the order in which they are shown.
pub(super) static SECTIONS: &[Section] = &[
    Section {
        name: "server",
        meaning: "How the server is reached.",
        keys: server::KEYS,
    },
    Section {
        name: "database",
        meaning: "How the one SQLite file is kept.",
        keys: database::KEYS,
    },
    Section {
        name: "auth",
        meaning: "Accounts, sessions and secrets.",
        keys: auth::KEYS,
    },
    Section {
        name: "realtime",
        meaning: "Sockets, and how long changes are kept for those who come back.",
        keys: realtime::KEYS,
    },
    Section {
        name: "executions",
        meaning: "Durable runs of tasks, which [tasks.NAME] declares (`hearth docs executions`): leases, and what is kept.",
        keys: executions::KEYS,
    },
    Section {
        name: "mail",
        meaning: "How mails are sent: links to verify an address or to reset a password, and notices.",
        keys: mail::KEYS,
    },
    Section {
        name: "logs",
        meaning: "What is written to stderr, and how long the audit log is kept.",
        keys: logs::KEYS,
    },
];

/// All settings that stand several times, each time with keys of their own.
pub(super) static TABLES: &[Tables] = &[issuers::TABLES, providers::TABLES];

/// Sections that are taken already, but come later.
pub(super) static LATER_SECTIONS: &[&str] = &[
    "tls",
    "files",
    "backup",
    "webhooks",
    "alerts",
    "telemetry",
    "actions",
    "views",
];

/// Keys that are taken already, but come later.
pub(super) static LATER_KEYS: &[&str] = &["server.dev_proxy"];

/// Keys of earlier releases. This list only grows.
pub(super) static RENAMED: &[Renamed] = &[];

/// Every setting but `[auth.roles.NAME]` and `[[…]]`.
pub(super) fn all() -> impl Iterator<Item = &'static Key> {
    SECTIONS.iter().flat_map(|section| section.keys)
}

/// The key of that name.
pub(super) fn find(name: &str) -> Option<&'static Key> {
    all().find(|key| key.name == name)
}

/// The `[[section.name]]` of that name.
pub(super) fn tables(section: &str, name: &str) -> Option<&'static Tables> {
    TABLES
        .iter()
        .find(|tables| tables.section() == section && tables.short() == name)
}

/// The section of that name.
pub(super) fn section(name: &str) -> Option<&'static Section> {
    SECTIONS.iter().find(|section| section.name == name)
}

/// What a name in the file or the environment is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found {
    Key(&'static Key),
    /// An old name of this key.
    Renamed(&'static Key),
    /// A key of an earlier release that does nothing any more.
    Gone,
    /// A key of a later release.
    Later,
    Unknown,
}

pub(super) fn look_up(name: &str, renamed: &[Renamed]) -> Found {
    if let Some(key) = find(name) {
        return Found::Key(key);
    }
    if is_later(name) {
        return Found::Later;
    }
    match renamed.iter().find(|entry| entry.old == name) {
        Some(entry) => entry.new.and_then(find).map_or(Found::Gone, Found::Renamed),
        None => Found::Unknown,
    }
}

/// Whether a section, or a key as `server.timezone`, is one of a later release.
pub(super) fn is_later(name: &str) -> bool {
    LATER_SECTIONS.contains(&name) || LATER_KEYS.contains(&name)
}

/// What is said of a section, a key or a variable of a later release.
pub(super) fn later(what: &str, remedy: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "{what} is not available yet: it needs a later Hearth than {version}. {remedy} until then."
    )
}
