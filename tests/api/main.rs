//! The API as a client sees it: one file a noun, one binary.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

#[path = "../support/mod.rs"]
mod support;

mod first;
mod records;

// Accounts and HTTP.
mod admin_users;
mod api_keys;
mod audit;
mod backups;
mod bearer;
mod bodies;
mod connections;
mod cors;
mod csrf;
mod drain;
mod forge;
mod framing;
mod headers;
mod health;
mod host;
mod issuer_forgeries;
mod issuer_keys;
mod issuer_messages;
mod issuer_presets;
mod issuer_tls;
mod issuers;
mod log_lines;
mod logs;
mod mails;
mod me;
mod metrics;
mod oversight;
mod own_forgeries;
mod panics;
mod password;
mod providers;
mod proxied;
mod raw;
mod refresh;
mod register;
mod rotation;
mod routes;
mod schema;
mod second_factor;
mod secrets;
mod sessions;
mod setup;
mod sign_in;
mod slow;
mod slow_rights;
mod static_files;
mod static_versions;
mod throttling;
mod token;
mod view_as;
