//! What somebody may watch of a model's records: by their access, narrowed by equalities on fields. And what of it they
//! have missed.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::app::App;
use crate::error::{Error, FieldError, Result, Step};
use crate::limits;
use crate::models::{Field as Declared, Kind, Value, validate};
use crate::realtime::filter::{Field, Filter, Scalar};
use crate::services::access::{self, Caller};
use crate::store::changes::{self, Change, Extent, Op};
use crate::store::records::{Moment, Portion, Table};
use crate::store::sql::Scope;
use crate::store::{Read, change_forms};

/// What is watched, in memory and in SQL.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) filter: Filter,
    table: Arc<Table>,
    scope: Scope,
}

/// Why a place in the log is of no use any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// It is older than what is kept.
    Trimmed,
    /// It is another log's.
    Epoch,
    /// The log is not there yet.
    Ahead,
    /// The records have another form since.
    Schema,
    /// The watcher sees other records since.
    Access,
}

impl Reason {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Reason::Trimmed => "trimmed",
            Reason::Epoch => "epoch",
            Reason::Ahead => "ahead",
            Reason::Schema => "schema",
            Reason::Access => "access",
        }
    }
}

impl View {
    /// What the caller may watch of that model.
    pub(crate) fn of(
        app: &App,
        caller: &Caller,
        model: &str,
        conditions: Option<&Map<String, Json>>,
    ) -> Result<Self> {
        let table = app.named_table(model)?;
        let owner = access::sight(&table.model, caller)?;
        if !table.model.realtime {
            return Err(Error::conflict(format!(
                "Model `{model}` has realtime = false: its changes are not kept"
            )));
        }
        let mut scope = owner.as_deref().map_or_else(Scope::all, Scope::owner);
        let mut found = Vec::new();
        let none = Map::new();
        let (mut faults, sent) = (Vec::new(), conditions.unwrap_or(&none));
        for (name, json) in sent {
            match condition(table, name, json) {
                Ok((field, scalar, value)) => {
                    scope = scope.and(&Scope::equal(name, value));
                    found.push((field, scalar));
                }
                Err(fault) => faults.push(fault),
            }
        }
        if sent.len() > limits::FILTER_FIELDS {
            let message = format!("Value error, at most {} fields", limits::FILTER_FIELDS);
            faults.push(FieldError::new(
                "value_error",
                &[Step::from("where")],
                message,
            ));
        }
        if !faults.is_empty() {
            return Err(Error::invalid(faults));
        }
        found.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
        Ok(View {
            filter: Filter {
                model: model.to_owned(),
                owner,
                conditions: found,
            },
            table: Arc::clone(table),
            scope,
        })
    }

    /// One record of these alone.
    pub(crate) fn record(mut self, key: &Value) -> Self {
        let scalar = match key {
            Value::Integer(number) => Scalar::Integer(*number),
            Value::Text(text) => Scalar::Text(text.clone()),
            _ => Scalar::Null,
        };
        let field = Field {
            name: "id".to_owned(),
            real: false,
        };
        self.filter.conditions.push((field, scalar));
        self
    }

    /// Whether the caller would see the same records today.
    pub(crate) fn is_still(&self, caller: &Caller) -> bool {
        access::sight(&self.table.model, caller).is_ok_and(|owner| owner == self.filter.owner)
    }

    /// A page of the records as they were at one place of the log; both None for the first page.
    pub(crate) async fn rows(
        self: &Arc<Self>,
        app: &App,
        at: Option<i64>,
        after: Option<Value>,
    ) -> Result<Portion> {
        let view = Arc::clone(self);
        app.db
            .read(move |db| {
                let moment = Moment {
                    table: &view.table,
                    scope: &view.scope,
                    fits: &|owner, item| view.filter.fits(owner, item),
                    size: limits::SNAPSHOT_SIZE,
                };
                moment.page(db, at, after.as_ref())
            })
            .await
    }

