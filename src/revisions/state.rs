//! The ledger in the database against the files in the folder: what is applied, what waits, and what does not agree.

use std::path::Path;

use super::folder::{Folder, Revision};
use super::script;
use crate::error::{Error, Result};
use crate::store::Read;
use crate::store::revise::{self, Applied};

/// Both at one moment.
#[derive(Debug)]
pub struct State {
    pub folder: Folder,
    /// Oldest first.
    pub(crate) applied: Vec<Applied>,
    /// Files newer than the head, oldest first.
    pub pending: Vec<Revision>,
    /// Files older than the head that were never applied: two branches were merged.
    pub late: Vec<Revision>,
    /// Applied files that were edited or are missing: a sentence each, with the remedy.
    pub drifted: Vec<String>,
    /// What is worth saying: left-overs, edited ways back.
    pub notes: Vec<String>,
}

impl State {
    /// A left-over whose revision was committed is put in place; no other process may be at work, or its own is taken.
    pub fn read(db: &Read<'_>, path: &Path) -> Result<Self> {
        State::of(path, revise::applied(db)?)
    }

    /// Where there is no database yet: nothing is applied.
    pub fn without_database(path: &Path) -> Result<Self> {
        State::of(path, Vec::new())
    }

    fn of(path: &Path, applied: Vec<Applied>) -> Result<Self> {
        let mut folder = Folder::open(path)?;
        folder.refuse_alone(|version| applied.iter().any(|found| found.version == version))?;
        for found in &applied {
            let committed = folder
                .unfinished
                .iter()
                .any(|revision| revision.version == found.version && is_unchanged(revision, found));
            if committed {
                folder.finish(found.version)?;
            }
        }
        let head = applied.last().map_or(0, |last| last.version);
        let is_applied = |revision: &Revision| {
            applied
                .iter()
                .any(|found| found.version == revision.version)
        };
        let (pending, older): (Vec<_>, Vec<_>) = folder
            .revisions
            .iter()
            .cloned()
            .partition(|revision| revision.version > head);
        let late = older
            .into_iter()
            .filter(|revision| !is_applied(revision))
            .collect();
        let mut state = State {
            drifted: Vec::new(),
            notes: Vec::new(),
            folder,
            applied,
            pending,
            late,
        };
        state.compare();
        Ok(state)
    }

    fn compare(&mut self) {
        for found in &self.applied {
            let stem = format!("V{}__{}", found.version, found.name);
            let place = self.folder.shown("up", &stem);
            let back = format!(
                "Put it back from your repository, or as it was applied: hearth migrate show {} --restore",
                found.version
            );
            let Some(revision) = self.folder.find(found.version) else {
                self.drifted.push(format!(
                    "checksum differs: {place} is applied, and the file is missing. {back}"
                ));
                continue;
            };
            if !is_unchanged(revision, found) {
                self.drifted.push(format!(
                    "checksum differs: {place} was edited after it was applied. {back}. A further change needs a revision of its own"
                ));
            }
            let stored = found.details.as_ref().map(|details| &details.down);
            if stored.is_some_and(|stored| *stored != revision.down) {
                self.notes.push(format!(
                    "{} is not what it was when the revision was applied; a downgrade runs the file as it is now",
                    self.folder.shown("down", &stem)
                ));
            }
        }
        for revision in &self.folder.unfinished {
            self.notes.push(format!(
                "{}.new was left over by a process that did not end properly, if none is at work now; nothing of it was applied. Remove it",
                self.folder.shown("up", &revision.stem())
            ));
        }
    }

    /// The version of the last applied revision; 0 before the first.
    pub fn current(&self) -> i64 {
        self.applied.last().map_or(0, |last| last.version)
    }

    /// Whether the ledger has it as it is.
    pub(crate) fn agrees(&self, revision: &Revision) -> bool {
        self.applied
            .iter()
            .any(|found| found.version == revision.version && is_unchanged(revision, found))
    }

    /// Why nothing may be applied now.
    pub fn check(&self) -> Result<()> {
        let mut lines = self.drifted.clone();
        lines.extend(self.late_lines());
        if lines.is_empty() {
            return Ok(());
        }
        Err(Error::conflict(lines.join("\n")))
    }

    pub fn late_lines(&self) -> Vec<String> {
        let late = self.late.iter();
        late.map(|revision| {
            format!(
                "{} is older than the current revision {} and was never applied. Number it anew: hearth migrate rebase",
                self.folder.shown("up", &revision.stem()),
                self.current()
            )
        })
        .collect()
    }

    /// The way back of an applied revision: the file, else what was stored when it was applied.
    pub(crate) fn down(&self, found: &Applied) -> Result<String> {
        let stem = format!("V{}__{}", found.version, found.name);
        let file = self
            .folder
            .find(found.version)
            .and_then(|file| file.down.clone());
        let stored = || found.details.as_ref()?.down.clone();
        let Some(down) = file.or_else(stored) else {
            return Err(Error::conflict(format!(
                "{stem} has no way back: {} does not exist. Write it, then try again",
                self.folder.shown("down", &stem)
            )));
        };
        if let Some(reason) = script::irreversible(&down) {
            return Err(Error::conflict(format!(
                "{stem} is marked irreversible: {reason}. Nothing was changed. Restore a backup, or write its way back into {}",
                self.folder.shown("down", &stem)
            )));
        }
        script::check(&self.folder.shown("down", &stem), &down)?;
        Ok(down)
    }
}

fn is_unchanged(revision: &Revision, found: &Applied) -> bool {
    revision.name == found.name
        && revise::checksum(&revision.stem(), &revision.up)
            .is_ok_and(|checksum| checksum == found.checksum)
}
