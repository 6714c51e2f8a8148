//! The shared state, built once: opened, served, drained and stopped.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use crate::config::{Config, Synchronous};
use crate::error::{Code, Error, Result};
use crate::models::Model;
use crate::services::accounts::Accounts;
use crate::services::sessions::Sessions;
use crate::store::records::Table;
use crate::store::{Db, Listener, Opening, Options};

pub struct App {
    pub config: Config,
    pub(crate) db: Db,
    /// Each model with its statements, by name.
    pub(crate) tables: HashMap<String, Arc<Table>>,
    pub(crate) accounts: Accounts,
    pub(crate) sessions: Arc<Sessions>,
    pub started: Instant,
}

/// How the database is used by this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The one server of a data folder.
    Server,
    /// A command, alone or beside a server.
    Command,
}

impl App {
    /// Opens the data folder, brings all tables up to date and starts the store's threads.
    pub fn open(config: Config, role: Role) -> Result<Arc<App>> {
        let _ = role;
        let path = database(&config.server.data_dir);
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let mut opening = Opening::open(Options {
            path,
            synchronous: config.database.synchronous,
            query_timeout: config.database.query_timeout,
            cache_size: config.database.cache_size,
            readers: cores.max(2) as u32,
        })?;
        crate::revisions::bring_up_to_date(&mut opening, &config.models, config.database.auto_migrate)?;
        let sessions = Arc::new(Sessions::open(&mut opening, &config)?);
        let accounts = Accounts::new(&config);
        let heard = Arc::clone(&sessions);
        let listener: Listener = Box::new(move |events| heard.hear(events));
        let db = opening.start(vec![listener])?;
        let tables = config.models.iter().map(|model| (model.name.clone(), Arc::new(Table::new(Arc::clone(model))))).collect();
        Ok(Arc::new(App { config, db, tables, accounts, sessions, started: Instant::now() }))
    }

    /// The model of that name with its statements.
    pub(crate) fn table(&self, name: &str) -> Option<&Arc<Table>> {
        self.tables.get(name)
    }

    /// Finishes what is queued, checkpoints and closes.
    pub fn stop(&self) {
        self.db.stop();
    }
}

/// Where the database stands in the data folder.
pub fn database(data_dir: &Path) -> PathBuf {
    data_dir.join("hearth.db")
}
