//! Records as they are created and updated: one value for each field, as its table keeps it.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

use super::nested::{self, Sender};
use super::way::{Findings, Way};
use super::{Faults, scalars};
use crate::clock;
use crate::error::FieldError;
use crate::error::{Result, Step};
use crate::models::{Default, Field, Kind, Model, Value};

/// The values of a new record, one for each field in the order of the declaration, defaults filled in. `at` is the way
/// to the body in errors: `["body"]`, or `["body", 3]`. `privileged` callers may set `read_only` fields.
pub fn create(
    model: &Model,
    body: &Json,
    at: &[Step],
    privileged: bool,
) -> Result<Vec<Value>, Faults> {
    let way = Way::Start(at);
    let sender = Sender::of(privileged);
    let map = nested::map(body, &way).map_err(|fault| vec![fault])?;
    let mut findings = Findings::default();
    let mut values = Vec::with_capacity(model.fields.len());
    for field in &model.fields {
        let way = Way::Name(&way, &field.name);
        let sent = map.get(&field.name).filter(|_| sender.may_set(field));
        let value = match (sent, &field.default) {
            (Some(sent), _) => stored(field, sent, sender, &way, &mut findings),
            (None, Some(default)) => fresh(field, default, &way, &mut findings),
            (None, None) if field.required => {
                findings.add(way.fault("missing", "Field required"));
                None
            }
            (None, None) => Some(Value::Null),
        };
        values.extend(value);
    }
    nested::unknown(&model.fields, false, map, sender, &way, &mut findings);
    findings.finish(values)
}

/// PUT: the sent fields with their places in the declaration.
pub fn update(model: &Model, body: &Json, privileged: bool) -> Result<Vec<(usize, Value)>, Faults> {
    let at = [Step::from("body")];
    let way = Way::Start(&at);
    let sender = Sender::of(privileged);
    let map = nested::map(body, &way).map_err(|fault| vec![fault])?;
    let mut findings = Findings::default();
    let mut changes = Vec::with_capacity(map.len().min(model.fields.len()));
    for (place, field) in model.fields.iter().enumerate() {
        if let Some(sent) = map.get(&field.name)
            && sender.may_set(field)
        {
            let way = Way::Name(&way, &field.name);
            let value = stored(field, sent, sender, &way, &mut findings);
            changes.extend(value.map(|value| (place, value)));
        }
    }
    nested::unknown(&model.fields, false, map, sender, &way, &mut findings);
    findings.finish(changes)
}

/// What is no record, of a shape that somebody declared: its members, checked, with defaults. What is optional and was not
/// sent is absent; what was sent as null is null.
pub fn object(shape: &Model, body: &Json) -> Result<Map<String, Json>, Faults> {
    members(shape, body, Sender::Privileged)
}

/// The same of a call of ours, where what has a default is never null.
pub fn body(shape: &Model, body: &Json) -> Result<Map<String, Json>, Faults> {
    members(shape, body, Sender::Call)
}

fn members(shape: &Model, body: &Json, sender: Sender) -> Result<Map<String, Json>, Faults> {
    let at = [Step::from("body")];
    let way = Way::Start(&at);
    let map = nested::map(body, &way).map_err(|fault| vec![fault])?;
    let mut findings = Findings::default();
    let members = nested::members(&shape.fields, map, sender, &way, &mut findings);
    nested::unknown(&shape.fields, false, map, sender, &way, &mut findings);
    findings.finish(members)
}

/// A default of the declaration, as a record would get it; or the first reason why it can't.
pub fn literal(field: &Field, literal: &Json) -> Result<(), FieldError> {
    let mut findings = Findings::default();
    stored(
        field,
        literal,
        Sender::Privileged,
        &Way::Start(&[]),
        &mut findings,
    );
    match findings.finish(()) {
        Ok(()) => Ok(()),
        Err(faults) => faults.into_iter().next().map_or(Ok(()), Err),
    }
}

/// A sent value as the table keeps it.
pub(super) fn stored(
    field: &Field,
    sent: &Json,
    sender: Sender,
    way: &Way<'_>,
    findings: &mut Findings,
) -> Option<Value> {
    if sent.is_null() && !field.required {
        return Some(Value::Null);
    }
    match &field.kind {
        Kind::String(shape) => findings
            .keep(scalars::text(shape, sent, way))
            .map(|text| Value::Text(text.into_owned())),
        Kind::Integer(range) => findings
            .keep(scalars::integer(range, sent, way))
            .map(Value::Integer),
        Kind::Number(range) => findings
            .keep(scalars::number(range, sent, way))
            .map(Value::Real),
        Kind::Boolean => findings
            .keep(scalars::boolean(sent, way))
            .map(|flag| Value::Integer(flag.into())),
        Kind::Array(_) | Kind::Object(_) => {
            nested::value(field, sent, sender, way, findings).map(text)
        }
    }
}

/// Arrays and objects are kept as compact JSON.
pub(super) fn text(json: Cow<'_, Json>) -> Value {
    Value::Text(json.to_string())
}

/// A default, made anew for each record.
fn fresh(
    field: &Field,
    default: &Default,
    way: &Way<'_>,
    findings: &mut Findings,
) -> Option<Value> {
    match default {
        Default::Now => Some(Value::Text(clock::now())),
        Default::Uuid => Some(Value::Text(uuid::Uuid::new_v4().to_string())),
        Default::Literal(literal) => stored(field, literal, Sender::Privileged, way, findings),
    }
}
