//! `hearth migrate history`: all revisions, the newest first.

use clap::Args;

use super::{called, notes, report, state};
use crate::cli::{Place, print};
use crate::error::Result;
use crate::revisions::history::Entry;

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
        let list = state.history();
        for (at, entry) in list.iter().enumerate().rev() {
            let head = if at + 1 == list.len() { " (head)" } else { "" };
            let current = if entry.version == state.current() {
                " (current)"
            } else {
                ""
            };
            let missing = if entry.missing {
                " (its file is missing)"
            } else {
                ""
            };
            print::line(format_args!(
                "{} -> {}{head}{current}, {}{missing}",
                called(entry.below),
                entry.version,
                entry.message
            ));
            if self.verbose {
                details(entry);
            }
        }
        notes(&state.drifted);
        notes(&state.late_lines());
        notes(&state.notes);
        Ok(())
    }
}

fn details(entry: &Entry) {
    let Some(run) = &entry.applied else {
        print::line("    not applied");
        return;
    };
    match (&run.by, run.milliseconds, run.rows) {
        (Some(hearth), Some(milliseconds), Some(rows)) => {
            let took = std::time::Duration::from_millis(milliseconds.unsigned_abs());
            print::line(format_args!("    applied  {}", run.at));
            print::line(format_args!(
                "    took     {}",
                report::effort(rows.unsigned_abs(), took)
            ));
            print::line(format_args!("    by       Hearth {hearth}"));
        }
        _ => print::line(format_args!("    applied  {} by another tool", run.at)),
    }
    print::line(format_args!("    checksum {}", run.checksum));
}
