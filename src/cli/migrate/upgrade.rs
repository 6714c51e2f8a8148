//! `hearth migrate upgrade`: applies what waits; `--sql` and `--dry-run` change nothing.

use clap::Args;

use super::progress::Bar;
use super::{notes, open, report, sql, state, target_up, with_consent, without_database};
use crate::app;
use crate::cli::{Place, print};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::revisions::run::{self, Options};
use crate::revisions::target::{self, Target};

/// Apply the revisions that are not applied yet
#[derive(Args)]
pub(super) struct Upgrade {
    /// head, +N for so many steps, or a version
    #[arg(default_value = "head", value_parser = target_up)]
    target: Target,
    /// Print the exact SQL and change nothing
    #[arg(long, conflicts_with = "dry_run")]
    sql: bool,
    /// Run it on a copy of the database; say how long it takes, and what would be lost
    #[arg(long)]
    dry_run: bool,
    /// What may be lost: a column as items.title, or a whole table as items; may be repeated
    #[arg(long, value_name = "NAME")]
    allow_data_loss: Vec<String>,
}

impl Upgrade {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        if self.sql {
            let state = state(place)?;
            state.check()?;
            let count = target::count_up(&state, self.target)?;
            return sql::print(&state, &state.pending[..count]);
        }
        let config = place.load()?;
        let bar = Bar::new();
        let options = Options {
            folder: config.database.revisions.clone(),
            allowed: self.allow_data_loss.clone(),
            on_a_copy: self.dry_run,
            progress: bar.progress(),
            command: "hearth migrate upgrade".to_owned(),
        };
        if self.dry_run {
            return self.try_on_a_copy(place, &config, &options, bar);
        }
        let (_, mut opening) = open(place)?;
        let done = with_consent(options, |options| {
            run::upgrade(&mut opening, self.target, options)
        });
        drop(bar);
        let done = done?;
        report::up(&done);
        if done.steps.is_empty() {
            print::line("Nothing to apply");
        }
        Ok(())
    }

    fn try_on_a_copy(
        &self,
        place: &Place,
        config: &Config,
        options: &Options,
        bar: Bar,
    ) -> Result<()> {
        let missing = without_database(config);
        let folder = match missing {
            Some(_) => tempfile::tempdir(),
            // Beside the database: a temporary folder of the system may be too small.
            None => tempfile::tempdir_in(&config.server.data_dir),
        }
        .map_err(Error::internal)?;
        let path = folder.path().join("hearth.db");
        match missing {
            Some(message) => notes(&[message]),
            None => open(place)?.1.copy(&path)?,
        }
        let mut copy = app::open_copy(config, path)?;
        let done = run::upgrade(&mut copy, self.target, options);
        drop(bar);
        let done = done?;
        print::line("On a copy of the database; nothing was changed:");
        for step in &done.steps {
            print::line(format_args!(
                "  {} {} ({})",
                step.version,
                step.message,
                report::effort(step.rows, step.took)
            ));
        }
        for loss in &done.losses {
            print::line(format_args!(
                "  would lose {loss}; it needs --allow-data-loss {}",
                loss.object
            ));
        }
        if done.steps.is_empty() {
            print::line("  nothing to apply");
        }
        notes(&done.notes);
        Ok(())
    }
}
