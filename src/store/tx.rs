//! What store functions hold: `Read` reads, `Tx` writes as well. Neither can commit what it writes.

use std::ops::Deref;
use std::sync::Arc;

use rusqlite::{Connection, Params, Row};

use super::changes::Change;
use super::records::Graph;
use super::{Event, fault};
use crate::error::Result;

/// A view of the database: inside the writer's transaction, or on a read-only connection.
pub struct Read<'c> {
    connection: &'c Connection,
}

impl<'c> Read<'c> {
    pub(super) fn new(connection: &'c Connection) -> Self {
        Read { connection }
    }

    /// The first row, if there is one. What the statement has beyond it is drained.
    pub(super) fn row<T>(
        &self,
        sql: &str,
        params: impl Params,
        take: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        let taken = match rows.next()? {
            Some(row) => Some(take(row)?),
            None => None,
        };
        while rows.next()?.is_some() {}
        Ok(taken)
    }

    /// Each row in turn.
    pub(super) fn each(
        &self,
        sql: &str,
        params: impl Params,
        mut take: impl FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            take(row)?;
        }
        Ok(())
    }

    /// Rows as long as `take` wants more of them.
    pub(super) fn some(
        &self,
        sql: &str,
        params: impl Params,
        mut take: impl FnMut(&Row<'_>) -> rusqlite::Result<bool>,
    ) -> Result<()> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            if !take(row)? {
                break;
            }
        }
        Ok(())
    }

    /// Each row, collected.
    pub(super) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        take: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let mut list = Vec::new();
        self.each(sql, params, |row| {
            list.push(take(row)?);
            Ok(())
        })?;
        Ok(list)
    }

    /// Several reads of one moment.
    pub(crate) fn snapshot<T>(&self, read: impl FnOnce() -> Result<T>) -> Result<T> {
        if !self.connection.is_autocommit() {
            return read();
        }
        self.connection.prepare_cached("BEGIN")?.execute([])?;
        let result = read();
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        result
    }
}

/// One job's part of the writer's transaction.
pub struct Tx<'c> {
    read: Read<'c>,
    /// Models whose tables have another form by now.
    unfit: &'c [String],
    /// Which models refer to which; None before the threads run, when no record is touched.
    graph: Option<&'c Graph>,
    events: Vec<Event>,
    /// Bytes of the changes among the events.
    changed: usize,
}

/// Changes of one job are told whole up to so many bytes; of more it is only told that they are there.
const TOLD_SIZE: usize = 4 * 1024 * 1024;

impl<'c> Tx<'c> {
    pub(super) fn new(connection: &'c Connection) -> Self {
        Tx {
            read: Read::new(connection),
            unfit: &[],
            graph: None,
            events: Vec::new(),
            changed: 0,
        }
    }

    /// One that refuses to write to the tables of these models, and knows who refers to whom.
    pub(super) fn guarded(
        connection: &'c Connection,
        unfit: &'c [String],
        graph: &'c Graph,
    ) -> Self {
        Tx {
            unfit,
            graph: Some(graph),
            ..Tx::new(connection)
        }
    }

    pub(super) fn graph(&self) -> Option<&'c Graph> {
        self.graph
    }

    /// Whether the model's table still is what it was when the models were compared with it.
    pub(super) fn must_fit(&self, model: &str) -> Result<()> {
        match self.unfit.iter().any(|unfit| unfit == model) {
            true => Err(fault::schema_changed()),
            false => Ok(()),
        }
    }

    /// Runs a statement without rows; says how many rows it touched.
    pub(super) fn execute(&mut self, sql: &str, params: impl Params) -> Result<usize> {
        Ok(self.read.connection.prepare_cached(sql)?.execute(params)?)
    }

    /// Runs several statements.
    #[cfg(test)]
    pub(super) fn batch(&mut self, sql: &str) -> Result<()> {
        Ok(self.read.connection.execute_batch(sql)?)
    }

    /// What a full disk does to a transaction.
    #[cfg(feature = "test-hooks")]
    pub(crate) fn roll_back_everything(&mut self) {
        let _ = self.read.connection.execute_batch("ROLLBACK");
    }

    /// Is told to listeners after the commit, in commit order; never when this job is rolled back.
    pub(crate) fn emit(&mut self, event: Event) {
        self.events.push(event);
    }

    /// The same for an entry of the change log.
    pub(super) fn emit_change(&mut self, change: Change) {
        let seq = change.seq;
        self.changed += change.size();
        if self.changed <= TOLD_SIZE {
            return self.emit(Event::Changed(Arc::new(change)));
        }
        // What was told of this job before is in the log as well.
        self.events
            .retain(|event| !matches!(event, Event::Changed(_) | Event::Logged(_)));
        self.emit(Event::Logged(seq));
    }

    /// The number of the row that was inserted last.
    pub(super) fn last_row(&self) -> i64 {
        self.read.connection.last_insert_rowid()
    }

    pub(super) fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }
}

impl<'c> Deref for Tx<'c> {
    type Target = Read<'c>;

    fn deref(&self) -> &Read<'c> {
        &self.read
    }
}

/// One transaction around work that needs the connection itself: a revision.
pub(super) fn whole<T>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Connection) -> Result<T>,
) -> Result<T> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let done = work(connection)
        .and_then(|value| Ok(connection.execute_batch("COMMIT").map(|()| value)?));
    if done.is_err() && !connection.is_autocommit() {
        let _ = connection.execute_batch("ROLLBACK");
    }
    done
}

/// One transaction before the thread runs: at start, for migrations and the schema's changes.
pub(super) fn transaction<T>(
    connection: &Connection,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T>,
) -> Result<T> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let done = work(&mut Tx::new(connection))
        .and_then(|value| Ok(connection.execute_batch("COMMIT").map(|()| value)?));
    // A full disk may have done it already.
    if done.is_err() && !connection.is_autocommit() {
        let _ = connection.execute_batch("ROLLBACK");
    }
    done
}
