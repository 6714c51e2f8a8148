//! What the records in a table let its schema become.

use super::Table;
use crate::error::Result;
use crate::store::Read;
use crate::store::sql::quote;

pub(crate) fn has_rows(db: &Read<'_>, table: &Table) -> Result<bool> {
    let sql = format!("SELECT 1 FROM {} LIMIT 1", quote(&table.stored));
    Ok(db.row(&sql, [], |_| Ok(()))?.is_some())
}

/// The highest id that a table ever gave.
pub(crate) fn last_id(db: &Read<'_>, table: &Table) -> Result<Option<i64>> {
    if !table.counted {
        return Ok(None);
    }
    let sql = "SELECT seq FROM sqlite_sequence WHERE name = ?1";
    db.row(sql, [&table.stored], |row| row.get(0))
}

/// Where a value of a row will come from.
pub(crate) enum Origin<'s> {
    Column(&'s str),
    /// What all rows will have, as SQL; None is null.
    Constant(Option<&'s str>),
}

/// Pairs of records that share these values, three at most: the ids of the first and the last.
pub(crate) fn clashes(
    db: &Read<'_>,
    table: &Table,
    origins: &[Origin<'_>],
) -> Result<Vec<(String, String)>> {
    let values = origins.iter().enumerate().map(|(at, origin)| {
        let value = match origin {
            Origin::Column(name) => quote(name),
            Origin::Constant(sql) => sql.unwrap_or("NULL").to_owned(),
        };
        format!("{value} AS c{at}")
    });
    let values: Vec<String> = values.collect();
    let names: Vec<String> = (0..origins.len()).map(|at| format!("c{at}")).collect();
    let sql = format!(
        "SELECT CAST(min(id) AS TEXT), CAST(max(id) AS TEXT) FROM (SELECT \"id\" AS id, {} FROM {})
         WHERE {} IS NOT NULL GROUP BY {} HAVING count(*) > 1 ORDER BY min(id) LIMIT 3",
        values.join(", "),
        quote(&table.stored),
        names.join(" IS NOT NULL AND "),
        names.join(", ")
    );
    db.all(&sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
}
