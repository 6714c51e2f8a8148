//! `hearth schedule …`: tasks that run by themselves, also beside a running server.

use clap::{Args, Subcommand};

use super::{Place, print, wait};
use crate::app::{App, Tables};
use crate::document::did_you_mean;
use crate::error::{Code, Error, Result};
use crate::lock;
use crate::services::access::Caller;
use crate::services::executions::schedules;

/// List, pause and resume the schedules of tasks
#[derive(Args)]
#[command(
    after_help = "Examples:\n  hearth schedule list\n  hearth schedule pause nightly\n  hearth schedule resume nightly"
)]
pub(super) struct Schedule {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// All schedules: when each runs next, and ran last
    #[command(after_help = "Example:\n  hearth schedule list --json | jq -r '.[].next_at'")]
    List {
        /// As JSON, for programs
        #[arg(long)]
        json: bool,
    },
    /// Let no time of it run until it is resumed
    #[command(after_help = "Example:\n  hearth schedule pause nightly")]
    Pause {
        /// The task's name
        task: String,
    },
    /// Let it run again; what was missed meanwhile is not made up for
    #[command(after_help = "Example:\n  hearth schedule resume nightly")]
    Resume {
        /// The task's name
        task: String,
    },
}

const OPERATOR: Caller = Caller::Operator { acts_for: None };

impl Schedule {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        let app = place.open(Tables::Leave)?;
        let done = wait(act(&app, self.action));
        app.stop();
        done
    }
}

async fn act(app: &App, action: Action) -> Result<()> {
    // What no server has written down yet; one that runs goes by the file that it read.
    if lock::holder(&app.config.server.data_dir)?.is_none() {
        schedules::declare(app).await?;
    }
    match action {
        Action::List { json } => list(app, json).await?,
        Action::Pause { task } => {
            pause(app, &task, true).await?;
            print::line("Paused");
        }
        Action::Resume { task } => {
            let one = pause(app, &task, false).await?;
            print::line(format_args!(
                "It runs next at {}",
                one.next_at.unwrap_or_default()
            ));
        }
    }
    Ok(())
}

async fn pause(app: &App, task: &str, paused: bool) -> Result<schedules::Shown> {
    match schedules::pause(app, &OPERATOR, task, paused).await {
        Err(error) if error.code() == Code::NotFound => {
            let known = schedules::list(app, &OPERATOR).await?;
            let hint = did_you_mean(task, known.iter().map(|one| one.task.as_str()));
            let message = format!(
                "There is no schedule of a task `{task}`.{hint} `hearth schedule list` shows all"
            );
            Err(Error::new(Code::NotFound, message))
        }
        done => done,
    }
}

async fn list(app: &App, json: bool) -> Result<()> {
    let list = schedules::list(app, &OPERATOR).await?;
    if json {
        print::json(&list);
        return Ok(());
    }
    let titles = ["TASK", "SCHEDULE", "TIME ZONE", "NEXT", "LAST", "OWNER"];
    let mut rows = vec![titles.map(str::to_owned).to_vec()];
    for one in list {
        let cell = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        let next = if one.paused {
            Some("paused".to_owned())
        } else {
            one.next_at
        };
        rows.push(vec![
            one.task,
            one.schedule,
            one.timezone,
            cell(next),
            cell(one.last_at),
            cell(one.owner),
        ]);
    }
    print::table(&rows);
    Ok(())
}
