//! `hearth settings`: each setting as it is in force, and where it comes from.

use clap::Args;

use super::{Place, print};
use crate::config;
use crate::error::Result;

/// Show each setting: its value, where it comes from, its bounds
#[derive(Args)]
#[command(
    after_help = "Examples:\n  hearth settings\n  hearth settings --json | jq \'.[] | select(.source != \"default\")\'\n  hearth settings --schema > config.schema.json"
)]
pub(super) struct Settings {
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
    /// Print the JSON Schema of config.toml, for editors
    #[arg(long, conflicts_with = "json")]
    schema: bool,
}

impl Settings {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        if self.schema {
            print::json(&config::schema());
            return Ok(());
        }
        let config = place.load()?;
        if self.json {
            print::json(&config.settings);
            return Ok(());
        }
        let mut rows = vec![
            ["SETTING", "VALUE", "FROM", "BOUNDS", "CHANGE"]
                .map(str::to_owned)
                .to_vec(),
        ];
        for setting in config.settings {
            let change = if setting.restart { "restart" } else { "live" }.to_owned();
            rows.push(vec![
                setting.name,
                setting.value.to_string(),
                setting.source,
                setting.bounds,
                change,
            ]);
        }
        print::table(&rows);
        Ok(())
    }
}
