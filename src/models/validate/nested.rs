//! Values inside of values: the elements of arrays and the members of objects, checked and normalised as JSON.
//!
//! Recursion goes as deep as the declaration, never as deep as what is sent.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::{Map, Value as Json};

use super::scalars;
use super::way::{Findings, Way};
use crate::clock;
use crate::error::{FieldError, Result};
use crate::models::{Array, Default, Field, Kind, Object};

/// Whose values are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sender {
    /// May not set `read_only` fields.
    Client,
    Privileged,
    /// The body of a call of ours: null is the default, where there is one.
    Call,
    /// Was accepted before: members that the declaration has lost since stay as they are.
    Store,
}

impl Sender {
    pub(super) fn of(privileged: bool) -> Self {
        if privileged {
            Sender::Privileged
        } else {
            Sender::Client
        }
    }

    pub(super) fn may_set(self, field: &Field) -> bool {
        !field.read_only || self != Sender::Client
    }
}

/// The value as it is stored; borrowed where it is stored as sent. None: there are new faults.
pub(super) fn value<'j>(
    field: &Field,
    sent: &'j Json,
    sender: Sender,
    way: &Way<'_>,
    findings: &mut Findings,
) -> Option<Cow<'j, Json>> {
    match &field.kind {
        Kind::String(shape) => {
            findings
                .keep(scalars::text(shape, sent, way))
                .map(|text| match text {
                    Cow::Borrowed(_) => Cow::Borrowed(sent),
                    Cow::Owned(text) => Cow::Owned(Json::String(text)),
                })
        }
        Kind::Integer(range) => findings
            .keep(scalars::integer(range, sent, way))
            .map(|number| Cow::Owned(Json::from(number))),
        Kind::Number(range) => findings
            .keep(scalars::number(range, sent, way))
            .map(|number| Cow::Owned(Json::from(number))),
        Kind::Boolean => findings
            .keep(scalars::boolean(sent, way))
            .map(|_| Cow::Borrowed(sent)),
        Kind::Array(shape) => array(shape, sent, sender, way, findings),
        Kind::Object(shape) => object(shape, sent, sender, way, findings),
    }
}

fn array<'j>(
    shape: &Array,
    sent: &'j Json,
    sender: Sender,
    way: &Way<'_>,
    findings: &mut Findings,
) -> Option<Cow<'j, Json>> {
    let Json::Array(list) = sent else {
        findings.add(way.fault("list_type", "Input should be a valid list"));
        return None;
    };
    // Before the elements, so that a list which is far too long is not walked through.
    if let Some(most) = shape.max_items
        && list.len() > most
    {
        findings.add(count_fault("too_long", "max_length", most, list.len(), way));
        return None;
    }
    let before = findings.count();
    let changed = elements(&shape.items, list, sender, way, findings);
    if findings.count() > before {
        return None;
    }
    if let Some(least) = shape.min_items
        && list.len() < least
    {
        findings.add(count_fault(
            "too_short",
            "min_length",
            least,
            list.len(),
            way,
        ));
        return None;
    }
    let stored = changed.as_deref().unwrap_or(list);
    let mut seen = HashSet::new();
    if shape.unique_items && !stored.iter().all(|element| seen.insert(element)) {
        findings.add(way.value_error("List items should be unique"));
        return None;
    }
    Some(changed.map_or(Cow::Borrowed(sent), |list| Cow::Owned(Json::Array(list))))
}

/// The elements as they are stored; None when that is as they were sent.
fn elements(
    items: &Field,
    list: &[Json],
    sender: Sender,
    way: &Way<'_>,
    findings: &mut Findings,
) -> Option<Vec<Json>> {
    let mut changed: Option<Vec<Json>> = None;
    for (index, element) in list.iter().enumerate() {
        if findings.is_full() {
            break;
        }
        let way = Way::Index(way, index);
        let Some(stored) = value(items, element, sender, &way, findings) else {
            continue;
        };
        match (&mut changed, stored) {
            (Some(changed), stored) => changed.push(stored.into_owned()),
            (None, Cow::Owned(stored)) if stored != *element => {
                let mut copy = Vec::with_capacity(list.len());
                copy.extend_from_slice(&list[..index]);
                copy.push(stored);
                changed = Some(copy);
            }
            (None, _) => {}
        }
    }
    changed
}

