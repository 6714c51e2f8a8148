//! A model's records as they were at one place of the change log, read page by page while others write.
//!
//! The first page fixes the place. For a later one the rows of its range are read as they are, and what the log has had
//! of them since is taken back: nobody holds a transaction open for a slow reader.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;

use rusqlite::params_from_iter;

use super::Table;
use crate::error::Result;
use crate::models::Value;
use crate::store::Read;
use crate::store::changes::{self, Change, Extent};
use crate::store::sql::Scope;

/// Which records.
pub(crate) struct Moment<'m> {
    pub(crate) table: &'m Table,
    /// The caller's, together with the conditions.
    pub(crate) scope: &'m Scope,
    /// The same for a record as JSON with its owner.
    pub(crate) fits: &'m dyn Fn(Option<&str>, &[u8]) -> bool,
    /// Bytes of a page, unless one record alone is larger.
    pub(crate) size: usize,
}

/// A page of it.
#[derive(Debug)]
pub(crate) enum Portion {
    Rows {
        /// The place in the log.
        at: i64,
        /// Records as JSON, with commas between them.
        items: Vec<u8>,
        /// Where the next page begins, if there is one.
        next: Option<Value>,
    },
    /// The log no longer goes back that far.
    Trimmed(Extent),
}

type Row = (Value, Vec<u8>);

/// Rows are read so many at a time.
const ROWS: usize = 500;

impl Moment<'_> {
    /// The page behind `after`, of the place `at`; both None for the first.
    pub(crate) fn page(
        &self,
        db: &Read<'_>,
        at: Option<i64>,
        after: Option<&Value>,
    ) -> Result<Portion> {
        db.snapshot(|| {
            let extent = changes::extent(db)?;
            let at = at.unwrap_or(extent.last);
            if at + 1 < extent.first && at < extent.last {
                return Ok(Portion::Trimmed(extent));
            }
            let (mut rows, bound) = self.rows(db, after)?;
            if at < extent.last {
                self.take_back(db, at, &mut rows, after, bound.as_ref())?;
            }
            let (items, next) = self.cut(rows, bound);
            Ok(Portion::Rows { at, items, next })
        })
    }

    /// Rows as they are now, and up to which id; None: to the end.
    fn rows(&self, db: &Read<'_>, after: Option<&Value>) -> Result<(Vec<Row>, Option<Value>)> {
        let behind = if after.is_some() {
            " AND \"id\" > ?"
        } else {
            ""
        };
        let sql = format!(
            "SELECT {} FROM {} WHERE ({}){behind} ORDER BY \"id\" LIMIT {ROWS}",
            self.table.returned, self.table.quoted, self.scope.sql
        );
        let values = self.scope.values.iter().chain(after);
        let (mut rows, mut size, mut full) = (Vec::new(), 0, false);
        db.each(&sql, params_from_iter(values), |row| {
            if full {
                return Ok(());
            }
            let item = self.table.record(row)?;
            size += item.len() + 1;
            full = size > self.size && !rows.is_empty();
            if !full {
                rows.push((self.table.id(row)?, item));
            }
            Ok(())
        })?;
        let more = full || rows.len() == ROWS;
        let bound = rows.last().filter(|_| more).map(|(id, _)| id.clone());
        Ok((rows, bound))
    }

    /// Puts the rows between `after` and `bound` back to what they were at that place.
    fn take_back(
        &self,
        db: &Read<'_>,
        at: i64,
        rows: &mut Vec<Row>,
        after: Option<&Value>,
        bound: Option<&Value>,
    ) -> Result<()> {
        let mut were: HashMap<String, Change> = HashMap::new();
        let name = &self.table.model.name;
        let within = |id: &Value| {
            after.is_none_or(|after| order(id, after).is_gt())
                && bound.is_none_or(|bound| order(id, bound).is_le())
        };
        let keep = |change: Change| {
            if within(&change.key) {
                // The first of a record's changes knows what it was before all of them.
                were.entry(name_of(&change.key).into_owned())
                    .or_insert(change);
            }
            true
        };
        changes::each(db, at, usize::MAX >> 1, |model| model == name, keep)?;
        rows.retain(|(id, _)| !were.contains_key(&*name_of(id)));
        for change in were.into_values() {
            if let Some(item) = change.before
                && (self.fits)(change.owner.as_deref(), &item)
            {
                rows.push((change.key, item.into()));
            }
        }
        rows.sort_by(|(one, _), (other, _)| order(one, other));
        Ok(())
    }

    /// As many as a page has room for, and where the next one begins.
    fn cut(&self, rows: Vec<Row>, bound: Option<Value>) -> (Vec<u8>, Option<Value>) {
        let mut items = Vec::with_capacity(self.size.min(4096));
        let mut last = None;
        for (id, item) in rows {
            if !items.is_empty() {
                if items.len() + item.len() >= self.size {
                    return (items, last);
                }
                items.push(b',');
            }
            items.extend_from_slice(&item);
            last = Some(id);
        }
        (items, bound)
    }
}

/// Numbers never meet texts within a model.
fn name_of(id: &Value) -> Cow<'_, str> {
    match id {
        Value::Text(text) => Cow::Borrowed(text),
        Value::Integer(number) => Cow::Owned(number.to_string()),
        _ => Cow::Borrowed(""),
    }
}

fn order(one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::Integer(one), Value::Integer(other)) => one.cmp(other),
        (Value::Text(one), Value::Text(other)) => one.cmp(other),
        _ => Ordering::Equal,
    }
}
