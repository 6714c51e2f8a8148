//! `upgrade --sql`: what an upgrade would run, as a script for SQLite's own shell.

use crate::cli::print;
use crate::error::Result;
use crate::revisions::folder::Revision;
use crate::revisions::state::State;
use crate::store::revise::ledger_sql;

pub(super) fn print(state: &State, revisions: &[Revision]) -> Result<()> {
    print::line(
        "-- Foreign keys are off so that a table can be rebuilt; look at the answer of foreign_key_check before COMMIT.",
    );
    print::line("PRAGMA foreign_keys = OFF;\nPRAGMA legacy_alter_table = ON;\nBEGIN IMMEDIATE;");
    for revision in revisions {
        let place = state.folder.shown("up", &revision.stem());
        print::line(format_args!("\n-- {place}"));
        print::line(revision.up.trim_end());
        let end = if revision.up.trim_end().ends_with(';') {
            ""
        } else {
            "\n;\n"
        };
        let down = revision.down.as_deref();
        let ledger = ledger_sql(&revision.stem(), revision.version, &revision.up, down)?;
        print::line(format_args!("{end}{ledger}"));
    }
    print::line("\nPRAGMA foreign_key_check;\nCOMMIT;");
    Ok(())
}
