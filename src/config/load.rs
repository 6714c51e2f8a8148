//! From the file, the environment and the flags to one `Config`, or to every mistake at once.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use super::accept::{self, Place, absolute};
use super::environment::Environment;
use super::file::{Reader, Written};
use super::form::{Given, Raw};
use super::key::{Fallback, Key, Renamed};
use super::roles::Role;
use super::source::{NAME, Source};
use super::{Config, Findings, Flags, Mistakes, Setting, checks, edit, keys, tasks};
use crate::document::{Document, Value};
use crate::models::declare;

/// One key with the value that won.
#[derive(Clone, Debug)]
pub(super) struct InForce {
    pub(super) key: &'static Key,
    pub(super) value: Json,
    pub(super) source: String,
    /// Of the file; 0 when it comes from elsewhere.
    pub(super) line: usize,
    /// Whether nothing was wrong with it.
    pub(super) sound: bool,
}

/// Reads the file and the environment, checks all of it, and says what is in force.
pub fn load(flags: &Flags) -> Result<Config, Mistakes> {
    match std::env::current_dir() {
        Ok(working) => load_from(flags, &Environment::of_process(), &working),
        Err(error) => Err(unreadable(&error)),
    }
}

/// What would be in force if that text stood in the file of that path.
pub(super) fn candidate(flags: &Flags, text: &str, path: PathBuf) -> Result<Config, Mistakes> {
    let working = std::env::current_dir().map_err(|error| unreadable(&error))?;
    let environment = Environment::of_process();
    let mut source = Source::find(flags, &environment, &working)?;
    source.text = Cow::Owned(text.to_owned());
    source.file.get_or_insert(path);
    Loading {
        source: &source,
        flags,
        environment: &environment,
        working: &working,
        renamed: keys::RENAMED,
    }
    .run()
}

fn unreadable(error: &std::io::Error) -> Mistakes {
    let message = format!("The working directory can't be read: {error}.");
    Mistakes::of_file(NAME, &message)
}

/// The same with a given environment and working directory.
pub(super) fn load_from(
    flags: &Flags,
    environment: &Environment,
    working: &Path,
) -> Result<Config, Mistakes> {
    let source = Source::find(flags, environment, working)?;
    Loading {
        source: &source,
        flags,
        environment,
        working,
        renamed: keys::RENAMED,
    }
    .run()
}

/// One run over all sources.
pub(super) struct Loading<'l> {
    pub(super) source: &'l Source,
    pub(super) flags: &'l Flags,
    pub(super) environment: &'l Environment,
    pub(super) working: &'l Path,
    pub(super) renamed: &'l [Renamed],
}

