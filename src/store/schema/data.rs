//! What the rows of a table say to a change of it. They are named by their ids: a value may be one that is never shown.

use crate::error::Result;
use crate::store::Read;
use crate::store::sql::quote;

/// How many are listed of those that stand in the way.
const LISTED: usize = 10;

/// Some ids, and whether there are more.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ids {
    pub(crate) listed: Vec<String>,
    pub(crate) more: bool,
}

impl Ids {
    fn of(mut listed: Vec<String>) -> Option<Self> {
        let more = listed.len() > LISTED;
        listed.truncate(LISTED);
        (!listed.is_empty()).then_some(Ids { listed, more })
    }
}

/// How many rows a table has, or values that are not null a column.
pub(crate) fn count(db: &Read<'_>, table: &str, column: Option<&str>) -> Result<i64> {
    let what = column.map_or("*".to_owned(), quote);
    let sql = format!("SELECT count({what}) FROM {}", quote(table));
    Ok(db.row(&sql, [], |row| row.get(0))?.unwrap_or_default())
}

pub(crate) fn is_empty(db: &Read<'_>, table: &str) -> Result<bool> {
    let sql = format!("SELECT 1 FROM {} LIMIT 1", quote(table));
    Ok(db.row(&sql, [], |_| Ok(()))?.is_none())
}

/// The rows of `table AS t` for which a condition holds.
pub(crate) fn offenders(db: &Read<'_>, table: &str, condition: &str) -> Result<Option<Ids>> {
    let sql = format!(
        "SELECT CAST(t.\"id\" AS TEXT) FROM {} AS t WHERE {condition} ORDER BY t.\"id\" LIMIT {}",
        quote(table),
        LISTED + 1
    );
    Ok(Ids::of(db.all(&sql, [], |row| row.get(0))?))
}

/// Pairs of rows of a table that are the same in all of these expressions on `table AS t`: the first and the last of each group.
pub(crate) fn clash(db: &Read<'_>, table: &str, values: &[String]) -> Result<Option<Ids>> {
    let names: Vec<String> = (0..values.len()).map(|at| format!("c{at}")).collect();
    let selected = values.iter().zip(&names);
    let selected: Vec<String> = selected
        .map(|(value, name)| format!("{value} AS {name}"))
        .collect();
    let sql = format!(
        "SELECT min(key) || ' and ' || max(key) FROM (SELECT t.\"id\" AS key, {} FROM {} AS t)
         WHERE {} IS NOT NULL GROUP BY {} HAVING count(*) > 1 ORDER BY min(key) LIMIT {}",
        selected.join(", "),
        quote(table),
        names.join(" IS NOT NULL AND "),
        names.join(", "),
        LISTED + 1
    );
    Ok(Ids::of(db.all(&sql, [], |row| row.get(0))?))
}
