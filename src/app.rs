//! The shared state, built once: opened, served, stopped.

mod drain;
mod heard;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::Notify;

use self::drain::Drain;
use self::heard::Heard;
use crate::config::Config;
use crate::config::tasks::Task;
use crate::error::{Error, Result};
use crate::models::Model;
use crate::openapi;
use crate::realtime::Realtime;
use crate::revisions::{self, Pending};
use crate::services::api_keys::ApiKeys;
use crate::services::bodies::BODIES;
use crate::services::commands::Commands;
use crate::services::executions::leases::Leases;
use crate::services::executions::schedules::Plan;
use crate::services::executions::shapes;
use crate::services::executions::watchers::Watchers;
use crate::services::issuers::Issuers;
use crate::services::mailing::Mailing;
use crate::services::providers::Providers;
use crate::services::schema::Fit;
use crate::services::sessions::Sessions;
use crate::services::sign_in::SignIn;
use crate::services::tickets::Tickets;
use crate::services::workers::claimers::Claimers;
use crate::services::workers::roll::Roll;
use crate::store::records::Table;
use crate::store::{Db, Opening, Options, Weight};

/// Each declared task, with the shape of a new execution of it.
pub(crate) type Tasks = HashMap<String, (Arc<Task>, Model)>;

/// All that a request needs.
pub struct App {
    pub config: Config,
    pub(crate) db: Db,
    /// Each model with its statements, by name.
    pub(crate) tables: HashMap<String, Arc<Table>>,
    pub(crate) sign_in: SignIn,
    pub(crate) mailing: Mailing,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) api_keys: Arc<ApiKeys>,
    pub(crate) tickets: Tickets,
    pub(crate) issuers: Arc<Issuers>,
    pub(crate) providers: Providers,
    pub(crate) schema: Fit,
    /// By name, each with the shape of a new execution of it.
    pub(crate) tasks: Arc<Tasks>,
    pub(crate) plan: Arc<Plan>,
    pub(crate) commands: Commands,
    pub(crate) realtime: Realtime,
    pub(crate) watchers: Arc<Watchers>,
    pub(crate) claimers: Arc<Claimers>,
    pub(crate) leases: Arc<Leases>,
    pub(crate) drain: Drain,
    pub(crate) roll: Roll,
    /// Wakes the timekeeper.
    pub(crate) clockwork: Arc<Notify>,
    /// Where this process listens: for its programs, and for who set no url.
    listening: OnceLock<String>,
    metrics: Option<PrometheusHandle>,
    document: OnceLock<Bytes>,
}

/// What a process does with the models' tables when it opens the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tables {
    /// Makes and extends them.
    BringUpToDate,
    /// Uses them; they must fit the models.
    Expect,
    /// Has nothing to do with them.
    Leave,
}

impl App {
    /// Opens the data folder, looks after the tables and starts the store's threads.
    pub fn open(
        config: Config,
        tables: Tables,
        metrics: Option<PrometheusHandle>,
    ) -> Result<Arc<App>> {
        let mut opening = Opening::open(options(&config))?;
        let automatic = match tables {
            Tables::BringUpToDate => Some(config.database.auto_migrate),
            Tables::Expect => Some(false),
            Tables::Leave => None,
        };
        if let Some(automatic) = automatic {
            let folder = &config.database.revisions;
            revisions::bring_up_to_date(&mut opening, &config.models, folder, automatic)?;
        }
        let sessions = Arc::new(Sessions::open(&mut opening, &config)?);
        let issuers = Arc::new(Issuers::new(&config, sessions.instance())?);
        let heard = Heard::new(&sessions, &issuers);
        let serves = tables == Tables::BringUpToDate;
        let (tables, tasks) = (tables_of(&config), tasks_of(&config));
        let (plan, commands) = (Arc::new(Plan::of(&config)), Commands::new(&config));
        let (realtime, head) = Realtime::open(&mut opening, &config, serves.then_some(&tables))?;
        // What is remembered of users is forgotten before their sockets are told to look.
        let listeners = vec![heard.listener(), realtime.listener()];
        let db = opening.start(listeners, config.models.clone(), head)?;
        Ok(Arc::new(App {
            tables,
            sign_in: SignIn::new(&config),
            providers: Providers::new(&config)?,
            mailing: Mailing::new(),
            listening: OnceLock::new(),
            config,
            db,
            sessions,
            api_keys: heard.api_keys,
            tickets: Tickets::default(),
            issuers,
            schema: Fit::default(),
            tasks,
            plan,
            commands,
            roll: Roll::default(),
            realtime,
            watchers: heard.watchers,
            claimers: heard.claimers,
            leases: heard.leases,
            drain: Drain::default(),
            clockwork: heard.clockwork,
            metrics,
            document: OnceLock::new(),
        }))
    }

