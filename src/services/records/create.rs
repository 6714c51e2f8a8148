//! Makes records: one, or all of a list or none, at most once under an Idempotency-Key.

use std::sync::Arc;

use serde_json::Value as Json;

use super::{Target, explain, reference_faults, targets};
use crate::app::App;
use crate::clock;
use crate::error::{Error, FieldError, Result, Step};
use crate::limits;
use crate::models::{Value, validate};
use crate::services::access::{self, Action, Caller};
use crate::services::idempotency::{Created, ITEM, Key, once};
use crate::store::records::{self as stored, New, Table};
use crate::store::{Read, Tx, Weight};

/// Whether the caller may create at all; asked before the body is read.
pub(crate) fn may_create(table: &Table, caller: &Caller) -> Result<()> {
    access::scope(&table.model, Action::Create, caller).map(|_| ())
}

/// One record, or all of a list or none.
pub(crate) async fn create(
    app: &App,
    caller: &Caller,
    table: &Arc<Table>,
    body: &Json,
    key: Option<Key>,
    size: usize,
) -> Result<Created> {
    access::scope(&table.model, Action::Create, caller)?;
    let now = clock::now();
    let rows = validated(table, body, caller.is_admin())?;
    let news: Vec<New> = rows
        .into_iter()
        .map(|values| New::of(table, caller.user(), &now, values))
        .collect();
    let many = body.is_array();
    let targets = targets(app, caller, table);
    let table = Arc::clone(table);
    app.db
        .write(Weight { size, long: false }, move |tx| {
            once(tx, key.as_ref(), &now, |tx| {
                insert(tx, &table, &targets, &news, many)
            })
        })
        .await
}

/// The values of each record in the body; every fault of all of them at once.
fn validated(table: &Table, body: &Json, privileged: bool) -> Result<Vec<Vec<Value>>> {
    let Some(list) = body.as_array() else {
        let values = validate::create(&table.model, body, &[Step::from("body")], privileged)?;
        return Ok(vec![values]);
    };
    let at = [Step::from("body")];
    if list.is_empty() {
        let message = "List should have at least 1 item after validation, not 0";
        return Err(Error::invalid(vec![FieldError::new(
            "too_short",
            &at,
            message,
        )]));
    }
    if list.len() > limits::RECORDS_PER_POST {
        let message = format!(
            "List should have at most {} items after validation, not {}",
            limits::RECORDS_PER_POST,
            list.len()
        );
        return Err(Error::invalid(vec![FieldError::new(
            "too_long", &at, message,
        )]));
    }
    let (mut rows, mut faults) = (Vec::with_capacity(list.len()), Vec::new());
    for (index, item) in list.iter().enumerate() {
        let at = [Step::from("body"), Step::from(index)];
        match validate::create(&table.model, item, &at, privileged) {
            Ok(values) => rows.push(values),
            Err(more) => faults.extend(more),
        }
        if faults.len() >= limits::FAULTS {
            break;
        }
    }
    faults.truncate(limits::FAULTS);
    if faults.is_empty() {
        Ok(rows)
    } else {
        Err(Error::invalid(faults))
    }
}

fn insert(
    tx: &mut Tx<'_>,
    table: &Table,
    targets: &[Target],
    news: &[New],
    many: bool,
) -> Result<Created> {
    let mut answer = if many {
        b"{\"success\":true,\"items\":[".to_vec()
    } else {
        ITEM.to_vec()
    };
    let mut location = None;
    check_references(tx, targets, news, many)?;
    for (index, new) in news.iter().enumerate() {
        let (id, record) = stored::insert(tx, table, new).map_err(|error| explain(table, error))?;
        if index > 0 {
            answer.push(b',');
        }
        answer.extend_from_slice(&record);
        if !many {
            location = Some(format!("/api/{}/{}", table.model.name, text(&id)));
        }
    }
    answer.extend_from_slice(if many { b"]}" } else { b"}" });
    Ok(Created {
        answer,
        location,
        replayed: false,
    })
}

/// The faults of all records at once.
fn check_references(db: &Read<'_>, targets: &[Target], news: &[New], many: bool) -> Result<()> {
    let mut faults = Vec::new();
    for (index, new) in news.iter().enumerate() {
        let mut at = vec![Step::from("body")];
        if many {
            at.push(Step::from(index));
        }
        let values = new.values.iter().enumerate();
        faults.extend(reference_faults(db, targets, values, &at)?);
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::invalid(faults))
    }
}

fn text(id: &Value) -> String {
    match id {
        Value::Text(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        _ => String::new(),
    }
}
