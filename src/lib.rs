//! Hearth: a whole backend in one executable. The map, one line a module; ARCHITECTURE.md tells the way through it.

pub mod config; // settings: file, environment, flags
pub mod error; // one error, by code
pub mod limits; // what is fixed on purpose
pub mod models; // declared models: parse, validate, DDL; pure
