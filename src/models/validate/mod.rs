//! Checks what clients send against a model; all faults at once, in the order of the declaration.

use serde_json::{Map, Value as Json};

use super::{Field, IdKind, Model, Value};
use crate::error::{FieldError, Result, Step};

type Faults = Vec<FieldError>;

/// A JSON text: UTF-8 (else 400), at most `JSON_DEPTH` deep (else 400), well-formed (else 422 `json_invalid`).
pub fn parse(_body: &[u8]) -> Result<Json> {
    todo!()
}

/// The values of a new record, one for each field in the order of the declaration, defaults filled in. `at` is the way
/// to the body in errors: `["body"]`, or `["body", 3]`. `privileged` callers may set `read_only` fields.
pub fn create(
    _model: &Model,
    _body: &Json,
    _at: &[Step],
    _privileged: bool,
) -> Result<Vec<Value>, Faults> {
    todo!()
}

/// PUT: the sent fields with their places in the declaration.
pub fn update(
    _model: &Model,
    _body: &Json,
    _privileged: bool,
) -> Result<Vec<(usize, Value)>, Faults> {
    todo!()
}

/// A PATCH: what is known at once, and what has to be merged into what is stored.
#[derive(Debug)]
pub struct Patch {
    pub changes: Vec<(usize, Value)>,
    /// Object fields that were sent as objects, by their places.
    pub merges: Vec<(usize, Map<String, Json>)>,
}

/// PATCH (RFC 7396). What can be judged without the stored record is judged here.
pub fn patch(_model: &Model, _body: &Json, _privileged: bool) -> Result<Patch, Faults> {
    todo!()
}

/// An object field's new value: the patch merged into the stored JSON text, then checked as a whole.
pub fn merge(
    _field: &Field,
    _stored: Option<&str>,
    _patch: &Map<String, Json>,
) -> Result<Value, Faults> {
    todo!()
}

/// A body that is no record, as the calls of accounts have: its members, checked, with defaults.
pub fn object(_shape: &Model, _body: &Json) -> Result<Map<String, Json>, Faults> {
    todo!()
}

/// A field's value out of a query parameter's text; the error's way is `["query", NAME]`.
pub fn parameter(_field: &Field, _text: &str) -> Result<Value, FieldError> {
    todo!()
}

/// An id out of a path; the error's way is `["path", "id"]`.
pub fn id(_kind: IdKind, _text: &str) -> Result<Value, FieldError> {
    todo!()
}
