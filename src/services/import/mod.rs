//! Import of many records: all are checked first, then all are written in one transaction, or none.
//!
//! Checked rows wait in a temporary file, so that neither memory nor the time of the write lock grows with the checking.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Seek as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::app::App;
use crate::clock;
use crate::error::{Code, Error, FieldError, Result, Step};
use crate::models::{Value, validate};
use crate::services::access::{Action, Caller, scope};
use crate::services::records;
use crate::store::records::{self as stored, New, Table};
use crate::store::sql::Scope;
use crate::store::{Tx, Weight};

pub(crate) mod mapping;
mod rows;

pub(crate) use mapping::Mapping;
pub(crate) use rows::Format;

/// A row that was refused, with every reason.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Reject {
    /// Counted from 1 in the file.
    pub(crate) row: u64,
    pub(crate) errors: Vec<Reason>,
    pub(crate) record: Json,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Reason {
    pub(crate) field: String,
    pub(crate) reason: String,
}

/// What an import did, or would have done.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) rows: u64,
    pub(crate) imported: u64,
    /// Records of other models that were made on the way, by model.
    pub(crate) made: HashMap<String, u64>,
    pub(crate) rejects: Vec<Reject>,
}

/// How far an import is: rows checked, then rows written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Progress {
    Checked(u64),
    Written(u64),
}

pub(crate) type Watch = Arc<dyn Fn(Progress) + Send + Sync>;

/// What to import, and how.
pub(crate) struct Job {
    pub(crate) table: Arc<Table>,
    pub(crate) mapping: Mapping,
    /// Leave refused rows out instead of importing nothing.
    pub(crate) skip_invalid: bool,
    pub(crate) watch: Watch,
}

/// A checked row on its way into the table.
#[derive(Serialize, Deserialize)]
struct Spooled {
    row: u64,
    values: Vec<Json>,
    /// References that are named rather than numbered: field and name.
    names: Vec<(usize, String)>,
}

/// Imports a file. Without `skip_invalid` one refused row means that nothing is written.
pub(crate) async fn run(
    app: &App,
    caller: &Caller,
    job: Job,
    file: &Path,
    format: Format,
) -> Result<Outcome> {
    scope(&job.table.model, Action::Create, caller)?;
    let lookups = lookups(app, caller, &job)?;
    let (spool, mut outcome) = check(&job, caller, file, format)?;
    if !outcome.rejects.is_empty() && !job.skip_invalid {
        return Ok(outcome);
    }
    let writing = Writing {
        targets: records::targets(app, caller, &job.table),
        user: caller.user().map(str::to_owned),
        now: clock::now(),
        lookups,
        table: job.table,
        skip_invalid: job.skip_invalid,
        watch: job.watch,
    };
    let written = app
        .db
        .write(
            Weight {
                long: true,
                size: 0,
            },
            move |tx| writing.all(tx, &spool),
        )
        .await?;
    outcome.imported = written.imported;
    outcome.made = written.made;
    outcome.rejects.extend(written.rejects);
    outcome.rejects.sort_by_key(|reject| reject.row);
    Ok(outcome)
}

/// Reads and checks every row; those that are fine go to the spool.
fn check(job: &Job, caller: &Caller, file: &Path, format: Format) -> Result<(File, Outcome)> {
    let spool = tempfile::tempfile().map_err(Error::internal)?;
    let mut writer = BufWriter::new(&spool);
    let mut outcome = Outcome::default();
    rows::each(file, format, &mut |row, record| {
        outcome.rows = row;
        let checked = record
            .map_err(|reason| vec![FieldError::new("json_invalid", &[], reason)])
            .and_then(|record| {
                checked(job, caller, row, &record)
                    .map_err(|faults| (record, faults))
                    .or_else(|(record, faults)| {
                        outcome.rejects.push(reject(row, record, &faults));
                        Ok(None)
                    })
            });
        match checked {
            Ok(Some(spooled)) => {
                serde_json::to_writer(&mut writer, &spooled).map_err(Error::internal)?;
                writer.write_all(b"\n").map_err(Error::internal)?;
            }
            Ok(None) => {}
            Err(faults) => outcome.rejects.push(reject(row, Json::Null, &faults)),
        }
        (job.watch)(Progress::Checked(row));
        Ok(())
    })?;
    writer.flush().map_err(Error::internal)?;
    drop(writer);
    Ok((spool, outcome))
}

