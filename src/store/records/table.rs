//! A model's table: its columns, the statements that never change, and how a row becomes JSON.

use std::sync::Arc;

use rusqlite::Row;
use rusqlite::types::ValueRef;

use crate::models::{Field, IdKind, Kind, Model, Value};
use crate::store::sql::quote;

/// A model with its statements, made once.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) model: Arc<Model>,
    /// The model's, shared by its changes.
    pub(crate) name: Arc<str>,
    pub(super) quoted: String,
    /// What answers show, in their order: id, owner, fields, times. Hidden fields are not among them.
    pub(super) columns: Vec<Column>,
    /// The columns' names, for SELECT and RETURNING.
    pub(crate) returned: String,
    /// The table gives the id.
    pub(super) insert: String,
    pub(super) insert_with_id: String,
    /// Quoted names of all fields in the order of the declaration.
    fields: Vec<String>,
}

/// One member of a record's JSON.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(super) quoted: String,
    /// `"name":`
    member: Vec<u8>,
    form: Form,
    pub(super) storage: Storage,
    /// Whether a list can be sorted by it.
    pub(crate) sortable: bool,
}

/// How a stored value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    AsStored,
    Boolean,
    /// It is JSON text already.
    Json,
}

/// What the table keeps, for cursors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Storage {
    Integer,
    Real,
    Text,
}

impl Column {
    fn new(name: &str, form: Form, storage: Storage, sortable: bool) -> Self {
        let mut member = serde_json::Value::from(name).to_string().into_bytes();
        member.push(b':');
        Column {
            name: name.to_owned(),
            quoted: quote(name),
            member,
            form,
            storage,
            sortable,
        }
    }

    fn of(field: &Field) -> Self {
        let (form, storage, sortable) = match field.kind {
            Kind::String(_) => (Form::AsStored, Storage::Text, true),
            Kind::Integer(_) => (Form::AsStored, Storage::Integer, true),
            Kind::Number(_) => (Form::AsStored, Storage::Real, true),
            Kind::Boolean => (Form::Boolean, Storage::Integer, true),
            Kind::Array(_) | Kind::Object(_) => (Form::Json, Storage::Text, false),
        };
        Column::new(&field.name, form, storage, sortable)
    }

    /// A cursor's value as this column keeps it; reals travel as their bits.
    pub(crate) fn typed(&self, json: &serde_json::Value) -> Option<Value> {
        Some(match (self.storage, json) {
            (_, serde_json::Value::Null) => Value::Null,
            (Storage::Integer, json) => Value::Integer(json.as_i64()?),
            (Storage::Real, json) => Value::Real(f64::from_bits(json.as_str()?.parse().ok()?)),
            (Storage::Text, json) => Value::Text(json.as_str()?.to_owned()),
        })
    }

    fn write(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> rusqlite::Result<()> {
        out.extend_from_slice(&self.member);
        match (value, self.form) {
            (ValueRef::Null, _) => out.extend_from_slice(b"null"),
            (ValueRef::Integer(flag), Form::Boolean) => {
                out.extend_from_slice(if flag == 0 { b"false" } else { b"true" });
            }
            (ValueRef::Text(json), Form::Json) => out.extend_from_slice(json),
            (ValueRef::Integer(number), _) => write_json(out, &number)?,
            (ValueRef::Real(number), _) => write_json(out, &number)?,
            (ValueRef::Text(text), _) => write_json(out, std::str::from_utf8(text)?)?,
            (ValueRef::Blob(_), _) => return Err(rusqlite::Error::InvalidQuery),
        }
        Ok(())
    }
}

fn write_json<T: serde::Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) -> rusqlite::Result<()> {
    serde_json::to_writer(out, value)
        .map_err(|cause| rusqlite::Error::ToSqlConversionFailure(Box::new(cause)))
}

impl Table {
    pub(crate) fn new(model: Arc<Model>) -> Self {
        let id = match model.id {
            IdKind::Integer => Column::new("id", Form::AsStored, Storage::Integer, true),
            IdKind::Uuid => Column::new("id", Form::AsStored, Storage::Text, true),
        };
        let text =
            |name: &str, sortable| Column::new(name, Form::AsStored, Storage::Text, sortable);
        let mut columns = vec![id, text("user_id", false)];
        columns.extend(
            model
                .fields
                .iter()
                .filter(|field| !field.write_only)
                .map(Column::of),
        );
        columns.extend([text("created_at", true), text("updated_at", true)]);
        let returned = columns
            .iter()
            .map(|column| column.quoted.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        let fields: Vec<String> = model
            .fields
            .iter()
            .map(|field| quote(&field.name))
            .collect();
        let quoted = quote(&model.name);
        let insert = |id: &[&str]| {
            let own = ["\"user_id\"", "\"created_at\"", "\"updated_at\""];
            let given: Vec<&str> = id
                .iter()
                .copied()
                .chain(own)
                .chain(fields.iter().map(String::as_str))
                .collect();
            let places = vec!["?"; given.len()].join(", ");
            let given = given.join(", ");
            format!("INSERT INTO {quoted} ({given}) VALUES ({places}) RETURNING {returned}")
        };
        let (insert, insert_with_id) = (insert(&[]), insert(&["\"id\""]));
        Table {
            name: model.name.as_str().into(),
            model,
            quoted,
            columns,
            returned,
            insert,
            insert_with_id,
            fields,
        }
    }

    pub(super) fn field_column(&self, field: usize) -> &str {
        &self.fields[field]
    }

    /// What answers show, in their order.
    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// A row of `returned` as JSON.
    pub(super) fn record(&self, row: &Row<'_>) -> rusqlite::Result<Vec<u8>> {
        let mut out = Vec::with_capacity(64 + self.columns.len() * 32);
        self.write(row, self.columns.iter().enumerate(), &mut out)?;
        Ok(out)
    }

    /// Some columns of a row, each with its place in it.
    pub(super) fn write<'t>(
        &'t self,
        row: &Row<'_>,
        columns: impl Iterator<Item = (usize, &'t Column)>,
        out: &mut Vec<u8>,
    ) -> rusqlite::Result<()> {
        out.push(b'{');
        for (at, (place, column)) in columns.enumerate() {
            if at > 0 {
                out.push(b',');
            }
            column.write(row.get_ref(place)?, out)?;
        }
        out.push(b'}');
        Ok(())
    }

    /// The id in a row of `returned`.
    pub(super) fn id(&self, row: &Row<'_>) -> rusqlite::Result<Value> {
        value(row.get_ref(0)?)
    }
}

pub(in crate::store) fn value(stored: ValueRef<'_>) -> rusqlite::Result<Value> {
    Ok(match stored {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => Value::Text(std::str::from_utf8(text)?.to_owned()),
        ValueRef::Blob(_) => return Err(rusqlite::Error::InvalidQuery),
    })
}
