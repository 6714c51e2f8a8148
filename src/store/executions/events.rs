//! The log of an execution: numbered without gaps, only ever added to.

use std::sync::Arc;

use super::Execution;
use crate::error::Result;
use crate::limits;
use crate::store::{Event, Read, Tx};

/// One entry, as every watcher sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) seq: i64,
    pub(crate) at: String,
    pub(crate) attempt: i64,
    pub(crate) kind: String,
    /// JSON.
    pub(crate) data: String,
}

/// What one job added to the log of an execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    pub(crate) execution: Arc<str>,
    pub(crate) entries: Arc<[Entry]>,
    /// Whether nothing comes after it.
    pub(crate) ended: bool,
}

/// Adds to the log and moves the row's counters on; they are written with the row.
pub(crate) fn append(
    tx: &mut Tx<'_>,
    execution: &mut Execution,
    at: &str,
    events: impl IntoIterator<Item = (String, String)>,
) -> Result<()> {
    let mut entries = Vec::new();
    for (kind, data) in events {
        execution.last_seq += 1;
        execution.size += data.len() as i64;
        let entry = Entry {
            seq: execution.last_seq,
            at: at.to_owned(),
            attempt: execution.attempt,
            kind,
            data,
        };
        tx.execute(
            "INSERT INTO hearth_execution_events (execution, seq, at, attempt, kind, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (&execution.id, entry.seq, &entry.at, entry.attempt, &entry.kind, &entry.data),
        )?;
        entries.push(entry);
    }
    if !entries.is_empty() {
        tx.emit(Event::Appended(Appended {
            execution: execution.id.as_str().into(),
            entries: entries.into(),
            ended: execution.state.is_terminal(),
        }));
    }
    Ok(())
}

/// Takes away at most so many from the beginning of the log; says how many.
pub(super) fn remove_first(tx: &mut Tx<'_>, id: &str, rows: usize) -> Result<usize> {
    let sql = "DELETE FROM hearth_execution_events WHERE execution = ?1
         AND seq < (SELECT min(seq) FROM hearth_execution_events WHERE execution = ?1) + ?2";
    tx.execute(sql, (id, rows as i64))
}

/// Those behind `after`, in their order: at most so many, and about `limits::EVENTS_SIZE` bytes, but one at least.
pub(crate) fn find_all(db: &Read<'_>, id: &str, after: i64, limit: usize) -> Result<Vec<Entry>> {
    let (mut list, mut size) = (Vec::new(), 0);
    db.some(
        "SELECT seq, at, attempt, kind, data FROM hearth_execution_events
         WHERE execution = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
        (id, after, limit as i64),
        |row| {
            let entry = Entry {
                seq: row.get(0)?,
                at: row.get(1)?,
                attempt: row.get(2)?,
                kind: row.get(3)?,
                data: row.get(4)?,
            };
            size += entry.data.len();
            list.push(entry);
            Ok(size < limits::EVENTS_SIZE)
        },
    )?;
    Ok(list)
}
