//! What somebody added by hand beside the models: it is theirs. It is noted, and a change that could not keep it is
//! refused.

use super::{Altered, Column, Diff, Found, Object, ObjectKind, Shape, is_same};
use crate::models::ddl::text::mentions;

const REMEDY: &str =
    "Drop or change that first, in a revision of your own: `hearth migrate revision -m \"…\"`";

pub(super) fn look(found: &Found, diff: &mut Diff) {
    let mut refusals = Vec::new();
    for altered in &diff.altered {
        for column in &altered.dropped {
            let place = format!("Column `{}.{}`", altered.found.name, column.name);
            if let Some(holder) = holder_of_column(found, diff, altered, column) {
                refusals.push(format!(
                    "{place} cannot be dropped, because {holder} names it. {REMEDY}"
                ));
            }
        }
        note_table(&altered.found, &mut diff.notes);
    }
    for table in &diff.dropped {
        if let Some(holder) = holder_of_table(found, diff, table) {
            let name = &table.name;
            refusals.push(format!(
                "Table `{name}` cannot be dropped, because {holder} needs it. {REMEDY}"
            ));
        }
    }
    diff.refusals.append(&mut refusals);
    for object in &found.objects {
        diff.notes.push(match object.kind {
            ObjectKind::Index | ObjectKind::Trigger => {
                format!("{} on `{}`", object.says(), object.table)
            }
            _ => object.says(),
        });
    }
    for note in &mut diff.notes {
        let mut letters = note.chars();
        if let Some(first) = letters.next() {
            *note = format!(
                "{}{} is not Hearth's; it stays",
                first.to_uppercase(),
                letters.as_str()
            );
        }
    }
}

impl Object {
    fn says(&self) -> String {
        format!("{} `{}`", self.kind.word(), self.name)
    }
}

fn note_table(table: &Shape, notes: &mut Vec<String>) {
    for constraint in &table.constraints {
        notes.push(format!("{constraint} on `{}`", table.name));
    }
    for column in table.columns.iter().filter(|column| !column.computed) {
        for clause in &column.beside {
            notes.push(format!("{clause} on `{}.{}`", table.name, column.name));
        }
    }
}

fn holder_of_column(
    found: &Found,
    diff: &Diff,
    altered: &Altered,
    column: &Column,
) -> Option<String> {
    let (table, name) = (&altered.found.name, &column.name);
    let object = found.objects.iter().find(|object| {
        mentions(&object.sql, name)
            && (is_same(&object.table, table) || mentions(&object.sql, table))
    });
    if let Some(object) = object {
        return Some(object.says());
    }
    let own = clauses(&altered.found).find(|(of, sql)| *of != name && mentions(sql, name));
    if let Some((_, sql)) = own {
        return Some(sql.to_owned());
    }
    let others = staying(found, diff).filter(|other| !is_same(&other.name, table));
    let mut others = others.flat_map(|other| clauses(other).map(move |(_, sql)| (other, sql)));
    others
        .find(|(_, sql)| mentions(sql, table) && mentions(sql, name))
        .map(|(other, sql)| format!("{sql} of `{}`", other.name))
}

fn holder_of_table(found: &Found, diff: &Diff, table: &Shape) -> Option<String> {
    let name = &table.name;
    let object = found
        .objects
        .iter()
        .find(|object| is_same(&object.table, name) || mentions(&object.sql, name));
    if let Some(object) = object {
        return Some(object.says());
    }
    for other in staying(found, diff) {
        let altered = diff.altered.iter().find(|of| of.found.name == other.name);
        let goes = |column: &&Column| {
            altered.is_some_and(|altered| {
                altered.dropped.contains(column)
                    || altered
                        .changed
                        .iter()
                        .any(|changed| changed.from == **column)
            })
        };
        let mut columns = other.columns.iter().filter(|column| !goes(column));
        let refers = |column: &Column| {
            let parent = column.references.as_ref();
            parent.is_some_and(|parent| is_same(&parent.table, name))
        };
        if columns.any(refers) || clauses(other).any(|(_, sql)| mentions(sql, name)) {
            return Some(format!("table `{}`", other.name));
        }
    }
    None
}

/// What somebody wrote in a table, each with the column at which it stands.
fn clauses(table: &Shape) -> impl Iterator<Item = (&str, &str)> {
    let of_table = table.constraints.iter().map(|sql| ("", sql.as_str()));
    let of_columns = table.columns.iter().flat_map(|column| {
        let clauses = column.beside.iter();
        clauses.map(|sql| (column.name.as_str(), sql.as_str()))
    });
    of_table.chain(of_columns)
}

fn staying<'f>(found: &'f Found, diff: &'f Diff) -> impl Iterator<Item = &'f Shape> {
    let goes = |table: &Shape| diff.dropped.iter().any(|other| other.name == table.name);
    found.tables.iter().filter(move |table| !goes(table))
}
