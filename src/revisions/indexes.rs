//! Indexes hold no data of their own: Hearth's are made and dropped as the models say. Others' are left alone.

use super::Plan;
use crate::error::Result;
use crate::models::ddl::{self, Index, Shape};
use crate::store::Read;
use crate::store::schema::{self, Origin, Table, is_same};

pub(super) fn create_all(shape: &Shape, plan: &mut Plan) {
    for index in &shape.indexes {
        create(shape, index, plan);
    }
}

fn create(shape: &Shape, index: &Index, plan: &mut Plan) {
    plan.step(
        index.create(&shape.name),
        format!("Create index `{}`", index.name),
    );
}

/// Whether a table was once made for a model: each has the index of its owners.
pub(super) fn is_a_models(table: &Table) -> bool {
    let mut indexes = table.indexes.iter();
    indexes.any(|index| {
        is_ours(table, index) && index.columns.first().is_some_and(|name| name == "user_id")
    })
}

/// Whether Hearth made it. A renamed table's indexes still have the old name.
pub(super) fn is_ours(table: &Table, index: &schema::Index) -> bool {
    index.separate && Index::is_ours(&table.stored, &index.name)
}

/// Drops what is no longer declared and makes what is missing, or refuses a new uniqueness that records break.
pub(super) fn compare(
    db: &Read<'_>,
    shape: &Shape,
    table: &Table,
    has_rows: bool,
    plan: &mut Plan,
) -> Result<()> {
    let fits = |wanted: &Index, found: &schema::Index| {
        let mut pairs = wanted.columns.iter().zip(&found.columns);
        wanted.name == found.name
            && wanted.unique == found.unique
            && found.plain
            && wanted.columns.len() == found.columns.len()
            && pairs.all(|(wanted, found)| is_same(wanted, found))
    };
    for found in table.indexes.iter().filter(|index| is_ours(table, index)) {
        let declared = shape.indexes.iter().any(|wanted| fits(wanted, found));
        if !declared && !serves_a_former_reference(shape, table, found) {
            plan.step(
                ddl::drop_index(&found.name),
                format!("Drop index `{}`", found.name),
            );
        }
    }
    for wanted in &shape.indexes {
        if table.indexes.iter().any(|found| fits(wanted, found)) {
            continue;
        }
        if wanted.unique && has_rows {
            plan.refusals.extend(clash(db, shape, table, wanted)?);
        }
        create(shape, wanted, plan);
    }
    Ok(())
}

/// The column of a removed field may still refer to a model; without its index each deletion there would read all rows.
fn serves_a_former_reference(shape: &Shape, table: &Table, index: &schema::Index) -> bool {
    let Some(first) = index.columns.first() else {
        return false;
    };
    let is_declared = shape
        .columns
        .iter()
        .any(|column| is_same(&column.name, first));
    let mut references = table.references.iter();
    !index.unique && !is_declared && references.any(|reference| is_same(&reference.column, first))
}

/// Records are named by their ids: a value may be one that is never shown.
fn clash(db: &Read<'_>, shape: &Shape, table: &Table, wanted: &Index) -> Result<Option<String>> {
    let mut origins = Vec::new();
    for name in &wanted.columns {
        let declared = shape.columns.iter().find(|column| column.name == *name);
        origins.push(match table.column(name) {
            Some(column) => Origin::Column(&column.stored),
            None => Origin::Constant(declared.and_then(|column| column.default.as_deref())),
        });
    }
    let pairs = schema::clashes(db, table, &origins)?;
    if pairs.is_empty() {
        return Ok(None);
    }
    let fields = wanted.columns.iter().filter(|name| *name != "user_id");
    let fields: Vec<String> = fields.map(|name| format!("`{name}`")).collect();
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(one, other)| format!("{one} and {other}"))
        .collect();
    Ok(Some(format!(
        "{} of `{}` cannot become unique, because records are the same in it: {}. \
         Change those records, or take `unique` out of the declaration",
        fields.join(", "),
        shape.name,
        pairs.join("; ")
    )))
}
