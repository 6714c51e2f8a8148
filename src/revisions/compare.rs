//! One model against its table: what can be added, what does not fit, what is beside it.

use super::{Plan, columns, indexes};
use crate::error::Result;
use crate::models::Model;
use crate::models::ddl::{self, Column, Shape};
use crate::store::Read;
use crate::store::schema::{self, Table, is_same};

pub(super) fn table(
    db: &Read<'_>,
    model: &Model,
    shape: &Shape,
    table: &Table,
    plan: &mut Plan,
) -> Result<()> {
    let mut differences = differences(model, shape, table);
    let missing = missing(model, shape, table);
    let has_rows = schema::has_rows(db, table)?;
    for column in &missing {
        differences.extend(unaddable(shape, column));
        if has_rows {
            differences.extend(without_value(shape, column));
        }
    }
    if differences.is_empty() {
        for column in missing {
            let says = format!("Add column `{}.{}`", shape.name, column.name);
            plan.step(shape.add(column), says);
        }
        indexes::compare(db, shape, table, has_rows, plan)?;
        beside(model, shape, table, plan);
    } else if !has_rows && others(table).is_empty() {
        // A person tries out their first models: nothing is lost with an empty table.
        let sql = shape.recreate(schema::last_id(db, table)?);
        plan.step(sql, format!("Make the empty table `{}` anew", shape.name));
        indexes::create_all(shape, plan);
    } else {
        plan.refusals.append(&mut differences);
    }
    Ok(())
}

/// Columns that can be added: those of fields.
fn missing<'s>(model: &Model, shape: &'s Shape, table: &Table) -> Vec<&'s Column> {
    let fields = shape
        .columns
        .iter()
        .filter(|column| model.field(&column.name).is_some());
    fields
        .filter(|column| table.column(&column.name).is_none())
        .collect()
}

/// Why SQLite could not add a column to a table that exists.
fn unaddable(shape: &Shape, column: &Column) -> Option<String> {
    ddl::is_row_number(&column.name).then(|| {
        format!(
            "`{}.{}` cannot be added to a table that exists, because SQLite has a use of its own for that name. \
             Give the field another name",
            shape.name, column.name
        )
    })
}

/// Why a column cannot be added to a table with records.
fn without_value(shape: &Shape, column: &Column) -> Option<String> {
    if !column.required || column.default.is_some() {
        return None;
    }
    let remedy = if column.references.is_some() {
        "Take `required` out of its declaration"
    } else {
        "Give it a literal `default`, which they will then have, or take `required` out of its declaration"
    };
    Some(format!(
        "`{}.{}` is required, and the records that exist have no value for it. {remedy}",
        shape.name, column.name
    ))
}

fn differences(model: &Model, shape: &Shape, table: &Table) -> Vec<String> {
    let name = &shape.name;
    if !table.strict || table.keyed {
        return vec![format!(
            "Table `{name}` was not made by Hearth. Rename the table, or the model"
        )];
    }
    let mut list = Vec::new();
    for column in &shape.columns {
        let field = model.field(&column.name).map(|(_, field)| field);
        match (table.column(&column.name), field) {
            (Some(found), _) => columns::differences(name, column, field, found, table, &mut list),
            (None, None) => list.push(format!(
                "Table `{name}` has no column `{}`. Put `id` of the model back to what it was, or rename the model",
                column.name
            )),
            (None, Some(_)) => {}
        }
    }
    for found in undeclared(shape, table) {
        if found.required && !found.has_default {
            list.push(format!(
                "`{name}.{}` is no longer declared, but its column must have a value in each record. \
                 Declare it again; its values are kept",
                found.name
            ));
        }
    }
    list
}

/// Columns of former fields.
fn undeclared<'t>(shape: &'t Shape, table: &'t Table) -> impl Iterator<Item = &'t schema::Column> {
    table.columns.iter().filter(|found| {
        let mut columns = shape.columns.iter();
        !found.computed
            && !found.primary
            && !columns.any(|column| is_same(&column.name, &found.name))
    })
}

/// What somebody added to the table by hand.
fn others(table: &Table) -> Vec<String> {
    let indexes = table.indexes.iter();
    let indexes = indexes.filter(|index| index.separate && !indexes::is_ours(table, index));
    let triggers = table.triggers.iter();
    let checks = table.checks.iter().filter(|check| check.column().is_none());
    indexes
        .map(|index| format!("index `{}`", index.name))
        .chain(triggers.map(|trigger| format!("trigger `{trigger}`")))
        .chain(checks.map(|check| format!("CHECK ({check})")))
        .collect()
}

fn beside(model: &Model, shape: &Shape, table: &Table, plan: &mut Plan) {
    let name = &model.name;
    for found in undeclared(shape, table) {
        plan.notes.push(format!(
            "`{name}.{}` is no longer declared; its column stays as it is, with all values",
            found.name
        ));
    }
    let others = others(table);
    if !others.is_empty() {
        plan.notes.push(format!(
            "Table `{name}` has what Hearth did not make, and it is left alone: {}",
            others.join(", ")
        ));
    }
}
