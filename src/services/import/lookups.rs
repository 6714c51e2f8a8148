//! References that a file names by another field than the id: who is meant, and who has to be made.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::Job;
use crate::app::App;
use crate::error::{Code, Error, FieldError, Result, Step};
use crate::models::{Kind, Value, validate};
use crate::services::access::{Action, Caller, scope};
use crate::services::records;
use crate::store::Tx;
use crate::store::records::{self as stored, New, Table};
use crate::store::sql::Scope;

/// How one reference field finds its records.
pub(super) struct Lookup {
    /// The field's place in the declaration.
    pub(super) field: usize,
    name: String,
    pub(super) table: Arc<Table>,
    by: usize,
    by_name: String,
    scope: Scope,
    /// Make the record when there is none.
    create: bool,
}

/// The record that a name leads to.
pub(super) enum Found {
    There(Value),
    Made(Value),
}

/// All look-ups of a mapping.
pub(super) fn of(app: &App, caller: &Caller, job: &Job) -> Result<Vec<Lookup>> {
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

impl Lookup {
    /// The record of that name; made where the mapping says so, for this user at this time.
    pub(super) fn find_or_make(
        &self,
        tx: &mut Tx<'_>,
        name: &str,
        user: Option<&str>,
        now: &str,
    ) -> Result<Found> {
        let wanted = Value::Text(name.to_owned());
        if let Some(id) = stored::find_id(tx, &self.table, self.by, &wanted, &self.scope)? {
            return Ok(Found::There(id));
        }
        let (model, by) = (&self.table.model, &self.by_name);
        let at = [Step::from(self.name.as_str())];
        if !self.create {
            let title = model.title.to_lowercase();
            let message = format!("Value error, there is no {title} with this `{by}`");
            let fault = FieldError::new("value_error", &at, message);
            return Err(Error::invalid(vec![fault]));
        }
        let record = Map::from_iter([(by.clone(), Json::from(name))]);
        let values = validate::create(model, &Json::Object(record), &at, true)?;
        let new = New::of(&self.table, user, now, values);
        let (id, _) = stored::insert(tx, &self.table, &new)
            .map_err(|error| records::explain(&self.table, error))?;
        Ok(Found::Made(id))
    }
}
