//! How SQL is spelt: declared names are quoted by one function, values are bound, never written.

use rusqlite::types::{ToSql, ToSqlOutput, Value as Stored, ValueRef};

use crate::models::Value;

pub(crate) use crate::models::ddl::quote;

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Value::Null => ToSqlOutput::Owned(Stored::Null),
            Value::Integer(number) => ToSqlOutput::Owned(Stored::Integer(*number)),
            Value::Real(number) => ToSqlOutput::Owned(Stored::Real(*number)),
            Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

/// A condition in SQL with its values, made by `services/access`; parameters are `?` in order.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    pub(crate) sql: String,
    pub(crate) values: Vec<Value>,
}

impl Scope {
    pub(crate) fn all() -> Self {
        Scope {
            sql: "1".to_owned(),
            values: Vec::new(),
        }
    }

    pub(crate) fn none() -> Self {
        Scope {
            sql: "0".to_owned(),
            values: Vec::new(),
        }
    }

    /// What both allow.
    #[must_use]
    pub(crate) fn and(&self, other: &Scope) -> Self {
        if self.sql == other.sql && self.values == other.values {
            return self.clone();
        }
        let values = self.values.iter().chain(&other.values).cloned().collect();
        Scope {
            sql: format!("({}) AND ({})", self.sql, other.sql),
            values,
        }
    }

    /// One field that has that value, or is null as it is.
    pub(crate) fn equal(field: &str, value: Value) -> Self {
        Scope {
            sql: format!("{} IS ?", quote(field)),
            values: vec![value],
        }
    }

    pub(crate) fn owner(user: &str) -> Self {
        Scope {
            sql: "\"user_id\" = ?".to_owned(),
            values: vec![Value::Text(user.to_owned())],
        }
    }
}
