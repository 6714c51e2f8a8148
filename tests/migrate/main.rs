//! `hearth migrate` through the real binary, each test in a folder of its own; the database is looked at with SQLite
//! itself.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

#[path = "../support/mod.rs"]
mod support;

mod beside;
mod commands;
mod doubts;
mod files;
mod kill;
mod large;
mod losses;
mod nothing;
mod project;
mod rebuild;
mod start;
mod together;
mod walk;
