//! Import of many records: all are checked first, then all are written in one transaction, or none.
//!
//! Checked rows wait in a temporary file, so that neither memory nor the time of the write lock grows with the checking.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value as Json;
use serde_json::value::to_raw_value;

use crate::app::App;
use crate::clock;
use crate::error::{Code, Error, FieldError, Result, Step};
use crate::models::{Model, validate};
use crate::services::access::{Action, Caller, scope};
use crate::services::records;
use crate::store::Weight;
use crate::store::records::Table;

pub(crate) mod mapping;
mod rejects;
mod rows;
mod rule;
mod writing;

pub(crate) use mapping::Mapping;
pub(crate) use rejects::{Reject, Rejects};
pub(crate) use rows::Format;

use rejects::Ledger;
use writing::{Spooled, Writing};

/// What an import did, or would have done.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) rows: u64,
    pub(crate) imported: u64,
    /// Records of other models that were made on the way, by model.
    pub(crate) made: HashMap<String, u64>,
    pub(crate) rejects: Rejects,
    /// Names in the file that lead to no field, and names in the mapping that no row has.
    pub(crate) strays: Vec<String>,
    pub(crate) unused: Vec<String>,
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

/// Imports a file. Without `skip_invalid` one refused row means that nothing is written.
pub(crate) async fn run(
    app: &App,
    caller: &Caller,
    mut job: Job,
    file: File,
    format: Format,
) -> Result<Outcome> {
    scope(&job.table.model, Action::Create, caller)?;
    let lookups = writing::lookups(app, caller, &job)?;
    let (rows, spool, checked) = check(&mut job, caller, file, format)?;
    let mut outcome = Outcome {
        rows,
        imported: 0,
        made: HashMap::new(),
        strays: job.mapping.strays(),
        unused: job.mapping.unused(),
        rejects: Rejects {
            checked,
            written: Ledger::new()?,
        },
    };
    if outcome.rejects.count() > 0 && !job.skip_invalid {
        return Ok(outcome);
    }
    let refused = Arc::new(Mutex::new(Ledger::new()?));
    let writing = Writing {
        targets: records::targets(app, caller, &job.table),
        user: caller.user().map(str::to_owned),
        now: clock::now(),
        lookups,
        table: job.table,
        skip_invalid: job.skip_invalid,
        refused: Arc::clone(&refused),
        watch: job.watch,
    };
    let weight = Weight {
        long: true,
        size: 0,
    };
    let written = app
        .db
        .write(weight, move |tx| writing.all(tx, &spool))
        .await;
    let mut refused = refused.lock().unwrap_or_else(PoisonError::into_inner);
    std::mem::swap(&mut outcome.rejects.written, &mut refused);
    match written {
        Ok(written) => {
            outcome.imported = written.imported;
            outcome.made = written.made;
        }
        Err(error) if error.code() == Code::Conflict && outcome.rejects.count() > 0 => {}
        Err(error) => return Err(error),
    }
    Ok(outcome)
}

/// Reads and checks every row; those that are fine go to the spool. Also how many there are, and those refused.
fn check(
    job: &mut Job,
    caller: &Caller,
    file: File,
    format: Format,
) -> Result<(u64, File, Ledger)> {
    let spool = tempfile::tempfile().map_err(Error::internal)?;
    let mut writer = BufWriter::new(&spool);
    let (mut count, mut refused) = (0, Ledger::new()?);
    let privileged = caller.is_admin();
    rows::each(file, format, &mut |row, read| {
        count = row;
        let checked = match read {
            Ok(record) => checked(job, privileged, row, record),
            Err(unreadable) => Ok(Err(unreadable.reject(row))),
        };
        match checked? {
            Ok(spooled) => {
                serde_json::to_writer(&mut writer, &spooled).map_err(Error::internal)?;
                writer.write_all(b"\n").map_err(Error::internal)?;
            }
            Err(reject) => refused.add(&reject)?,
        }
        (job.watch)(Progress::Checked(row));
        Ok(())
    })?;
    writer.flush().map_err(Error::internal)?;
    drop(writer);
    Ok((count, spool, refused))
}

/// A row that is fine, or the same faults that the API would have found.
fn checked(
    job: &mut Job,
    privileged: bool,
    row: u64,
    record: Json,
) -> Result<Result<Spooled, Reject>> {
    let model = &job.table.model;
    let mapped = match job.mapping.apply(model, &record) {
        Ok(mapped) => mapped,
        Err(fault) => return Ok(Err(Reject::new(row, record, &[fault]))),
    };
    let values = validate::create(model, &mapped.record, &[], privileged);
    let faults = values.as_ref().err().cloned().unwrap_or_default();
    let faults = together(model, mapped.faults, faults);
    match values {
        Ok(values) if faults.is_empty() => Ok(Ok(Spooled {
            row,
            values: values.into_iter().map(writing::spooled).collect(),
            names: mapped.names,
            record: to_raw_value(&record).map_err(Error::internal)?,
        })),
        _ => Ok(Err(Reject::new(row, record, &faults))),
    }
}

/// The faults of the mapping and of the check in the order of the declaration; where both have one, the mapping's.
fn together(
    model: &Model,
    mut faults: Vec<FieldError>,
    others: Vec<FieldError>,
) -> Vec<FieldError> {
    let name = |fault: &FieldError| match fault.loc.first() {
        Some(Step::Name(name)) => name.clone(),
        _ => String::new(),
    };
    let known: Vec<String> = faults.iter().map(name).collect();
    let others = others.into_iter();
    faults.extend(others.filter(|fault| !known.contains(&name(fault))));
    faults.sort_by_key(|fault| {
        let name = name(fault);
        let place = model.fields.iter().position(|field| field.name == name);
        place.unwrap_or(usize::MAX)
    });
    faults
}

/// The file, before anything else is done.
pub(crate) fn open(path: &Path) -> Result<(File, Format)> {
    let invalid = |message: String| Error::new(Code::Invalid, message);
    let shown = path.display();
    let format = Format::of(path).ok_or_else(|| {
        invalid(format!(
            "{shown} is neither .jsonl, .json nor .csv by its name. Rename it to what it is"
        ))
    })?;
    let cannot = |cause: std::io::Error| invalid(format!("Cannot read {shown}: {cause}"));
    let file = File::open(path).map_err(cannot)?;
    if file.metadata().map_err(cannot)?.is_dir() {
        return Err(invalid(format!("{shown} is a folder, not a file")));
    }
    Ok((file, format))
}
