//! Handing out work: the best queued execution of a task, and what is held already.

use super::{COLUMNS, Execution, execution};
use crate::error::Result;
use crate::store::{Event, Read, Tx};

/// The best one that waits, of this task; none where its key is busy.
pub(crate) fn find_best(db: &Read<'_>, task: &str) -> Result<Option<Execution>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM hearth_executions AS wanted WHERE state = 'queued' AND task = ?1
           AND (concurrency_key IS NULL OR NOT EXISTS (SELECT 1 FROM hearth_executions AS busy
             WHERE busy.concurrency_key = wanted.concurrency_key AND busy.holder IS NOT NULL))
         ORDER BY priority DESC, run_at, id LIMIT 1"
    );
    db.row(&sql, [task], execution)
}

/// How many of a task are held now.
pub(crate) fn count_held(db: &Read<'_>, task: &str) -> Result<i64> {
    let sql = "SELECT count(*) FROM hearth_executions WHERE task = ?1 AND holder IS NOT NULL";
    Ok(db.row(sql, [task], |row| row.get(0))?.unwrap_or(0))
}

/// It is held no more: what waited for its place or its key can be claimed.
pub(crate) fn make_way(tx: &mut Tx<'_>, execution: &Execution) -> Result<()> {
    let sql = "SELECT 1 FROM hearth_executions WHERE state = 'queued' AND task = ?1 LIMIT 1";
    if execution.concurrency_key.is_some() {
        tx.emit(Event::KeyFreed);
    } else if tx.row(sql, [&execution.task], |_| Ok(()))?.is_some() {
        tx.emit(Event::Queued(execution.task.clone()));
    }
    Ok(())
}

/// What a claim of that id was given before, and still holds.
pub(crate) fn find_given(db: &Read<'_>, claim: &str, holder: &str) -> Result<Vec<Execution>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM hearth_executions WHERE claim_id = ?1 AND holder = ?2 ORDER BY id"
    );
    db.all(&sql, [claim, holder], execution)
}

/// All that is held, by whom ever.
pub(crate) fn find_held(db: &Read<'_>) -> Result<Vec<Execution>> {
    let sql =
        format!("SELECT {COLUMNS} FROM hearth_executions WHERE holder IS NOT NULL ORDER BY id");
    db.all(&sql, [], execution)
}

/// Scheduled ones whose time has come.
pub(crate) fn find_due(db: &Read<'_>, now: i64, limit: usize) -> Result<Vec<Execution>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM hearth_executions WHERE state = 'scheduled' AND run_at <= ?1 ORDER BY run_at LIMIT ?2"
    );
    db.all(&sql, (now, limit as i64), execution)
}

/// Those that had to start before now.
pub(crate) fn find_late(db: &Read<'_>, now: i64, limit: usize) -> Result<Vec<Execution>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM hearth_executions WHERE start_by IS NOT NULL AND state IN ('scheduled', 'queued')
           AND start_by <= ?1 ORDER BY start_by LIMIT ?2"
    );
    db.all(&sql, (now, limit as i64), execution)
}

/// Attempts whose time is over, and cancels whose grace is.
pub(crate) fn find_overdue(db: &Read<'_>, now: i64, limit: usize) -> Result<Vec<Execution>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM hearth_executions WHERE holder IS NOT NULL
           AND CASE state WHEN 'cancelling' THEN cancel_until ELSE deadline END <= ?1 LIMIT ?2"
    );
    db.all(&sql, (now, limit as i64), execution)
}

/// When the next of all these is, and of questions that are over, and of schedules.
pub(crate) fn find_next(db: &Read<'_>) -> Result<Option<i64>> {
    let sql = "SELECT min(at) FROM (
           SELECT min(run_at) AS at FROM hearth_executions WHERE state = 'scheduled'
           UNION ALL SELECT min(start_by) FROM hearth_executions WHERE start_by IS NOT NULL AND state IN ('scheduled', 'queued')
           UNION ALL SELECT min(CASE state WHEN 'cancelling' THEN cancel_until ELSE deadline END) FROM hearth_executions
             WHERE holder IS NOT NULL
           UNION ALL SELECT min(expires_until) FROM hearth_execution_inputs WHERE state = 'open' AND expires_until IS NOT NULL
           UNION ALL SELECT min(next_at) FROM hearth_schedules WHERE paused = 0)";
    Ok(db.row(sql, [], |row| row.get(0))?.flatten())
}

/// Whether one of them is now.
pub(crate) fn is_anything_due(db: &Read<'_>, now: i64) -> Result<bool> {
    Ok(find_next(db)?.is_some_and(|next| next <= now))
}
