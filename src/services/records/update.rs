//! Changes and deletes one record that the caller may read and change, if it is still the one that they know.

use std::sync::Arc;

use serde_json::Value as Json;

use super::references::{referrers, still_referenced};
use super::version::{etag, matches};
use super::{explain, path_id, reference_faults, targets};
use crate::app::App;
use crate::clock;
use crate::error::{Code, Error, FieldError, Result, Step};
use crate::models::{Value, validate};
use crate::services::access::{self, Action, Caller};
use crate::store::records::{self as stored, Record, Table};
use crate::store::sql::Scope;
use crate::store::{Read, Weight, fault};

/// How a change was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// PUT: the sent fields as they are.
    Set,
    /// PATCH: merged, also into objects.
    Merge,
}

/// A change of one record that may be guarded by `If-Match`.
pub(crate) struct Change {
    pub(crate) way: Way,
    pub(crate) if_match: Option<String>,
    pub(crate) size: usize,
}

/// Whether there may be a record that the caller may change; asked before the body is read.
pub(crate) fn may_update(table: &Table, caller: &Caller) -> Result<()> {
    Scopes::of(table, Action::Update, caller).map(|_| ())
}

pub(crate) async fn update(
    app: &App,
    caller: &Caller,
    table: &Arc<Table>,
    id: &str,
    body: &Json,
    change: Change,
) -> Result<Record> {
    let scopes = Scopes::of(table, Action::Update, caller)?;
    let privileged = caller.is_admin();
    let mut faults: Vec<FieldError> = Vec::new();
    let id = validate::id(table.model.id, id)
        .map_err(|fault| faults.push(fault))
        .ok();
    let patch = match change.way {
        Way::Set => {
            validate::update(&table.model, body, privileged).map(|changes| validate::Patch {
                changes,
                merges: Vec::new(),
            })
        }
        Way::Merge => validate::patch(&table.model, body, privileged),
    };
    let patch = patch.map_err(|more| faults.extend(more)).ok();
    let (Some(id), Some(patch)) = (id, patch) else {
        return Err(Error::invalid(faults));
    };
    let targets = targets(app, caller, table);
    let now = Value::Text(clock::now());
    let table = Arc::clone(table);
    app.db
        .write(
            Weight {
                size: change.size,
                long: false,
            },
            move |tx| {
                let sent = patch.changes.iter().map(|(place, value)| (*place, value));
                let faults = reference_faults(tx, &targets, sent, &[Step::from("body")])?;
                if !faults.is_empty() {
                    return Err(Error::invalid(faults));
                }
                scopes.check_version(tx, &table, &id, change.if_match.as_deref())?;
                let changes = merged(tx, &table, &id, &patch, &scopes)?;
                let record = if changes.is_empty() {
                    // Nothing is asked for, so nothing changes, the time and the version neither.
                    stored::find(tx, &table, &id, &scopes.both)?
                } else {
                    stored::update(tx, &table, &id, &scopes.both, &changes, &now)
                        .map_err(|error| explain(&table, error))?
                };
                match record {
                    Some(record) => Ok(record),
                    None => Err(scopes.why_not(tx, &table, &id)?),
                }
            },
        )
        .await
}

/// All changes of a patch, those into objects merged with what is stored.
fn merged(
    db: &Read<'_>,
    table: &Table,
    id: &Value,
    patch: &validate::Patch,
    scopes: &Scopes,
) -> Result<Vec<(usize, Value)>> {
    let mut changes = patch.changes.clone();
    if patch.merges.is_empty() {
        return Ok(changes);
    }
    if !stored::exists(db, table, id, &scopes.both)? {
        return Err(scopes.why_not(db, table, id)?);
    }
    let mut faults = Vec::new();
    for (place, members) in &patch.merges {
        let text = stored::find_text(db, table, id, *place)?;
        match validate::merge(&table.model.fields[*place], text.as_deref(), members) {
            Ok(value) => changes.push((*place, value)),
            Err(more) => faults.extend(more),
        }
    }
    if faults.is_empty() {
        Ok(changes)
    } else {
        Err(Error::invalid(faults))
    }
}

pub(crate) async fn delete(
    app: &App,
    caller: &Caller,
    table: &Arc<Table>,
    id: &str,
    if_match: Option<String>,
) -> Result<()> {
    let scopes = Scopes::of(table, Action::Delete, caller)?;
    let id = path_id(table, id)?;
    let referrers = referrers(app, &table.model.name);
    let table = Arc::clone(table);
    app.db
        .write(Weight::default(), move |tx| {
            scopes.check_version(tx, &table, &id, if_match.as_deref())?;
            match stored::remove(tx, &table, &id, &scopes.both) {
                Ok(true) => Ok(()),
                Ok(false) => Err(scopes.why_not(tx, &table, &id)?),
                Err(error)
                    if error
                        .cause()
                        .is_some_and(|cause| cause.is::<fault::Referenced>()) =>
                {
                    Err(still_referenced(tx, &table, &referrers, &id)?)
                }
                Err(error) => Err(error),
            }
        })
        .await
}

/// What a caller may read, and what of it they may change.
struct Scopes {
    action: Action,
    read: Scope,
    both: Scope,
}

impl Scopes {
    fn of(table: &Table, action: Action, caller: &Caller) -> Result<Self> {
        let change = access::scope(&table.model, action, caller)?;
        let read = access::persons_scope(&table.model, Action::Read, caller)?;
        Ok(Scopes {
            action,
            both: read.and(&change),
            read,
        })
    }

    /// Why no record was touched: it is not there for the caller, or it may be read but not changed.
    fn why_not(&self, db: &Read<'_>, table: &Table, id: &Value) -> Result<Error> {
        Ok(if stored::exists(db, table, id, &self.read)? {
            access::refusal(&table.model, self.action)
        } else {
            Error::not_found(&table.model.title)
        })
    }

    /// 412 when the record is no longer the one that `If-Match` names.
    fn check_version(
        &self,
        db: &Read<'_>,
        table: &Table,
        id: &Value,
        if_match: Option<&str>,
    ) -> Result<()> {
        let Some(wanted) = if_match else {
            return Ok(());
        };
        let Some(record) = stored::find(db, table, id, &self.both)? else {
            return Err(self.why_not(db, table, id)?);
        };
        if matches(wanted, &etag(&record)) {
            return Ok(());
        }
        let message = format!(
            "The {} was changed meanwhile; read it again",
            table.model.title.to_lowercase()
        );
        Err(Error::new(Code::PreconditionFailed, message))
    }
}
