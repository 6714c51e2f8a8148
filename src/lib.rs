//! Hearth: a whole backend in one executable. The map, one line a module; ARCHITECTURE.md tells the way through it.

pub mod clock; // the time in the forms in which Hearth writes it
pub mod config; // settings: file, environment, flags
pub mod document; // TOML with lines, and the mistakes in it
pub mod error; // one error, by code
pub mod limits; // what is fixed on purpose
pub mod models; // declared models: parse, validate, DDL; pure
pub mod openapi; // models → operations and document
pub mod revisions; // the history of the user's tables
pub mod store; // SQL, and nothing else
