//! Tests of declared models: pure, without a server or a database.

#![expect(clippy::unwrap_used, reason = "a test fails by its panic")]

mod declare;
mod schema;
