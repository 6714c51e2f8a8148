//! `hearth audit`: who did what, when and from where.

use clap::Args;

use super::{Place, print, wait};
use crate::app::Tables;
use crate::error::Result;
use crate::services::accounts;

/// Show sign-ins, failures and changes of accounts, newest first
#[derive(Args)]
#[command(after_help = "Example:\n  hearth audit --user ada@example.com --limit 20")]
pub(super) struct Audit {
    /// Only what this person did, or what was done to their account
    #[arg(long, value_name = "EMAIL")]
    user: Option<String>,
    /// At most so many entries
    #[arg(long, default_value_t = 100)]
    limit: usize,
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
}

impl Audit {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        let app = place.open(Tables::Leave)?;
        let entries = wait(accounts::audit(&app, self.user.as_deref(), self.limit));
        app.stop();
        let entries = entries?;
        if self.json {
            print::json(&entries);
            return Ok(());
        }
        let mut rows = vec![
            ["AT", "ACTION", "USER", "TARGET", "ADDRESS"]
                .map(str::to_owned)
                .to_vec(),
        ];
        for entry in entries {
            let cell = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
            rows.push(vec![
                entry.at,
                entry.action,
                cell(entry.user),
                cell(entry.target),
                cell(entry.address),
            ]);
        }
        print::table(&rows);
        Ok(())
    }
}