impl Loading<'_> {
    pub(super) fn run(&self) -> Result<Config, Mistakes> {
        let mut findings = Findings::default();
        let document = Document::new(&self.source.text);
        let table = document.table();
        // Where the text is not TOML, what follows may be misread: other mistakes would be ours, not the person's.
        let legible = document.mistakes().is_empty();
        let written = if legible {
            let reader = Reader {
                document: &document,
                shown: &self.source.shown,
                renamed: self.renamed,
                findings: &mut findings,
            };
            reader.read(table)
        } else {
            Written::default()
        };
        let mut config = Config::blank();
        config.file.clone_from(&self.source.file);
        config.flags = self.flags.clone();
        let mut in_force = self.settle(&written, &mut config, &mut findings);
        self.apply_flags(&mut config, &mut in_force);
        follow(self.flags.ephemeral, &mut config, &mut in_force);
        checks::all(&config, &in_force, &mut findings);
        config.auth.roles = written.roles.iter().map(|role| role.name.clone()).collect();
        checks::second_factor(&config, &in_force, &mut findings);
        config.realtime.rooms.clone_from(&written.rooms);
        config.tasks = tasks::read(&document, written.tasks.as_ref());
        config.executions.path = self.environment.find("PATH").map(str::to_owned);
        let entries = self.settle_tables(&written, &mut config, &mut findings);
        if let Some(models) = &written.models {
            config.models = declare::read(&document, models, &config.auth.roles);
            config.declared = edit::declared(&self.source.text);
        }
        let mut list = [findings.mistakes, document.mistakes()].concat();
        if !list.is_empty() {
            list.sort_by_key(|mistake| mistake.line);
            return Err(Mistakes {
                file: self.source.shown.clone(),
                list,
            });
        }
        config.settings = self.shown(in_force, &written.roles);
        config.settings.extend(entries);
        let rooms = written.rooms.iter();
        let shown = rooms.map(|room| room.shown(&self.source.shown));
        config.settings.extend(shown);
        config.notes = findings.notes;
        let notes = checks::notes(&config);
        config.notes.extend(notes);
        Ok(config)
    }

    /// Default, file, environment: each is checked, the last one wins.
    fn settle(
        &self,
        written: &Written<'_>,
        config: &mut Config,
        findings: &mut Findings,
    ) -> Vec<InForce> {
        let variables = self.environment.settings(self.renamed, findings);
        let mut list = Vec::new();
        for key in keys::all() {
            let mut winner = InForce {
                key,
                value: Json::Null,
                source: "default".to_owned(),
                line: 0,
                sound: true,
            };
            let default = default(key);
            let ranks = [
                default.as_ref(),
                written.given.get(key.name),
                variables.get(key.name),
            ];
            let last = ranks.iter().rposition(Option::is_some);
            for (rank, given) in ranks.into_iter().enumerate() {
                let Some(given) = given else { continue };
                let place = Place {
                    folder: &self.source.folder,
                    environment: self.environment,
                    ephemeral: self.flags.ephemeral,
                    in_force: Some(rank) == last,
                };
                match accept::accept(key, given, &place, config) {
                    Ok(value) => winner.value = value,
                    Err(mistakes) => {
                        findings.mistakes.extend(mistakes);
                        winner.sound = false;
                    }
                }
                winner.source.clone_from(&given.source);
                winner.line = given.raw.line;
            }
            list.push(winner);
        }
        list
    }

    /// Each `[[section.name]]`, of the file alone.
    fn settle_tables(
        &self,
        written: &Written<'_>,
        config: &mut Config,
        findings: &mut Findings,
    ) -> Vec<Setting> {
        let place = Place {
            folder: &self.source.folder,
            environment: self.environment,
            ephemeral: self.flags.ephemeral,
            in_force: true,
        };
        let mut shown = Vec::new();
        for tables in keys::TABLES {
            let entries = written
                .tables
                .get(tables.name)
                .map_or(&[][..], Vec::as_slice);
            shown.extend(tables.accept(entries, &self.source.shown, &place, config, findings));
        }
        shown
    }

    fn apply_flags(&self, config: &mut Config, in_force: &mut [InForce]) {
        let mut set = |name: &str, flag: &str, value: Json| {
            if let Some(setting) = in_force.iter_mut().find(|setting| setting.key.name == name) {
                setting.value = value;
                flag.clone_into(&mut setting.source);
            }
        };
        if let Some(host) = self.flags.host {
            config.server.host = host;
            set("server.host", "--host", json!(host));
        }
        if let Some(port) = self.flags.port {
            config.server.port = port;
            set("server.port", "--port", json!(port));
        }
        if let Some(path) = &self.flags.data_dir {
            let path = absolute(self.working, path);
            let flag = if self.flags.ephemeral {
                "--ephemeral"
            } else {
                "--data-dir"
            };
            set("server.data_dir", flag, json!(path));
            config.server.data_dir = path;
        }
    }

    fn shown(&self, in_force: Vec<InForce>, roles: &[Role]) -> Vec<Setting> {
        let settings = in_force.into_iter().map(|setting| Setting {
            name: setting.key.name.to_owned(),
            value: setting.value,
            source: setting.source,
            bounds: setting.key.bounds(),
            restart: setting.key.waits_for_restart(),
        });
        let roles = roles.iter().map(|role| Setting {
            name: format!("auth.roles.{}", role.name),
            value: json!({ "description": role.description }),
            source: format!("{}:{}", self.source.shown, role.line),
            bounds: "description".to_owned(),
            restart: true,
        });
        settings.chain(roles).collect()
    }
}

/// Where revisions stand when nothing is said: in the data folder. So also with `--ephemeral`, which must leave nothing
/// behind in the person's folder.
fn follow(ephemeral: bool, config: &mut Config, in_force: &mut [InForce]) {
    if !ephemeral && !config.database.revisions.as_os_str().is_empty() {
        return;
    }
    config.database.revisions = config.server.data_dir.join("revisions");
    let setting = in_force
        .iter_mut()
        .find(|setting| setting.key.name == "database.revisions");
    if let Some(setting) = setting {
        setting.value = json!(config.database.revisions);
        if ephemeral {
            "--ephemeral".clone_into(&mut setting.source);
        }
    }
}

/// The default as if it stood in a file.
fn default(key: &Key) -> Option<Given> {
    let Fallback::Value(text) = key.default else {
        return None;
    };
    let raw = match Value::parse(text) {
        Ok(value) => Raw::read(&Document::new(text), &value).without_lines(),
        Err(_) => Raw::text(text),
    };
    Some(Given {
        label: key.name.to_owned(),
        source: "default".to_owned(),
        raw,
    })
}
