//! Hearth: a whole backend in one executable. The map, one line a module; ARCHITECTURE.md tells the way through it.

pub mod error; // one error, by code
pub mod models; // declared models: parse, validate, DDL; pure
