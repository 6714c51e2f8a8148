//! Pages of records: filters, order, and a keyset that is stable while rows come and go.

use std::borrow::Cow;
use std::fmt::Write as _;

use rusqlite::params_from_iter;

use super::table::{self, Column, Table};
use crate::error::Result;
use crate::models::Value;
use crate::store::Read;
use crate::store::sql::Scope;

/// What is wanted of a model's records.
#[derive(Clone, Debug)]
pub(crate) struct Selection {
    /// Field and the values of which it has one.
    pub(crate) filters: Vec<(usize, Vec<Value>)>,
    /// Ends on the id, so that the order is total.
    pub(crate) sort: Vec<Sort>,
    /// The last row's values of `sort`.
    pub(crate) after: Option<Vec<Value>>,
    pub(crate) offset: u64,
    pub(crate) limit: usize,
    /// Places in `Table::columns`; all when empty.
    pub(crate) columns: Vec<usize>,
    pub(crate) total: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sort {
    /// A place in `Table::columns`.
    pub(crate) column: usize,
    pub(crate) descending: bool,
}

#[derive(Debug)]
pub(crate) struct Page {
    /// Records as JSON, with commas between them.
    pub(crate) items: Vec<u8>,
    /// Where the next page begins, if there is one: the last row's values of `sort`.
    pub(crate) next: Option<Vec<Value>>,
    pub(crate) total: Option<i64>,
}

pub(crate) fn find_all(
    db: &Read<'_>,
    table: &Table,
    scope: &Scope,
    wanted: &Selection,
) -> Result<Page> {
    if !wanted.total {
        return page(db, table, scope, wanted, None);
    }
    db.snapshot(|| {
        let (condition, values) = condition(table, scope, wanted);
        let sql = format!("SELECT count(*) FROM {} WHERE {condition}", table.quoted);
        let total = db.row(&sql, params_from_iter(values), |row| row.get(0))?;
        page(db, table, scope, wanted, total)
    })
}

fn page(
    db: &Read<'_>,
    table: &Table,
    scope: &Scope,
    wanted: &Selection,
    total: Option<i64>,
) -> Result<Page> {
    let mut read: Vec<usize> = match wanted.columns.as_slice() {
        [] => (0..table.columns.len()).collect(),
        some => some.to_vec(),
    };
    let shown: Vec<(usize, &Column)> = read
        .iter()
        .map(|at| &table.columns[*at])
        .enumerate()
        .collect();
    // The sorted columns are read as well, for the cursor.
    let sorted = wanted.sort.iter();
    let places: Vec<usize> = sorted
        .map(|sort| place_of(&mut read, sort.column))
        .collect();
    let (sql, values) = select(table, scope, wanted, &read);
    let mut page = Page {
        items: Vec::with_capacity(wanted.limit.min(100) * 256),
        next: None,
        total,
    };
    let (mut count, mut last) = (0, Vec::new());
    db.each(&sql, params_from_iter(values), |row| {
        count += 1;
        if count > wanted.limit {
            page.next = Some(std::mem::take(&mut last));
            return Ok(());
        }
        if count > 1 {
            page.items.push(b',');
        }
        table.write(row, shown.iter().copied(), &mut page.items)?;
        if count == wanted.limit {
            for place in &places {
                last.push(table::value(row.get_ref(*place)?)?);
            }
        }
        Ok(())
    })?;
    Ok(page)
}

/// The statement of a page with its values. One row more than wanted is read, to know whether there is another page.
fn select<'v>(
    table: &Table,
    scope: &'v Scope,
    wanted: &'v Selection,
    read: &[usize],
) -> (String, Vec<Cow<'v, Value>>) {
    let (mut condition, mut values) = condition(table, scope, wanted);
    if let Some(after) = &wanted.after {
        let keyset = keyset(table, &wanted.sort, after, &mut values);
        let _ = write!(condition, " AND {keyset}");
    }
    let columns: Vec<&str> = read
        .iter()
        .map(|at| table.columns[*at].quoted.as_str())
        .collect();
    let mut sql = format!(
        "SELECT {} FROM {} WHERE {condition} ORDER BY {} LIMIT ?",
        columns.join(", "),
        table.quoted,
        order(table, &wanted.sort)
    );
    let mut values: Vec<Cow<'v, Value>> = values.into_iter().map(Cow::Borrowed).collect();
    values.push(Cow::Owned(Value::Integer(wanted.limit as i64 + 1)));
    if wanted.offset > 0 {
        sql.push_str(" OFFSET ?");
        values.push(Cow::Owned(Value::Integer(wanted.offset as i64)));
    }
    (sql, values)
}

/// Where a column stands among those that are read; it is added when it is not.
fn place_of(read: &mut Vec<usize>, column: usize) -> usize {
    read.iter().position(|at| *at == column).unwrap_or_else(|| {
        read.push(column);
        read.len() - 1
    })
}

/// The caller's scope and the filters.
fn condition<'v>(
    table: &Table,
    scope: &'v Scope,
    wanted: &'v Selection,
) -> (String, Vec<&'v Value>) {
    let mut sql = format!("({})", scope.sql);
    let mut values: Vec<&Value> = scope.values.iter().collect();
    for (field, any) in &wanted.filters {
        let places = vec!["?"; any.len()].join(", ");
        let _ = write!(sql, " AND {} IN ({places})", table.field_column(*field));
        values.extend(any);
    }
    (sql, values)
}

/// Nulls count as smaller than everything, which is how SQLite's indexes keep them.
fn order(table: &Table, sort: &[Sort]) -> String {
    let terms = sort.iter().map(|sort| {
        let way = if sort.descending {
            "DESC NULLS LAST"
        } else {
            "ASC NULLS FIRST"
        };
        format!("{} {way}", table.columns[sort.column].quoted)
    });
    terms.collect::<Vec<_>>().join(", ")
}

/// Rows behind `after` in that order: for each place of the order, equal before it and beyond at it.
fn keyset<'v>(
    table: &Table,
    sort: &[Sort],
    after: &'v [Value],
    values: &mut Vec<&'v Value>,
) -> String {
    let mut terms = Vec::new();
    for (place, (at, value)) in sort.iter().zip(after).enumerate() {
        let column = &table.columns[at.column].quoted;
        let beyond = match (at.descending, value) {
            (true, Value::Null) => continue,
            (true, _) => format!("({column} < ? OR {column} IS NULL)"),
            (false, Value::Null) => format!("{column} IS NOT NULL"),
            (false, _) => format!("{column} > ?"),
        };
        let mut term = String::new();
        for (equal, value) in sort[..place].iter().zip(after) {
            let _ = write!(term, "{} IS ? AND ", table.columns[equal.column].quoted);
            values.push(value);
        }
        if *value != Value::Null {
            values.push(value);
        }
        terms.push(format!("({term}{beyond})"));
    }
    if terms.is_empty() {
        "0".to_owned()
    } else {
        format!("({})", terms.join(" OR "))
    }
}
