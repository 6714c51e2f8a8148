//! One table on its way there and back: by ALTER TABLE where that is enough, else by a rebuild.

use super::rebuild::{Rebuild, carried, placeholder, restored, temporary};
use super::{Column, Key, Shape, add_column, drop_column, is_row_number, parse, quote};
use crate::models::diff::Altered;

impl Altered {
    /// Whether ALTER TABLE cannot do it.
    pub fn is_rebuilt(&self) -> bool {
        !self.changed.is_empty()
            || self.added.iter().any(|column| !is_addable(column))
            || self.dropped.iter().any(|column| !is_droppable(column))
    }

    /// Whether ALTER TABLE cannot undo it: it adds at the end alone, and with the default as the value.
    pub(super) fn is_rebuilt_back(&self) -> bool {
        let is_dropped = |column: &Column| self.dropped.iter().any(|one| one.name == column.name);
        let stay = self.found.columns.len() - self.dropped.len();
        let in_the_middle = self.found.columns.iter().take(stay).any(is_dropped);
        self.is_rebuilt()
            || in_the_middle
            || self
                .dropped
                .iter()
                .any(|column| !is_addable(column) || !column.required && column.default.is_some())
    }

    pub(super) fn forth(&self, out: &mut Vec<String>) {
        let table = &self.found.name;
        if !self.is_rebuilt() {
            out.extend(
                self.dropped
                    .iter()
                    .map(|column| drop_column(table, &column.name)),
            );
            out.extend(self.added.iter().map(|column| add_column(table, column)));
            return;
        }
        let columns: Vec<Column> = self
            .remaining()
            .map(|column| self.changed(column))
            .collect();
        let copies = columns
            .iter()
            .filter(|column| !column.computed)
            .map(|column| {
                let changed = self
                    .changed
                    .iter()
                    .find(|changed| changed.from.name == column.name);
                let name = quote(&column.name);
                let value =
                    changed.map_or(name.clone(), |changed| carried(&changed.from, &changed.to));
                (name, value)
            });
        let copies = copies.collect();
        let shape = Shape {
            name: temporary(table),
            columns: columns
                .into_iter()
                .chain(self.added.iter().cloned())
                .collect(),
            ..self.found.clone()
        };
        self.rebuild(shape.create(), copies, out);
    }

    pub(super) fn back(&self, out: &mut Vec<String>) {
        let table = &self.found.name;
        if !self.is_rebuilt_back() {
            out.extend(
                self.added
                    .iter()
                    .rev()
                    .map(|column| drop_column(table, &column.name)),
            );
            out.extend(self.dropped.iter().map(|column| add_column(table, column)));
            return;
        }
        let columns = self.found.columns.iter().filter(|column| !column.computed);
        let copies = columns.map(|column| {
            let name = quote(&column.name);
            let changed = self
                .changed
                .iter()
                .find(|changed| changed.from.name == column.name);
            let value = match changed {
                Some(changed) => restored(&changed.from, &changed.to),
                None if self.dropped.iter().any(|one| one.name == column.name) => {
                    placeholder(column)
                }
                None => name.clone(),
            };
            (name, value)
        });
        let copies = copies.collect();
        let create = parse::renamed(&self.found.sql, &temporary(table));
        self.rebuild(create, copies, out);
    }

    fn rebuild(&self, create: String, copies: Vec<(String, String)>, out: &mut Vec<String>) {
        let is_counted = |shape: &Shape| shape.columns.iter().any(|one| one.key == Key::Counted);
        let rebuild = Rebuild {
            table: &self.found.name,
            create,
            copies,
            counted: is_counted(&self.found) && is_counted(&self.wanted),
        };
        rebuild.statements(out);
        out.extend(self.objects.iter().map(|object| object.sql.clone()));
    }

    fn remaining(&self) -> impl Iterator<Item = &Column> {
        let goes = |column: &Column| self.dropped.iter().any(|one| one.name == column.name);
        self.found
            .columns
            .iter()
            .filter(move |column| !goes(column))
    }

    fn changed(&self, column: &Column) -> Column {
        let changed = self
            .changed
            .iter()
            .find(|changed| changed.from.name == column.name);
        changed.map_or(column, |changed| &changed.to).clone()
    }
}

fn is_addable(column: &Column) -> bool {
    column.key == Key::No
        && !(column.required && column.default.is_none())
        && !is_row_number(&column.name)
}

fn is_droppable(column: &Column) -> bool {
    column.key == Key::No && !is_row_number(&column.name)
}
