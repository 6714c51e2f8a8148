//! Changes of the user's tables: one transaction for all that a command does, with a savepoint for each revision and its
//! row in the ledger. What is to be run is decided in `revisions/`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::{Connection, OpenFlags};

use super::connection::{be_brisk, be_patient};
use super::{Opening, Read, fault, schema, tx};
use crate::error::{Code, Error, Result};
use crate::limits;

mod backup;
mod ledger;
mod losses;
mod references;
mod shadow;

pub(crate) use backup::copy_checked;
pub(crate) use ledger::{Applied, applied, checksum, ledger_sql, schema_version};
pub use losses::Loss;
pub(crate) use losses::{Mark, Marks};
pub(crate) use shadow::Shadow;

/// Told now and then how many rows a revision has written so far.
pub(crate) type Progress = Arc<dyn Fn(u64) + Send + Sync>;

/// Rows between two reports.
const ROWS_PER_REPORT: u64 = 1_024;

/// One revision's way up or down.
pub(crate) struct Step<'s> {
    pub(crate) sql: &'s str,
    pub(crate) marks: &'s Marks,
}

/// What a step did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) took: Duration,
    /// Rows that were written.
    pub(crate) rows: u64,
    pub(crate) losses: Vec<Loss>,
}

/// The transaction in which tables are changed.
pub(crate) struct Revising<'c> {
    connection: &'c mut Connection,
    path: PathBuf,
    progress: Option<Progress>,
    changed: bool,
    /// The tables as the last step left them.
    tables: Option<losses::Tables>,
}

