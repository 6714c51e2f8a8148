//! How far each schedule has come. Which times it has is not decided here.

use rusqlite::Row;

use super::{Read, Tx};
use crate::error::Result;

/// One row. Times are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Schedule {
    pub(crate) task: String,
    /// For which line of cron, in which zone, `next_at` was reckoned.
    pub(crate) schedule: String,
    pub(crate) timezone: String,
    /// None: it has no time any more.
    pub(crate) next_at: Option<i64>,
    /// The time that ran last, and the run.
    pub(crate) last_at: Option<i64>,
    pub(crate) last_execution: Option<String>,
    pub(crate) paused: bool,
}

const COLUMNS: &str = "task, schedule, timezone, next_at, last_at, last_execution, paused";

fn schedule(row: &Row<'_>) -> rusqlite::Result<Schedule> {
    Ok(Schedule {
        task: row.get(0)?,
        schedule: row.get(1)?,
        timezone: row.get(2)?,
        next_at: row.get(3)?,
        last_at: row.get(4)?,
        last_execution: row.get(5)?,
        paused: row.get(6)?,
    })
}

/// All, by task.
pub(crate) fn find_all(db: &Read<'_>) -> Result<Vec<Schedule>> {
    let sql = format!("SELECT {COLUMNS} FROM hearth_schedules ORDER BY task");
    db.all(&sql, [], schedule)
}

pub(crate) fn find(db: &Read<'_>, task: &str) -> Result<Option<Schedule>> {
    let sql = format!("SELECT {COLUMNS} FROM hearth_schedules WHERE task = ?1");
    db.row(&sql, [task], schedule)
}

/// Those whose time has come.
pub(crate) fn find_due(db: &Read<'_>, now: i64) -> Result<Vec<Schedule>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM hearth_schedules WHERE paused = 0 AND next_at <= ?1 ORDER BY next_at, task"
    );
    db.all(&sql, [now], schedule)
}

/// Makes or replaces it.
pub(crate) fn put(tx: &mut Tx<'_>, schedule: &Schedule) -> Result<()> {
    tx.execute(
        "INSERT OR REPLACE INTO hearth_schedules (task, schedule, timezone, next_at, last_at, last_execution, paused)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (
            &schedule.task,
            &schedule.schedule,
            &schedule.timezone,
            schedule.next_at,
            schedule.last_at,
            &schedule.last_execution,
            schedule.paused,
        ),
    )?;
    Ok(())
}

pub(crate) fn remove(tx: &mut Tx<'_>, task: &str) -> Result<()> {
    tx.execute("DELETE FROM hearth_schedules WHERE task = ?1", [task])?;
    Ok(())
}
