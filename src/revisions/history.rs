//! All revisions that there are, with their SQL: those of the folder, and those that the ledger alone knows.

use serde::Serialize;

use super::script;
use super::state::State;

/// One revision of the history.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    pub version: i64,
    /// The version below it; 0 is the base.
    pub below: i64,
    pub message: String,
    pub up: Option<String>,
    pub down: Option<String>,
    /// Why there is no way back.
    pub irreversible: Option<String>,
    /// Whether its file is not there (any more).
    pub missing: bool,
    pub applied: Option<Run>,
}

/// When and by what it was applied.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    pub at: String,
    /// The version of Hearth; none: another tool did it.
    pub by: Option<String>,
    pub milliseconds: Option<i64>,
    pub rows: Option<i64>,
    pub checksum: String,
}

impl State {
    /// Oldest first.
    pub fn history(&self) -> Vec<Entry> {
        let mut list: Vec<Entry> = self
            .folder
            .revisions
            .iter()
            .map(|revision| {
                self.entry(
                    revision.version,
                    revision.message(),
                    Some((&revision.up, revision.down.as_deref())),
                )
            })
            .collect();
        for found in &self.applied {
            if self.folder.find(found.version).is_none() {
                list.push(self.entry(found.version, found.name.replace('_', " "), None));
            }
        }
        list.sort_by_key(|entry| entry.version);
        let mut below = 0;
        for entry in &mut list {
            entry.below = std::mem::replace(&mut below, entry.version);
        }
        list
    }

    fn entry(&self, version: i64, message: String, file: Option<(&str, Option<&str>)>) -> Entry {
        let found = self.applied.iter().find(|found| found.version == version);
        let details = found.and_then(|found| found.details.as_ref());
        let (up, down) = match (file, details) {
            (Some((up, down)), _) => (Some(up.to_owned()), down.map(str::to_owned)),
            (None, Some(details)) => (Some(details.up.clone()), details.down.clone()),
            (None, None) => (None, None),
        };
        Entry {
            version,
            below: 0,
            message,
            irreversible: down
                .as_deref()
                .and_then(script::irreversible)
                .map(str::to_owned),
            up,
            down,
            missing: file.is_none(),
            applied: found.map(|found| Run {
                at: found.at.clone(),
                by: details.map(|details| details.hearth.clone()),
                milliseconds: details.map(|details| details.milliseconds),
                rows: details.map(|details| details.rows),
                checksum: found.checksum.clone(),
            }),
        }
    }
}
