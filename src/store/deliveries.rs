//! Signed messages that were taken, by their ids: none works twice.

use super::Tx;
use crate::error::Result;

/// False when that message was taken before.
pub(crate) fn insert(tx: &mut Tx<'_>, issuer: &str, id: &str, now: &str) -> Result<bool> {
    let sql =
        "INSERT INTO hearth_deliveries (issuer, id, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    Ok(tx.execute(sql, [issuer, id, now])? > 0)
}

/// Forgets what is older; so many at a time that the transaction stays short.
pub(crate) fn purge(tx: &mut Tx<'_>, before: &str) -> Result<usize> {
    let sql = "DELETE FROM hearth_deliveries WHERE (issuer, id) IN
         (SELECT issuer, id FROM hearth_deliveries WHERE at < ?1 LIMIT 1000)";
    tx.execute(sql, [before])
}
