//! What an error of SQLite means for us.

use std::path::Path;

use rusqlite::ErrorCode;

use crate::error::{Code, Error};

/// UNIQUE, and the primary key.
const UNIQUE: i32 = 2067;
const PRIMARY_KEY: i32 = 1555;
const FOREIGN_KEY: i32 = 787;
const NOT_NULL: i32 = 1299;
/// A value of another type than that of a STRICT table's column.
const DATATYPE: i32 = 3091;
/// The form of a restricted reference when the statement itself is refused.
const TRIGGER: i32 = 1811;

fn extended(error: &rusqlite::Error) -> Option<(ErrorCode, i32, &str)> {
    match error {
        rusqlite::Error::SqliteFailure(failure, message) => Some((
            failure.code,
            failure.extended_code,
            message.as_deref().unwrap_or_default(),
        )),
        // The same, with the place in the statement.
        rusqlite::Error::SqlInputError { error, msg, .. } => {
            Some((error.code, error.extended_code, msg))
        }
        _ => None,
    }
}

/// A fault of the disk or its rights, in a person's words.
pub(super) fn disk(error: &rusqlite::Error) -> Option<&'static str> {
    match extended(error)?.0 {
        ErrorCode::DiskFull => Some("the disk is full"),
        ErrorCode::SystemIoFailure => Some("the disk reports an I/O error"),
        ErrorCode::ReadOnly => Some("the file or its folder cannot be written"),
        ErrorCode::CannotOpen => {
            Some("the file cannot be opened; may this user write in the folder?")
        }
        ErrorCode::PermissionDenied => Some("permission denied"),
        ErrorCode::NotADatabase => Some("it is not an SQLite database"),
        ErrorCode::DatabaseCorrupt => Some("the database is damaged; restore it from a backup"),
        _ => None,
    }
}

/// Names the file in an error of its disk; for the one who runs the program, not for clients.
pub(super) fn at(path: &Path, error: Error) -> Error {
    let cause = error.cause().and_then(|cause| cause.downcast_ref());
    match cause.and_then(disk) {
        Some(reason) => {
            let message = format!("Cannot use {}: {reason}", path.display());
            Error::new(Code::Unavailable, message).because(error)
        }
        None => error,
    }
}

/// Whether the connection can't be trusted any more.
pub(super) fn wants_reopening(error: &rusqlite::Error) -> bool {
    extended(error).is_some_and(|(code, ..)| {
        matches!(code, ErrorCode::SystemIoFailure | ErrorCode::CannotOpen)
    })
}

/// The fields of a violated UNIQUE, out of `table.column, table.column`. The owner in an index is no field of theirs.
fn clash(message: &str) -> Vec<String> {
    let list = message.rsplit(": ").next().unwrap_or_default();
    list.split(", ")
        .filter_map(|name| name.split_once('.'))
        .map(|(_, column)| column.to_owned())
        .filter(|column| column != "user_id")
        .collect()
}

/// The columns that two rows may not share, when that is what went wrong.
#[derive(Debug)]
pub(crate) struct Clash(pub(crate) Vec<String>);

impl std::fmt::Display for Clash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "another row has the same {}", self.0.join(", "))
    }
}

impl std::error::Error for Clash {}

/// A row that something still refers to, or a reference to nothing.
#[derive(Debug)]
pub(crate) struct Referenced;

impl std::fmt::Display for Referenced {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a reference forbids it")
    }
}

impl std::error::Error for Referenced {}

/// What cannot be a record's fault: its values were checked against the models before they got here.
fn is_of_another_schema(code: i32, message: &str) -> bool {
    let names = ["no such column", "no such table"];
    code == NOT_NULL
        || code == DATATYPE
        || names.iter().any(|start| message.starts_with(start))
        || (message.starts_with("table ") && message.contains(" has no column named "))
}

/// A revision was applied beside a running server.
pub(super) fn schema_changed() -> Error {
    Error::schema_changed(
        "The tables were changed while Hearth runs, and its models no longer fit them. Restart it with the config.toml that fits",
    )
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        if let Some(reason) = disk(&error) {
            return Error::unavailable(format!("The database cannot be used now: {reason}"), 5)
                .because(error);
        }
        match extended(&error) {
            Some((_, UNIQUE | PRIMARY_KEY, message)) => {
                let clash = Clash(clash(message));
                Error::conflict(format!("`{}` is taken", clash.0.join("`, `"))).because(clash)
            }
            Some((_, FOREIGN_KEY | TRIGGER, _)) => {
                Error::conflict("It is still referenced by other records").because(Referenced)
            }
            Some((ErrorCode::OperationInterrupted, ..)) => {
                Error::unavailable("The query took too long (database.query_timeout)", 1)
                    .because(error)
            }
            Some((ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, ..)) => {
                Error::unavailable("Another process holds the database", 1).because(error)
            }
            Some((_, code, message)) if is_of_another_schema(code, message) => {
                schema_changed().because(error)
            }
            _ => Error::internal(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::config::Synchronous;
    use crate::error::{Code, Error};
    use crate::store::{Opening, Options, schema};

    /// What a statement's failure becomes.
    fn fault(sql: &str) -> Error {
        let folder = tempfile::tempdir().unwrap();
        let mut opening = Opening::open(Options {
            path: folder.path().join("hearth.db"),
            synchronous: Synchronous::Normal,
            query_timeout: Duration::from_secs(2),
            cache_size: 8 * 1024 * 1024,
            readers: 1,
        })
        .unwrap();
        opening
            .transaction(|tx| {
                tx.batch("CREATE TABLE t (user_id TEXT, a TEXT); CREATE UNIQUE INDEX i ON t (user_id, a)")?;
                tx.batch("INSERT INTO t VALUES ('u', 'x')")?;
                schema::cells(tx, sql)
            })
            .unwrap_err()
    }

    #[test]
    fn a_column_that_is_gone_is_an_error_and_never_a_text() {
        for sql in [
            "SELECT \"gone\" FROM t",
            "SELECT a FROM t WHERE \"gone\" = 'gone'",
            "INSERT INTO t (gone) VALUES (1) RETURNING 1",
            "SELECT 1 FROM gone",
        ] {
            let error = fault(sql);
            assert_eq!(error.code(), Code::SchemaChanged);
            assert!(
                error.message().contains("The tables were changed"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_clash_names_the_field_and_not_the_owner() {
        let error = fault("INSERT INTO t VALUES ('u', 'x') RETURNING 1");
        assert_eq!(error.message(), "`a` is taken");
    }
}
