//! The data is looked at before a change: what would go, what is narrowed, and which rows stand in the way.

use super::generate::Loss;
use crate::error::Result;
use crate::models::ddl::{self, Column, Index, ObstacleKind, is_same, quote};
use crate::models::diff::{Altered, Changed, Diff, changes_ids};
use crate::store::Read;
use crate::store::schema::{self, Ids};

#[derive(Debug, Default)]
pub(super) struct Data {
    pub(super) losses: Vec<Loss>,
    /// Rows that exist get a type, a presence, an `enum` or a reference that they did not have to keep.
    pub(super) narrows: bool,
    pub(super) refusals: Vec<String>,
}

pub(super) fn look(db: &Read<'_>, diff: &Diff) -> Result<Data> {
    let mut data = Data::default();
    for table in &diff.dropped {
        data.lose(table.name.clone(), schema::count(db, &table.name, None)?);
    }
    for altered in &diff.altered {
        let table = &altered.found.name;
        for column in altered
            .dropped
            .iter()
            .filter(|column| column.name != "_row")
        {
            let rows = schema::count(db, table, Some(&column.name))?;
            data.lose(format!("{}.{}", altered.wanted.name, column.name), rows);
        }
        if altered.is_empty() || schema::is_empty(db, table)? {
            continue;
        }
        if changes_ids(altered) {
            data.refusals.push(format!(
                "`{table}.id` cannot become of another kind, because the table has records. \
                 Put `id` of the model back, or declare a new model"
            ));
            continue;
        }
        for column in &altered.added {
            data.refusals.extend(without_value(altered, column));
        }
        for changed in &altered.changed {
            data.changed(db, diff, altered, changed)?;
        }
        for index in altered.wanted.indexes.iter().filter(|index| index.unique) {
            data.unique(db, altered, index)?;
        }
    }
    Ok(data)
}

/// Why a column cannot be added to a table with records.
fn without_value(altered: &Altered, column: &Column) -> Option<String> {
    if !column.required || column.default.is_some() {
        return None;
    }
    let remedy = match column.references {
        Some(_) => "Take `required` out of its declaration",
        None => {
            "Give it a literal `default`, which they will then have, or take `required` out of its declaration"
        }
    };
    Some(format!(
        "`{}.{}` is required, and the records that exist have no value for it. {remedy}",
        altered.wanted.name, column.name
    ))
}

impl Data {
    fn lose(&mut self, object: String, rows: i64) {
        if rows > 0 {
            self.losses.push(Loss { object, rows });
        }
    }

    fn changed(
        &mut self,
        db: &Read<'_>,
        diff: &Diff,
        altered: &Altered,
        changed: &Changed,
    ) -> Result<()> {
        let (from, to) = (&changed.from, &changed.to);
        let parent = to.references.as_ref().map(|parent| parent.table.as_str());
        let parent = parent.and_then(|parent| stored_name(diff, parent));
        let place = format!("`{}.{}`", altered.found.name, from.name);
        for obstacle in ddl::obstacles(from, to, parent) {
            let ids = schema::offenders(db, &altered.found.name, &obstacle.condition)?;
            if let Some(ids) = ids {
                self.refusals.push(refusal(&place, to, obstacle.kind, &ids));
            }
            self.narrows = true;
        }
        let values = schema::count(db, &altered.found.name, Some(&from.name))?;
        self.narrows |= ddl::fills(from, to) || values > 0 && !from.stored.is_like(&to.stored);
        Ok(())
    }

    /// A uniqueness that is new, or of columns whose values change.
    fn unique(&mut self, db: &Read<'_>, altered: &Altered, index: &Index) -> Result<()> {
        let is_new = altered
            .create_indexes
            .iter()
            .any(|new| new.name == index.name);
        let is_touched = altered.changed.iter().any(|changed| {
            let name = &changed.from.name;
            index
                .columns
                .iter()
                .any(|column| is_same(altered.old_name(column), name))
        });
        if !is_new && !is_touched {
            return Ok(());
        }
        let columns = index.columns.iter();
        let values: Vec<String> = columns.map(|column| altered.value(column)).collect();
        let Some(ids) = schema::clash(db, &altered.found.name, &values)? else {
            return Ok(());
        };
        let fields = index.columns.iter().filter(|name| *name != "user_id");
        let fields: Vec<String> = fields.map(|name| format!("`{name}`")).collect();
        self.refusals.push(format!(
            "{} of `{}` cannot become unique, because records are the same in it: {}. \
             Change those records, or take `unique` out of the declaration",
            fields.join(", "),
            altered.wanted.name,
            listed(&ids, "; ")
        ));
        Ok(())
    }
}

impl Altered {
    /// The value that a column of the model will have in rows that exist.
    fn value(&self, column: &str) -> String {
        let old = self.old_name(column);
        if let Some(changed) = self
            .changed
            .iter()
            .find(|changed| is_same(&changed.from.name, old))
        {
            return ddl::carried(&changed.from, &changed.to);
        }
        let added = self.added.iter().find(|added| is_same(&added.name, column));
        match added {
            Some(added) => added.default.clone().unwrap_or("NULL".to_owned()),
            None => quote(old),
        }
    }
}

/// The name that a table of a model has now; None when there is none yet.
fn stored_name<'d>(diff: &'d Diff, table: &'d str) -> Option<&'d str> {
    if table == "hearth_users" {
        return Some(table);
    }
    let mut altered = diff.altered.iter();
    let altered = altered.find(|altered| is_same(&altered.wanted.name, table))?;
    Some(&altered.found.name)
}

fn refusal(place: &str, to: &Column, kind: ObstacleKind, ids: &Ids) -> String {
    let records = format!("in records {}", listed(ids, ", "));
    match kind {
        ObstacleKind::Type => format!(
            "{place} cannot become {}, because its value is not one {records}. \
             Change those records, put its type back, or declare a new field",
            with_article(to.stored.word())
        ),
        ObstacleKind::Null => format!(
            "{place} cannot become required, because it is null {records}. \
             Give them values, give it a literal `default`, or take `required` out"
        ),
        ObstacleKind::Options => format!(
            "{place} has values that its `enum` does not allow {records}. Change those records, or extend the `enum`"
        ),
        ObstacleKind::Reference => format!(
            "{place} cannot refer to `{}`, because it names no record there {records}. \
             Change those records, or put the declaration back",
            to.references
                .as_ref()
                .map_or("", |parent| parent.table.as_str())
        ),
    }
}

fn with_article(word: &str) -> String {
    let article = if word.starts_with(['a', 'i', 'o']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {word}")
}

fn listed(ids: &Ids, between: &str) -> String {
    let more = if ids.more { " and more" } else { "" };
    format!("{}{more}", ids.listed.join(between))
}
