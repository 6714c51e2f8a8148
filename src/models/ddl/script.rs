//! A difference as SQL, there and back. Cheap ways first: ALTER TABLE where SQLite can, else a rebuild.
//!
//! The way there ends with the new names, and the way back begins with the old ones. So what somebody made by hand is
//! made again in its own words, and SQLite itself writes the new names into it.

use super::{Key, drop_index, drop_table, is_same, rename_column, rename_table};
use crate::models::diff::Diff;

/// Statements without their last semicolon.
#[derive(Debug, Default)]
pub struct Script {
    pub up: Vec<String>,
    pub down: Vec<String>,
    /// What does not come back, a line each.
    pub remarks: Vec<String>,
    /// Why there is no way back.
    pub irreversible: Option<String>,
}

pub fn script(diff: &Diff) -> Script {
    Script {
        up: up(diff),
        down: down(diff),
        remarks: remarks(diff),
        irreversible: irreversible(diff),
    }
}

fn up(diff: &Diff) -> Vec<String> {
    let mut out = Vec::new();
    for altered in diff.altered.iter().filter(|altered| !altered.is_rebuilt()) {
        out.extend(
            altered
                .drop_indexes
                .iter()
                .map(|index| drop_index(&index.name)),
        );
    }
    for altered in &diff.altered {
        altered.forth(&mut out);
    }
    out.extend(diff.dropped.iter().map(|table| drop_table(&table.name)));
    let mut renames = Vec::new();
    for altered in &diff.altered {
        let table = &altered.found.name;
        let columns = altered.renamed.iter();
        renames.extend(columns.map(|(old, new)| rename_column(table, old, new)));
        renames.extend(altered.new_table().map(|new| rename_table(table, new)));
    }
    follow(renames, &mut out);
    for shape in &diff.created {
        out.push(shape.create());
        out.extend(shape.indexes.iter().map(|index| index.create(&shape.name)));
    }
    for altered in &diff.altered {
        let indexes = match altered.is_rebuilt() {
            true => &altered.wanted.indexes,
            false => &altered.create_indexes,
        };
        out.extend(
            indexes
                .iter()
                .map(|index| index.create(&altered.wanted.name)),
        );
    }
    out
}

fn down(diff: &Diff) -> Vec<String> {
    let mut out = Vec::new();
    out.extend(
        diff.created
            .iter()
            .rev()
            .map(|shape| drop_table(&shape.name)),
    );
    for altered in diff
        .altered
        .iter()
        .filter(|altered| !altered.is_rebuilt_back())
    {
        out.extend(
            altered
                .create_indexes
                .iter()
                .map(|index| drop_index(&index.name)),
        );
    }
    let mut renames = Vec::new();
    for altered in diff.altered.iter().rev() {
        let table = &altered.found.name;
        renames.extend(altered.new_table().map(|new| rename_table(new, table)));
        let columns = altered.renamed.iter().rev();
        renames.extend(columns.map(|(old, new)| rename_column(table, new, old)));
    }
    follow(renames, &mut out);
    for altered in diff.altered.iter().rev() {
        altered.back(&mut out);
    }
    for table in &diff.dropped {
        out.push(table.sql.clone());
        out.extend(table.indexes.iter().map(|index| index.sql.clone()));
    }
    for altered in &diff.altered {
        let indexes = match altered.is_rebuilt_back() {
            true => &altered.found.indexes,
            false => &altered.drop_indexes,
        };
        out.extend(indexes.iter().map(|index| index.sql.clone()));
    }
    out
}

/// References, triggers and views take over a new name only like this.
fn follow(renames: Vec<String>, out: &mut Vec<String>) {
    if !renames.is_empty() {
        out.push("PRAGMA legacy_alter_table = OFF".to_owned());
        out.extend(renames);
        out.push("PRAGMA legacy_alter_table = ON".to_owned());
    }
}

fn remarks(diff: &Diff) -> Vec<String> {
    let mut remarks = Vec::new();
    for table in &diff.dropped {
        remarks.push(format!("`{}` comes back without its rows.", table.name));
    }
    for altered in &diff.altered {
        for column in altered
            .dropped
            .iter()
            .filter(|column| column.name != "_row")
        {
            let place = format!("`{}.{}`", altered.found.name, column.name);
            remarks.push(match column.required {
                false => format!("{place} comes back empty: its values are not kept."),
                true => {
                    format!("{place} comes back with one value for all rows: its own are not kept.")
                }
            });
        }
    }
    remarks
}

fn irreversible(diff: &Diff) -> Option<String> {
    for altered in &diff.altered {
        let table = &altered.found;
        for column in altered.dropped.iter().filter(|column| column.required) {
            let place = format!("`{}.{}`", table.name, column.name);
            if column.references.is_some() {
                return Some(format!(
                    "{place} must refer to something, and its values are not kept"
                ));
            }
            let mut indexes = table.indexes.iter().filter(|index| index.unique);
            if column.key == Key::No
                && indexes.any(|index| index.columns.iter().any(|name| is_same(name, &column.name)))
            {
                return Some(format!(
                    "{place} must be unique, and its values are not kept"
                ));
            }
        }
        for changed in &altered.changed {
            let parent = changed.from.references.as_ref();
            let gone = parent.filter(|parent| {
                diff.dropped
                    .iter()
                    .any(|table| is_same(&table.name, &parent.table))
            });
            if let Some(parent) = gone {
                return Some(format!(
                    "`{}.{}` refers to rows of `{}`, which are not kept",
                    table.name, changed.from.name, parent.table
                ));
            }
        }
    }
    None
}
