//! What changes the ledger or the files' numbers without running anything: stamp and rebase.

use std::path::Path;

use super::folder::Revision;
use super::state::State;
use super::target::{Target, unknown};
use crate::error::Result;
use crate::store::Opening;

/// Writes the ledger as if everything up to the target, and nothing beyond it, had been run.
pub fn stamp(opening: &mut Opening, target: Target, folder: &Path) -> Result<i64> {
    opening.change_tables(None, |tx| {
        let state = State::read(&tx.read(), folder)?;
        let version = match target {
            Target::Base => 0,
            Target::Head | Target::Steps(_) => {
                state.folder.head().map_or(0, |revision| revision.version)
            }
            Target::Version(version) => {
                let exists = state.folder.find(version).is_some();
                exists
                    .then_some(version)
                    .ok_or_else(|| unknown(&state, version))?
            }
        };
        for found in &state.applied {
            let file = state.folder.find(found.version);
            if found.version > version || file.is_none() {
                tx.forget(found.version)?;
            }
        }
        for revision in &state.folder.revisions {
            if revision.version <= version && !state.agrees(revision) {
                tx.stamp(
                    &revision.stem(),
                    revision.version,
                    &revision.up,
                    revision.down.as_deref(),
                )?;
            }
        }
        Ok(version)
    })
}

/// Numbers files that come too late behind the head, in their order. Old and new stems.
pub fn rebase(opening: &mut Opening, folder: &Path) -> Result<Vec<(String, String)>> {
    opening.change_tables(None, |tx| {
        let state = State::read(&tx.read(), folder)?;
        let mut last = state.current();
        let mut renamed = Vec::new();
        for revision in &state.late {
            let version = state.folder.next_version(last);
            state.folder.renumber(revision, version)?;
            last = version;
            let new = Revision {
                version,
                ..revision.clone()
            };
            renamed.push((revision.stem(), new.stem()));
        }
        Ok(renamed)
    })
}
