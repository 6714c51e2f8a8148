//! `hearth migrate downgrade`: undoes what is applied.

use clap::Args;

use super::progress::Bar;
use super::{open_existing, report, target_down, with_consent};
use crate::cli::{Place, print};
use crate::error::Result;
use crate::revisions::run::{self, Options};
use crate::revisions::target::Target;

/// Undo revisions, the newest first
#[derive(Args)]
pub(super) struct Downgrade {
    /// -1 for one step, base for all, or the version that stays the last
    #[arg(value_parser = target_down, allow_hyphen_values = true)]
    target: Target,
    /// What may be lost: a column as items.title, or a whole table as items; may be repeated
    #[arg(long, value_name = "NAME")]
    allow_data_loss: Vec<String>,
    /// Answer questions with yes; not enough to lose data
    #[arg(long)]
    yes: bool,
}

impl Downgrade {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        let (config, mut opening) = open_existing(place)?;
        let bar = Bar::new();
        let target = match self.target {
            Target::Base => "base".to_owned(),
            Target::Steps(steps) => format!("-{steps}"),
            Target::Version(version) => version.to_string(),
            Target::Head => "head".to_owned(),
        };
        let options = Options {
            folder: config.database.revisions.clone(),
            allowed: self.allow_data_loss,
            progress: bar.progress(),
            command: format!("hearth migrate downgrade {target}"),
            ..Options::default()
        };
        let done = with_consent(options, |options| {
            run::downgrade(&mut opening, self.target, options)
        });
        drop(bar);
        let done = done?;
        report::down(&done);
        if done.steps.is_empty() {
            print::line("Nothing to undo");
        }
        Ok(())
    }
}
