//! `hearth migrate current`: where the database is.

use clap::Args;

use super::{called, state};
use crate::cli::{Place, print};
use crate::error::Result;

/// Print the revision that the database is at
#[derive(Args)]
pub(super) struct Current {}

impl Current {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        let state = state(place)?;
        let head = state.folder.head().map_or(0, |head| head.version);
        let mark = if head == state.current() {
            " (head)"
        } else {
            ""
        };
        print::line(format_args!("{}{mark}", called(state.current())));
        Ok(())
    }
}
