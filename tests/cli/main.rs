//! The command line as a person meets it: what each command does, says and exits with. One file a topic, one binary.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

#[path = "../support/mod.rs"]
mod support;

mod changes;
mod check;
mod export;
mod folder;
mod guide;
mod import;
mod import_errors;
mod import_hints;
mod import_ids;
mod import_mapping;
mod init;
mod listings;
mod mail;
mod movies;
mod pages;
mod serve;
mod usage;
mod user;
mod user_delete;
