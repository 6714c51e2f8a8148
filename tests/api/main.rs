//! The API as a client sees it: one file a noun, one binary.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

#[path = "../support/mod.rs"]
mod support;

mod first;
mod records;
