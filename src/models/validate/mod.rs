//! Checks what clients send against a model; all faults at once, in the order of the declaration.
//!
//! Types, messages and `ctx` of faults are Pydantic's, as FastAPI answers them. Nothing is coerced: what is of another
//! type is refused. Nothing here knows HTTP or SQL.

mod calendar;
mod formats;
mod json;
mod merge;
mod nested;
mod query;
mod record;
mod scalars;
#[cfg(test)]
mod tests;
mod way;

pub use json::parse;
pub use merge::{Patch, merge, patch};
pub use query::{id, parameter};
pub use record::{body, create, literal, object, update};

use crate::error::FieldError;

type Faults = Vec<FieldError>;
