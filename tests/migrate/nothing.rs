//! A folder without a database: what only looks makes none, and says what to type.

use super::project::{NOTES, Project, three};

#[test]
fn what_only_looks_makes_no_database() {
    let project = Project::new(NOTES);
    three(&project);
    let nothing = |project: &Project| {
        for name in ["hearth.db", "hearth.db-wal", "hearth.lock"] {
            assert!(!project.path("hearth_data").join(name).exists(), "{name}");
        }
    };
    for (arguments, words) in [
        (&["check"][..], "There is no database in "),
        (&["downgrade", "-1"], "There is no database in "),
        (&["stamp", "head"], "There is no database in "),
        (&["rebase"], "There is no database in "),
        (
            &["show", "20260101000000", "--restore"],
            "was not applied by Hearth",
        ),
    ] {
        let said = project.migrate(arguments).refused();
        assert!(said.contains(words), "{arguments:?}: {said}");
        nothing(&project);
    }
    for (arguments, words) in [
        (&["current"][..], "<base>\n"),
        (&["heads"], "20260103000000 (head)\n"),
        (
            &["history"],
            "20260102000000 -> 20260103000000 (head), rename title\n",
        ),
        (&["show", "20260102000000"], "Applied   no\n"),
        (
            &["upgrade", "--sql"],
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT)",
        ),
        (&["upgrade", "--dry-run"], "20260103000000 rename title ("),
        (&["revision", "-m", "more"], "more.sql"),
    ] {
        let said = project.migrate(arguments);
        assert!(
            said.err.contains("There is no database in "),
            "{arguments:?}: {said:?}"
        );
        assert!(
            said.err.contains("hearth migrate upgrade"),
            "{arguments:?}: {said:?}"
        );
        assert!(said.done().contains(words), "{arguments:?}");
        nothing(&project);
    }
    // No folder is made either.
    let project = Project::new(NOTES);
    project.migrate(&["history"]).done();
    project.migrate(&["check"]).refused();
    assert!(!project.path("hearth_data").exists());
    project.migrate(&["upgrade"]).done();
    assert!(project.path("hearth_data/hearth.db").exists());
}
