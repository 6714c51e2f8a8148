//! Opens connections: the pragmas, the limits, and the budget of what runs on them.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::{fault, file};
use crate::config::Synchronous;
use crate::error::{Code, Error, Result};
use crate::limits;

/// How the database is to be opened.
#[derive(Clone, Debug)]
pub struct Options {
    pub path: PathBuf,
    pub synchronous: Synchronous,
    /// One statement for a request.
    pub query_timeout: Duration,
    /// Bytes, of all connections together.
    pub cache_size: u64,
    /// Connections for reads on runtime threads.
    pub readers: u32,
}

/// SQLite's steps between two looks at the clock.
const STEPS_PER_LOOK: i32 = 1_000;

/// What a running statement may still use. SQLite asks it every thousand steps.
#[derive(Debug, Default)]
pub(super) struct Budget {
    /// Looks left; `u64::MAX` is no limit.
    looks: AtomicU64,
    /// Microseconds since `Budgeted::start`; 0 is no limit.
    deadline: AtomicU64,
    spent: AtomicU64,
}

impl Budget {
    /// Steps alone: for reads on a runtime thread.
    pub(super) fn steps(&self, steps: u64) {
        self.looks
            .store(steps / STEPS_PER_LOOK as u64, Ordering::Relaxed);
        self.deadline.store(0, Ordering::Relaxed);
        self.spent.store(0, Ordering::Relaxed);
    }

    /// Time alone: for everything else.
    pub(super) fn time(&self, start: Instant, limit: Option<Duration>) {
        let until = limit.map_or(0, |limit| (start.elapsed() + limit).as_micros() as u64);
        self.looks.store(u64::MAX, Ordering::Relaxed);
        self.deadline.store(until, Ordering::Relaxed);
        self.spent.store(0, Ordering::Relaxed);
    }

    /// Whether the last statement was interrupted for it.
    pub(super) fn is_spent(&self) -> bool {
        self.spent.load(Ordering::Relaxed) == 1
    }

    fn exceeded(&self, start: Instant) -> bool {
        let looks = self.looks.load(Ordering::Relaxed);
        let deadline = self.deadline.load(Ordering::Relaxed);
        let over = looks == 0 || (deadline > 0 && start.elapsed().as_micros() as u64 > deadline);
        if looks != u64::MAX && looks > 0 {
            self.looks.store(looks - 1, Ordering::Relaxed);
        }
        if over {
            self.spent.store(1, Ordering::Relaxed);
        }
        over
    }
}

/// A connection with the budget of what runs on it.
pub(super) struct Budgeted {
    pub(super) connection: Connection,
    pub(super) budget: Arc<Budget>,
    pub(super) start: Instant,
}

impl Budgeted {
    /// Brings the log back into the database file and cuts it. False when somebody who reads keeps it from that.
    pub(super) fn checkpoint(&self, wait: Duration) -> bool {
        self.budget.time(self.start, None);
        let _ = self.connection.busy_timeout(wait);
        let busy = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
                row.get::<_, i64>(0)
            });
        let _ = self.connection.busy_timeout(limits::BUSY_TIMEOUT);
        match busy {
            Ok(busy) => busy == 0,
            Err(cause) => {
                tracing::warn!(%cause, "the write-ahead log could not be cut");
                false
            }
        }
    }
}

/// The one connection that writes; it makes the file when there is none.
pub(super) fn writer(options: &Options) -> Result<Budgeted> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&options.path, flags)
        .map_err(|cause| cannot_open(options, cause))?;
    let set = || -> rusqlite::Result<Option<String>> {
        connection.busy_timeout(limits::BUSY_TIMEOUT)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        if let Some(table) = file::foreign_table(&connection)? {
            return Ok(Some(table));
        }
        keep_a_log(&connection)?;
        let synchronous = match options.synchronous {
            Synchronous::Full => "FULL",
            Synchronous::Normal => "NORMAL",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        if cfg!(target_os = "macos") && options.synchronous == Synchronous::Full {
            connection.pragma_update(None, "fullfsync", true)?;
            connection.pragma_update(None, "checkpoint_fullfsync", true)?;
        }
        connection.pragma_update(None, "wal_autocheckpoint", 1_000)?;
        connection.pragma_update(None, "journal_size_limit", 16 * 1024 * 1024)?;
        Ok(None)
    };
    if let Some(table) = set().map_err(|cause| cannot_open(options, cause))? {
        let why = format!(
            "belongs to another application: it has the table `{table}` and none of Hearth's"
        );
        return Err(file::refused(&options.path, &why));
    }
    common(connection, options).map_err(|cause| cannot_open(options, cause))
}

