//! Records of declared models: one statement each, the caller's scope inside it. Rows become JSON bytes here, once.

use rusqlite::params_from_iter;

use super::changes::{self, Entry, Op};
use super::sql::Scope;
use super::{Read, Tx};
use crate::error::Result;
use crate::models::{IdKind, Value};

mod graph;
mod list;
mod moment;
mod table;

pub(crate) use graph::{Graph, Taken};
pub(crate) use list::{Page, Selection, Sort, find_all};
pub(crate) use moment::{Moment, Portion};
pub(crate) use table::Table;
pub(super) use table::value;

/// One record as JSON bytes, as every answer has it.
pub(crate) type Record = Vec<u8>;

pub(crate) fn find(
    db: &Read<'_>,
    table: &Table,
    id: &Value,
    scope: &Scope,
) -> Result<Option<Record>> {
    let sql = format!(
        "SELECT {} FROM {} WHERE \"id\" = ? AND ({})",
        table.returned, table.quoted, scope.sql
    );
    let values = std::iter::once(id).chain(&scope.values);
    db.row(&sql, params_from_iter(values), |row| table.record(row))
}

/// The stored value of one field, for a merge into it.
pub(crate) fn find_text(
    db: &Read<'_>,
    table: &Table,
    id: &Value,
    field: usize,
) -> Result<Option<String>> {
    let sql = format!(
        "SELECT {} FROM {} WHERE \"id\" = ?",
        table.field_column(field),
        table.quoted
    );
    Ok(db.row(&sql, [id], |row| row.get(0))?.flatten())
}

pub(crate) fn exists(db: &Read<'_>, table: &Table, id: &Value, scope: &Scope) -> Result<bool> {
    let sql = format!(
        "SELECT 1 FROM {} WHERE \"id\" = ? AND ({})",
        table.quoted, scope.sql
    );
    let values = std::iter::once(id).chain(&scope.values);
    Ok(db
        .row(&sql, params_from_iter(values), |_| Ok(()))?
        .is_some())
}

/// The id of the first record with that value, in the scope.
pub(crate) fn find_id(
    db: &Read<'_>,
    table: &Table,
    field: usize,
    value: &Value,
    scope: &Scope,
) -> Result<Option<Value>> {
    let sql = format!(
        "SELECT \"id\" FROM {} WHERE {} = ? AND ({}) ORDER BY \"id\" LIMIT 1",
        table.quoted,
        table.field_column(field),
        scope.sql
    );
    let values = std::iter::once(value).chain(&scope.values);
    db.row(&sql, params_from_iter(values), |row| table.id(row))
}

/// Whether any record refers to this one by that field.
pub(crate) fn refers(db: &Read<'_>, table: &Table, field: usize, id: &Value) -> Result<bool> {
    let sql = format!(
        "SELECT 1 FROM {} WHERE {} = ? LIMIT 1",
        table.quoted,
        table.field_column(field)
    );
    Ok(db.row(&sql, [id], |_| Ok(()))?.is_some())
}

/// A record about to be: its values in the order of the declaration.
#[derive(Clone, Debug)]
pub(crate) struct New {
    /// Given for uuid models; left to the table for integers, unless it is to be kept.
    pub(crate) id: Option<Value>,
    pub(crate) user: Value,
    pub(crate) created_at: Value,
    pub(crate) updated_at: Value,
    pub(crate) values: Vec<Value>,
}

impl New {
    /// With a fresh id where the model has uuids.
    pub(crate) fn of(table: &Table, user: Option<&str>, now: &str, values: Vec<Value>) -> Self {
        let id = match table.model.id {
            IdKind::Integer => None,
            IdKind::Uuid => Some(Value::Text(uuid::Uuid::now_v7().to_string())),
        };
        let user = user.map_or(Value::Null, |user| Value::Text(user.to_owned()));
        New {
            id,
            user,
            created_at: Value::Text(now.to_owned()),
            updated_at: Value::Text(now.to_owned()),
            values,
        }
    }
}

