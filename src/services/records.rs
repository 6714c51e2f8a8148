//! Records of declared models: may the caller, is it valid, what happens.
//!
//! Each write is one job of the writer: what it decides on and what it changes stand in one transaction.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::app::App;
use crate::auth;
use crate::clock;
use crate::error::{Code, Error, FieldError, Result, Step};
use crate::limits;
use crate::models::{Value, validate};
use crate::services::access::{self, Action, Caller};
use crate::services::query;
use crate::store::idempotency::{self, Answered};
use crate::store::records::{self as stored, New, Page, Record, Table};
use crate::store::sql::Scope;
use crate::store::{Read, Tx, Weight, fault};

/// A record as every answer has it, with its version.
pub(crate) fn etag(record: &[u8]) -> String {
    let digest = auth::digest(record);
    format!("\"{}\"", &digest[..22])
}

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

/// An Idempotency-Key with what it is bound to.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) key: String,
    /// User, method and path.
    pub(crate) scope: String,
    pub(crate) body_hash: String,
}

/// The answer to a create: its JSON, where the record is, and whether it was given before.
#[derive(Debug)]
pub(crate) struct Created {
    pub(crate) answer: Vec<u8>,
    pub(crate) location: Option<String>,
    pub(crate) replayed: bool,
}

/// How an answer with one record begins; a brace ends it.
pub(crate) const ITEM: &[u8] = b"{\"success\":true,\"item\":";

impl Created {
    /// The version of the record, where there is just one.
    pub(crate) fn etag(&self) -> Option<String> {
        let item = self.answer.strip_prefix(ITEM)?;
        Some(etag(item.strip_suffix(b"}")?))
    }
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
    let since = before_idempotency();
    let table = Arc::clone(table);
    app.db
        .write(Weight { size, long: false }, move |tx| {
            if let Some(key) = &key
                && let Some(given) = replay(tx, key, &since)?
            {
                return Ok(given);
            }
            let created = insert(tx, &table, &targets, &news, many)?;
            if let Some(key) = &key {
                let answered = Answered {
                    body_hash: key.body_hash.clone(),
                    location: created.location.clone(),
                    answer: String::from_utf8(created.answer.clone()).map_err(Error::internal)?,
                };
                idempotency::insert(tx, &key.scope, &key.key, &answered, &now)?;
            }
            Ok(created)
        })
        .await
}

/// Whether the caller may create at all; asked before the body is read.
pub(crate) fn may_create(table: &Table, caller: &Caller) -> Result<()> {
    access::scope(&table.model, Action::Create, caller).map(|_| ())
}

/// Whether there may be a record that the caller may change; asked before the body is read.
pub(crate) fn may_update(table: &Table, caller: &Caller) -> Result<()> {
    Scopes::of(table, Action::Update, caller).map(|_| ())
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
    }
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
    for (index, new) in news.iter().enumerate() {
        let at = if many {
            vec![Step::from("body"), Step::from(index)]
        } else {
            vec![Step::from("body")]
        };
        check_references(tx, targets, new.values.iter().enumerate(), &at)?;
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

fn text(id: &Value) -> String {
    match id {
        Value::Text(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        _ => String::new(),
    }
}

fn before_idempotency() -> String {
    let lifetime = jiff::SignedDuration::try_from(limits::IDEMPOTENCY_LIFETIME).unwrap_or_default();
    clock::text(jiff::Timestamp::now() - lifetime)
}

/// What was answered the first time; 422 when the body is another one.
fn replay(db: &Read<'_>, key: &Key, since: &str) -> Result<Option<Created>> {
    let Some(answered) = idempotency::find(db, &key.scope, &key.key, since)? else {
        return Ok(None);
    };
    if answered.body_hash != key.body_hash {
        let at = [Step::from("header"), Step::from("Idempotency-Key")];
        let message = "Value error, this key was used with another body";
        return Err(Error::invalid(vec![FieldError::new(
            "value_error",
            &at,
            message,
        )]));
    }
    Ok(Some(Created {
        answer: answered.answer.into_bytes(),
        location: answered.location,
        replayed: true,
    }))
}

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
            let scope = access::scope(&target.model, Action::Read, caller)
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
pub(crate) fn check_references<'v>(
    db: &Read<'_>,
    targets: &[Target],
    values: impl Iterator<Item = (usize, &'v Value)>,
    at: &[Step],
) -> Result<()> {
    if targets.is_empty() {
        return Ok(());
    }
    let mut faults = Vec::new();
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
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::invalid(faults))
    }
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
                scopes.check_version(tx, &table, &id, change.if_match.as_deref())?;
                let changes = merged(tx, &table, &id, &patch, &scopes)?;
                let values = changes.iter().map(|(place, value)| (*place, value));
                check_references(tx, &targets, values, &[Step::from("body")])?;
                let record = stored::update(tx, &table, &id, &scopes.both, &changes, &now)
                    .map_err(|error| explain(&table, error))?;
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

/// The models that refer to this one, with the field by which they do.
fn referrers(app: &App, model: &str) -> Vec<(Arc<Table>, usize)> {
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

fn still_referenced(
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

/// What a caller may read, and what of it they may change.
struct Scopes {
    action: Action,
    read: Scope,
    both: Scope,
}

impl Scopes {
    fn of(table: &Table, action: Action, caller: &Caller) -> Result<Self> {
        let change = access::scope(&table.model, action, caller)?;
        let read = access::scope(&table.model, Action::Read, caller)?;
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

/// Whether a list of entity tags names this one; weak ones never match a write.
pub(crate) fn matches(list: &str, etag: &str) -> bool {
    list.split(',')
        .map(str::trim)
        .any(|tag| tag == "*" || tag == etag)
}

/// The same for a read, where a weak tag is as good.
pub(crate) fn matches_weakly(list: &str, etag: &str) -> bool {
    list.split(',')
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}
