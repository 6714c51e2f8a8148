//! JSON Merge Patch (RFC 7396) on records: what can be judged at once, and what only together with what is stored.

use serde_json::{Map, Value as Json};

use super::nested::{self, Sender};
use super::way::{Findings, Way};
use super::{Faults, record};
use crate::error::{Result, Step};
use crate::limits;
use crate::models::{Field, Kind, Model, Object, Value};

/// A PATCH: what is known at once, and what has to be merged into what is stored.
#[derive(Debug)]
pub struct Patch {
    pub changes: Vec<(usize, Value)>,
    /// Object fields that were sent as objects, by their places.
    pub merges: Vec<(usize, Map<String, Json>)>,
}

/// PATCH (RFC 7396). What can be judged without the stored record is judged here.
pub fn patch(model: &Model, body: &Json, privileged: bool) -> Result<Patch, Faults> {
    let at = [Step::from("body")];
    let way = Way::Start(&at);
    let sender = Sender::of(privileged);
    let map = nested::map(body, &way).map_err(|fault| vec![fault])?;
    let mut findings = Findings::default();
    let mut patch = Patch {
        changes: Vec::new(),
        merges: Vec::new(),
    };
    for (place, field) in model.fields.iter().enumerate() {
        let Some(sent) = map.get(&field.name).filter(|_| sender.may_set(field)) else {
            continue;
        };
        let way = Way::Name(&way, &field.name);
        if let (Kind::Object(shape), Json::Object(members)) = (&field.kind, sent) {
            judge(shape, members, sender, &way, &mut findings);
            patch.merges.push((place, members.clone()));
        } else {
            let value = record::stored(field, sent, sender, &way, &mut findings);
            patch.changes.extend(value.map(|value| (place, value)));
        }
    }
    nested::unknown(&model.fields, false, map, sender, &way, &mut findings);
    findings.finish(patch)
}

/// The members that a patch gives; those that it does not give are as they were.
fn judge(
    shape: &Object,
    patch: &Map<String, Json>,
    sender: Sender,
    way: &Way<'_>,
    findings: &mut Findings,
) {
    let Some(properties) = &shape.properties else {
        return;
    };
    for field in properties {
        let Some(sent) = patch.get(&field.name).filter(|_| sender.may_set(field)) else {
            continue;
        };
        let way = Way::Name(way, &field.name);
        match (&field.kind, sent) {
            (Kind::Object(shape), Json::Object(members)) => {
                judge(shape, members, sender, &way, findings);
            }
            // It removes the member, whose default comes back.
            (_, Json::Null) if !field.required || field.default.is_some() => {}
            _ => {
                nested::value(field, sent, sender, &way, findings);
            }
        }
    }
    nested::unknown(properties, shape.additional, patch, sender, way, findings);
}

/// An object field's new value: the patch merged into the stored JSON text, then checked as a whole. The patch is one
/// that `patch` accepted. Stored members that the declaration no longer has stay.
pub fn merge(
    field: &Field,
    stored: Option<&str>,
    patch: &Map<String, Json>,
) -> Result<Value, Faults> {
    let at = [Step::from("body"), Step::from(field.name.as_str())];
    let way = Way::Start(&at);
    let mut whole = match stored.map(serde_json::from_str) {
        None => Json::Null,
        Some(Ok(json)) => json,
        Some(Err(_)) => return Err(vec![way.value_error("the stored value can't be read")]),
    };
    apply(&mut whole, patch);
    // The field stands within a body, which is a level of its own.
    if depth(&whole) >= limits::JSON_DEPTH {
        let reason = format!("JSON is at most {} levels deep", limits::JSON_DEPTH);
        return Err(vec![way.value_error(&reason)]);
    }
    let mut findings = Findings::default();
    let value = nested::value(field, &whole, Sender::Store, &way, &mut findings);
    findings.finish(value.map_or(Value::Null, record::text))
}

/// RFC 7396, section 2. As deep as the patch, which `parse` bounds.
fn apply(target: &mut Json, patch: &Map<String, Json>) {
    if !target.is_object() {
        *target = Json::Object(Map::new());
    }
    let Json::Object(members) = target else {
        return;
    };
    // All at once: removing one by one would take a time that grows with the square.
    members.retain(|name, _| !patch.get(name).is_some_and(Json::is_null));
    for (name, sent) in patch {
        match sent {
            Json::Null => {}
            Json::Object(sent) => apply(members.entry(name).or_insert(Json::Null), sent),
            other => {
                members.insert(name.clone(), other.clone());
            }
        }
    }
}

/// Levels of a value: a scalar has none.
fn depth(json: &Json) -> usize {
    match json {
        Json::Array(list) => 1 + list.iter().map(depth).max().unwrap_or(0),
        Json::Object(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
