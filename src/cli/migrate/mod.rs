//! `hearth migrate`: the history of the models' tables, in Alembic's words; one file a subcommand.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use clap::{Args, Subcommand};

use super::{Place, prepare, print};
use crate::app;
use crate::config::Config;
use crate::error::{Code, Error, Result};
use crate::revisions::run::{Options, Report};
use crate::revisions::state::State;
use crate::revisions::target::Target;
use crate::store::Opening;

mod check;
mod current;
mod downgrade;
mod heads;
mod history;
mod progress;
mod rebase;
mod report;
mod revision;
mod show;
mod sql;
mod stamp;
mod upgrade;

/// Change the models' tables step by step, forth and back
#[derive(Args)]
#[command(
    after_help = "Examples:\n  hearth migrate revision --autogenerate -m \"add priority\"\n  hearth migrate upgrade\n  \
                  hearth migrate downgrade -1\n  hearth migrate history -v\n  hearth migrate check"
)]
pub(super) struct Migrate {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Revision(revision::Revision),
    Upgrade(upgrade::Upgrade),
    Downgrade(downgrade::Downgrade),
    History(history::History),
    Current(current::Current),
    Heads(heads::Heads),
    Show(show::Show),
    Check(check::Check),
    Stamp(stamp::Stamp),
    Rebase(rebase::Rebase),
}

impl Migrate {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        match self.command {
            Command::Revision(command) => command.run(place),
            Command::Upgrade(command) => command.run(place),
            Command::Downgrade(command) => command.run(place),
            Command::History(command) => command.run(place),
            Command::Current(command) => command.run(place),
            Command::Heads(command) => command.run(place),
            Command::Show(command) => command.run(place),
            Command::Check(command) => command.run(place),
            Command::Stamp(command) => command.run(place),
            Command::Rebase(command) => command.run(place),
        }
    }
}

/// The configuration and the database, beside whatever server runs on it.
fn open(place: &Place) -> Result<(Config, Opening)> {
    let config = place.load()?;
    prepare(&config)?;
    let opening = app::open_tables(&config)?;
    Ok((config, opening))
}

/// The same, where a database must be there already.
fn open_existing(place: &Place) -> Result<(Config, Opening)> {
    let config = place.load()?;
    match without_database(&config) {
        Some(message) => Err(refused(message)),
        None => open(place),
    }
}

/// What a person is told where there is none, and what makes one.
fn without_database(config: &Config) -> Option<String> {
    let data_dir = &config.server.data_dir;
    (!app::database(data_dir).exists()).then(|| {
        format!(
            "There is no database in {} yet. To make it with the tables of your models: hearth serve; with the revisions of \
             the folder alone: hearth migrate upgrade",
            data_dir.display()
        )
    })
}

/// Ledger and folder at this moment. Without a database none is made, and the files alone are told.
fn state(place: &Place) -> Result<State> {
    let config = place.load()?;
    if let Some(message) = without_database(&config) {
        notes(&[message]);
        return State::without_database(&config.database.revisions);
    }
    let (config, opening) = open(place)?;
    opening.read(|db| State::read(db, &config.database.revisions))
}

/// `head`, `+2`, `20261121093000` or the number with its V.
fn target_up(text: &str) -> Result<Target, String> {
    match text.strip_prefix('+') {
        Some(steps) => steps.parse().map(Target::Steps).map_err(|_| ()),
        None if text.eq_ignore_ascii_case("head") => Ok(Target::Head),
        None => version(text),
    }
    .map_err(|()| "use head, +1 or a version as 20261121093000".to_owned())
}

/// `base`, `-1` or a version.
fn target_down(text: &str) -> Result<Target, String> {
    match text.strip_prefix('-') {
        Some(steps) => steps.parse().map(Target::Steps).map_err(|_| ()),
        None if text.eq_ignore_ascii_case("base") => Ok(Target::Base),
        None => version(text),
    }
    .map_err(|()| "use -1, base or a version as 20261121093000".to_owned())
}

/// `head`, `base` or a version.
fn target_stamp(text: &str) -> Result<Target, String> {
    match text {
        "head" => Ok(Target::Head),
        "base" => Ok(Target::Base),
        text => {
            version(text).map_err(|()| "use head, base or a version as 20261121093000".to_owned())
        }
    }
}

fn version(text: &str) -> Result<Target, ()> {
    number(text).map(Target::Version).ok_or(())
}

fn number(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('V').unwrap_or(text);
    digits.parse().ok().filter(|version| *version > 0)
}

/// 0 is the base.
fn called(version: i64) -> String {
    match version {
        0 => "<base>".to_owned(),
        version => version.to_string(),
    }
}

/// Asks on a terminal; elsewhere nobody answers.
fn ask(question: &str) -> bool {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return false;
    }
    let _ = write!(std::io::stderr(), "{question} [y/N] ");
    let mut answer = String::new();
    let _ = std::io::stdin().lock().read_line(&mut answer);
    matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}

/// Runs, and where data would be lost asks a person at a terminal whether that is meant.
fn with_consent(
    mut options: Options,
    mut run: impl FnMut(&Options) -> Result<Report>,
) -> Result<Report> {
    let error = match run(&options) {
        Err(error) => error,
        done => return done,
    };
    let refused = error
        .cause()
        .and_then(|cause| cause.downcast_ref::<crate::revisions::run::Refused>());
    let Some(refused) = refused else {
        return Err(error);
    };
    let lines: Vec<String> = refused.0.iter().map(|loss| format!("  {loss}")).collect();
    let question = format!(
        "This would lose data (a backup is made first):\n{}\nGo on?",
        lines.join("\n")
    );
    if !ask(&question) {
        return Err(error);
    }
    options
        .allowed
        .extend(refused.0.iter().map(|loss| loss.object.clone()));
    run(&options)
}

/// A remark on stderr.
fn notes(list: &[String]) {
    for note in list {
        print::note(format_args!("note: {note}"));
    }
}

fn refused(message: String) -> Error {
    Error::new(Code::Conflict, message)
}
