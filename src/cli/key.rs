//! `hearth key …`: API keys from the command line, also beside a running server.

use clap::{Args, Subcommand};

use super::{Place, print, wait};
use crate::app::{App, Tables};
use crate::error::{Error, Result};
use crate::services::access::{ADMIN, Caller};
use crate::services::accounts;
use crate::services::api_keys::{self, New};

/// Create, list and delete API keys of programs
#[derive(Args)]
#[command(
    after_help = "Examples:\n  hearth key create nightly --user ada@example.com --scope read\n  \
                        hearth key create --worker builder --user ada@example.com"
)]
pub(super) struct Key {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Make a key; it is printed once, alone on stdout
    #[command(
        after_help = "Examples:\n  KEY=$(hearth key create nightly --user ada@example.com --scope read)\n  \
                            hearth key create --worker builder --user ada@example.com"
    )]
    Create {
        /// What to call it
        name: String,
        /// Whose rights it has; a worker's key is an admin's
        #[arg(long, value_name = "EMAIL")]
        user: String,
        /// What it may do: read, write, read:MODEL, write:MODEL, worker, worker:TASK, metrics; read and write without it
        #[arg(long, value_name = "SCOPE")]
        scope: Vec<String>,
        /// The same as --scope worker
        #[arg(long)]
        worker: bool,
        /// When it ends, in days from now; without it, when it is deleted
        #[arg(long, value_name = "DAYS")]
        days: Option<u16>,
    },
    /// All keys; never the keys themselves
    #[command(after_help = "Example:\n  hearth key list --json | jq -r '.[].prefix'")]
    List {
        /// As JSON, for programs
        #[arg(long)]
        json: bool,
    },
    /// End a key at once
    #[command(after_help = "Example:\n  hearth key delete 01990c5e-0000-7000-8000-000000000000")]
    Delete {
        /// Which; `hearth key list` shows all
        id: String,
    },
}

const OPERATOR: Caller = Caller::Operator { acts_for: None };

impl Key {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        let app = place.open(Tables::Leave)?;
        let done = wait(act(&app, self.action));
        app.stop();
        done
    }
}

async fn act(app: &App, action: Action) -> Result<()> {
    match action {
        Action::Create {
            name,
            user,
            mut scope,
            worker,
            days,
        } => {
            if worker {
                scope.push("worker".to_owned());
            }
            let owner = accounts::find_by_email(app, &user).await?;
            let works = scope.iter().any(|scope| scope.starts_with("worker"));
            if works && owner.role != ADMIN {
                let message = format!(
                    "A worker's key is an admin's, and {user} is none: hearth user promote {user}"
                );
                return Err(Error::forbidden(message));
            }
            let expires_at = days.map(|days| {
                let hours = jiff::SignedDuration::from_hours(i64::from(days) * 24);
                (jiff::Timestamp::now() + hours).to_string()
            });
            let new = New {
                name,
                scopes: (!scope.is_empty()).then_some(scope),
                expires_at,
            };
            let (_, key) = api_keys::make(app, &owner.id, &owner.role, new, None).await?;
            print::line(key);
        }
        Action::List { json } => list(app, json).await?,
        Action::Delete { id } => {
            api_keys::delete_any(app, &OPERATOR, id, None).await?;
            print::line("Deleted; it works no more");
        }
    }
    Ok(())
}

async fn list(app: &App, json: bool) -> Result<()> {
    let keys = api_keys::list_all(app, &OPERATOR).await?;
    if json {
        let keys: Vec<_> = keys.into_iter().map(|(key, _)| key).collect();
        print::json(&keys);
        return Ok(());
    }
    let titles = ["PREFIX", "NAME", "USER", "SCOPES", "LAST USED", "ID"];
    let mut rows = vec![titles.map(str::to_owned).to_vec()];
    for (key, user) in keys {
        rows.push(vec![
            key.prefix,
            key.name,
            user,
            key.scopes.join(" "),
            key.last_used_at.unwrap_or_else(|| "never".to_owned()),
            key.id,
        ]);
    }
    print::table(&rows);
    Ok(())
}
