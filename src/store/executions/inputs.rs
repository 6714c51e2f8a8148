//! What executions ask of people, and what they were answered.

use crate::error::Result;
use crate::store::{Read, Tx};

/// One question.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    pub(crate) request: String,
    /// The answer's shape, as it was sent; none: anything.
    pub(crate) schema: Option<String>,
    /// `open`, `answered`, `timed_out`
    pub(crate) state: String,
    pub(crate) data: Option<String>,
}

pub(crate) fn insert(
    tx: &mut Tx<'_>,
    execution: &str,
    request: &str,
    schema: Option<&str>,
    expires_until: Option<i64>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO hearth_execution_inputs (execution, request, schema, expires_until, state) VALUES (?1, ?2, ?3, ?4, 'open')",
        (execution, request, schema, expires_until),
    )?;
    Ok(())
}

/// All of an execution's, by name.
pub(crate) fn find_all(db: &Read<'_>, execution: &str) -> Result<Vec<Input>> {
    db.all(
        "SELECT request, schema, state, data FROM hearth_execution_inputs WHERE execution = ?1 ORDER BY request",
        [execution],
        |row| {
            Ok(Input {
                request: row.get(0)?,
                schema: row.get(1)?,
                state: row.get(2)?,
                data: row.get(3)?,
            })
        },
    )
}

pub(crate) fn find(db: &Read<'_>, execution: &str, request: &str) -> Result<Option<Input>> {
    let all = find_all(db, execution)?;
    Ok(all.into_iter().find(|input| input.request == request))
}

/// Executions with questions that are over, and the questions' names.
pub(crate) fn find_over(db: &Read<'_>, now: i64, limit: usize) -> Result<Vec<(String, String)>> {
    db.all(
        "SELECT execution, request FROM hearth_execution_inputs WHERE state = 'open' AND expires_until IS NOT NULL
           AND expires_until <= ?1 ORDER BY expires_until LIMIT ?2",
        (now, limit as i64),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// `data` none: nobody answered in time.
pub(crate) fn close(
    tx: &mut Tx<'_>,
    execution: &str,
    request: &str,
    data: Option<&str>,
) -> Result<()> {
    tx.execute(
        "UPDATE hearth_execution_inputs SET state = CASE WHEN ?3 IS NULL THEN 'timed_out' ELSE 'answered' END, data = ?3
         WHERE execution = ?1 AND request = ?2",
        (execution, request, data),
    )?;
    Ok(())
}

/// Takes away at most so many; says how many.
pub(super) fn remove_some(tx: &mut Tx<'_>, execution: &str, rows: usize) -> Result<usize> {
    let sql = "DELETE FROM hearth_execution_inputs WHERE execution = ?1 AND request IN
         (SELECT request FROM hearth_execution_inputs WHERE execution = ?1 LIMIT ?2)";
    tx.execute(sql, (execution, rows as i64))
}

/// Whoever runs next has to ask again: what was open belongs to an attempt that is over.
pub(crate) fn remove_open(tx: &mut Tx<'_>, execution: &str) -> Result<()> {
    let sql = "DELETE FROM hearth_execution_inputs WHERE execution = ?1 AND state = 'open'";
    tx.execute(sql, [execution])?;
    Ok(())
}
