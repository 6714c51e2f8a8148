//! kill -9 at random moments of `upgrade head` over three revisions on 200,000 rows: the old schema or the new one, and the
//! next run arrives. 20 rounds, or as many as HEARTH_KILL_ROUNDS says.

use std::hash::{BuildHasher as _, RandomState};
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::project::{NOTES, Project, three};

#[test]
fn a_kill_at_any_moment_leaves_the_old_schema_or_the_new_one() {
    let rounds = std::env::var("HEARTH_KILL_ROUNDS").map_or(20, |text| text.parse().unwrap());
    let template = Project::new(NOTES);
    three(&template);
    template.migrate(&["upgrade"]).done();
    template.run(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
         INSERT INTO notes (name) SELECT 'note ' || i FROM n; PRAGMA wal_checkpoint(TRUNCATE)",
    );
    let old = template.fingerprint();
    further(&template);
    let database = std::fs::read(template.path("hearth_data/hearth.db")).unwrap();

    let whole = Instant::now();
    template.migrate(&["upgrade"]).done();
    let whole = whole.elapsed();
    let new = template.fingerprint();

    let (mut killed, mut before, mut after) = (0, 0, 0);
    for _ in 0..rounds {
        let project = Project::new(NOTES);
        three(&project);
        further(&project);
        std::fs::write(project.path("hearth_data/hearth.db"), &database).unwrap();
        let mut child = project
            .command(&["migrate", "upgrade", "head"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let share = (RandomState::new().hash_one(0) % 1_100) as f64 / 1_000.0;
        std::thread::sleep(Duration::from_secs_f64(whole.as_secs_f64() * share));
        child.kill().unwrap();
        if !child.wait().unwrap().success() {
            killed += 1;
        }
        let found = project.fingerprint();
        if found == old {
            before += 1;
        } else if found == new {
            after += 1;
        } else {
            panic!("neither the old nor the new schema: {found}");
        }
        project.migrate(&["upgrade", "head"]).done();
        assert_eq!(project.fingerprint(), new);
        assert_eq!(
            project.value("SELECT count(*) || ' ' || sum(length(label)) FROM notes"),
            "200000 2088895"
        );
        assert_eq!(project.value("PRAGMA integrity_check"), "ok");
    }
    println!(
        "{killed} of {rounds} killed; then {before} had the old schema and {after} the new one"
    );
}

/// A column, a rebuild, an index: each takes a while on so many rows.
fn further(project: &Project) {
    project.revision(
        "V20260104000000__add_state",
        "ALTER TABLE notes ADD COLUMN state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done'));",
        "ALTER TABLE notes DROP COLUMN state;",
    );
    project.revision(
        "V20260105000000__rebuild",
        "-- renamed: notes.name -> notes.label, and notes_name may go
         CREATE TABLE \"notes new\" (id INTEGER PRIMARY KEY AUTOINCREMENT, label TEXT, priority INTEGER NOT NULL, state TEXT NOT NULL) STRICT;
         INSERT INTO \"notes new\" (id, label, priority, state) SELECT id, name, priority, state FROM notes;
         DROP TABLE notes; ALTER TABLE \"notes new\" RENAME TO notes; -- without notes_name",
        "-- irreversible: no need",
    );
    project.revision(
        "V20260106000000__index",
        "CREATE INDEX notes_label ON notes (label, state);",
        "DROP INDEX notes_label;",
    );
}
