//! References between records: those that a record has, and those that others have to it.

use std::sync::Arc;

use crate::app::App;
use crate::error::{Error, FieldError, Result, Step};
use crate::models::Value;
use crate::services::access::{self, Action, Caller};
use crate::store::records::{self as stored, Table};
use crate::store::sql::Scope;
use crate::store::{Read, fault};

/// A reference of a model: its field, the other model's table, and what of it the caller may see.
pub(crate) struct Target {
    field: usize,
    name: String,
    table: Arc<Table>,
    scope: Scope,
}

pub(crate) fn targets(app: &App, caller: &Caller, table: &Table) -> Vec<Target> {
    let fields = table.model.fields.iter().enumerate();
    fields
        .filter_map(|(place, field)| {
            let target = app.table(&field.references.as_ref()?.model)?;
            let scope = access::persons_scope(&target.model, Action::Read, caller)
                .unwrap_or_else(|_| Scope::none());
            Some(Target {
                field: place,
                name: field.name.clone(),
                table: Arc::clone(target),
                scope,
            })
        })
        .collect()
}

/// A reference to nothing, or to what the caller may not see, is the same 422 at the field.
pub(crate) fn reference_faults<'v>(
    db: &Read<'_>,
    targets: &[Target],
    values: impl Iterator<Item = (usize, &'v Value)>,
    at: &[Step],
) -> Result<Vec<FieldError>> {
    let mut faults = Vec::new();
    if targets.is_empty() {
        return Ok(faults);
    }
    for (place, value) in values {
        let Some(target) = targets.iter().find(|target| target.field == place) else {
            continue;
        };
        if *value == Value::Null || stored::exists(db, &target.table, value, &target.scope)? {
            continue;
        }
        let mut loc = at.to_vec();
        loc.push(Step::from(target.name.as_str()));
        let message = format!(
            "Value error, there is no such {}",
            target.table.model.title.to_lowercase()
        );
        faults.push(FieldError::new("value_error", &loc, message));
    }
    Ok(faults)
}

/// The models that refer to this one, with the field by which they do.
pub(super) fn referrers(app: &App, model: &str) -> Vec<(Arc<Table>, usize)> {
    let mut list = Vec::new();
    for table in app
        .config
        .models
        .iter()
        .filter_map(|other| app.table(&other.name))
    {
        for (place, field) in table.model.fields.iter().enumerate() {
            if field
                .references
                .as_ref()
                .is_some_and(|reference| reference.model == model)
            {
                list.push((Arc::clone(table), place));
            }
        }
    }
    list
}

pub(super) fn still_referenced(
    db: &Read<'_>,
    table: &Table,
    referrers: &[(Arc<Table>, usize)],
    id: &Value,
) -> Result<Error> {
    let title = table.model.title.to_lowercase();
    for (other, place) in referrers {
        if stored::refers(db, other, *place, id)? {
            let message = format!("The {title} is still referenced by `{}`", other.model.name);
            return Ok(Error::conflict(message).because(fault::Referenced));
        }
    }
    Ok(Error::conflict(format!("The {title} is still referenced")).because(fault::Referenced))
}
