//! `hearth migrate rebase`: numbers revisions of a branch that was merged late behind the current one.

use clap::Args;

use super::open_existing;
use crate::cli::{Place, print};
use crate::error::Result;
use crate::revisions::ledger;

/// Number revisions anew that are older than the current one and were never applied
#[derive(Args)]
pub(super) struct Rebase {}

impl Rebase {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        let (config, mut opening) = open_existing(place)?;
        let renamed = ledger::rebase(&mut opening, &config.database.revisions)?;
        for (from, to) in &renamed {
            print::line(format_args!("{from} -> {to}"));
        }
        print::line(if renamed.is_empty() {
            "Nothing to number anew"
        } else {
            "To apply: hearth migrate upgrade"
        });
        Ok(())
    }
}
