//! SQL, and nothing else: no callers, no rights, no HTTP. `Db` reads and writes; only `writer.rs` begins and commits.

use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::models::Models;

pub(crate) mod accounts;
pub(crate) mod api_keys;
pub(crate) mod audit;
pub(crate) mod change_forms;
pub(crate) mod changes;
mod connection;
pub(crate) mod deliveries;
pub(crate) mod executions;
pub(crate) mod fault;
mod file;
mod guard;
pub(crate) mod hooks;
pub(crate) mod idempotency;
pub(crate) mod identities;
pub(crate) mod links;
pub(crate) mod meta;
mod migrations;
mod queue;
mod readers;
pub(crate) mod records;
mod refinery;
pub(crate) mod revise;
pub(crate) mod schedules;
pub(crate) mod schema;
pub(crate) mod second_factors;
pub(crate) mod sessions;
pub(crate) mod sql;
#[cfg(test)]
mod tests;
mod tx;
mod watch;
mod writer;

pub use connection::Options;
pub use queue::Weight;
pub use tx::{Read, Tx};
pub use watch::Lost;

/// What a committed write tells those who remember things; in commit order, before the writer's caller is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A user's role, password or state changed, or the user is gone.
    User(String),
    /// A session ended.
    Session(String),
    /// An API key ended.
    Key(String),
    /// An execution's log has grown.
    Appended(executions::events::Appended),
    /// An execution was leased under this fence, until then in milliseconds since 1970.
    Leased {
        execution: String,
        fence: i64,
        until: i64,
    },
    /// An execution went with its user.
    Removed(Arc<str>),
    /// An execution of this task can be claimed.
    Queued(String),
    /// A concurrency key is free again; executions of any task may have waited for it.
    KeyFreed,
    /// A record changed, and the log has it.
    Changed(Arc<changes::Change>),
    /// The log goes up to there by now; what was added is not told one by one.
    Logged(i64),
    /// The tables were changed.
    Schema,
    /// Another process committed: anything may have changed.
    Foreign,
}

impl Event {
    /// Whether what is remembered of users and their credentials may be old.
    pub(crate) fn is_about_users(&self) -> bool {
        matches!(
            self,
            Event::User(_) | Event::Session(_) | Event::Key(_) | Event::Foreign
        )
    }

    /// How far the change log goes by that.
    pub(crate) fn logged(&self) -> Option<i64> {
        match self {
            Event::Changed(change) => Some(change.seq),
            Event::Logged(seq) => Some(*seq),
            _ => None,
        }
    }

    /// Whether an execution may have to be looked after earlier than was known.
    pub(crate) fn may_have_set_a_time(&self) -> bool {
        let sets = |kind: &str| ["state", "cancel", "input.request"].contains(&kind);
        match self {
            Event::Appended(appended) => appended.entries.iter().any(|entry| sets(&entry.kind)),
            Event::Leased { .. } | Event::Foreign => true,
            _ => false,
        }
    }
}

/// Called on the writer thread after each commit that emitted something: be quick.
pub type Listener = Box<dyn Fn(&[Event]) + Send>;

/// The database: one file, one writer, many readers.
pub struct Db {
    queue: queue::Queue,
    readers: readers::Readers,
    lost: Arc<Lost>,
}

/// A database that is open and migrated, before its threads run: here the models' tables are brought up to date.
pub struct Opening {
    writing: connection::Budgeted,
    options: Options,
    /// Migrations of Hearth's own tables that were applied just now.
    pub migrated: usize,
}

impl Opening {
    /// Opens the file, makes it when there is none, and migrates Hearth's own tables.
    pub fn open(options: Options) -> Result<Self> {
        file::check_header(&options.path)?;
        let mut writing = connection::writer(&options)?;
        let migrated = migrations::run(&mut writing.connection)
            .map_err(|error| fault::at(&options.path, error))?;
        Ok(Opening {
            writing,
            options,
            migrated,
        })
    }

    /// Runs `work` in one transaction: all of it is done, or nothing. Another process's waits at its beginning.
    pub fn transaction<T>(&mut self, work: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let connection = &mut self.writing.connection;
        connection::be_patient(connection)?;
        let done = tx::transaction(connection, work);
        connection::be_brisk(connection)?;
        done.map_err(|error| fault::at(&self.options.path, error))
    }

