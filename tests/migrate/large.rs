//! A million rows: a new column is quick, readers go on, and a rebuild shows how far it is.

use std::io::Read as _;
use std::os::fd::AsFd as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::project::{NOTES, Project, three, value};

fn million() -> Project {
    let project = Project::new(NOTES);
    three(&project);
    project.migrate(&["upgrade"]).done();
    project.run(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
         INSERT INTO notes (name) SELECT 'note ' || i FROM n; PRAGMA wal_checkpoint(TRUNCATE)",
    );
    project
}

#[test]
fn a_required_column_on_a_million_rows_takes_less_than_two_seconds_and_readers_go_on() {
    let project = million();
    project.revision(
        "V20260104000000__add_state",
        "ALTER TABLE notes ADD COLUMN state TEXT NOT NULL DEFAULT 'open';",
        "ALTER TABLE notes DROP COLUMN state;",
    );
    let (took, ..) = read_during(&project, &["migrate", "upgrade"]);
    assert!(took < Duration::from_secs(2), "{took:?}");

    project.revision(
        "V20260105000000__rebuild",
        REBUILD,
        "-- irreversible: no need",
    );
    let loss = ["migrate", "upgrade", "--allow-data-loss", "notes.state"];
    let (_, reads) = read_during(&project, &loss);
    assert!(reads > 100, "{reads} reads");
}

/// Reads on end while a command runs; how long it took, and how many reads there were, none of them slow.
fn read_during(project: &Project, arguments: &[&str]) -> (Duration, u32) {
    let database = project.database();
    let mut command = project.command(arguments);
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    let began = Instant::now();
    let mut child = quiet.spawn().unwrap();
    let (mut reads, mut slowest) = (0, Duration::ZERO);
    let took = loop {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success());
            break began.elapsed();
        }
        let began = Instant::now();
        let found = value(&database, "SELECT name FROM notes WHERE id = 500000");
        slowest = slowest.max(began.elapsed());
        assert_eq!(found, "note 500000");
        reads += 1;
    };
    assert!(slowest < Duration::from_millis(500), "{slowest:?}");
    (took, reads)
}

const REBUILD: &str = "CREATE TABLE \"notes new\" (id INTEGER PRIMARY KEY, name TEXT, priority INTEGER NOT NULL) STRICT;
    INSERT INTO \"notes new\" (id, name, priority) SELECT id, name, priority FROM notes;
    DROP TABLE notes; ALTER TABLE \"notes new\" RENAME TO notes; CREATE INDEX notes_name ON notes (name);";

#[test]
fn a_rebuild_of_a_million_rows_shows_its_rows_and_their_rate_on_a_terminal() {
    let project = million();
    project.revision(
        "V20260105000000__rebuild",
        REBUILD,
        "-- irreversible: no need",
    );
    let terminal = nix::pty::openpty(
        Some(&nix::pty::Winsize {
            ws_row: 24,
            ws_col: 100,
            ws_xpixel: 0,
            ws_ypixel: 0,
        }),
        None,
    )
    .unwrap();
    let screen = terminal.slave.as_fd().try_clone_to_owned().unwrap();
    let child = project
        .command(&["migrate", "upgrade"])
        .env("TERM", "xterm")
        .stderr(Stdio::from(screen))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(terminal.slave);
    let mut seen = Vec::new();
    // The other side of a terminal ends with an error where a pipe ends with nothing.
    let _ = std::fs::File::from(terminal.master).read_to_end(&mut seen);
    let seen = String::from_utf8_lossy(&seen);
    assert!(
        seen.contains(" rows written, ") && seen.contains("/s, "),
        "{seen}"
    );
    let out = super::project::said(&child.wait_with_output().unwrap()).done();
    assert!(out.contains("rebuild (1,000,000 rows in "), "{out}");
    assert!(out.contains(" rows/s)"), "{out}");
}
