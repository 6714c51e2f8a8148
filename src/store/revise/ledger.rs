//! The ledger of the user's revisions: refinery's own table, and ours beside it with what refinery has no place for.

use refinery_core::traits::sync::Migrate as _;
use refinery_core::{Migration, Target};
use rusqlite::params;

use super::{Ran, Revising};
use crate::error::{Code, Error, Result};
use crate::store::Read;
use crate::store::refinery::Within;

const LEDGER: &str = "hearth_revisions";

/// A revision in the ledger.
#[derive(Clone, Debug)]
pub(crate) struct Applied {
    pub(crate) version: i64,
    pub(crate) name: String,
    /// RFC 3339.
    pub(crate) at: String,
    /// refinery's, over name, version and text.
    pub(crate) checksum: String,
    /// None: stamped, or applied by something else.
    pub(crate) details: Option<Details>,
}

#[derive(Clone, Debug)]
pub(crate) struct Details {
    pub(crate) up: String,
    pub(crate) down: Option<String>,
    pub(crate) milliseconds: i64,
    pub(crate) rows: i64,
    /// The version of the binary.
    pub(crate) hearth: String,
}

/// All that is applied, oldest first.
pub(crate) fn applied(db: &Read<'_>) -> Result<Vec<Applied>> {
    let sql = "SELECT r.version, r.name, r.applied_on, r.checksum, d.up, d.down, d.milliseconds, d.written, d.hearth
        FROM hearth_revisions AS r LEFT JOIN hearth_revision_details AS d ON d.version = r.version ORDER BY r.version";
    db.all(sql, [], |row| {
        let up: Option<String> = row.get(4)?;
        let details = match up {
            None => None,
            Some(up) => Some(Details {
                up,
                down: row.get(5)?,
                milliseconds: row.get(6)?,
                rows: row.get(7)?,
                hearth: row.get(8)?,
            }),
        };
        Ok(Applied {
            version: row.get(0)?,
            name: row.get(1)?,
            at: row.get(2)?,
            checksum: row.get(3)?,
            details,
        })
    })
}

/// A number that moves with every change of the schema, also one by hand.
pub(crate) fn schema_version(db: &Read<'_>) -> Result<i64> {
    let version = db.row("PRAGMA schema_version", [], |row| row.get(0))?;
    Ok(version.unwrap_or_default())
}

/// refinery's number over a text; a name that refinery does not take is an error.
pub(crate) fn checksum(stem: &str, text: &str) -> Result<String> {
    Ok(migration(stem, text)?.checksum().to_string())
}

fn migration(stem: &str, text: &str) -> Result<Migration> {
    Migration::unapplied(stem, text)
        .map_err(|cause| Error::new(Code::Invalid, format!("{stem}: {cause}")))
}

impl Revising<'_> {
    /// Writes the row of a revision whose statements have just run. refinery compares everything that is applied with
    /// `known` (stems and texts, oldest first) and refuses what was edited, is missing or comes too late.
    pub(crate) fn record(
        &mut self,
        known: &[(String, String)],
        version: i64,
        down: Option<&str>,
        ran: &Ran,
    ) -> Result<()> {
        let (stem, up) = known
            .iter()
            .find(|(stem, _)| stem.starts_with(&format!("V{version}__")))
            .ok_or_else(|| Error::internal("a revision was run that no file describes"))?;
        let migrations = known
            .iter()
            .map(|(stem, up)| migration(stem, up))
            .collect::<Result<Vec<_>>>()?;
        // The statements have run already, under the looks at what they lose; refinery checks the rest and writes the row.
        Within(self.connection)
            .migrate(
                &migrations,
                true,
                true,
                false,
                Target::FakeVersion(version),
                LEDGER,
            )
            .map_err(|cause| Error::conflict(cause.to_string()).because(cause))?;
        let milliseconds = i64::try_from(ran.took.as_millis()).unwrap_or(i64::MAX);
        let rows = i64::try_from(ran.rows).unwrap_or(i64::MAX);
        self.describe(stem, version, up, down, (milliseconds, rows))
    }

    /// Writes the row of a revision that was not run, or corrects it.
    pub(crate) fn stamp(
        &mut self,
        stem: &str,
        version: i64,
        up: &str,
        down: Option<&str>,
    ) -> Result<()> {
        let migration = migration(stem, up)?;
        self.connection.execute(
            "INSERT INTO hearth_revisions (version, name, applied_on, checksum) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (version) DO UPDATE SET name = excluded.name, checksum = excluded.checksum",
            params![
                version,
                migration.name(),
                crate::clock::now(),
                migration.checksum().to_string()
            ],
        )?;
        self.describe(stem, version, up, down, (0, 0))
    }

    fn describe(
        &mut self,
        stem: &str,
        version: i64,
        up: &str,
        down: Option<&str>,
        (milliseconds, rows): (i64, i64),
    ) -> Result<()> {
        let down_checksum = down.map(|down| checksum(stem, down)).transpose()?;
        self.connection.execute(
            "INSERT INTO hearth_revision_details (version, up, down, down_checksum, milliseconds, written, hearth)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (version) DO UPDATE SET up = excluded.up, down = excluded.down,
                down_checksum = excluded.down_checksum, milliseconds = excluded.milliseconds,
                written = excluded.written, hearth = excluded.hearth",
            params![version, up, down, down_checksum, milliseconds, rows, env!("CARGO_PKG_VERSION")],
        )?;
        Ok(())
    }

    /// Takes the row of a revision out of the ledger.
    pub(crate) fn forget(&mut self, version: i64) -> Result<()> {
        let connection = &self.connection;
        connection.execute("DELETE FROM hearth_revisions WHERE version = ?1", [version])?;
        connection.execute(
            "DELETE FROM hearth_revision_details WHERE version = ?1",
            [version],
        )?;
        Ok(())
    }
}

/// The same rows as a script, with the time at which it runs.
pub(crate) fn ledger_sql(stem: &str, version: i64, up: &str, down: Option<&str>) -> Result<String> {
    let migration = migration(stem, up)?;
    let quote = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let (down, sum) = match down {
        Some(down) => (quote(down), quote(&checksum(stem, down)?)),
        None => ("NULL".to_owned(), "NULL".to_owned()),
    };
    Ok(format!(
        "INSERT INTO hearth_revisions (version, name, applied_on, checksum) VALUES ({version}, {}, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), '{}');\n\
         INSERT INTO hearth_revision_details (version, up, down, down_checksum, milliseconds, written, hearth) VALUES ({version}, {}, {down}, {sum}, 0, 0, {});",
        quote(migration.name()),
        migration.checksum(),
        quote(up),
        quote(env!("CARGO_PKG_VERSION")),
    ))
}