    /// Reads what is committed at one moment, also while another process changes the tables.
    pub fn read<T>(&self, work: impl FnOnce(&Read<'_>) -> Result<T>) -> Result<T> {
        let db = Read::new(&self.writing.connection);
        db.snapshot(|| work(&db))
            .map_err(|error| fault::at(&self.options.path, error))
    }

    /// Runs a revision's statements as they are meant to be run.
    #[cfg(test)]
    pub(crate) fn revise(&mut self, sql: &str) -> Result<()> {
        let connection = &self.writing.connection;
        connection.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON")?;
        let result = tx::transaction(connection, |tx| {
            schema::apply(tx, sql, "The revision")?;
            let broken = schema::cells(tx, "PRAGMA foreign_key_check")?;
            match broken.first() {
                None => Ok(()),
                Some(row) => Err(crate::error::Error::conflict(format!(
                    "foreign_key_check: {row:?}"
                ))),
            }
        });
        connection.execute_batch("PRAGMA foreign_keys = ON; PRAGMA legacy_alter_table = OFF")?;
        result
    }

    /// Starts the threads. Writes to the tables of `models` are refused once these have another form.
    /// The change log is told from behind `published` on.
    pub fn start(self, listeners: Vec<Listener>, models: Models, published: i64) -> Result<Db> {
        let lost = Arc::<Lost>::default();
        let watch = watch::Watch::new(&self.options.path, Arc::clone(&lost));
        let readers = readers::Readers::start(&self.options)?;
        let query_timeout = self.options.query_timeout;
        let graph = records::Graph::new(&models);
        let mut writer = writer::Writer::new(
            self.writing,
            self.options,
            listeners,
            watch,
            (guard::Guard::new(models), graph),
            published,
        )?;
        let queue = queue::Queue::start(query_timeout, move |jobs| writer.run(jobs))?;
        Ok(Db {
            queue,
            readers,
            lost,
        })
    }
}

impl Db {
    /// Reads where that is quickest. `work` may run twice, so it must only read.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&Read<'_>) -> Result<T> + Send + 'static,
    {
        self.readers.read(work).await
    }

    /// Reads that take long by nature, without a time limit: exports, pages of everything.
    pub async fn read_long<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Read<'_>) -> Result<T> + Send + 'static,
    {
        self.readers.there(None, work).await
    }

    /// Writes: all that `work` does is committed, or nothing. It may run twice, so it touches nothing but the database;
    /// ids, times and random values are made before it.
    pub async fn write<T, F>(&self, weight: Weight, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.queue.write(weight, work).await
    }

    /// What a write would do: it is done, looked at and rolled back.
    pub async fn rehearse<T, F>(&self, weight: Weight, mut work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (tell, told) = std::sync::mpsc::channel();
        let rehearsed = self.write::<(), _>(weight, move |tx| {
            let seen = work(tx)?;
            let _ = tell.send(seen);
            Err(Error::internal("a rehearsal is never committed"))
        });
        match (rehearsed.await, told.try_recv()) {
            (_, Ok(seen)) => Ok(seen),
            (Err(error), Err(_)) => Err(error),
            (Ok(()), Err(_)) => Err(Error::internal("a rehearsal was committed")),
        }
    }

    pub fn lost(&self) -> &Arc<Lost> {
        &self.lost
    }

    /// How many writes wait or run now.
    pub fn waiting_writes(&self) -> usize {
        self.queue.len()
    }

    /// Finishes what is queued, checkpoints and closes.
    pub fn stop(&self) {
        self.queue.stop();
    }
}

/// What `read` sees once Hearth's own tables are up to date, without anything being changed.
pub fn look<T>(options: &Options, read: impl FnOnce(&Read<'_>) -> Result<T>) -> Result<T> {
    file::check_header(&options.path)?;
    let looking = connection::writer(options)?;
    migrations::look(&looking.connection, read).map_err(|error| fault::at(&options.path, error))
}

/// SQLite's own look at the file, on demand and after an unclean stop; before anything is changed in it.
pub fn quick_check(options: &Options) -> Result<()> {
    file::check_header(&options.path)?;
    let checking = connection::writer(options)?;
    schema::quick_check(&checking.connection)
}

/// The size of the database file with its log, in bytes; by name alone, the file is never opened.
pub fn size(path: &Path) -> u64 {
    path.metadata().map_or(0, |data| data.len()) + log_size(path)
}

/// What of it is the write-ahead log, which a checkpoint empties.
pub fn log_size(path: &Path) -> u64 {
    let log = path.with_extension("db-wal");
    log.metadata().map_or(0, |data| data.len())
}
