//! Nothing is lost without its name being said, upwards and downwards, whoever wrote the file.

use super::project::{NOTES, Project, three, value};

fn filled() -> Project {
    let project = Project::new(NOTES);
    three(&project);
    project.migrate(&["upgrade"]).done();
    project.run("INSERT INTO notes (name) VALUES ('a'), ('b'), (NULL)");
    project
}

#[test]
fn a_dropped_column_wants_its_name_and_makes_a_backup() {
    let project = filled();
    project.revision(
        "V20260104000000__drop_name",
        "DROP INDEX notes_name; ALTER TABLE notes DROP COLUMN name;",
        "-- irreversible: the names are gone",
    );
    let before = project.fingerprint();
    let said = project.migrate(&["upgrade"]).refused();
    assert!(said.contains("- notes.name: 2 values"), "{said}");
    assert!(
        said.contains("hearth migrate upgrade --allow-data-loss notes.name"),
        "{said}"
    );
    assert_eq!(project.fingerprint(), before);
    // Another name allows nothing.
    project
        .migrate(&["upgrade", "--allow-data-loss", "notes.priority"])
        .refused();
    assert!(!project.path("hearth_data/backups").exists());

    let said = project
        .migrate(&["upgrade", "--allow-data-loss", "notes.name"])
        .done();
    assert!(said.contains("lost notes.name: 2 values"), "{said}");
    let backup = std::fs::read_dir(project.path("hearth_data/backups"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    assert!(said.contains(backup.to_str().unwrap()), "{said}");
    let copy = rusqlite::Connection::open(&backup).unwrap();
    assert_eq!(value(&copy, "SELECT group_concat(name) FROM notes"), "a,b");
    assert_eq!(value(&copy, "PRAGMA integrity_check"), "ok");
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(
        backup.metadata().unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn a_downgrade_is_held_to_the_same() {
    let project = filled();
    let said = project.migrate(&["downgrade", "-2"]).refused();
    assert!(said.contains("- notes.priority: 3 values"), "{said}");
    assert!(
        said.contains("hearth migrate downgrade -2 --allow-data-loss notes.priority"),
        "{said}"
    );
    let yes = project.migrate(&["downgrade", "-2", "--yes"]).refused();
    assert!(yes.contains("notes.priority"), "{yes}");
    // The whole table may go when its name is said; each loss is named.
    let said = project.migrate(&["downgrade", "base"]).refused();
    assert!(
        said.contains("- notes: 3 records") && said.contains("- notes.priority: 3 values"),
        "{said}"
    );
    project
        .migrate(&["downgrade", "base", "--allow-data-loss", "notes"])
        .done();
    assert_eq!(project.versions(), "null");
}

#[test]
fn a_rename_is_no_loss_and_a_rebuild_is_none() {
    let project = filled();
    project.revision(
        "V20260104000000__rebuild",
        "-- notes_name may go.
         CREATE TABLE \"notes new\" (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE, priority INTEGER NOT NULL);
         INSERT INTO \"notes new\" (id, name, priority) SELECT id, name, priority FROM notes;
         DROP TABLE notes; ALTER TABLE \"notes new\" RENAME TO notes; -- without notes_name",
        "-- irreversible: no need",
    );
    project.revision(
        "V20260105000000__rename",
        "ALTER TABLE notes RENAME TO papers; ALTER TABLE papers RENAME name TO label;",
        "",
    );
    project.revision(
        "V20260106000000__by_header",
        "-- renamed: papers.label -> papers.title
         -- without COLLATE NOCASE
         CREATE TABLE x (id INTEGER PRIMARY KEY, title TEXT); INSERT INTO x SELECT id, label FROM papers;
         ALTER TABLE papers DROP COLUMN priority; DROP TABLE papers; ALTER TABLE x RENAME TO papers;",
        "",
    );
    let said = project.migrate(&["upgrade"]).refused();
    assert!(!said.contains("label") && !said.contains("name"), "{said}");
    assert!(said.contains("- papers.priority: 3 values"), "{said}");
    project
        .migrate(&["upgrade", "--allow-data-loss", "papers.priority"])
        .done();
    assert_eq!(
        project.value("SELECT group_concat(title) FROM papers"),
        "a,b"
    );
}

#[test]
fn fewer_rows_and_a_column_of_the_same_name_are_losses_too() {
    let project = filled();
    project.revision(
        "V20260104000000__prune",
        "DELETE FROM notes WHERE name IS NULL;",
        "",
    );
    let said = project.migrate(&["upgrade"]).refused();
    assert!(said.contains("- notes: 1 record"), "{said}");
    project.revision(
        "V20260104000000__prune",
        "ALTER TABLE notes DROP COLUMN priority; ALTER TABLE notes ADD COLUMN priority TEXT;",
        "",
    );
    let said = project.migrate(&["upgrade"]).refused();
    assert!(said.contains("- notes.priority: 3 values"), "{said}");
}

#[test]
fn what_is_empty_may_go() {
    let project = Project::new(NOTES);
    three(&project);
    project.revision("V20260104000000__drop", "DROP TABLE notes;", "");
    project.migrate(&["upgrade"]).done();
    assert!(!project.path("hearth_data/backups").exists());
}

#[test]
fn a_file_that_knows_nothing_of_what_was_made_by_hand_here_does_not_take_it_away() {
    let project = filled();
    let rebuild = "CREATE TABLE new (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '', priority INTEGER);
        INSERT INTO new SELECT id, coalesce(name, ''), priority FROM notes;
        DROP TABLE notes; ALTER TABLE new RENAME TO notes; CREATE INDEX notes_name ON notes (name);";
    project.run(
        "ALTER TABLE notes ADD COLUMN low TEXT AS (lower(name));
         CREATE INDEX mine ON notes (priority);
         CREATE TRIGGER watch AFTER DELETE ON notes BEGIN SELECT 1; END",
    );
    project.revision("V20260104000000__rebuild", rebuild, "-- irreversible: no");
    let before = project.fingerprint();
    let said = project.migrate(&["upgrade"]).refused();
    assert!(
        said.contains(
            "it would drop what was made by hand in this database: index `mine`, trigger `watch`, \
             `AS (lower(name))` of `notes`. Make it again in the file"
        ),
        "{said}"
    );
    assert_eq!(project.fingerprint(), before);
    // What the file names may go.
    let named = format!("-- without mine, watch and AS (lower(name))\n{rebuild}");
    project.revision("V20260104000000__rebuild", &named, "-- irreversible: no");
    project.migrate(&["upgrade"]).done();
}

#[test]
fn what_was_made_by_hand_is_not_taken_away_by_a_file_that_does_not_know_of_it() {
    let project = filled();
    project.run("CREATE INDEX by_hand ON notes (priority)");
    project.revision(
        "V20260104000000__rebuild",
        "CREATE TABLE \"notes new\" (id INTEGER PRIMARY KEY, name TEXT, priority INTEGER NOT NULL);
         INSERT INTO \"notes new\" (id, name, priority) SELECT id, name, priority FROM notes;
         DROP TABLE notes; ALTER TABLE \"notes new\" RENAME TO notes; CREATE INDEX notes_name ON notes (name);",
        "",
    );
    let said = project.migrate(&["upgrade"]).refused();
    assert!(said.contains("index `by_hand`"), "{said}");
}
