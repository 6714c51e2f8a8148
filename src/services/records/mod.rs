//! Records of declared models: may the caller, is it valid, what happens.
//!
//! Each write is one job of the writer: what it decides on and what it changes stand in one transaction.

use std::sync::Arc;

use crate::app::App;
use crate::error::{Error, Result};
use crate::models::{Value, validate};
use crate::services::access::{self, Action, Caller};
use crate::services::query;
use crate::store::fault;
pub(crate) use crate::store::records::Table;
use crate::store::records::{self as stored, Page, Record};

mod create;
mod references;
mod update;
mod version;

pub(crate) use create::{create, may_create};
pub(crate) use references::{Target, reference_faults, targets};
pub(crate) use update::{Change, Way, delete, may_update, update};
pub(crate) use version::{etag, matches_weakly};

/// What a page of a list is answered with.
#[derive(Debug)]
pub(crate) struct Listed {
    /// Records as JSON, with commas between them.
    pub(crate) items: Vec<u8>,
    pub(crate) next_cursor: Option<String>,
    pub(crate) total: Option<i64>,
}

pub(crate) async fn list(
    app: &App,
    caller: &Caller,
    table: &Arc<Table>,
    parameters: &[(String, String)],
) -> Result<Listed> {
    let scope = access::scope(&table.model, Action::Read, caller)?;
    let wanted = query::selection(table, parameters)?;
    let sort = wanted.sort.clone();
    let reading = Arc::clone(table);
    let Page { items, next, total } = app
        .db
        .read(move |db| stored::find_all(db, &reading, &scope, &wanted))
        .await?;
    let next_cursor = next.map(|last| query::cursor(table, &sort, &last));
    Ok(Listed {
        items,
        next_cursor,
        total,
    })
}

pub(crate) async fn get(
    app: &App,
    caller: &Caller,
    table: &Arc<Table>,
    id: &str,
) -> Result<Record> {
    let scope = access::scope(&table.model, Action::Read, caller)?;
    let id = path_id(table, id)?;
    let reading = Arc::clone(table);
    let found = app
        .db
        .read(move |db| stored::find(db, &reading, &id, &scope))
        .await?;
    found.ok_or_else(|| Error::not_found(&table.model.title))
}

fn path_id(table: &Table, text: &str) -> Result<Value> {
    validate::id(table.model.id, text).map_err(|fault| Error::invalid(vec![fault]))
}

/// Says a violated constraint in the model's words.
pub(crate) fn explain(table: &Table, error: Error) -> Error {
    let Some(cause) = error.cause() else {
        return error;
    };
    if let Some(fault::Clash(fields)) = cause.downcast_ref() {
        let title = table.model.title.to_lowercase();
        let message = format!("Another {title} has the same `{}`", fields.join("`, `"));
        return Error::conflict(message).because(fault::Clash(fields.clone()));
    }
    // The references were looked at, so it is the owner who is gone.
    if cause.is::<fault::Referenced>() {
        Error::invalid_token()
    } else {
        error
    }
}