fn count_fault(
    kind: &'static str,
    name: &str,
    limit: usize,
    count: usize,
    way: &Way<'_>,
) -> FieldError {
    let bound = if kind == "too_short" { "least" } else { "most" };
    let items = scalars::plural(limit, "item");
    let message = format!("List should have at {bound} {items} after validation, not {count}");
    way.fault(kind, message)
        .with("field_type", "List")
        .with(name, limit)
        .with("actual_length", count)
}

fn object<'j>(
    shape: &Object,
    sent: &'j Json,
    sender: Sender,
    way: &Way<'_>,
    findings: &mut Findings,
) -> Option<Cow<'j, Json>> {
    let map = findings.keep(map(sent, way))?;
    let Some(properties) = &shape.properties else {
        return Some(Cow::Borrowed(sent));
    };
    let before = findings.count();
    let mut stored = members(properties, map, sender, way, findings);
    if shape.additional || sender == Sender::Store {
        let others = map
            .iter()
            .filter(|(name, _)| find(properties, name).is_none());
        stored.extend(others.map(|(name, other)| (name.clone(), other.clone())));
    }
    unknown(properties, shape.additional, map, sender, way, findings);
    (findings.count() == before).then_some(Cow::Owned(Json::Object(stored)))
}

pub(super) fn map<'j>(sent: &'j Json, way: &Way<'_>) -> Result<&'j Map<String, Json>, FieldError> {
    sent.as_object()
        .ok_or_else(|| way.fault("dict_type", "Input should be a valid dictionary"))
}

/// The declared members with their defaults, in the order of the declaration. An optional one that is absent stays so.
pub(super) fn members(
    properties: &[Field],
    map: &Map<String, Json>,
    sender: Sender,
    way: &Way<'_>,
    findings: &mut Findings,
) -> Map<String, Json> {
    let mut stored = Map::new();
    for field in properties {
        let way = Way::Name(way, &field.name);
        let sent = map.get(&field.name).filter(|_| sender.may_set(field));
        let member = match (sent, &field.default) {
            (Some(Json::Null), Some(default)) if sender == Sender::Call => {
                fresh(field, default, &way, findings).map(Cow::Owned)
            }
            (Some(Json::Null), _) if !field.required => Some(Cow::Owned(Json::Null)),
            (Some(sent), _) => value(field, sent, sender, &way, findings),
            (None, Some(default)) => fresh(field, default, &way, findings).map(Cow::Owned),
            (None, None) => {
                if field.required {
                    findings.add(way.fault("missing", "Field required"));
                }
                None
            }
        };
        if let Some(member) = member {
            stored.insert(field.name.clone(), member.into_owned());
        }
    }
    stored
}

fn fresh(field: &Field, default: &Default, way: &Way<'_>, findings: &mut Findings) -> Option<Json> {
    match default {
        Default::Now => Some(Json::from(clock::now())),
        Default::Uuid => Some(Json::from(uuid::Uuid::new_v4().to_string())),
        Default::Literal(literal) => {
            value(field, literal, Sender::Privileged, way, findings).map(Cow::into_owned)
        }
    }
}

/// Refuses what the sender may not set, in the order in which it was sent.
pub(super) fn unknown(
    fields: &[Field],
    additional: bool,
    map: &Map<String, Json>,
    sender: Sender,
    way: &Way<'_>,
    findings: &mut Findings,
) {
    for name in map.keys() {
        let allowed = match find(fields, name) {
            Some(field) => sender.may_set(field),
            None => additional || sender == Sender::Store,
        };
        if !allowed {
            let way = Way::Name(way, name);
            findings.add(way.fault("extra_forbidden", "Extra inputs are not permitted"));
        }
        if findings.is_full() {
            break;
        }
    }
}

fn find<'f>(fields: &'f [Field], name: &str) -> Option<&'f Field> {
    fields.iter().find(|field| field.name == name)
}
