//! Settings: `config.toml`, `HEARTH_SECTION__KEY` and flags become one `Config`; every mistake has its line.
//!
//! A flag wins over the environment, the environment over the file, the file over the default.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::error::Mistake;
use crate::models::Models;

mod accept;
mod blank;
mod checks;
#[cfg(test)]
mod docs;
mod environment;
mod file;
mod form;
mod issuers;
mod key;
mod keys;
mod lists;
mod load;
mod logs;
mod mail;
mod manual;
mod model_schema;
mod network;
mod origin;
mod providers;
mod roles;
pub mod rooms;
mod schema;
mod secret;
mod source;
mod tables;
pub mod tasks;
#[cfg(test)]
mod tests;
mod units;
mod wrong;

pub(crate) use accept::address;
pub(crate) use issuers::fetchable;
pub use issuers::{Issuer, KeySource};
pub use load::load;
pub use mail::{Mail, MailTls};
pub use manual::init_text;
pub use providers::{Endpoints, Protocol, Provider};
pub use rooms::Realtime;
pub use schema::schema;

/// All settings and models as they are in force. Paths are absolute.
#[derive(Clone, Debug)]
pub struct Config {
    /// None: the embedded default.
    pub file: Option<PathBuf>,
    pub server: Server,
    pub database: Database,
    pub auth: Auth,
    pub realtime: Realtime,
    pub executions: Executions,
    /// What `[tasks.NAME]` says.
    pub tasks: Vec<tasks::Task>,
    pub mail: Mail,
    pub logs: Logs,
    pub models: Models,
    /// Each setting as it is in force and where it comes from, for `hearth settings`.
    pub settings: Vec<Setting>,
    /// What is worth saying, but no mistake: a renamed key, a field that a parameter hides.
    pub notes: Vec<String>,
}

/// An amount of time as it is written in the configuration: `24h`, `7d`.
pub fn duration(text: &str) -> Option<std::time::Duration> {
    units::Amount::parse(text).ok()
}

/// What the command line says; each wins over the environment and the file.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--config` or `HEARTH_CONFIG`; without it `config.toml` of the working directory, if there is one.
    pub config: Option<PathBuf>,
    pub data_dir: Option<PathBuf>,
    pub host: Option<IpAddr>,
    pub port: Option<u16>,
    /// The data folder is a temporary one that the caller made; port 0 is allowed.
    pub ephemeral: bool,
}

/// One setting as it is in force. A secret's value is never in here.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Setting {
    /// `server.port`
    pub name: String,
    pub value: serde_json::Value,
    /// `config.toml:12`, `HEARTH_SERVER__PORT`, `--port`, `default`.
    pub source: String,
    /// In words: "1 to 65535".
    pub bounds: String,
    /// Whether a change waits for a restart.
    pub restart: bool,
}

/// Every mistake of a configuration at once. Its text has a line for each: `config.toml:12: …`.
#[derive(Debug)]
pub struct Mistakes {
    pub file: String,
    pub list: Vec<Mistake>,
}

impl std::fmt::Display for Mistakes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, mistake) in self.list.iter().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            if mistake.line > 0 {
                write!(f, "{}:{}: ", self.file, mistake.line)?;
            }
            f.write_str(&mistake.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Mistakes {}

/// What is found on the way beside the mistakes in the document.
#[derive(Debug, Default)]
struct Findings {
    mistakes: Vec<Mistake>,
    notes: Vec<String>,
}

impl Findings {
    /// A mistake outside of the file.
    fn mistake(&mut self, message: String) {
        self.mistakes.push(Mistake { line: 0, message });
    }
}

#[derive(Clone, Debug)]
pub struct Server {
    pub host: IpAddr,
    pub port: u16,
    /// How people reach it: an origin without a path, as `https://app.example.com`.
    pub url: Option<String>,
    /// Further names that a Host header may have.
    pub hosts: Vec<String>,
    pub cors_origins: Vec<String>,
    pub trusted_proxies: Vec<Network>,
    pub data_dir: PathBuf,
    pub public_dir: PathBuf,
    /// Of schedules.
    pub timezone: jiff::tz::TimeZone,
    pub connections: usize,
    /// Bytes of a JSON body.
    pub body_size: usize,
    pub idle_timeout: Duration,
    pub drain_timeout: Duration,
    pub metrics: MetricsReaders,
}

/// An address range, as `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    pub address: IpAddr,
    pub prefix: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricsReaders {
    /// Admins, or an API key with the scope `metrics`.
    Key,
    Loopback,
    Open,
}

#[derive(Clone, Debug)]
pub struct Database {
    pub synchronous: Synchronous,
    pub auto_migrate: bool,
    /// The folder of the user's revisions.
    pub revisions: PathBuf,
    pub query_timeout: Duration,
    /// Bytes, of all connections together.
    pub cache_size: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Synchronous {
    Full,
    Normal,
}

#[derive(Clone, Debug)]
pub struct Auth {
    pub registration: Registration,
    /// None: the one that is generated at first start and kept in the database.
    pub secret: Option<Secret>,
    pub access_lifetime: Duration,
    /// Since its last use.
    pub refresh_lifetime: Duration,
    /// Since sign-in.
    pub session_lifetime: Duration,
    /// The minimum, in characters.
    pub password_length: usize,
    pub attempts_per_account: Rate,
    pub attempts_per_address: Rate,
    /// Roles that must have a second factor.
    pub second_factor: Vec<String>,
    /// Own roles beside `user` and `admin`.
    pub roles: Vec<String>,
    /// Whether a foreign account with the verified e-mail address of one of ours becomes that account.
    pub link_verified_email: bool,
    pub issuers: Vec<Issuer>,
    /// Where people can sign in instead of by password.
    pub providers: Vec<Provider>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    Open,
    Closed,
}

/// So many within the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub count: u32,
    pub per: Duration,
}

/// A secret text: never printed, not even by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Secret(text.into())
    }

    /// Name of this method is the marker to look for where secrets are used.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[derive(Clone, Debug)]
pub struct Executions {
    pub lease: Duration,
    pub cancel_grace: Duration,
    /// Of those that are over.
    pub retention: Duration,
    /// Of one execution.
    pub events: usize,
    /// Bytes, of one execution.
    pub events_size: u64,
    /// Whether a task without a section of its own is refused.
    pub declared_only: bool,
    /// Tasks with a `command` at once; none: as many as there are cores.
    pub commands: Option<usize>,
    /// Where programs are looked for: this process's own `PATH`.
    pub path: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Logs {
    /// A level or a filter: `info`, `info,store=debug`.
    pub level: String,
    pub format: LogFormat,
    pub requests: RequestLog,
    pub audit_retention: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Human on a terminal, JSON otherwise.
    Auto,
    Human,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestLog {
    All,
    Writes,
    Errors,
}
