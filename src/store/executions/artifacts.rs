//! Files of executions: what is known of them. Their content lies in the data folder.

use rusqlite::Row;

use crate::error::Result;
use crate::store::{Read, Tx};

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Artifact {
    pub(crate) name: String,
    /// Bytes.
    pub(crate) size: i64,
    /// As the worker called it.
    pub(crate) kind: String,
    pub(crate) sha256: String,
    /// Its name in the data folder.
    pub(crate) file: String,
    pub(crate) at: String,
}

fn artifact(row: &Row<'_>) -> rusqlite::Result<Artifact> {
    Ok(Artifact {
        name: row.get(0)?,
        size: row.get(1)?,
        kind: row.get(2)?,
        sha256: row.get(3)?,
        file: row.get(4)?,
        at: row.get(5)?,
    })
}

/// All of an execution's, by name.
pub(crate) fn find_all(db: &Read<'_>, execution: &str) -> Result<Vec<Artifact>> {
    let sql = "SELECT name, size, type, sha256, file, at FROM hearth_artifacts WHERE execution = ?1 ORDER BY name";
    db.all(sql, [execution], artifact)
}

pub(crate) fn find(db: &Read<'_>, execution: &str, name: &str) -> Result<Option<Artifact>> {
    let sql = "SELECT name, size, type, sha256, file, at FROM hearth_artifacts WHERE execution = ?1 AND name = ?2";
    db.row(sql, [execution, name], artifact)
}

/// Makes it, or puts it in the place of the one of that name.
pub(crate) fn put(tx: &mut Tx<'_>, execution: &str, artifact: &Artifact) -> Result<()> {
    tx.execute(
        "INSERT OR REPLACE INTO hearth_artifacts (execution, name, size, type, sha256, file, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (
            execution,
            &artifact.name,
            artifact.size,
            &artifact.kind,
            &artifact.sha256,
            &artifact.file,
            &artifact.at,
        ),
    )?;
    Ok(())
}

/// Whether there is such an execution.
pub(crate) fn is_known(db: &Read<'_>, execution: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM hearth_executions WHERE id = ?1";
    Ok(db.row(sql, [execution], |_| Ok(()))?.is_some())
}
