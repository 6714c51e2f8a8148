//! `hearth check`: is the configuration right, and does it fit the database?

use clap::Args;

use super::{Place, print};
use crate::app;
use crate::config::Config;
use crate::error::{Error, Result};

/// Check config.toml and the environment, and whether the database fits, without changing anything
#[derive(Args)]
#[command(
    after_help = "Examples:\n  hearth check\n  hearth check --config staging.toml\n  hearth check --database"
)]
pub(super) struct Check {
    /// Read the whole database as well, and say whether it is sound; a second for each 100 MiB or so
    #[arg(long)]
    database: bool,
}

impl Check {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        let config = place.load()?;
        super::mail::check_templates(&config)?;
        for note in &config.notes {
            print::note(format_args!("note: {note}"));
        }
        let source = config
            .file
            .as_ref()
            .map_or("the built-in configuration".to_owned(), |file| {
                file.display().to_string()
            });
        let models = config.models.iter().count();
        let fine = format!(
            "{source} is fine: {models} {}",
            if models == 1 { "model" } else { "models" }
        );
        let sound = self.database && app::database(&config.server.data_dir).exists();
        if sound {
            app::quick_check(&config)?;
        }
        let plan = app::pending(&config).map_err(|error| match error.cause() {
            // It could not be looked at.
            Some(_) => error,
            None => Error::new(
                error.code(),
                format!("The database does not fit {source}:\n{error}"),
            ),
        })?;
        print::line(fine);
        redirects(&config);
        if !app::database(&config.server.data_dir).exists() {
            print::line("There is no database yet; the first start makes it");
        }
        if sound {
            print::line("The database is sound");
        }
        for note in &plan.notes {
            print::note(format_args!("note: {note}"));
        }
        for step in &plan.steps {
            print::line(format_args!("to do at the next start: {step}"));
        }
        Ok(())
    }
}

/// What has to be registered at each provider, letter by letter.
fn redirects(config: &Config) {
    let url = config.server.url.as_deref().unwrap_or_default();
    for provider in &config.auth.providers {
        print::line(format_args!(
            "redirect URL to register at {}: {url}{}",
            provider.title,
            provider.callback()
        ));
    }
}
