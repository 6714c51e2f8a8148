//! `hearth migrate check`: do models, files and database agree? 0 when they do, else 1 and what differs.

use clap::Args;

use super::{notes, open_existing, refused};
use crate::cli::{Place, print};
use crate::error::Result;
use crate::revisions;
use crate::revisions::state::State;

/// Check that models, revisions and database agree
#[derive(Args)]
pub(super) struct Check {}

impl Check {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        let (config, opening) = open_existing(place)?;
        let (state, found) = opening.read(|db| {
            let state = State::read(db, &config.database.revisions)?;
            let found = revisions::differences(db, &config.models)?;
            Ok((state, found))
        })?;
        notes(&state.notes);
        notes(&found.notes);
        let mut lines = state.drifted.clone();
        lines.extend(state.late_lines());
        lines.extend(state.pending.iter().map(|revision| {
            format!(
                "{} is not applied. To apply it: hearth migrate upgrade",
                state.folder.shown("up", &revision.stem())
            )
        }));
        let waits = !state.pending.is_empty();
        if !found.differs.is_empty() && !waits {
            lines.push(
                "The models and the database differ. To write a revision: hearth migrate revision --autogenerate -m \"what changes\""
                    .to_owned(),
            );
        }
        lines.extend(found.differs.iter().map(|line| format!("- {line}")));
        if lines.is_empty() {
            print::line("Models, revisions and database agree");
            return Ok(());
        }
        Err(refused(lines.join("\n")))
    }
}
