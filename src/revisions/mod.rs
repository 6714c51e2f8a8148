//! The history of the user's tables. Now a small, safe path: what cannot lose data is done at start, anything else
//! stops the start and says what differs.

use std::fmt::Write as _;

use crate::error::{Code, Error, Result};
use crate::models::Models;
use crate::models::ddl::Shape;
use crate::store::{Opening, Read, schema};

pub mod auto;
mod columns;
mod compare;
pub mod compose;
mod data;
pub mod folder;
mod generate;
mod indexes;
mod rename;
pub mod run;
pub(crate) mod script;
pub mod state;
#[cfg(test)]
mod tests;
pub mod verify;

pub(crate) use script::irreversible;

pub use generate::{
    Differences, Down, Generated, Loss, Rename, differences, fingerprint, generate,
};

/// What lies between the declared models and the tables in the database. All empty: they agree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What can be done without losing anything, in this order.
    pub steps: Vec<Step>,
    /// What cannot be done at start: what differs, with the remedy. One of them stops everything.
    pub refusals: Vec<String>,
    /// What the database has beside the models; it is left alone.
    pub notes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub sql: String,
    /// What it does, in a person's words.
    pub says: String,
}

impl Plan {
    fn step(&mut self, sql: String, says: String) {
        self.steps.push(Step { sql, says });
    }

    /// An error, unless the steps may be taken.
    fn check(&self, auto_migrate: bool) -> Result<()> {
        if !self.refusals.is_empty() {
            let head = "The declared models do not fit the tables in the database, and nothing was changed";
            return Err(stop(head, self.refusals.iter().map(String::as_str)));
        }
        if !self.steps.is_empty() && !auto_migrate {
            let head = "The tables in the database are behind the declared models, and nothing was changed. \
                        Start once with database.auto_migrate = true for these changes";
            return Err(stop(head, self.steps.iter().map(|step| step.says.as_str())));
        }
        Ok(())
    }
}

fn stop<'l>(head: &str, lines: impl Iterator<Item = &'l str>) -> Error {
    let mut message = format!("{head}:");
    for line in lines {
        let _ = write!(message, "\n- {line}");
    }
    Error::new(Code::Unavailable, message)
}

/// Makes and extends the models' tables. With `auto_migrate = false`, or when a difference is beyond the safe path,
/// nothing is changed and the error says what differs and what to do.
pub fn bring_up_to_date(opening: &mut Opening, models: &Models, auto_migrate: bool) -> Result<()> {
    // Looking and doing are one transaction: of two processes the second waits, then finds nothing to do.
    let plan = opening.transaction(|tx| {
        let plan = plan(tx, models)?;
        plan.check(auto_migrate)?;
        for step in &plan.steps {
            schema::apply(tx, &step.sql, &step.says)?;
        }
        Ok(plan)
    })?;
    for step in &plan.steps {
        tracing::info!("{}", step.says);
    }
    for note in &plan.notes {
        tracing::info!("{note}");
    }
    Ok(())
}

/// Compares the models with the database; changes nothing.
pub fn plan(db: &Read<'_>, models: &Models) -> Result<Plan> {
    let mut plan = Plan::default();
    let mut found = schema::inspect(db)?;
    rename::tables(&mut found, models, &mut plan);
    for model in models.iter() {
        let shape = Shape::of(model);
        if let Some(refusal) = impossible(&shape, &found) {
            plan.refusals.push(refusal);
            continue;
        }
        rename::columns(&mut found, model, &mut plan);
        match found.table(&shape.name) {
            Some(table) => compare::table(db, model, &shape, table, &mut plan)?,
            None => {
                plan.step(shape.create(), format!("Create table `{}`", shape.name));
                indexes::create_all(&shape, &mut plan);
            }
        }
    }
    let former = found
        .tables
        .iter()
        .filter(|table| models.find(&table.name).is_none());
    for table in former.filter(|table| indexes::is_a_models(table)) {
        plan.notes.push(format!(
            "Model `{}` is no longer declared; its table stays as it is, with all records",
            table.name
        ));
    }
    Ok(plan)
}

/// Why SQLite could not have such a table.
fn impossible(shape: &Shape, found: &schema::Schema) -> Option<String> {
    let name = &shape.name;
    let other = found
        .others
        .iter()
        .find(|(other, _)| schema::is_same(other, name));
    if let Some((_, kind)) = other {
        return Some(format!(
            "Model `{name}` cannot have its table, because the database has {kind} of that name. Rename one of them"
        ));
    }
    for (at, column) in shape.columns.iter().enumerate() {
        let mut before = shape.columns[..at].iter();
        if let Some(twin) = before.find(|before| schema::is_same(&before.name, &column.name)) {
            return Some(format!(
                "Fields `{}` and `{}` of `{name}` differ only in case, which SQLite does not tell apart. Rename one of them",
                twin.name, column.name
            ));
        }
    }
    None
}
