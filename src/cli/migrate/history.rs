//! `hearth migrate history`: all revisions, the newest first.

use clap::Args;

use super::{called, notes, report, state};
use crate::cli::{Place, print};
use crate::error::Result;
use crate::revisions::state::State;

/// List all revisions, the newest first
#[derive(Args)]
pub(super) struct History {
    /// Also when each was applied, how long it took, by which binary, and its checksum
    #[arg(short, long)]
    verbose: bool,
}

impl History {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        let state = state(place)?;
        let list = all(&state);
        for (at, (version, message)) in list.iter().enumerate().rev() {
            let below = at.checked_sub(1).map_or(0, |below| list[below].0);
            let head = if at + 1 == list.len() { " (head)" } else { "" };
            let current = if *version == state.current() {
                " (current)"
            } else {
                ""
            };
            print::line(format_args!(
                "{} -> {version}{head}{current}, {message}",
                called(below)
            ));
            if self.verbose {
                details(&state, *version);
            }
        }
        notes(&state.drifted);
        notes(&state.late_lines());
        notes(&state.notes);
        Ok(())
    }
}

/// Those of the folder, and those that the ledger alone knows.
fn all(state: &State) -> Vec<(i64, String)> {
    let files = state.folder.revisions.iter();
    let mut list: Vec<(i64, String)> = files
        .map(|revision| (revision.version, revision.message()))
        .collect();
    for found in &state.applied {
        if state.folder.find(found.version).is_none() {
            let message = found.name.replace('_', " ");
            list.push((found.version, format!("{message} (its file is missing)")));
        }
    }
    list.sort();
    list
}

fn details(state: &State, version: i64) {
    let found = state.applied.iter().find(|found| found.version == version);
    let Some(found) = found else {
        print::line("    not applied");
        return;
    };
    match &found.details {
        Some(details) => {
            let took = std::time::Duration::from_millis(details.milliseconds.unsigned_abs());
            print::line(format_args!("    applied  {}", found.at));
            print::line(format_args!(
                "    took     {}",
                report::effort(details.rows.unsigned_abs(), took)
            ));
            print::line(format_args!("    by       Hearth {}", details.hearth));
        }
        None => print::line(format_args!("    applied  {} by another tool", found.at)),
    }
    print::line(format_args!("    checksum {}", found.checksum));
}