    /// Where people reach the server when `server.url` does not say so.
    pub(crate) fn listens_at(&self, origin: String) {
        let _ = self.listening.set(origin);
    }

    /// Where this process is reached on this machine.
    pub(crate) fn listening(&self) -> &str {
        self.listening.get().map_or("", String::as_str)
    }

    /// What links to this server begin with: never what a request's Host says.
    pub(crate) fn origin(&self) -> &str {
        let url = self.config.server.url.as_deref();
        url.unwrap_or(self.listening())
    }

    /// The model of that name with its statements.
    pub(crate) fn table(&self, name: &str) -> Option<&Arc<Table>> {
        self.tables.get(name)
    }

    /// The same, where there must be one.
    pub(crate) fn named_table(&self, name: &str) -> Result<&Arc<Table>> {
        let missing = || Error::not_found(&format!("Model `{name}`"));
        self.table(name).ok_or_else(missing)
    }

    /// `/openapi.json`, made at the first request.
    pub(crate) fn document(&self) -> &Bytes {
        self.document.get_or_init(|| {
            let document = openapi::document(
                &self.config.models,
                &BODIES,
                self.config.server.url.as_deref(),
            );
            Bytes::from(document.to_string())
        })
    }

    /// `/metrics`; empty for a process that counts nothing.
    pub(crate) fn metrics(&self) -> String {
        let file = database(&self.config.server.data_dir);
        metrics::gauge!("hearth_database_bytes").set(crate::store::size(&file) as f64);
        metrics::gauge!("hearth_wal_bytes").set(crate::store::log_size(&file) as f64);
        metrics::gauge!("hearth_writes_waiting").set(self.db.waiting_writes() as f64);
        self.metrics
            .as_ref()
            .map(PrometheusHandle::render)
            .unwrap_or_default()
    }

    /// A transaction that changes nothing: the writer lives and the file can be locked for writing. And the tables are
    /// still those of the models.
    pub(crate) async fn ready(&self) -> Result<()> {
        crate::services::schema::check(self).await?;
        self.db.write(Weight::default(), |_| Ok(())).await
    }

    pub(crate) fn metrics_upkeep(&self) {
        if let Some(handle) = &self.metrics {
            handle.run_upkeep();
        }
    }

    /// Finishes what is queued, checkpoints and closes.
    pub fn stop(&self) {
        self.db.stop();
    }
}

/// Each model with its statements.
fn tables_of(config: &Config) -> HashMap<String, Arc<Table>> {
    let models = config.models.iter();
    models
        .map(|model| (model.name.clone(), Arc::new(Table::new(Arc::clone(model)))))
        .collect()
}

/// Each declared task with the shape of a new execution of it.
fn tasks_of(config: &Config) -> Arc<Tasks> {
    let tasks = config.tasks.iter().filter_map(|task| {
        let shape = match &task.input {
            Some(input) => shapes::with_input(input),
            None => BODIES.find("execution").map(|shape| Model::clone(shape)),
        };
        Some((task.name.clone(), (Arc::new(task.clone()), shape?)))
    });
    Arc::new(tasks.collect())
}

fn options(config: &Config) -> Options {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    Options {
        path: database(&config.server.data_dir),
        synchronous: config.database.synchronous,
        query_timeout: config.database.query_timeout,
        cache_size: config.database.cache_size,
        readers: cores.max(2) as u32,
    }
}

/// SQLite's own look at the file, before anything is read from it.
pub fn quick_check(config: &Config) -> Result<()> {
    crate::store::quick_check(&options(config))
}

/// The database alone, for changes of the user's tables.
pub fn open_tables(config: &Config) -> Result<Opening> {
    Opening::open(options(config))
}

/// A copy of the database, opened in the same way.
pub fn open_copy(config: &Config, path: PathBuf) -> Result<Opening> {
    Opening::open(Options {
        path,
        ..options(config)
    })
}

/// What `serve` would do to the tables, and what the database has beside the models; nothing is changed. An error says
/// what it would refuse.
pub fn pending(config: &Config) -> Result<Pending> {
    if !database(&config.server.data_dir).exists() {
        return Ok(Pending::default());
    }
    let (models, folder) = (&config.models, &config.database.revisions);
    let auto_migrate = config.database.auto_migrate;
    crate::store::look(&options(config), |db| {
        revisions::pending(db, models, folder, auto_migrate)
    })
}

/// Where the database is.
pub fn database(data_dir: &Path) -> PathBuf {
    data_dir.join("hearth.db")
}
