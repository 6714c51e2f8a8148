//! The schema of a database without its rows, in memory: to try a revision up and down.

use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;

use super::{Read, failed};
use crate::error::Result;

pub(crate) struct Shadow(Connection);

/// SQLite's steps between two looks at the clock.
const STEPS_PER_LOOK: i32 = 10_000;

/// Hearth's own tables are there to be referred to, without their indexes.
const SCHEMA: &str = "SELECT s.sql FROM sqlite_schema AS s
    LEFT JOIN pragma_table_list(s.name) AS l ON l.schema = 'main' AND s.type = 'table'
    WHERE s.sql IS NOT NULL AND s.name NOT GLOB 'sqlite_*' AND coalesce(l.type, '') <> 'shadow'
      AND (s.type = 'table' OR s.tbl_name NOT GLOB 'hearth_*')
    ORDER BY CASE s.type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END, s.rowid";

impl Shadow {
    pub(crate) fn of(db: &Read<'_>) -> Result<Self> {
        let shadow = Connection::open_in_memory()?;
        shadow.pragma_update(None, "foreign_keys", false)?;
        shadow.pragma_update(None, "legacy_alter_table", true)?;
        shadow.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
        shadow.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
        shadow.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
        let statements = db.all(SCHEMA, [], |row| row.get::<_, String>(0))?;
        for statement in statements {
            shadow.execute_batch(&statement)?;
        }
        Ok(Shadow(shadow))
    }

    /// Statements that take longer fail from now on.
    pub(crate) fn within(mut self, time: Duration) -> Result<Self> {
        let until = Instant::now() + time;
        let is_over = move || Instant::now() > until;
        self.0.progress_handler(STEPS_PER_LOOK, Some(is_over))?;
        Ok(self)
    }

    /// In SQLite's own words when it fails.
    pub(crate) fn run(&mut self, sql: &str) -> Result<()> {
        self.0.execute_batch(sql).map_err(|cause| failed(&cause))
    }

    pub(crate) fn read(&self) -> Read<'_> {
        Read::new(&self.0)
    }
}
