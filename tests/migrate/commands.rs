//! The commands, their words and exit codes, on revisions written by hand.

use super::project::{NOTES, Project, said, three};

#[test]
fn upgrade_and_downgrade_go_where_they_are_told() {
    let project = Project::new(NOTES);
    three(&project);
    assert_eq!(project.migrate(&["current"]).done(), "<base>\n");
    let up = project.migrate(&["upgrade", "+1"]).done();
    assert!(
        up.contains("upgrade <base> -> 20260101000000, make notes ("),
        "{up}"
    );
    project.migrate(&["upgrade", "20260102000000"]).done();
    assert_eq!(project.migrate(&["current"]).done(), "20260102000000\n");
    project.migrate(&["upgrade"]).done();
    assert_eq!(
        project.migrate(&["current"]).done(),
        "20260103000000 (head)\n"
    );
    assert_eq!(
        project.migrate(&["upgrade", "head"]).done(),
        "Nothing to apply\n"
    );
    assert_eq!(
        project.value("SELECT name FROM pragma_table_info('notes') WHERE cid = 1"),
        "name"
    );

    let down = project.migrate(&["downgrade", "-1"]).done();
    assert!(
        down.contains("downgrade 20260103000000 -> 20260102000000, rename title"),
        "{down}"
    );
    assert_eq!(
        project.value("SELECT name FROM pragma_table_info('notes') WHERE cid = 1"),
        "title"
    );
    project.migrate(&["downgrade", "20260101000000"]).done();
    project.migrate(&["downgrade", "base"]).done();
    assert_eq!(project.migrate(&["current"]).done(), "<base>\n");
    assert_eq!(
        project.value("SELECT count(*) FROM sqlite_schema WHERE name = 'notes'"),
        "0"
    );
}

#[test]
fn wrong_usage_is_exit_2_and_a_refusal_exit_1() {
    let project = Project::new(NOTES);
    three(&project);
    for arguments in [
        &["upgrade", "sideways"][..],
        &["upgrade", "-1"],
        &["downgrade", "up"],
        &["downgrade"],
        &["revision"],
        &["stamp", "x"],
        &["revision", "-m", "x", "--autogenerate", "--rename", "title"],
        &["upgrade", "--sql", "--dry-run"],
        &["nonsense"],
    ] {
        assert_eq!(project.migrate(arguments).code, 2, "{arguments:?}");
    }
    let unknown = project.migrate(&["upgrade", "42"]).refused();
    assert!(unknown.contains("hearth migrate history"), "{unknown}");
    let far = project.migrate(&["upgrade", "+9"]).refused();
    assert!(far.contains("3 revisions to apply"), "{far}");
    assert!(
        project
            .migrate(&["show", "42"])
            .refused()
            .contains("no revision 42")
    );
}

#[test]
fn history_is_newest_first_and_marks_head_and_current() {
    let project = Project::new(NOTES);
    three(&project);
    project.migrate(&["upgrade", "+2"]).done();
    assert_eq!(
        project.migrate(&["history"]).done(),
        "20260102000000 -> 20260103000000 (head), rename title\n\
         20260101000000 -> 20260102000000 (current), add priority\n\
         <base> -> 20260101000000, make notes\n"
    );
    let verbose = project.migrate(&["history", "-v"]).done();
    for word in [
        "applied  20",
        "took     ",
        "by       Hearth ",
        "checksum ",
        "not applied",
    ] {
        assert!(verbose.contains(word), "{word}: {verbose}");
    }
    assert_eq!(
        project.migrate(&["heads"]).done(),
        "20260103000000 (head)\n"
    );
    let show = project.migrate(&["show", "20260102000000"]).done();
    assert!(
        show.contains("ADD COLUMN priority") && show.contains("DROP COLUMN priority"),
        "{show}"
    );
}

#[test]
fn a_new_revision_by_hand_is_a_pair_of_files_to_fill() {
    let project = Project::new(NOTES);
    let said = project
        .migrate(&["revision", "-m", "Add a Priority!"])
        .done();
    let [file] = &project.files("up")[..] else {
        panic!("{said}")
    };
    assert!(file.ends_with("__add_a_priority.sql"), "{file}");
    assert_eq!(project.files("down"), std::slice::from_ref(file));
    assert!(
        said.contains(file.as_str()) && said.contains("hearth migrate upgrade"),
        "{said}"
    );
    // The next one is behind it, also within one second.
    project.migrate(&["revision", "-m", "second"]).done();
    let files = project.files("up");
    assert!(
        files[1].ends_with("__second.sql") && files[0] == *file,
        "{files:?}"
    );
    project.migrate(&["upgrade"]).done();
}