impl Opening {
    /// Runs `work` in one transaction, with foreign keys off, so that a table can be rebuilt, and looked at before the
    /// commit. Another process's waits at its beginning.
    pub(crate) fn change_tables<T>(
        &mut self,
        progress: Option<Progress>,
        work: impl FnOnce(&mut Revising<'_>) -> Result<T>,
    ) -> Result<T> {
        let path = self.options.path.clone();
        let file = path.clone();
        let connection = &mut self.writing.connection;
        be_patient(connection)?;
        // Neither can be changed inside a transaction.
        connection.pragma_update(None, "foreign_keys", false)?;
        connection.pragma_update(None, "legacy_alter_table", true)?;
        let result = tx::whole(connection, |connection| {
            let mut revising = Revising {
                connection,
                path,
                progress,
                changed: false,
                tables: None,
            };
            let value = work(&mut revising)?;
            if revising.changed {
                references::check(revising.connection, &revising.path)?;
            }
            Ok(value)
        });
        connection.pragma_update(None, "legacy_alter_table", false)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        be_brisk(connection)?;
        result.map_err(|error| fault::at(&file, error))
    }

    /// A copy of the whole database in a file that does not exist yet.
    pub(crate) fn copy(&self, to: &Path) -> Result<()> {
        backup::copy(&self.options.path, to)
    }
}

impl Revising<'_> {
    pub(crate) fn read(&self) -> Read<'_> {
        Read::new(self.connection)
    }

    /// Runs one revision's statements, then `record`, which writes the ledger: both or none of it.
    pub(crate) fn step(
        &mut self,
        step: &Step<'_>,
        record: impl FnOnce(&mut Revising<'_>, &Ran) -> Result<()>,
    ) -> Result<Ran> {
        self.changed = true;
        let before = match self.tables.take() {
            Some(tables) => tables,
            None => losses::Tables::read(&self.read())?,
        };
        self.connection.execute_batch("SAVEPOINT revision")?;
        let done = self.guarded(step, before).and_then(|(ran, after)| {
            record(self, &ran)?;
            Ok((ran, after))
        });
        match done {
            Ok((ran, after)) => {
                self.connection.execute_batch("RELEASE revision")?;
                self.tables = Some(after);
                Ok(ran)
            }
            Err(error) => {
                // A full disk may have rolled back everything.
                if !self.connection.is_autocommit() {
                    self.connection
                        .execute_batch("ROLLBACK TO revision; RELEASE revision")?;
                }
                Err(error)
            }
        }
    }

    /// What would be lost is known only by doing it; then it is done again, so that it could be counted before.
    fn guarded(
        &mut self,
        step: &Step<'_>,
        before: losses::Tables,
    ) -> Result<(Ran, losses::Tables)> {
        let by_hand = schema::found(&self.read())?.by_hand();
        let (mut took, mut rows) = self.execute(step.sql)?;
        let left = schema::found(&self.read())?.by_hand();
        keep(&by_hand.gone(&left, step.sql))?;
        let mut after = losses::Tables::read(&self.read())?;
        let gone = before.gone(&after, step.marks);
        let mut losses = Vec::new();
        if !gone.is_empty() {
            self.connection.execute_batch("ROLLBACK TO revision")?;
            losses = losses::count(&self.read(), &before, &gone)?;
            (took, rows) = self.execute(step.sql)?;
            after = losses::Tables::read(&self.read())?;
        }
        losses.extend(before.fewer(&after, step.marks));
        Ok((Ran { took, rows, losses }, after))
    }

    fn execute(&mut self, sql: &str) -> Result<(Duration, u64)> {
        let began = Instant::now();
        let before = self.connection.total_changes();
        // A step may have turned it off for a rename.
        self.connection
            .pragma_update(None, "legacy_alter_table", true)?;
        self.connection
            .authorizer(Some(|context: AuthContext<'_>| judge(&context)))?;
        if let Some(progress) = self.progress.clone() {
            let mut rows = 0;
            progress(0);
            let count = move |_: rusqlite::hooks::Action, _: &str, _: &str, _: i64| {
                rows += 1;
                if rows % ROWS_PER_REPORT == 0 {
                    progress(rows);
                }
            };
            self.connection.update_hook(Some(count))?;
        }
        let ran = self.connection.execute_batch(sql);
        self.connection
            .update_hook(None::<fn(rusqlite::hooks::Action, &str, &str, i64)>)?;
        self.connection
            .authorizer(None::<fn(AuthContext<'_>) -> Authorization>)?;
        ran.map_err(|cause| failed(&cause))?;
        Ok((began.elapsed(), self.connection.total_changes() - before))
    }

    /// Where the database is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A copy of the database as it was before this transaction.
    pub(crate) fn backup(&self, to: &Path) -> Result<()> {
        backup::copy(&self.path, to)
    }
}

/// A file that was made for a database without them would take them away in silence.
fn keep(gone: &[String]) -> Result<()> {
    if gone.is_empty() {
        return Ok(());
    }
    Err(Error::conflict(format!(
        "it would drop what was made by hand in this database: {}. Make it again in the file, \
         or name it there in a comment if it may go",
        gone.join(", ")
    )))
}

/// SQLite's own words, since the statement is the person's.
fn failed(cause: &rusqlite::Error) -> Error {
    if let Some(reason) = super::fault::disk(cause) {
        return Error::new(Code::Unavailable, reason);
    }
    let text = match cause {
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        other => other.to_string(),
    };
    Error::new(Code::Conflict, text)
}

/// Settings of the connection or the file that would undo what protects a revision.
pub(crate) const PRAGMAS: [&str; 7] = [
    "foreign_keys",
    "journal_mode",
    "writable_schema",
    "locking_mode",
    "synchronous",
    "query_only",
    "schema_version",
];

/// A net under the look at the text: whatever its spelling, no statement gets out of the transaction.
fn judge(context: &AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Transaction { .. }
        | AuthAction::Savepoint { .. }
        | AuthAction::Attach { .. }
        | AuthAction::Detach { .. } => Authorization::Deny,
        AuthAction::Pragma {
            pragma_name,
            pragma_value: Some(_),
        } if PRAGMAS
            .iter()
            .any(|name| name.eq_ignore_ascii_case(pragma_name)) =>
        {
            Authorization::Deny
        }
        _ => Authorization::Allow,
    }
}

/// A connection of its own to what is committed.
fn beside(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(limits::BUSY_TIMEOUT)?;
    connection.set_db_config(
        rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
        true,
    )?;
    Ok(connection)
}
