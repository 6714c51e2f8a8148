//! What models would lead to: the revision that `revision --autogenerate` would write and `upgrade` run, and whether a
//! start does it by itself. It runs nothing and writes no file.

use std::path::Path;

use super::generate::{Down, Loss, generate};
use super::state::State;
use super::{auto, compose, script};
use crate::error::{Code, Error, Result};
use crate::models::Models;
use crate::store::Read;

/// What lies between the database and the models.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Why a start would stop, with what to type; none: it does by itself what there is to do.
    pub refused: Option<String>,
    /// A line for each change, and for each file that a start would apply.
    pub summary: Vec<String>,
    /// Files that wait: only behind them models and tables can be compared.
    pub waiting: Vec<i64>,
    /// The statements of the revision that would be written, and of its way back.
    pub up: Option<String>,
    pub down: Option<String>,
    pub irreversible: Option<String>,
    pub losses: Vec<Loss>,
    /// Possible renames that were not guessed.
    pub questions: Vec<String>,
    pub notes: Vec<String>,
}

impl Plan {
    /// Whether models, files and database agree.
    pub fn is_empty(&self) -> bool {
        self.refused.is_none() && self.summary.is_empty() && self.waiting.is_empty()
    }
}

/// Compares the models with the tables, as a start would.
pub fn plan(db: &Read<'_>, models: &Models, folder: &Path, auto_migrate: bool) -> Result<Plan> {
    let state = State::read(db, folder)?;
    let mut plan = Plan {
        waiting: state
            .pending
            .iter()
            .map(|revision| revision.version)
            .collect(),
        ..Plan::default()
    };
    match auto::pending(db, models, folder, auto_migrate) {
        Ok(pending) => {
            plan.summary = pending.steps;
            plan.notes = pending.notes;
        }
        Err(error) => plan.refused = Some(told(error)?),
    }
    if !plan.waiting.is_empty() {
        return Ok(plan);
    }
    match generate(db, models, &[]) {
        Ok(None) => {}
        Ok(Some(found)) => {
            let revision = compose::generated(db, &state.folder, state.current(), None, &found)?;
            plan.irreversible = match &found.down {
                Down::Irreversible(reason) => Some(reason.clone()),
                Down::Sql(_) => revision
                    .down
                    .as_deref()
                    .and_then(script::irreversible)
                    .map(str::to_owned),
            };
            plan.up = Some(revision.up);
            plan.down = revision.down;
            plan.summary = found.summary;
            plan.losses = found.losses;
            plan.questions = found.questions;
        }
        Err(error) => plan.refused = Some(told(error)?),
    }
    Ok(plan)
}

/// What is said to people; a fault of ours stays one.
fn told(error: Error) -> Result<String> {
    match error.code() {
        Code::Conflict | Code::Unavailable | Code::Invalid => Ok(error.message().to_owned()),
        _ => Err(error),
    }
}
