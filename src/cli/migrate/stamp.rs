//! `hearth migrate stamp`: writes the ledger without running anything.

use clap::Args;

use super::{called, open_existing, target_stamp};
use crate::cli::{Place, print};
use crate::error::Result;
use crate::revisions::ledger;
use crate::revisions::target::Target;

/// Set the ledger to a revision without running anything
#[derive(Args)]
pub(super) struct Stamp {
    /// head, base or a version
    #[arg(value_parser = target_stamp)]
    target: Target,
}

impl Stamp {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        let (config, mut opening) = open_existing(place)?;
        let version = ledger::stamp(&mut opening, self.target, &config.database.revisions)?;
        print::line(format_args!(
            "The ledger says {}; no table was touched. To compare: hearth migrate check",
            called(version)
        ));
        Ok(())
    }
}
