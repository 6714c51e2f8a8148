//! Files that are not what they should be: refused with a clear sentence, and left as they are to the byte.

use std::path::{Path, PathBuf};
use std::process::Command;

use rusqlite::Connection;

use crate::support::{Server, Start};
use crate::tools::create;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("hearth_data")).unwrap();
        Folder(folder)
    }

    /// With the files of a server that ended.
    fn of(server: &Server) -> Self {
        let folder = Folder::new();
        std::fs::copy(server.database(), folder.database()).unwrap();
        folder
    }

    fn database(&self) -> PathBuf {
        self.0.path().join("hearth_data/hearth.db")
    }

    fn log(&self) -> PathBuf {
        self.database().with_extension("db-wal")
    }

    fn hearth(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_hearth"))
            .args(arguments)
            .current_dir(self.0.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), said)
    }

    /// A server and a command refuse it, say all of this, and change no byte of the file.
    fn refused(&self, words: &[&str]) {
        let before = std::fs::read(self.database()).unwrap();
        for arguments in [&["serve", "--port", "0"][..], &["user", "list"]] {
            let (code, said) = self.hearth(arguments);
            assert_eq!(code, Some(1), "{said}");
            for word in words {
                assert!(said.contains(word), "{word} is not in: {said}");
            }
            let after = std::fs::read(self.database()).unwrap();
            assert!(before == after, "the file was changed");
        }
    }
}

/// Some records in a database that is closed properly.
async fn filled() -> Server {
    let mut server = Server::start().await;
    let user = server.user("ada").await;
    for number in 0..20 {
        create(&server, &user, &number.to_string(), 4_000)
            .await
            .expect(201);
    }
    server.stop();
    server
}

#[test]
fn what_is_no_database_is_refused() {
    for content in [&b"not a database, but somebody's notes"[..], &[0; 8192]] {
        let folder = Folder::new();
        std::fs::write(folder.database(), content).unwrap();
        folder.refused(&[
            "is not an SQLite database",
            "Nothing was changed",
            "data_dir",
        ]);
    }
    let folder = Folder::new();
    std::fs::create_dir(folder.database()).unwrap();
    let (code, said) = folder.hearth(&["serve", "--port", "0"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("hearth.db is no file"), "{said}");
}

#[test]
fn the_database_of_another_application_is_refused_also_with_tables_of_the_same_names() {
    for tables in [
        "CREATE TABLE bookmarks (id INTEGER PRIMARY KEY, url TEXT)",
        "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE hearth_users (id TEXT)",
        "CREATE TABLE hearth_migrations (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE a (b)",
    ] {
        let folder = Folder::new();
        let connection = Connection::open(folder.database()).unwrap();
        connection.execute_batch(tables).unwrap();
        drop(connection);
        folder.refused(&["belongs to another application", "Nothing was changed"]);
    }
}

#[tokio::test]
async fn a_database_that_was_cut_off_is_refused_and_told_its_sizes() {
    let folder = Folder::of(&filled().await);
    let size = folder.database().metadata().unwrap().len();
    let file = std::fs::File::options()
        .write(true)
        .open(folder.database())
        .unwrap();
    file.set_len(size / 2).unwrap();
    folder.refused(&[
        "is cut off",
        &(size / 2).to_string(),
        &size.to_string(),
        "backup",
    ]);
}

#[tokio::test]
async fn a_database_that_is_missing_or_empty_beside_its_log_is_refused_and_the_log_kept() {
    let mut server = Server::start().await;
    let user = server.user("ada").await;
    create(&server, &user, "only in the log", 10)
        .await
        .expect(201);
    server.kill();
    let log = server.database().with_extension("db-wal");
    assert!(log.metadata().unwrap().len() > 0);
    let folder = Folder::new();
    std::fs::copy(&log, folder.log()).unwrap();
    let kept = std::fs::read(&log).unwrap();
    let (code, said) = folder.hearth(&["serve", "--port", "0"]);
    assert_eq!(code, Some(1));
    assert!(
        said.contains("is missing, but") && said.contains("hearth.db-wal"),
        "{said}"
    );
    assert!(!folder.database().exists());
    std::fs::write(folder.database(), "").unwrap();
    folder.refused(&["is empty, but", "hearth.db-wal"]);
    assert!(
        kept == std::fs::read(folder.log()).unwrap(),
        "the log was changed"
    );
}

#[test]
fn an_empty_file_as_a_killed_first_start_leaves_it_is_a_new_database() {
    let folder = Folder::new();
    std::fs::write(folder.database(), "").unwrap();
    let (code, said) = folder.hearth(&["user", "list"]);
    assert_eq!(code, Some(0), "{said}");
}

#[tokio::test]
async fn a_damaged_database_is_noticed_after_a_crash_and_never_mended_by_emptying() {
    let server = filled().await;
    let folder = Folder::of(&server);
    assert_eq!(folder.hearth(&["check", "--database"]).0, Some(0));
    let mut bytes = std::fs::read(folder.database()).unwrap();
    let end = bytes.len();
    bytes[end - 4 * 4096..].fill(0xA5);
    std::fs::write(folder.database(), &bytes).unwrap();
    let (code, said) = folder.hearth(&["check", "--database"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("is damaged"), "{said}");
    // What a server that was killed leaves in the lock.
    let holder = r#"{"pid":1,"url":"http://127.0.0.1:1","version":"0.1.0"}"#;
    std::fs::write(folder.0.path().join("hearth_data/hearth.lock"), holder).unwrap();
    let (code, said) = folder.hearth(&["serve", "--port", "0"]);
    assert_eq!(code, Some(1));
    assert!(
        said.contains("is damaged") && said.contains("backup"),
        "{said}"
    );
    assert!(bytes == std::fs::read(folder.database()).unwrap());
    // And again: the first refusal does not make it look clean.
    assert!(
        folder
            .hearth(&["serve", "--port", "0"])
            .1
            .contains("is damaged")
    );
}

#[tokio::test]
async fn a_database_of_a_newer_hearth_is_refused_naming_both_versions() {
    let folder = Folder::of(&filled().await);
    newer(&folder.database());
    folder.refused(&[
        "Hearth 9.8.7",
        "migration 999",
        "this is Hearth 0.",
        "start the newer version",
    ]);
}

/// As a later release would leave it.
fn newer(path: &Path) {
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch(
            "INSERT INTO hearth_migrations (version, name, applied_on, checksum)
             VALUES (999, 'later', '2030-01-01T00:00:00Z', '1');
             UPDATE hearth_meta SET value = '9.8.7' WHERE name = 'version';
             PRAGMA wal_checkpoint(TRUNCATE);",
        )
        .unwrap();
}

#[tokio::test]
async fn a_refused_start_is_no_unclean_end() {
    let server = filled().await;
    let folder = Folder::of(&server);
    newer(&folder.database());
    folder.refused(&["start the newer version"]);
    let lock = folder.0.path().join("hearth_data/hearth.lock");
    assert_eq!(std::fs::read_to_string(lock).unwrap(), "");
    // The one that was stopped properly starts without a look at the file.
    let again = Start::again(&server).run().await;
    assert!(
        !again.log().contains("did not end properly"),
        "{}",
        again.log()
    );
}