#[test]
fn the_sql_is_what_runs() {
    let project = Project::new(NOTES);
    project.migrate(&["upgrade"]).done();
    three(&project);
    let script = project.migrate(&["upgrade", "--sql"]).done();
    assert_eq!(project.versions(), "null");
    project.run(&script);
    assert_eq!(
        project.versions(),
        "20260101000000,20260102000000,20260103000000"
    );
    // The ledger that the script wrote is the one that Hearth expects.
    assert_eq!(project.migrate(&["upgrade"]).done(), "Nothing to apply\n");
    project.migrate(&["downgrade", "base"]).done();
    let by_script = project.fingerprint();
    project.migrate(&["upgrade"]).done();
    project.migrate(&["downgrade", "base"]).done();
    assert_eq!(project.fingerprint(), by_script);
}

#[test]
fn a_dry_run_says_time_rows_and_losses_and_changes_nothing() {
    let project = Project::new(NOTES);
    three(&project);
    project.migrate(&["upgrade"]).done();
    project.run("INSERT INTO notes (name) VALUES ('a'), ('b'), (NULL)");
    project.revision(
        "V20260104000000__drop_name",
        "DROP INDEX notes_name; UPDATE notes SET priority = 4; ALTER TABLE notes DROP COLUMN name;",
        "-- irreversible: the names are gone",
    );
    let before = project.fingerprint();
    let said = project.migrate(&["upgrade", "--dry-run"]).done();
    assert!(said.contains("nothing was changed"), "{said}");
    assert!(said.contains("3 rows in"), "{said}");
    assert!(
        said.contains("would lose notes.name: 2 values; it needs --allow-data-loss notes.name"),
        "{said}"
    );
    assert_eq!(project.fingerprint(), before);
}

#[test]
fn stamp_sets_the_ledger_and_touches_no_table() {
    let project = Project::new(NOTES);
    project.migrate(&["upgrade"]).done();
    three(&project);
    project.migrate(&["stamp", "20260102000000"]).done();
    assert_eq!(project.versions(), "20260101000000,20260102000000");
    assert_eq!(
        project.value("SELECT count(*) FROM sqlite_schema WHERE name = 'notes'"),
        "0"
    );
    project.migrate(&["stamp", "head"]).done();
    assert_eq!(project.migrate(&["upgrade"]).done(), "Nothing to apply\n");
    project.migrate(&["stamp", "base"]).done();
    assert_eq!(project.versions(), "null");
    project.migrate(&["upgrade"]).done();
}

#[test]
fn of_two_processes_one_migrates_and_the_other_finds_nothing_to_do() {
    let project = Project::new(NOTES);
    three(&project);
    // So long that they meet.
    project.revision(
        "V20260104000000__fill",
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
         INSERT INTO notes (name) SELECT 'note ' || i FROM n;",
        "DELETE FROM notes;",
    );
    let spawn = || {
        let mut command = project.command(&["migrate", "upgrade"]);
        command
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        command.spawn().unwrap()
    };
    let both = [spawn(), spawn(), spawn()];
    let mut said: Vec<String> = both
        .into_iter()
        .map(|child| said_of(child).done())
        .collect();
    said.sort_by_key(String::len);
    assert_eq!(said[0], "Nothing to apply\n");
    assert_eq!(said[1], "Nothing to apply\n");
    assert!(said[2].contains("fill (300,000 rows in "), "{said:?}");
    assert_eq!(project.value("SELECT count(*) FROM notes"), "300000");
}

fn said_of(child: std::process::Child) -> super::project::Said {
    said(&child.wait_with_output().unwrap())
}

#[test]
fn one_failing_revision_leaves_everything_as_it_was() {
    let project = Project::new(NOTES);
    project.migrate(&["upgrade"]).done();
    three(&project);
    project.revision(
        "V20260104000000__broken",
        "CREATE TABLE a (b); SELECT nonsense;",
        "",
    );
    let before = project.fingerprint();
    let said = project.migrate(&["upgrade"]).refused();
    assert!(
        said.contains("revisions/up/V20260104000000__broken.sql: no such column: nonsense"),
        "{said}"
    );
    assert!(said.contains("Nothing was changed"), "{said}");
    assert_eq!(project.fingerprint(), before);
}

#[test]
fn broken_references_stop_a_revision() {
    let project = Project::new(NOTES);
    project.revision(
        "V1__tables",
        "CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a REFERENCES a (id)); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1);",
        "DROP TABLE b; DROP TABLE a;",
    );
    project.migrate(&["upgrade"]).done();
    project.revision("V2__orphan", "UPDATE a SET id = 2;", "UPDATE a SET id = 1;");
    let said = project.migrate(&["upgrade"]).refused();
    assert!(said.contains("- b: 1 rows refer to no row of a"), "{said}");
    assert_eq!(project.versions(), "1");
    // What was broken by hand before does not count.
    project.run("PRAGMA foreign_keys = OFF; UPDATE a SET id = 2;");
    project.revision(
        "V2__orphan",
        "CREATE TABLE c (id INTEGER);",
        "DROP TABLE c;",
    );
    project.migrate(&["upgrade"]).done();
}
