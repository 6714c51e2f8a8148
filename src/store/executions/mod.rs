//! Executions: their rows, and what stands beside. Which step is right is not decided here.

use rusqlite::Row;

use super::{Event, Read, Tx};
use crate::error::Result;
use crate::executions::states::State;

pub(crate) mod artifacts;
pub(crate) mod claims;
pub(crate) mod events;
pub(crate) mod inputs;
pub(crate) mod list;

/// One row. Times that are compared are milliseconds since 1970.
#[derive(Clone, Debug)]
pub(crate) struct Execution {
    pub(crate) id: String,
    pub(crate) task: String,
    pub(crate) state: State,
    pub(crate) user: Option<String>,
    pub(crate) priority: i64,
    pub(crate) run_at: i64,
    pub(crate) start_by: Option<i64>,
    pub(crate) attempt: i64,
    pub(crate) max_attempts: i64,
    /// Of one attempt, in milliseconds.
    pub(crate) timeout: Option<i64>,
    pub(crate) concurrency_key: Option<String>,
    pub(crate) fence: i64,
    pub(crate) worker: Option<String>,
    /// The credential by which it was claimed.
    pub(crate) holder: Option<String>,
    pub(crate) claim_id: Option<String>,
    pub(crate) lease_length: Option<i64>,
    pub(crate) lease_until: Option<i64>,
    pub(crate) deadline: Option<i64>,
    pub(crate) cancel_until: Option<i64>,
    pub(crate) last_seq: i64,
    /// Bytes of the events' data.
    pub(crate) size: i64,
    /// Within the fence.
    pub(crate) last_batch: i64,
    /// Lines of the log that were left out because there were too many.
    pub(crate) dropped: i64,
    pub(crate) parent: Option<String>,
    pub(crate) created_at: String,
    pub(crate) started_at: Option<String>,
    pub(crate) finished_at: Option<String>,
}

const COLUMNS: &str = "id, task, state, user_id, priority, run_at, start_by, attempt, max_attempts, timeout, concurrency_key, fence,
    worker, holder, claim_id, lease_length, lease_until, deadline, cancel_until, last_seq, size, last_batch, dropped,
    parent_id, created_at, started_at, finished_at";

fn execution(row: &Row<'_>) -> rusqlite::Result<Execution> {
    let word: String = row.get(2)?;
    let unknown =
        || rusqlite::Error::InvalidColumnType(2, word.clone(), rusqlite::types::Type::Text);
    Ok(Execution {
        id: row.get(0)?,
        task: row.get(1)?,
        state: State::of(&word).ok_or_else(unknown)?,
        user: row.get(3)?,
        priority: row.get(4)?,
        run_at: row.get(5)?,
        start_by: row.get(6)?,
        attempt: row.get(7)?,
        max_attempts: row.get(8)?,
        timeout: row.get(9)?,
        concurrency_key: row.get(10)?,
        fence: row.get(11)?,
        worker: row.get(12)?,
        holder: row.get(13)?,
        claim_id: row.get(14)?,
        lease_length: row.get(15)?,
        lease_until: row.get(16)?,
        deadline: row.get(17)?,
        cancel_until: row.get(18)?,
        last_seq: row.get(19)?,
        size: row.get(20)?,
        last_batch: row.get(21)?,
        dropped: row.get(22)?,
        parent: row.get(23)?,
        created_at: row.get(24)?,
        started_at: row.get(25)?,
        finished_at: row.get(26)?,
    })
}

/// What goes in and what comes out, as JSON texts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bodies {
    pub(crate) input: String,
    pub(crate) output: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) labels: String,
}

pub(crate) fn find(db: &Read<'_>, id: &str) -> Result<Option<Execution>> {
    let sql = format!("SELECT {COLUMNS} FROM hearth_executions WHERE id = ?1");
    db.row(&sql, [id], execution)
}

/// The one that is a retry of this one.
pub(crate) fn find_child(db: &Read<'_>, parent: &str) -> Result<Option<Execution>> {
    let sql = format!("SELECT {COLUMNS} FROM hearth_executions WHERE parent_id = ?1");
    db.row(&sql, [parent], execution)
}

pub(crate) fn find_bodies(db: &Read<'_>, id: &str) -> Result<Option<Bodies>> {
    let sql =
        "SELECT input, output, error, labels FROM hearth_execution_bodies WHERE execution = ?1";
    db.row(sql, [id], |row| {
        Ok(Bodies {
            input: row.get(0)?,
            output: row.get(1)?,
            error: row.get(2)?,
            labels: row.get(3)?,
        })
    })
}

/// What lists show of them: error and labels alone.
pub(crate) fn find_remarks(db: &Read<'_>, id: &str) -> Result<Option<Bodies>> {
    let sql = "SELECT error, labels FROM hearth_execution_bodies WHERE execution = ?1";
    db.row(sql, [id], |row| {
        Ok(Bodies {
            error: row.get(0)?,
            labels: row.get(1)?,
            ..Bodies::default()
        })
    })
}

