//! The second half of an import: checked rows go into the table, in one transaction.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Seek as _};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};

use super::rejects::{Ledger, Reason, Reject};
use super::{Job, Progress, Watch};
use crate::app::App;
use crate::error::{Code, Error, FieldError, Result, Step};
use crate::models::{Kind, Value, validate};
use crate::services::access::{Action, Caller, scope};
use crate::services::records;
use crate::store::records::{self as stored, New, Table};
use crate::store::sql::Scope;
use crate::store::{Tx, fault};

/// A checked row on its way into the table.
#[derive(Serialize, Deserialize)]
pub(super) struct Spooled {
    pub(super) row: u64,
    pub(super) values: Vec<Json>,
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

/// A reference that the file names by another field than the id.
pub(super) struct Lookup {
    field: usize,
    name: String,
    table: Arc<Table>,
    by: usize,
    by_name: String,
    scope: Scope,
    /// Make the record when there is none.
    create: bool,
}

pub(super) fn lookups(app: &App, caller: &Caller, job: &Job) -> Result<Vec<Lookup>> {
    let mut list = Vec::new();
    for lookup in job.mapping.lookups() {
        let (field, declared) = job.mapping.field(&job.table.model, &lookup.field)?;
        let refused = |why: &str| {
            let message = format!("The mapping of `{}`: {why}", lookup.field);
            Error::new(Code::Invalid, message)
        };
        let reference = declared
            .references
            .as_ref()
            .ok_or_else(|| refused("`by` is for a field that refers to another model"))?;
        let table = app.named_table(&reference.model)?;
        let (by, by_field) = job.mapping.field(&table.model, &lookup.by)?;
        if !matches!(by_field.kind, Kind::String(_)) {
            return Err(refused("`by` names a field of type string"));
        }
        if lookup.create {
            scope(&table.model, Action::Create, caller)?;
        }
        list.push(Lookup {
            field,
            name: lookup.field.clone(),
            table: Arc::clone(table),
            by,
            by_name: lookup.by.clone(),
            scope: scope(&table.model, Action::Read, caller)?,
            create: lookup.create,
        });
    }
    Ok(list)
}

/// How many records were made: of the model, and of others on the way.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) imported: u64,
    pub(super) made: HashMap<String, u64>,
}

/// All that the transaction needs; it may run twice.
pub(super) struct Writing {
    pub(super) table: Arc<Table>,
    pub(super) targets: Vec<records::Target>,
    pub(super) lookups: Vec<Lookup>,
    pub(super) user: Option<String>,
    pub(super) now: String,
    pub(super) skip_invalid: bool,
    pub(super) refused: Arc<Mutex<Ledger>>,
    pub(super) watch: Watch,
}

/// What the rows before have looked up and made.
#[derive(Default)]
struct Known {
    ids: HashMap<(usize, String), Value>,
    made: HashMap<String, u64>,
}

/// A record that a row made on its way: its place among `lookups`, the name that was looked up, the id.
type Made = (usize, (usize, String), Value);

impl Writing {
    /// Writes every row; an error, with which all is rolled back, when one is refused and none may be left out.
    pub(super) fn all(&self, tx: &mut Tx<'_>, spool: &File) -> Result<Written> {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.clear()?;
        let (mut known, mut imported) = (Known::default(), 0);
        let mut reading = spool;
        reading.rewind().map_err(Error::internal)?;
        for line in BufReader::new(reading).lines() {
            let line = line.map_err(Error::internal)?;
            let spooled: Spooled = serde_json::from_str(&line).map_err(Error::internal)?;
            let mut made = Vec::new();
            match self.one(tx, &spooled, &mut known, &mut made) {
                Ok(()) => imported += 1,
                Err(error) if matches!(error.code(), Code::Invalid | Code::Conflict) => {
                    self.undo(tx, &mut known, made)?;
                    refused.add(&reject(&spooled, &error)?)?;
                }
                Err(error) => return Err(error),
            }
            (self.watch)(Progress::Written(imported));
        }
        if refused.is_empty() || self.skip_invalid {
            return Ok(Written {
                imported,
                made: known.made,
            });
        }
        Err(Error::conflict("Some rows were refused"))
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
        let faults = records::reference_faults(tx, &self.targets, values.iter().enumerate(), &[])?;
        if !faults.is_empty() {
            return Err(Error::invalid(faults));
        }
        let new = New::of(&self.table, self.user.as_deref(), &self.now, values);
        stored::insert(tx, &self.table, &new)
            .map_err(|error| records::explain(&self.table, error))?;
        for (place, ..) in made {
            let model = &self.lookups[*place].table.model.name;
            *known.made.entry(model.clone()).or_default() += 1;
        }
        Ok(())
    }

    /// A refused row leaves nothing behind.
    fn undo(&self, tx: &mut Tx<'_>, known: &mut Known, made: Vec<Made>) -> Result<()> {
        for (place, key, id) in made {
            stored::remove(tx, &self.lookups[place].table, &id, &Scope::all())?;
            known.ids.remove(&key);
        }
        Ok(())
    }

    /// The record that a reference names; made where the mapping says so.
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
        let wanted = Value::Text(name.clone());
        if let Some(id) = stored::find_id(tx, &lookup.table, lookup.by, &wanted, &lookup.scope)? {
            return Ok(id);
        }
        let (model, by) = (&lookup.table.model, &lookup.by_name);
        let at = [Step::from(lookup.name.as_str())];
        if !lookup.create {
            let title = model.title.to_lowercase();
            let message = format!("Value error, there is no {title} with this `{by}`");
            let fault = FieldError::new("value_error", &at, message);
            return Err(Error::invalid(vec![fault]));
        }
        let record = Map::from_iter([(by.clone(), Json::from(name.as_str()))]);
        let values = validate::create(model, &Json::Object(record), &at, true)?;
        let new = New::of(&lookup.table, self.user.as_deref(), &self.now, values);
        let (id, _) = stored::insert(tx, &lookup.table, &new)
            .map_err(|error| records::explain(&lookup.table, error))?;
        made.push((place, key.clone(), id.clone()));
        Ok(id)
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
