//! New names: `renamed_from` in a declaration, or `--rename`. They are never guessed.

use super::{Diff, Found, Models, is_same};
use crate::models::{Model, ddl};

/// A change of a name: what had it, and the new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    /// A table, or one of its columns.
    pub from: (String, Option<String>),
    pub to: String,
}

/// What gets another name.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The old name, the new one.
    tables: Vec<(String, String)>,
    /// The table's old name, the column's old and new one.
    columns: Vec<(String, String, String)>,
}

impl Names {
    pub(super) fn of(found: &Found, models: &Models, renames: &[Rename], diff: &mut Diff) -> Self {
        let mut names = Names::default();
        for rename in renames.iter().filter(|rename| rename.from.1.is_none()) {
            names.ask_table(found, models, rename, diff);
        }
        for model in models.iter() {
            if let Some(old) = &model.renamed_from {
                names.declared_table(found, models, model, old, diff);
            }
        }
        for rename in renames {
            if let (table, Some(column)) = &rename.from {
                names.ask_column(found, models, (table, column, &rename.to), diff);
            }
        }
        for model in models.iter() {
            names.declared_columns(found, model, diff);
        }
        names
    }

    pub(super) fn old_table<'n>(&'n self, new: &'n str) -> &'n str {
        let pair = self.tables.iter().find(|(_, to)| is_same(to, new));
        pair.map_or(new, |(from, _)| from)
    }

    pub(super) fn new_table<'n>(&'n self, old: &'n str) -> &'n str {
        let pair = self.tables.iter().find(|(from, _)| is_same(from, old));
        pair.map_or(old, |(_, to)| to)
    }

    pub(super) fn columns_of(&self, old_table: &str) -> Vec<(String, String)> {
        let of_table = self
            .columns
            .iter()
            .filter(|(table, ..)| is_same(table, old_table));
        of_table
            .map(|(_, from, to)| (from.clone(), to.clone()))
            .collect()
    }

    fn ask_table(&mut self, found: &Found, models: &Models, rename: &Rename, diff: &mut Diff) {
        let (old, new) = (&rename.from.0, &rename.to);
        let refusal = if found.table(old).is_none() {
            let of_field = models.iter().find(|model| {
                let table = found.table(&model.name);
                model.field(new).is_some() && table.is_some_and(|of| of.column(old).is_some())
            });
            let hint = of_field.map_or_else(String::new, |model| {
                format!(". Of a field it is `--rename {}.{old}={new}`", model.name)
            });
            format!("`--rename {old}={new}`: the database has no table `{old}`{hint}")
        } else if models.find(new).is_none() {
            format!("`--rename {old}={new}`: no model `{new}` is declared. Declare it first")
        } else if found.table(new).is_some() {
            format!("`--rename {old}={new}`: the database has a table `{new}` already")
        } else if models.find(old).is_some() {
            still_declared("model", old, "that model")
        } else {
            self.tables.push((old.clone(), new.clone()));
            return;
        };
        diff.refusals.push(refusal);
    }

    fn declared_table(
        &mut self,
        found: &Found,
        models: &Models,
        model: &Model,
        old: &str,
        diff: &mut Diff,
    ) {
        let new = &model.name;
        if found.table(old).is_none() || is_same(old, new) || self.old_table(new) != new {
            return;
        }
        match (found.table(new).is_some(), models.find(old).is_some()) {
            (false, false) => self.tables.push((old.to_owned(), new.clone())),
            (false, true) => diff.refusals.push(format!(
                "Model `{new}` says `renamed_from = \"{old}\"`: {}",
                still_declared("model", old, "it")
            )),
            // An old rename; whatever has the old name now is something else.
            (true, _) => {}
        }
    }

    fn ask_column(
        &mut self,
        found: &Found,
        models: &Models,
        (table, old, new): (&str, &str, &str),
        diff: &mut Diff,
    ) {
        let asked = format!("`--rename {table}.{old}={new}`");
        let old_table = self.old_table(table).to_owned();
        let Some(model) = models.find(self.new_table(table)) else {
            let refusal = format!("{asked}: no model `{table}` is declared");
            diff.refusals.push(refusal);
            return;
        };
        let has = |name: &str| {
            found
                .table(&old_table)
                .is_some_and(|of| of.column(name).is_some())
        };
        if !has(old) {
            diff.refusals.push(format!(
                "{asked}: table `{old_table}` has no column `{old}`"
            ));
        } else if model.field(new).is_none() {
            diff.refusals.push(format!(
                "{asked}: model `{}` has no field `{new}`. Declare it first",
                model.name
            ));
        } else if has(new) {
            diff.refusals.push(format!(
                "{asked}: table `{old_table}` has a column `{new}` already"
            ));
        } else {
            self.column(model, &old_table, (old, new), diff);
        }
    }

    fn declared_columns(&mut self, found: &Found, model: &Model, diff: &mut Diff) {
        let old_table = self.old_table(&model.name).to_owned();
        let Some(table) = found.table(&old_table) else {
            return;
        };
        for field in &model.fields {
            let (Some(old), new) = (&field.renamed_from, &field.name) else {
                continue;
            };
            let is_known = self
                .columns_of(&old_table)
                .iter()
                .any(|(_, to)| is_same(to, new));
            if !is_known && table.column(old).is_some() && table.column(new).is_none() {
                self.column(model, &old_table, (old, new), diff);
            }
        }
    }

    fn column(
        &mut self,
        model: &Model,
        old_table: &str,
        (old, new): (&str, &str),
        diff: &mut Diff,
    ) {
        let place = format!("`{}.{old}` cannot be renamed to `{new}`", model.name);
        if model.field(old).is_some() {
            let refusal = still_declared("field", old, "it");
            diff.refusals.push(format!("{place}: {refusal}"));
        } else if ["id", "user_id", "created_at", "updated_at", "_row"]
            .iter()
            .any(|own| is_same(own, old))
        {
            diff.refusals.push(format!("{place}: it is Hearth's own"));
        } else if ddl::is_row_number(old) || ddl::is_row_number(new) {
            diff.refusals.push(format!(
                "{place}, because SQLite has a use of its own for that name. \
                 Give the field another name, or keep its old one"
            ));
        } else if self
            .columns_of(old_table)
            .iter()
            .any(|(from, to)| is_same(from, old) || is_same(to, new))
        {
            diff.refusals
                .push(format!("{place}: one of the two is renamed already"));
        } else {
            self.columns
                .push((old_table.to_owned(), old.to_owned(), new.to_owned()));
        }
    }
}

fn still_declared(kind: &str, old: &str, it: &str) -> String {
    format!(
        "a {kind} `{old}` is declared as well. Make a revision without {it} first, then add it again"
    )
}
