//! refinery on a connection that is inside a transaction of ours; shared by Hearth's own tables and the user's.
//!
//! refinery's stock runner writes a migration and its ledger row in two transactions, and two processes at once collide.
//! Here it never begins or commits: whoever calls it does, once, around everything.

use refinery_core::Migration;
use refinery_core::traits::sync::{Migrate, Query, Transaction};
use rusqlite::Connection;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::error::Result;

/// A connection inside the one transaction of all that is done.
pub(super) struct Within<'c>(pub(super) &'c Connection);

impl Transaction for Within<'_> {
    type Error = rusqlite::Error;

    fn execute<'a, T: Iterator<Item = &'a str>>(
        &mut self,
        queries: T,
    ) -> Result<usize, rusqlite::Error> {
        let mut count = 0;
        for query in queries {
            self.0.execute_batch(query)?;
            count += 1;
        }
        Ok(count)
    }
}

impl Query<Vec<Migration>> for Within<'_> {
    fn query(&mut self, query: &str) -> Result<Vec<Migration>, rusqlite::Error> {
        let mut statement = self.0.prepare(query)?;
        let rows = statement.query_map([], |row| {
            let (at, checksum): (String, String) = (row.get(2)?, row.get(3)?);
            let at = OffsetDateTime::parse(&at, &Rfc3339).map_err(|cause| unreadable(2, cause))?;
            let checksum = checksum.parse().map_err(|cause| unreadable(3, cause))?;
            Ok(Migration::applied(row.get(0)?, row.get(1)?, at, checksum))
        })?;
        rows.collect()
    }
}

impl Migrate for Within<'_> {}

fn unreadable(
    column: usize,
    cause: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(cause))
}
