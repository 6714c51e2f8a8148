//! What an import notices about a file as a whole, so that it is said once and not with each row.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::kept::SET_BY_HEARTH;
use crate::models::{Field, IdKind, Kind};

/// Names of no field that are remembered, to say what to do about them.
const STRAYS: usize = 100;

/// All that is worth a line of its own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Noticed {
    /// Names that lead to no field, with the number of rows that have them.
    pub(crate) strays: BTreeMap<String, u64>,
    /// What Hearth sets anew although the file has it.
    anew: BTreeSet<&'static str>,
    /// Reference fields that are given by ids.
    pub(crate) by_id: BTreeSet<String>,
    /// Numbers and booleans for fields that are strings: the name in the file, and the field.
    pub(crate) numbers: BTreeMap<String, String>,
    /// What is no id, for fields that refer to another model.
    pub(crate) names: BTreeMap<String, String>,
}

impl Noticed {
    pub(super) fn stray(&mut self, name: &str) {
        if let Some(rows) = self.strays.get_mut(name) {
            *rows += 1;
        } else if self.strays.len() < STRAYS {
            self.strays.insert(name.to_owned(), 1);
        }
    }

    pub(super) fn set_anew(&mut self, name: &str) {
        let name = SET_BY_HEARTH.into_iter().find(|known| *known == name);
        self.anew.extend(name);
    }

    /// What is set anew, in the order of a record's members.
    pub(crate) fn anew(&self) -> impl Iterator<Item = &'static str> {
        let names = SET_BY_HEARTH.into_iter();
        names.filter(|name| self.anew.contains(name))
    }

    /// A value on its way into a field as it is, without a rule that would read it.
    pub(super) fn value(&mut self, source: &str, field: &Field, value: &Json) {
        let entry = || (source.to_owned(), field.name.clone());
        match (&field.references, value) {
            (_, Json::Null) => {}
            (Some(reference), Json::String(text)) => {
                let is_id = match reference.id {
                    IdKind::Integer => false,
                    IdKind::Uuid => uuid::Uuid::try_parse(text).is_ok(),
                };
                if is_id {
                    self.by_id.insert(field.name.clone());
                } else {
                    self.names.extend([entry()]);
                }
            }
            (Some(_), _) => {
                self.by_id.insert(field.name.clone());
            }
            (None, Json::Number(_) | Json::Bool(_)) if matches!(field.kind, Kind::String(_)) => {
                self.numbers.extend([entry()]);
            }
            (None, _) => {}
        }
    }
}