    /// Whether the place `after` is still of use, and up to where the log goes.
    pub(crate) async fn check(
        &self,
        app: &App,
        after: i64,
        epoch: Option<&str>,
    ) -> Result<(Option<Reason>, Extent)> {
        let (model, other) = (
            self.filter.model.clone(),
            epoch.is_some_and(|epoch| epoch != app.realtime.epoch),
        );
        app.db
            .read(move |db| {
                let extent = changes::extent(db)?;
                if other {
                    return Ok((Some(Reason::Epoch), extent));
                }
                Ok((useless(db, extent, after, &model)?, extent))
            })
            .await
    }

    /// The watcher's changes behind `cursor`, out of the table.
    pub(crate) async fn missed(self: &Arc<Self>, app: &App, cursor: i64) -> Result<Missed> {
        let view = Arc::clone(self);
        app.db
            .read(move |db| {
                db.snapshot(|| {
                    let extent = changes::extent(db)?;
                    if cursor + 1 < extent.first && cursor < extent.last {
                        return Ok(Missed::Trimmed(extent));
                    }
                    let (mut list, mut size) = (Vec::new(), 0);
                    let last = changes::each(
                        db,
                        cursor,
                        limits::MISSED_ROWS,
                        |model| model == view.filter.model,
                        |change| {
                            size += change.size();
                            if let Some(op) = view.filter.op(&change) {
                                list.push((change, op));
                            }
                            size < limits::SNAPSHOT_SIZE
                        },
                    )?;
                    Ok(Missed::Found(list, last.unwrap_or(cursor)))
                })
            })
            .await
    }
}

/// What is behind a place in the log.
pub(crate) enum Missed {
    /// And up to where that goes.
    Found(Vec<(Change, Op)>, i64),
    Trimmed(Extent),
}

/// Why nobody can go on from `after` with that model.
pub(crate) fn useless(
    db: &Read<'_>,
    extent: Extent,
    after: i64,
    model: &str,
) -> Result<Option<Reason>> {
    Ok(if after > extent.last {
        Some(Reason::Ahead)
    } else if after + 1 < extent.first && after < extent.last {
        Some(Reason::Trimmed)
    } else if change_forms::have_changed(db, model, after)? {
        Some(Reason::Schema)
    } else {
        None
    })
}

/// One equality of `where`: for memory, and for SQL.
fn condition(table: &Table, name: &str, json: &Json) -> Result<(Field, Scalar, Value), FieldError> {
    let at = [Step::from("where"), Step::from(name)];
    let model = &table.model;
    let declared = model.field(name).map(|(_, field)| field);
    let Some(declared) = declared.filter(|field| !field.write_only) else {
        let message = format!("Model `{}` has no field `{name}` to ask for", model.name);
        return Err(FieldError::new("extra_forbidden", &at, message));
    };
    let real = matches!(declared.kind, Kind::Number(_));
    let value = value_of(declared, json).map_err(|message| {
        FieldError::new("value_error", &at, format!("Value error, {message}"))
    })?;
    let scalar = match (&value, &declared.kind) {
        (Value::Null, _) => Scalar::Null,
        (Value::Integer(number), Kind::Boolean) => Scalar::Boolean(*number != 0),
        (Value::Integer(number), _) => Scalar::Integer(*number),
        (Value::Real(number), _) => Scalar::Real(number.to_bits()),
        (Value::Text(text), _) => Scalar::Text(text.clone()),
    };
    let field = Field {
        name: name.to_owned(),
        real,
    };
    Ok((field, scalar, value))
}

fn value_of(field: &Declared, json: &Json) -> Result<Value, String> {
    let text = match (json, &field.kind) {
        (Json::Null, _) => return Ok(Value::Null),
        (Json::String(text), Kind::String(_)) => text.clone(),
        (Json::Number(number), Kind::Integer(_) | Kind::Number(_)) => number.to_string(),
        (Json::Bool(flag), Kind::Boolean) => flag.to_string(),
        (_, Kind::Array(_) | Kind::Object(_)) => {
            return Err("lists and objects can't be compared".to_owned());
        }
        _ => return Err("it is not of the field's type".to_owned()),
    };
    validate::parameter(field, &text).map_err(|fault| fault.msg.to_string())
}
