//! What other processes have committed to the same file: seen first in every batch, so that it is told in its order.

use super::super::connection::Budgeted;
use super::Writer;
use crate::error::Result;
use crate::store::tx::Read;
use crate::store::{Event, changes};

impl Writer {
    /// Another process has committed: what this one remembers may be old, and the tables may be others.
    /// What fails is asked again in the next batch.
    pub(super) fn look_for_foreign_commits(&mut self) -> Result<()> {
        let version = data_version(&self.writing)?;
        let before = self.version.replace(version);
        if before == Some(version) {
            return Ok(());
        }
        let told = self.tell_foreign(before.unwrap_or(self.opened) != version);
        told.inspect_err(|_| self.version = None)
    }

    /// What others did comes before anything of our own, since it was committed before.
    fn tell_foreign(&mut self, moved: bool) -> Result<()> {
        let db = Read::new(&self.writing.connection);
        let mut events = changes::news(&db, self.published)?;
        if moved {
            events.insert(0, Event::Foreign);
        }
        if self.guard.look(&db)? {
            events.push(Event::Schema);
        }
        self.published = events
            .iter()
            .filter_map(Event::logged)
            .fold(self.published, i64::max);
        self.publish(&events);
        Ok(())
    }
}

/// Moves with each commit of another connection.
pub(super) fn data_version(writing: &Budgeted) -> Result<i64> {
    let mut look = writing.connection.prepare_cached("PRAGMA data_version")?;
    Ok(look.query_row([], |row| row.get(0))?)
}