fn checked(
    job: &Job,
    caller: &Caller,
    row: u64,
    record: &Json,
) -> Result<Option<Spooled>, Vec<FieldError>> {
    let mapped = job.mapping.apply(&job.table.model, record)?;
    let values = validate::create(&job.table.model, &mapped.record, &[], caller.is_admin())?;
    let values = values.into_iter().map(|value| match value {
        Value::Null => Json::Null,
        Value::Integer(number) => Json::from(number),
        Value::Real(number) => Json::from(number),
        Value::Text(text) => Json::from(text),
    });
    Ok(Some(Spooled {
        row,
        values: values.collect(),
        names: mapped.names,
    }))
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

fn reject(row: u64, record: Json, faults: &[FieldError]) -> Reject {
    let errors = faults.iter().map(|fault| {
        let steps: Vec<String> = fault
            .loc
            .iter()
            .map(|step| match step {
                Step::Name(name) => name.clone(),
                Step::Index(index) => index.to_string(),
            })
            .collect();
        Reason {
            field: steps.join("."),
            reason: fault.msg.clone(),
        }
    });
    Reject {
        row,
        errors: errors.collect(),
        record,
    }
}

/// A reference that the file names by another field than the id.
struct Lookup {
    field: usize,
    name: String,
    table: Arc<Table>,
    by: usize,
    by_name: String,
    scope: Scope,
    /// Make the record when there is none.
    create: bool,
}

fn lookups(app: &App, caller: &Caller, job: &Job) -> Result<Vec<Lookup>> {
    let mut list = Vec::new();
    for lookup in job.mapping.lookups() {
        let (field, declared) = job.mapping.field(&job.table.model, &lookup.field)?;
        let refused = |why: String| {
            Error::new(
                Code::Invalid,
                format!("The mapping of `{}`: {why}", lookup.field),
            )
        };
        let reference = declared
            .references
            .as_ref()
            .ok_or_else(|| refused("it refers to no other model".to_owned()))?;
        let table = app.named_table(&reference.model)?;
        let (by, _) = job.mapping.field(&table.model, &lookup.by)?;
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

/// All that the transaction needs; it may run twice.
struct Writing {
    table: Arc<Table>,
    targets: Vec<records::Target>,
    lookups: Vec<Lookup>,
    user: Option<String>,
    now: String,
    skip_invalid: bool,
    watch: Watch,
}

impl Writing {
    fn all(&self, tx: &mut Tx<'_>, spool: &File) -> Result<Outcome> {
        let mut outcome = Outcome::default();
        let mut known = HashMap::new();
        let mut reading = spool;
        reading.rewind().map_err(Error::internal)?;
        for line in BufReader::new(reading).lines() {
            let line = line.map_err(Error::internal)?;
            let spooled: Spooled = serde_json::from_str(&line).map_err(Error::internal)?;
            let row = spooled.row;
            match self.one(tx, spooled, &mut known, &mut outcome.made) {
                Ok(()) => outcome.imported += 1,
                Err(error)
                    if matches!(error.code(), Code::Invalid | Code::Conflict)
                        && self.skip_invalid =>
                {
                    outcome.rejects.push(refused(row, &error));
                }
                Err(error) if matches!(error.code(), Code::Invalid | Code::Conflict) => {
                    return Err(Error::new(
                        error.code(),
                        format!("Row {row}: {error}. Nothing was imported"),
                    ));
                }
                Err(error) => return Err(error),
            }
            (self.watch)(Progress::Written(outcome.imported));
        }
        Ok(outcome)
    }

    fn one(
        &self,
        tx: &mut Tx<'_>,
        spooled: Spooled,
        known: &mut HashMap<(usize, String), Value>,
        made: &mut HashMap<String, u64>,
    ) -> Result<()> {
        let mut values: Vec<Value> = spooled.values.into_iter().map(unspooled).collect();
        for (field, name) in spooled.names {
            let key = (field, name);
            let id = match known.get(&key) {
                Some(id) => id.clone(),
                None => self.find_or_make(tx, &key, made)?,
            };
            values[field] = id.clone();
            known.insert(key, id);
        }
        let faults = records::reference_faults(tx, &self.targets, values.iter().enumerate(), &[])?;
        if !faults.is_empty() {
            return Err(Error::invalid(faults));
        }
        let new = New::of(&self.table, self.user.as_deref(), &self.now, values);
        stored::insert(tx, &self.table, &new)
            .map_err(|error| records::explain(&self.table, error))?;
        Ok(())
    }

    /// The record that a reference names; made where the mapping says so.
    fn find_or_make(
        &self,
        tx: &mut Tx<'_>,
        (field, name): &(usize, String),
        made: &mut HashMap<String, u64>,
    ) -> Result<Value> {
        let lookup = self.lookups.iter().find(|lookup| lookup.field == *field);
        let lookup = lookup.ok_or_else(|| Error::internal("a name without a look-up"))?;
        let wanted = Value::Text(name.clone());
        if let Some(id) = stored::find_id(tx, &lookup.table, lookup.by, &wanted, &lookup.scope)? {
            return Ok(id);
        }
        let model = &lookup.table.model;
        if !lookup.create {
            let message = format!(
                "Value error, there is no {} with this `{}`",
                model.title.to_lowercase(),
                lookup.by_name
            );
            return Err(Error::invalid(vec![FieldError::new(
                "value_error",
                &[Step::from(lookup.name.as_str())],
                message,
            )]));
        }
        let record = Json::Object(
            [(lookup.by_name.clone(), Json::from(name.as_str()))]
                .into_iter()
                .collect(),
        );
        let values = validate::create(model, &record, &[Step::from(lookup.name.as_str())], true)?;
        let new = New::of(&lookup.table, self.user.as_deref(), &self.now, values);
        let (id, _) = stored::insert(tx, &lookup.table, &new)
            .map_err(|error| records::explain(&lookup.table, error))?;
        *made.entry(model.name.clone()).or_default() += 1;
        Ok(id)
    }
}

fn refused(row: u64, error: &Error) -> Reject {
    if error.fields().is_empty() {
        let errors = vec![Reason {
            field: String::new(),
            reason: error.message().to_owned(),
        }];
        return Reject {
            row,
            errors,
            record: Json::Null,
        };
    }
    reject(row, Json::Null, error.fields())
}
