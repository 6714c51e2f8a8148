//! The second half of an import: checked rows go into the table, in one transaction.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Seek as _};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::kept::{Kept, Owner};
use super::lookups::{Found, Lookup};
use super::rejects::{Ledger, Reason, Reject};
use super::{Progress, Watch};
use crate::error::{Code, Error, FieldError, Result, Step};
use crate::models::Value;
use crate::services::records;
use crate::store::records::{self as stored, New, Table};
use crate::store::sql::Scope;
use crate::store::{Tx, accounts, fault};

/// A checked row on its way into the table.
#[derive(Serialize, Deserialize)]
pub(super) struct Spooled {
    pub(super) row: u64,
    pub(super) values: Vec<Json>,
    /// Empty unless the file's ids are kept.
    pub(super) kept: Kept,
    /// References that are named rather than numbered: field and name.
    pub(super) names: Vec<(usize, String)>,
    /// As the file has it, should the table refuse it.
    pub(super) record: Box<RawValue>,
}

pub(super) fn spooled(value: Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Integer(number) => Json::from(number),
        Value::Real(number) => Json::from(number),
        Value::Text(text) => Json::from(text),
    }
}

fn unspooled(json: Json) -> Value {
    match json {
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Integer(number),
            None => number.as_f64().map_or(Value::Null, Value::Real),
        },
        Json::String(text) => Value::Text(text),
        _ => Value::Null,
    }
}

/// How many records were made: of the model, and of others on the way.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) imported: u64,
    pub(super) made: HashMap<String, u64>,
    /// Those whose owner is not known here.
    pub(super) strangers: u64,
}

/// All that the transaction needs; it may run twice.
pub(super) struct Writing {
    pub(super) table: Arc<Table>,
    pub(super) targets: Vec<records::Target>,
    pub(super) lookups: Vec<Lookup>,
    pub(super) user: Option<String>,
    pub(super) now: String,
    pub(super) skip_invalid: bool,
    pub(super) keep_ids: bool,
    pub(super) refused: Arc<Mutex<Ledger>>,
    pub(super) watch: Watch,
}

/// What the rows before have looked up and made.
#[derive(Default)]
struct Known {
    ids: HashMap<(usize, String), Value>,
    /// Whether there is such a user.
    users: HashMap<String, bool>,
    written: Written,
    /// Rows that refer to records of their own model which may come later in the file.
    waiting: Vec<Spooled>,
}

/// A record that a row made on its way: its place among `lookups`, the name that was looked up, the id.
type Made = (usize, (usize, String), Value);

impl Writing {
    /// Writes every row; an error, with which all is rolled back, when one is refused and none may be left out.
    pub(super) fn all(&self, tx: &mut Tx<'_>, spool: &File) -> Result<Written> {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.clear()?;
        let mut known = Known::default();
        let mut reading = spool;
        reading.rewind().map_err(Error::internal)?;
        for line in BufReader::new(reading).lines() {
            let line = line.map_err(Error::internal)?;
            let spooled: Spooled = serde_json::from_str(&line).map_err(Error::internal)?;
            self.row(tx, spooled, &mut known, &mut refused, self.keep_ids)?;
        }
        let mut more = true;
        while !known.waiting.is_empty() {
            let waiting = std::mem::take(&mut known.waiting);
            let before = waiting.len();
            for spooled in waiting {
                self.row(tx, spooled, &mut known, &mut refused, more)?;
            }
            more = known.waiting.len() < before;
        }
        if refused.is_empty() || self.skip_invalid {
            return Ok(known.written);
        }
        Err(Error::conflict("Some rows were refused"))
    }

    /// Writes a row, notes that it is refused, or lets it wait for later ones.
    fn row(
        &self,
        tx: &mut Tx<'_>,
        spooled: Spooled,
        known: &mut Known,
        refused: &mut Ledger,
        may_wait: bool,
    ) -> Result<()> {
        let mut made = Vec::new();
        match self.one(tx, &spooled, known, &mut made) {
            Ok(()) => known.written.imported += 1,
            Err(error) if matches!(error.code(), Code::Invalid | Code::Conflict) => {
                self.undo(tx, known, made)?;
                if may_wait && self.lacks_its_own(&error) {
                    known.waiting.push(spooled);
                } else {
                    refused.add(&reject(&spooled, &error)?)?;
                }
            }
            Err(error) => return Err(error),
        }
        (self.watch)(Progress::Written(known.written.imported));
        Ok(())
    }