/// WAL. Of two processes that begin a new file at once SQLite refuses one without waiting, so it asks again.
fn keep_a_log(connection: &Connection) -> rusqlite::Result<()> {
    let until = Instant::now() + limits::BUSY_TIMEOUT;
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(cause)
                if cause.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
                    && Instant::now() < until =>
            {
                std::thread::sleep(Duration::from_millis(5));
            }
            done => return done,
        }
    }
}

/// For a while: another process may rebuild a large table, and it is waited for.
pub(super) fn be_patient(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.busy_handler(Some(|times| {
        const PAUSE: Duration = Duration::from_millis(20);
        let waited = PAUSE * u32::try_from(times).unwrap_or(u32::MAX);
        if waited == limits::BUSY_TIMEOUT {
            tracing::warn!("another process changes the database; waiting for its end");
        }
        std::thread::sleep(PAUSE);
        waited < limits::REVISION_PATIENCE
    }))
}

/// As at the beginning.
pub(super) fn be_brisk(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(limits::BUSY_TIMEOUT)
}

/// A connection that can only read.
pub(super) fn reader(options: &Options) -> Result<Budgeted, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&options.path, flags)?;
    connection.busy_timeout(Duration::ZERO)?;
    connection.pragma_update(None, "query_only", true)?;
    common(connection, options)
}

fn common(mut connection: Connection, options: &Options) -> Result<Budgeted, rusqlite::Error> {
    let share =
        options.cache_size / 1024 / u64::from(options.readers + limits::READER_THREADS as u32 + 1);
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "cache_size", -(share as i64))?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // Without these a quoted name that is no column is read as a text: `SELECT "gone"` would answer 'gone'.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    // A plan stays, whatever is bound: else each statement with `LIMIT ?` or `= ?` is compiled anew each time it runs.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1_000)?;
    connection.set_limit(Limit::SQLITE_LIMIT_EXPR_DEPTH, 200)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, 128 * 1024 * 1024)?;
    connection.set_prepared_statement_cache_capacity(256);
    let budget = Arc::new(Budget::default());
    let start = Instant::now();
    budget.time(start, None);
    let asked = Arc::clone(&budget);
    connection.progress_handler(STEPS_PER_LOOK, Some(move || asked.exceeded(start)))?;
    Ok(Budgeted {
        connection,
        budget,
        start,
    })
}

fn cannot_open(options: &Options, cause: rusqlite::Error) -> Error {
    let path = options.path.display();
    let message = match fault::disk(&cause) {
        Some(reason) => format!("Cannot open {path}: {reason}"),
        None => format!("Cannot open {path}: {cause}"),
    };
    Error::new(Code::Unavailable, message).because(cause)
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn a_statement_that_is_kept_is_compiled_once() {
        let connection = Connection::open_in_memory().expect("memory is a database");
        let options = Options {
            path: PathBuf::new(),
            synchronous: Synchronous::Full,
            query_timeout: Duration::from_secs(1),
            cache_size: 1024 * 1024,
            readers: 1,
        };
        let opened = common(connection, &options).expect("it opens").connection;
        let table = "CREATE TABLE runs (id INTEGER PRIMARY KEY, task TEXT); CREATE INDEX by_task ON runs (task, id)";
        opened.execute_batch(table).expect("a table");
        let sql = "SELECT id FROM runs WHERE task = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
        for round in 0..5 {
            let mut kept = opened.prepare_cached(sql).expect("it compiles");
            assert!(!kept.exists(("a", round, round + 1)).expect("it runs"));
            assert_eq!(kept.get_status(StatementStatus::RePrepare), 0);
        }
    }
}
