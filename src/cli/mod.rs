//! The command line: one file a command. Only here anything is printed.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};

use crate::app::{self, App, Tables};
use crate::config::{self, Config, Flags};
use crate::document::did_you_mean;
use crate::error::{Code, Error, Result};
use crate::lock;
use crate::models::Model;

mod ask;
mod audit;
mod auth;
mod check;
mod docs;
mod export;
mod greeting;
mod guide;
mod import;
mod init;
mod key;
mod mail;
mod migrate;
mod notices;
mod openapi;
mod port;
mod print;
mod routes;
mod schedule;
mod serve;
mod settings;
mod user;

#[derive(Parser)]
#[command(
    name = "hearth",
    version,
    about = "A whole backend in one executable: accounts, typed REST, isolation, docs and a console on one SQLite file",
    after_help = "Start with:\n  hearth serve               a backend in this folder, with the model `items`\n  \
                  hearth init                write a config.toml to declare your own models in\n  \
                  hearth guide               how to use this project's API, on one page\n  \
                  hearth docs                pages about models, settings, realtime, executions …"
)]
struct Cli {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

/// Where the configuration and the data are.
#[derive(Args, Clone, Debug)]
struct Place {
    /// The configuration [default: config.toml here, or the built-in one]
    #[arg(long, global = true, env = "HEARTH_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where Hearth keeps its data [default: hearth_data beside the configuration]
    #[arg(long, global = true, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Serve),
    Init(init::Init),
    Check(check::Check),
    Settings(settings::Settings),
    Routes(routes::Routes),
    Openapi(openapi::Openapi),
    User(user::User),
    Key(key::Key),
    Schedule(schedule::Schedule),
    Import(import::Import),
    Export(export::Export),
    Audit(audit::Audit),
    Auth(auth::Auth),
    Mail(mail::Mail),
    Migrate(migrate::Migrate),
    Guide(guide::Guide),
    Docs(docs::Docs),
}

/// Runs the command of this process. 0 done, 1 refused or failed, 2 wrong usage.
pub fn run() -> ExitCode {
    crate::auth::token::install_provider();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(usage) => {
            let _ = usage.print();
            return ExitCode::from(u8::try_from(usage.exit_code()).unwrap_or(2));
        }
    };
    let place = cli.place;
    let done = match cli.command {
        Command::Serve(command) => command.run(&place),
        Command::Init(command) => command.run(),
        Command::Check(command) => command.run(&place),
        Command::Settings(command) => command.run(&place),
        Command::Routes(command) => command.run(&place),
        Command::Openapi(command) => command.run(&place),
        Command::User(command) => command.run(&place),
        Command::Key(command) => command.run(&place),
        Command::Schedule(command) => command.run(&place),
        Command::Import(command) => command.run(&place),
        Command::Export(command) => command.run(&place),
        Command::Audit(command) => command.run(&place),
        Command::Auth(command) => command.run(&place),
        Command::Mail(command) => command.run(&place),
        Command::Migrate(command) => command.run(&place),
        Command::Guide(command) => command.run(&place),
        Command::Docs(command) => command.run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print::error(&error);
            ExitCode::FAILURE
        }
    }
}

impl Place {
    fn flags(&self) -> Flags {
        Flags {
            config: self.config.clone(),
            data_dir: self.data_dir.clone(),
            ..Flags::default()
        }
    }

    /// The configuration, for commands that need no database.
    fn load(&self) -> Result<Config> {
        load(&self.flags())
    }

    /// A data folder that exists, opened beside whatever server runs on it.
    fn open(&self, tables: Tables) -> Result<Arc<App>> {
        let config = self.load()?;
        if !app::database(&config.server.data_dir).exists() {
            let message = format!(
                "There is no database in {} yet. Make it with `hearth serve`, or with `hearth user create --admin EMAIL`",
                config.server.data_dir.display()
            );
            return Err(Error::conflict(message));
        }
        self.open_with(config, tables)
    }

    /// The same, and where there is none it is made.
    fn open_with(&self, config: Config, tables: Tables) -> Result<Arc<App>> {
        let is_running = prepare(&config)?;
        // A running server's tables are its own; a command may use them, not change them.
        let tables = if is_running && tables == Tables::BringUpToDate {
            Tables::Expect
        } else {
            tables
        };
        App::open(config, tables, None)
    }
}

/// Makes the data folder and says whether a server runs on it. One of another version is left alone.
fn prepare(config: &Config) -> Result<bool> {
    let data_dir = &config.server.data_dir;
    let running = lock::holder(data_dir)?;
    if let Some(other) = running
        .as_ref()
        .filter(|holder| holder.version != env!("CARGO_PKG_VERSION"))
    {
        let message = format!(
            "A server of Hearth {} runs on {}, this is {}. Stop it first, or use its own version",
            other.version,
            data_dir.display(),
            env!("CARGO_PKG_VERSION")
        );
        return Err(Error::conflict(message));
    }
    make_folder(data_dir)?;
    Ok(running.is_some())
}

fn load(flags: &Flags) -> Result<Config> {
    let config = config::load(flags).map_err(|mistakes| {
        let count = mistakes.list.len();
        let text = if count == 1 {
            mistakes.to_string()
        } else {
            format!("The configuration has {count} mistakes\n{mistakes}")
        };
        Error::new(Code::Invalid, text)
    })?;
    let folder = &config.server.data_dir;
    if folder.exists() && !folder.is_dir() {
        let message = format!(
            "{} is not a folder. Name another one with --data-dir",
            folder.display()
        );
        return Err(Error::new(Code::Invalid, message));
    }
    Ok(config)
}

/// The model of that name.
fn model<'c>(config: &'c Config, name: &str) -> Result<&'c Model> {
    let found = config.models.find(name).map(AsRef::as_ref);
    found.ok_or_else(|| {
        let names = config.models.iter().map(|model| model.name.as_str());
        let hint = did_you_mean(name, names);
        Error::new(Code::NotFound, format!("There is no model `{name}`.{hint}"))
    })
}

/// Makes the data folder, for this user alone.
fn make_folder(folder: &std::path::Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|cause| {
        let message = format!(
            "Cannot make {}: {cause}. Name another folder with --data-dir",
            folder.display()
        );
        Error::new(Code::Unavailable, message)
    })
}

/// Runs asynchronous work of a command to its end.
fn wait<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::internal)?;
    runtime.block_on(work)
}