    fn one(
        &self,
        tx: &mut Tx<'_>,
        spooled: &Spooled,
        known: &mut Known,
        made: &mut Vec<Made>,
    ) -> Result<()> {
        let mut values: Vec<Value> = spooled.values.iter().cloned().map(unspooled).collect();
        for key in &spooled.names {
            let id = match known.ids.get(key) {
                Some(id) => id.clone(),
                None => self.find_or_make(tx, key, made)?,
            };
            values[key.0] = id.clone();
            known.ids.insert(key.clone(), id);
        }
        // What refers to itself is there as soon as it is written.
        let own = spooled.kept.id.clone().map(unspooled);
        let others = values.iter().enumerate();
        let others =
            others.filter(|(place, value)| own.as_ref() != Some(*value) || !self.is_own(*place));
        let faults = records::reference_faults(tx, &self.targets, others, &[])?;
        if !faults.is_empty() {
            return Err(Error::invalid(faults));
        }
        let (new, is_stranger) = self.new_record(tx, &spooled.kept, values, known)?;
        stored::insert(tx, &self.table, &new).map_err(|error| self.explain(error, &new))?;
        known.written.strangers += u64::from(is_stranger);
        for (place, ..) in made {
            let model = &self.lookups[*place].table.model.name;
            *known.written.made.entry(model.clone()).or_default() += 1;
        }
        Ok(())
    }

    /// The record with what the row keeps, and whether its owner is not known here.
    fn new_record(
        &self,
        tx: &Tx<'_>,
        kept: &Kept,
        values: Vec<Value>,
        known: &mut Known,
    ) -> Result<(New, bool)> {
        let mut new = New::of(&self.table, self.user.as_deref(), &self.now, values);
        if let Some(id) = &kept.id {
            new.id = Some(unspooled(id.clone()));
        }
        for (time, kept) in [
            (&mut new.created_at, &kept.created_at),
            (&mut new.updated_at, &kept.updated_at),
        ] {
            if let Some(kept) = kept {
                *time = Value::Text(kept.clone());
            }
        }
        match &kept.owner {
            Owner::Unsaid => {}
            Owner::Nobody => new.user = Value::Null,
            Owner::User(user) => {
                let is_known = match known.users.get(user) {
                    Some(is_known) => *is_known,
                    None => accounts::find(tx, user)?.is_some(),
                };
                known.users.insert(user.clone(), is_known);
                if !is_known {
                    return Ok((new, true));
                }
                new.user = Value::Text(user.clone());
            }
        }
        Ok((new, false))
    }

    /// A violated constraint in the model's words; of a kept id that is another record's.
    fn explain(&self, error: Error, new: &New) -> Error {
        let clash = error.cause().and_then(|cause| cause.downcast_ref());
        if clash.is_some_and(|fault::Clash(fields)| *fields == ["id"])
            && let Some(id) = new.id.clone()
        {
            let id = match spooled(id) {
                Json::String(text) => text,
                number => number.to_string(),
            };
            return Error::conflict(format!("{id} is taken"))
                .because(fault::Clash(vec!["id".to_owned()]));
        }
        records::explain(&self.table, error)
    }

    /// Whether nothing is wrong but references to records of the model itself that are not there.
    fn lacks_its_own(&self, error: &Error) -> bool {
        let own = |fault: &FieldError| match fault.loc.as_slice() {
            [Step::Name(name)] => self
                .table
                .model
                .field(name)
                .is_some_and(|(place, _)| self.is_own(place)),
            _ => false,
        };
        !error.fields().is_empty() && error.fields().iter().all(own)
    }

    /// Whether the field refers to records of the model itself.
    fn is_own(&self, place: usize) -> bool {
        let model = &self.table.model;
        let reference = model.fields[place].references.as_ref();
        reference.is_some_and(|reference| reference.model == model.name)
    }

    /// A refused row leaves nothing behind.
    fn undo(&self, tx: &mut Tx<'_>, known: &mut Known, made: Vec<Made>) -> Result<()> {
        for (place, key, id) in made {
            stored::remove(tx, &self.lookups[place].table, &id, &Scope::all())?;
            known.ids.remove(&key);
        }
        Ok(())
    }

    /// The record that a reference names.
    fn find_or_make(
        &self,
        tx: &mut Tx<'_>,
        key: &(usize, String),
        made: &mut Vec<Made>,
    ) -> Result<Value> {
        let (field, name) = key;
        let mut lookups = self.lookups.iter().enumerate();
        let (place, lookup) = lookups
            .find(|(_, lookup)| lookup.field == *field)
            .ok_or_else(|| Error::internal("a name without a look-up"))?;
        match lookup.find_or_make(tx, name, self.user.as_deref(), &self.now)? {
            Found::There(id) => Ok(id),
            Found::Made(id) => {
                made.push((place, key.clone(), id.clone()));
                Ok(id)
            }
        }
    }
}

/// A row that the table refuses.
fn reject(spooled: &Spooled, error: &Error) -> Result<Reject> {
    let record = serde_json::from_str(spooled.record.get()).map_err(Error::internal)?;
    let mut reject = Reject::new(spooled.row, record, error.fields());
    if reject.errors.is_empty() {
        let clash = error.cause().and_then(|cause| cause.downcast_ref());
        let fields = clash.map_or_else(String::new, |fault::Clash(fields)| fields.join(", "));
        reject.errors.push(Reason {
            field: fields,
            kind: error.code().word().to_owned(),
            reason: error.message().to_owned(),
        });
    }
    Ok(reject)
}