/// The stored record with its id.
pub(crate) fn insert(tx: &mut Tx<'_>, table: &Table, new: &New) -> Result<(Value, Record)> {
    tx.must_fit(&table.model.name)?;
    let values = new
        .id
        .iter()
        .chain([&new.user, &new.created_at, &new.updated_at])
        .chain(&new.values);
    let sql = match new.id {
        Some(_) => &table.insert_with_id,
        None => &table.insert,
    };
    let stored = tx.row(sql, params_from_iter(values), |row| {
        Ok((table.id(row)?, table.record(row)?))
    })?;
    let (id, record) =
        stored.ok_or_else(|| crate::error::Error::internal("an insert returned no row"))?;
    if table.model.realtime {
        let owner = match &new.user {
            Value::Text(user) => Some(user.clone()),
            _ => None,
        };
        let entry = Entry {
            op: Op::Insert,
            key: &id,
            owner,
            before: None,
            after: Some(&record),
        };
        changes::insert(tx, table, entry)?;
    }
    Ok((id, record))
}

/// The changed record; None when the scope allows none of that id.
pub(crate) fn update(
    tx: &mut Tx<'_>,
    table: &Table,
    id: &Value,
    scope: &Scope,
    changes: &[(usize, Value)],
    now: &Value,
) -> Result<Option<Record>> {
    tx.must_fit(&table.model.name)?;
    let mut before = None;
    if table.model.realtime {
        before = find(tx, table, id, scope)?;
        if before.is_none() {
            return Ok(None);
        }
    }
    let mut sql = format!("UPDATE {} SET \"updated_at\" = ?", table.quoted);
    for (field, _) in changes {
        sql.push_str(", ");
        sql.push_str(table.field_column(*field));
        sql.push_str(" = ?");
    }
    sql.push_str(&format!(
        " WHERE \"id\" = ? AND ({}) RETURNING {}",
        scope.sql, table.returned
    ));
    let values = std::iter::once(now)
        .chain(changes.iter().map(|(_, value)| value))
        .chain([id])
        .chain(&scope.values);
    let after = tx.row(&sql, params_from_iter(values), |row| table.record(row))?;
    if let (Some(before), Some(after)) = (before, &after) {
        let entry = Entry {
            op: Op::Update,
            key: id,
            owner: owner_of(after),
            before: Some(before),
            after: Some(after),
        };
        changes::insert(tx, table, entry)?;
    }
    Ok(after)
}

/// Whether there was one to remove. What SQLite takes with it is noted as well.
pub(crate) fn remove(tx: &mut Tx<'_>, table: &Table, id: &Value, scope: &Scope) -> Result<bool> {
    tx.must_fit(&table.model.name)?;
    let graph = tx.graph();
    let graph = graph.filter(|graph| graph.is_referred_to(&table.model.name));
    let taken = match graph {
        Some(graph) if exists(tx, table, id, scope)? => {
            Some((Taken::with_record(tx, graph, &table.model.name, id)?, graph))
        }
        Some(_) => return Ok(false),
        None => None,
    };
    let sql = format!(
        "DELETE FROM {} WHERE \"id\" = ? AND ({}) RETURNING {}",
        table.quoted, scope.sql, table.returned
    );
    let values = std::iter::once(id).chain(&scope.values);
    let Some(item) = tx.row(&sql, params_from_iter(values), |row| table.record(row))? else {
        return Ok(false);
    };
    logged_delete(tx, table, id, item)?;
    if let Some((taken, graph)) = taken {
        taken.note_bereft(tx, graph)?;
    }
    Ok(true)
}

/// Notes that a record goes, where its model is watched.
fn logged_delete(tx: &mut Tx<'_>, table: &Table, id: &Value, item: Record) -> Result<()> {
    if !table.model.realtime {
        return Ok(());
    }
    let entry = Entry {
        op: Op::Delete,
        key: id,
        owner: owner_of(&item),
        before: Some(item),
        after: None,
    };
    changes::insert(tx, table, entry)
}

/// Whose a record is, from its JSON.
fn owner_of(item: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Owned {
        user_id: Option<String>,
    }
    serde_json::from_slice::<Owned>(item).ok()?.user_id
}

/// How many records there are.
pub(crate) fn count(db: &Read<'_>, table: &Table) -> Result<i64> {
    let sql = format!("SELECT count(*) FROM {}", table.quoted);
    Ok(db.row(&sql, [], |row| row.get(0))?.unwrap_or(0))
}

/// How many records a user owns.
pub(crate) fn count_of(db: &Read<'_>, table: &Table, user: &str) -> Result<i64> {
    let sql = format!(
        "SELECT count(*) FROM {} WHERE \"user_id\" = ?",
        table.quoted
    );
    Ok(db.row(&sql, [user], |row| row.get(0))?.unwrap_or(0))
}
