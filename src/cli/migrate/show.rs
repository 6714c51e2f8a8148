//! `hearth migrate show`: one revision, both ways; `--restore` writes its files as they were applied.

use clap::Args;

use super::{number, refused, state};
use crate::cli::{Place, print};
use crate::error::{Code, Error, Result};
use crate::revisions::folder::Revision;
use crate::revisions::state::State;

/// Print one revision with its SQL
#[derive(Args)]
pub(super) struct Show {
    #[arg(value_parser = parse)]
    version: i64,
    /// Write its files as they were when it was applied
    #[arg(long)]
    restore: bool,
}

fn parse(text: &str) -> Result<i64, String> {
    number(text).ok_or_else(|| "use a version as 20261121093000".to_owned())
}

impl Show {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        let state = state(place)?;
        let stored = stored(&state, self.version);
        if self.restore {
            let Some(stored) = stored else {
                return Err(refused(format!(
                    "The database has no text of {}: it was not applied by Hearth",
                    self.version
                )));
            };
            state.folder.write(&stored)?.put()?;
            print::line(format_args!(
                "Wrote {} as it was applied",
                state.folder.shown("up", &stored.stem())
            ));
            return Ok(());
        }
        let revision = state.folder.find(self.version).cloned().or(stored);
        let Some(revision) = revision else {
            return Err(Error::new(
                Code::NotFound,
                format!(
                    "There is no revision {}. To see them: hearth migrate history",
                    self.version
                ),
            ));
        };
        let applied = state
            .applied
            .iter()
            .find(|found| found.version == self.version);
        print::line(format_args!("Revision  {}", revision.version));
        print::line(format_args!("Message   {}", revision.message()));
        print::line(format_args!(
            "Applied   {}",
            applied.map_or("no", |found| found.at.as_str())
        ));
        for (kind, text) in [("up", Some(&revision.up)), ("down", revision.down.as_ref())] {
            let place = state.folder.shown(kind, &revision.stem());
            print::line(format_args!("\n-- {place}"));
            print::line(text.map_or("-- (there is no such file)", |text| text.trim_end()));
        }
        Ok(())
    }
}

/// As it was when it was applied.
fn stored(state: &State, version: i64) -> Option<Revision> {
    let found = state
        .applied
        .iter()
        .find(|found| found.version == version)?;
    let details = found.details.as_ref()?;
    Some(Revision {
        version,
        name: found.name.clone(),
        up: details.up.clone(),
        down: details.down.clone(),
    })
}
