//! A folder with a config.toml, revisions and a database, and the binary run in it.

use std::path::PathBuf;
use std::process::{Command, Output};

use rusqlite::Connection;

/// A model `notes` whose table the tests make themselves, where they need one.
pub(crate) const NOTES: &str = "[models.notes.fields]\ntitle = { type = \"string\" }\n";

pub(crate) struct Project {
    folder: tempfile::TempDir,
}

/// What a command said, and its exit code.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// Done; its stdout.
    #[track_caller]
    pub(crate) fn done(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.out
    }

    /// Refused; its stderr.
    #[track_caller]
    pub(crate) fn refused(self) -> String {
        assert_eq!(self.code, 1, "{self:?}");
        self.err
    }
}

impl Project {
    pub(crate) fn new(config: &str) -> Self {
        let project = Project {
            folder: tempfile::tempdir().unwrap(),
        };
        project.config(config);
        project
    }

    pub(crate) fn config(&self, text: &str) {
        std::fs::write(self.path("config.toml"), text).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hearth"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_remove("HEARTH_CONFIG")
            .stdin(std::process::Stdio::null());
        command
    }

    pub(crate) fn hearth(&self, arguments: &[&str]) -> Said {
        said(&self.command(arguments).output().unwrap())
    }

    pub(crate) fn migrate(&self, arguments: &[&str]) -> Said {
        let arguments: Vec<&str> = ["migrate"].iter().chain(arguments).copied().collect();
        self.hearth(&arguments)
    }

    /// A pair of files, written by hand.
    pub(crate) fn revision(&self, stem: &str, up: &str, down: &str) {
        for (kind, text) in [("up", up), ("down", down)] {
            let folder = self.path("hearth_data/revisions").join(kind);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(format!("{stem}.sql")), text).unwrap();
        }
    }

    pub(crate) fn up_file(&self, stem: &str) -> PathBuf {
        self.path("hearth_data/revisions/up")
            .join(format!("{stem}.sql"))
    }

    /// SQLite's own look at the database.
    pub(crate) fn database(&self) -> Connection {
        Connection::open(self.path("hearth_data/hearth.db")).unwrap()
    }

    pub(crate) fn run(&self, sql: &str) {
        self.database().execute_batch(sql).unwrap();
    }

    /// One value, as a text.
    pub(crate) fn value(&self, sql: &str) -> String {
        value(&self.database(), sql)
    }

    /// All statements of the user's schema and the ledger's versions: what must be the old or the new, never a mix.
    pub(crate) fn fingerprint(&self) -> String {
        let schema = "SELECT group_concat(sql, char(10)) FROM (SELECT sql FROM sqlite_schema
            WHERE tbl_name NOT GLOB 'hearth_*' AND tbl_name NOT GLOB 'sqlite_*' AND sql IS NOT NULL ORDER BY type, name)";
        format!("{}\n{}", self.value(schema), self.versions())
    }

    pub(crate) fn versions(&self) -> String {
        self.value("SELECT group_concat(version) FROM (SELECT version FROM hearth_revisions ORDER BY version)")
    }

    /// Names in a folder of revisions, sorted.
    pub(crate) fn files(&self, kind: &str) -> Vec<String> {
        let folder = self.path("hearth_data/revisions").join(kind);
        let Ok(list) = std::fs::read_dir(folder) else {
            return Vec::new();
        };
        let mut names: Vec<String> = list
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

pub(crate) fn value(database: &Connection, sql: &str) -> String {
    database
        .query_row(sql, [], |row| {
            Ok(match row.get_ref(0)? {
                rusqlite::types::ValueRef::Null => "null".to_owned(),
                rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                rusqlite::types::ValueRef::Real(number) => number.to_string(),
                rusqlite::types::ValueRef::Text(text) | rusqlite::types::ValueRef::Blob(text) => {
                    String::from_utf8_lossy(text).into_owned()
                }
            })
        })
        .unwrap()
}

pub(crate) fn said(output: &Output) -> Said {
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Three revisions of a table `notes`: made, extended, rebuilt.
pub(crate) fn three(project: &Project) {
    project.revision(
        "V20260101000000__make_notes",
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT);\n",
        "DROP TABLE notes;\n",
    );
    project.revision(
        "V20260102000000__add_priority",
        "ALTER TABLE notes ADD COLUMN priority INTEGER NOT NULL DEFAULT 3;\n",
        "ALTER TABLE notes DROP COLUMN priority;\n",
    );
    project.revision(
        "V20260103000000__rename_title",
        "ALTER TABLE notes RENAME COLUMN title TO name;\nCREATE INDEX notes_name ON notes (name);\n",
        "DROP INDEX notes_name;\nALTER TABLE notes RENAME COLUMN name TO title;\n",
    );
}
