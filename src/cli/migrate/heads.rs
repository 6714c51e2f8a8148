//! `hearth migrate heads`: the newest revision of the folder. History is linear, so there is one.

use clap::Args;

use super::{called, notes, state};
use crate::cli::{Place, print};
use crate::error::Result;

/// Print the newest revision of the folder
#[derive(Args)]
pub(super) struct Heads {}

impl Heads {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        let state = state(place)?;
        let head = state.folder.head().map_or(0, |head| head.version);
        print::line(format_args!("{} (head)", called(head)));
        notes(&state.late_lines());
        Ok(())
    }
}