/// A new one with its bodies; `labels` are those of the bodies, one by one.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    new: &Execution,
    bodies: &Bodies,
    labels: &[(String, String)],
) -> Result<()> {
    tx.execute(
        "INSERT INTO hearth_executions (id, task, state, user_id, priority, run_at, start_by, max_attempts, timeout, concurrency_key, parent_id, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        (
            &new.id,
            &new.task,
            new.state.word(),
            &new.user,
            new.priority,
            new.run_at,
            new.start_by,
            new.max_attempts,
            new.timeout,
            &new.concurrency_key,
            &new.parent,
            &new.created_at,
        ),
    )?;
    tx.execute(
        "INSERT INTO hearth_execution_bodies (execution, input, labels) VALUES (?1, ?2, ?3)",
        [&new.id, &bodies.input, &bodies.labels],
    )?;
    for (name, value) in labels {
        let sql =
            "INSERT INTO hearth_execution_labels (name, value, execution) VALUES (?1, ?2, ?3)";
        tx.execute(sql, [name, value, &new.id])?;
    }
    Ok(())
}

/// Writes all that may have changed since it was found, and tells who waits for work where there is some.
pub(crate) fn update(tx: &mut Tx<'_>, execution: &Execution) -> Result<()> {
    tx.execute(
        "UPDATE hearth_executions SET state = ?2, run_at = ?3, attempt = ?4, fence = ?5, worker = ?6, holder = ?7, claim_id = ?8,
           lease_length = ?9, lease_until = ?10, deadline = ?11, cancel_until = ?12, last_seq = ?13, size = ?14,
           last_batch = ?15, dropped = ?16, started_at = ?17, finished_at = ?18 WHERE id = ?1",
        rusqlite::params![
            execution.id,
            execution.state.word(),
            execution.run_at,
            execution.attempt,
            execution.fence,
            execution.worker,
            execution.holder,
            execution.claim_id,
            execution.lease_length,
            execution.lease_until,
            execution.deadline,
            execution.cancel_until,
            execution.last_seq,
            execution.size,
            execution.last_batch,
            execution.dropped,
            execution.started_at,
            execution.finished_at,
        ],
    )?;
    if execution.state == State::Queued {
        tx.emit(Event::Queued(execution.task.clone()));
    }
    Ok(())
}

/// After an append: the counters alone.
pub(crate) fn update_counters(tx: &mut Tx<'_>, execution: &Execution) -> Result<()> {
    tx.execute(
        "UPDATE hearth_executions SET last_seq = ?2, size = ?3, last_batch = ?4, dropped = ?5 WHERE id = ?1",
        (
            &execution.id,
            execution.last_seq,
            execution.size,
            execution.last_batch,
            execution.dropped,
        ),
    )?;
    Ok(())
}

pub(crate) fn update_outcome(
    tx: &mut Tx<'_>,
    id: &str,
    output: Option<&str>,
    error: Option<&str>,
) -> Result<()> {
    let sql = "UPDATE hearth_execution_bodies SET output = ?2, error = ?3 WHERE execution = ?1";
    tx.execute(sql, (id, output, error))?;
    Ok(())
}

/// What stands beside an execution and goes with it at once: bodies, labels, files; about as many rows.
const BESIDE: usize = 20;

/// Forgets what ended before that: about so many rows at a time, so that the transaction stays short however long a log
/// is. The oldest entries go first, and the execution itself with the last of them. 0: there is no such any more.
pub(crate) fn purge(tx: &mut Tx<'_>, before: &str, rows: usize) -> Result<usize> {
    let mut gone = 0;
    while gone < rows {
        let sql =
            "SELECT id FROM hearth_executions WHERE finished_at < ?1 ORDER BY finished_at LIMIT 1";
        let Some(id) = tx.row(sql, [before], |row| row.get::<_, String>(0))? else {
            break;
        };
        let events = events::remove_first(tx, &id, rows - gone)?;
        let inputs = inputs::remove_some(tx, &id, rows - gone)?;
        gone += events + inputs;
        if gone < rows {
            tx.execute("DELETE FROM hearth_executions WHERE id = ?1", [&id])?;
            gone += BESIDE;
        }
    }
    Ok(gone)
}

/// Those of a user that are not over, right before they go with the user: who watches one is told, and what waited for
/// its place can run.
pub(crate) fn tell_removal(tx: &mut Tx<'_>, user: &str) -> Result<()> {
    let sql = format!(
        "SELECT {COLUMNS} FROM hearth_executions WHERE user_id = ?1 AND finished_at IS NULL"
    );
    for one in tx.all(&sql, [user], execution)? {
        if one.state.is_held() {
            tx.emit(Event::KeyFreed);
        }
        tx.emit(Event::Removed(one.id.into()));
    }
    Ok(())
}
