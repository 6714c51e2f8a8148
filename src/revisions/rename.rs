//! `renamed_from`: a table or column takes its new name with all that it holds. Renames are never guessed.

use super::Plan;
use crate::models::{Model, Models, ddl};
use crate::store::schema::Schema;

/// Renames the tables of models; `found` is then as the plan would leave it.
pub(super) fn tables(found: &mut Schema, models: &Models, plan: &mut Plan) {
    for model in models.iter() {
        let (Some(old), new) = (&model.renamed_from, &model.name) else {
            continue;
        };
        if found.table(old).is_none() || old == new {
            continue;
        }
        let is_declared = models.find(old).is_some();
        match (found.table(new).is_some(), is_declared) {
            (false, false) => {
                let says = format!("Rename table `{old}` to `{new}`");
                plan.step(ddl::rename_table(old, new), says);
                found.rename_table(old, new);
            }
            (false, true) => plan.refusals.push(format!(
                "Model `{new}` says `renamed_from = \"{old}\"`, but a model `{old}` is declared as well. \
                 Start once without the model `{old}`, then add it again"
            )),
            (true, false) => plan.notes.push(format!(
                "Model `{new}` has a table already, so `{old}` was not renamed to it"
            )),
            // An old rename, and a new model of the old name since.
            (true, true) => {}
        }
    }
}

/// Renames the columns of one model.
pub(super) fn columns(found: &mut Schema, model: &Model, plan: &mut Plan) {
    for field in &model.fields {
        let (Some(old), new) = (&field.renamed_from, &field.name) else {
            continue;
        };
        let Some(table) = found.table(&model.name) else {
            return;
        };
        if table.column(old).is_none() || table.column(new).is_some() {
            continue;
        }
        let name = &model.name;
        if model.field(old).is_some() {
            plan.refusals.push(format!(
                "Field `{new}` of `{name}` says `renamed_from = \"{old}\"`, but a field `{old}` is declared as well. \
                 Start once without the field `{old}`, then add it again"
            ));
            continue;
        }
        if ddl::is_row_number(old) || ddl::is_row_number(new) {
            plan.refusals.push(format!(
                "`{name}.{old}` cannot be renamed to `{new}`, because SQLite has a use of its own for that name. \
                 Give the field another name, or keep its old one"
            ));
            continue;
        }
        let says = format!("Rename column `{name}.{old}` to `{new}`");
        plan.step(ddl::rename_column(name, old, new), says);
        found.rename_column(name, old, new);
    }
}
