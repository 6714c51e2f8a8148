//! The folder: what is refused, what drifted, what came late, what was left over.

use super::project::{NOTES, Project, three};

#[test]
fn what_refinery_would_skip_or_let_through_is_refused_by_name() {
    for (name, text, why) in [
        ("up/add priority.sql", "", "is no name of a revision"),
        ("up/v1__x.sql", "", "is no name of a revision"),
        ("up/U1__x.sql", "", "is no name of a revision"),
        ("up/V1_x.sql", "", "is no name of a revision"),
        ("up/V1.2__x.sql", "", "is no name of a revision"),
        ("up/V1__x-y.sql", "", "is no name of a revision"),
        (
            "up/V020260101000000__again.sql",
            "",
            "has the same version as",
        ),
        ("V1__x.sql", "", "Put it into up/"),
        ("down/V1__x.sql", "", "has no partner in up/"),
        ("down/V20260101000000__other.sql", "", "same version"),
        (
            "up/V9__x.sql",
            "COMMIT;",
            "COMMIT has no place in a revision",
        ),
        (
            "up/V9__x.sql",
            "SELECT 1; BEGIN",
            "BEGIN has no place in a revision",
        ),
        (
            "up/V9__x.sql",
            "VACUUM",
            "VACUUM cannot be part of a transaction",
        ),
        (
            "up/V9__x.sql",
            "ATTACH 'x' AS y",
            "ATTACH cannot be part of a transaction",
        ),
        (
            "up/V9__x.sql",
            "PRAGMA foreign_keys=ON",
            "PRAGMA foreign_keys has no place",
        ),
        (
            "up/V9__x.sql",
            "PRAGMA journal_mode = delete",
            "PRAGMA journal_mode has no place",
        ),
    ] {
        let project = Project::new(NOTES);
        three(&project);
        std::fs::write(project.path("hearth_data/revisions").join(name), text).unwrap();
        let said = project.migrate(&["upgrade"]).refused();
        assert!(
            said.contains(why) && said.contains(&name[..4]),
            "{name}: {said}"
        );
        assert_eq!(project.versions(), "null", "{name}");
    }
}

#[test]
fn a_statement_that_hides_from_the_look_at_the_text_does_not_get_out() {
    let project = Project::new(NOTES);
    // SQLite skips a byte order mark; as a word it is none.
    project.revision("V1__x", "\u{feff}COMMIT;", "");
    project.migrate(&["upgrade"]).refused();
    assert_eq!(project.versions(), "null");
}

#[test]
fn an_edited_or_missing_file_is_named_and_can_be_put_back() {
    let project = Project::new(NOTES);
    three(&project);
    project.migrate(&["upgrade", "+2"]).done();
    let file = project.up_file("V20260102000000__add_priority");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}\n-- a word more\n")).unwrap();
    std::fs::remove_file(project.up_file("V20260101000000__make_notes")).unwrap();
    std::fs::remove_file(
        project.path("hearth_data/revisions/down/V20260101000000__make_notes.sql"),
    )
    .unwrap();
    let said = project.migrate(&["upgrade"]).refused();
    assert!(
        said.contains(
            "checksum differs: revisions/up/V20260102000000__add_priority.sql was edited"
        ),
        "{said}"
    );
    assert!(said.contains("checksum differs: revisions/up/V20260101000000__make_notes.sql is applied, and the file is missing"), "{said}");
    project
        .migrate(&["show", "20260101000000", "--restore"])
        .done();
    project
        .migrate(&["show", "20260102000000", "--restore"])
        .done();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    project.migrate(&["upgrade"]).done();
}

#[test]
fn a_missing_way_up_whose_way_back_is_there_is_named_and_can_be_put_back() {
    let project = Project::new(NOTES);
    three(&project);
    project.migrate(&["upgrade"]).done();
    let file = project.up_file("V20260102000000__add_priority");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    for word in ["check", "upgrade"] {
        let said = project.migrate(&[word]).refused();
        assert!(said.contains("checksum differs: revisions/up/V20260102000000__add_priority.sql is applied, and the file is missing"), "{said}");
        assert!(
            said.contains("hearth migrate show 20260102000000 --restore"),
            "{said}"
        );
    }
    project
        .migrate(&["show", "20260102000000", "--restore"])
        .done();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    assert_eq!(project.migrate(&["upgrade"]).done(), "Nothing to apply\n");
}

#[test]
fn line_ends_of_another_system_change_no_checksum() {
    let project = Project::new(NOTES);
    three(&project);
    project.migrate(&["upgrade", "+1"]).done();
    let file = project.up_file("V20260101000000__make_notes");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace('\n', "\r\n")).unwrap();
    project.migrate(&["upgrade"]).done();
}

#[test]
fn a_lost_file_can_still_be_undone() {
    let project = Project::new(NOTES);
    three(&project);
    project.migrate(&["upgrade"]).done();
    std::fs::remove_dir_all(project.path("hearth_data/revisions")).unwrap();
    project.migrate(&["downgrade", "base"]).done();
    assert_eq!(
        project.value("SELECT count(*) FROM sqlite_schema WHERE name = 'notes'"),
        "0"
    );
}

#[test]
fn a_branch_merged_late_is_named_and_renumbered() {
    let project = Project::new(NOTES);
    three(&project);
    project.migrate(&["upgrade"]).done();
    project.revision(
        "V20260102120000__add_flag",
        "ALTER TABLE notes ADD COLUMN flag INTEGER;",
        "ALTER TABLE notes DROP COLUMN flag;",
    );
    let said = project.migrate(&["upgrade"]).refused();
    assert!(
        said.contains(
            "V20260102120000__add_flag.sql is older than the current revision 20260103000000"
        ),
        "{said}"
    );
    assert!(said.contains("hearth migrate rebase"), "{said}");
    let moved = project.migrate(&["rebase"]).done();
    assert!(
        moved.starts_with("V20260102120000__add_flag -> V20"),
        "{moved}"
    );
    let (ups, downs) = (project.files("up"), project.files("down"));
    assert_eq!(ups, downs);
    assert!(ups[3].ends_with("__add_flag.sql"), "{ups:?}");
    project.migrate(&["upgrade"]).done();
    project.migrate(&["downgrade", "-1"]).done();
    assert_eq!(
        project.migrate(&["rebase"]).done(),
        "Nothing to number anew\n"
    );
}

#[test]
fn a_left_over_is_put_in_place_when_it_was_committed_and_named_when_not() {
    let project = Project::new(NOTES);
    three(&project);
    project.migrate(&["upgrade"]).done();
    let file = project.up_file("V20260103000000__rename_title");
    let unfinished = file.with_extension("sql.new");
    std::fs::rename(&file, &unfinished).unwrap();
    assert_eq!(
        project.migrate(&["current"]).done(),
        "20260103000000 (head)\n"
    );
    assert!(file.exists() && !unfinished.exists());

    let other = project
        .up_file("V20260104000000__never")
        .with_extension("sql.new");
    std::fs::write(&other, "CREATE TABLE never (a);").unwrap();
    let said = project.migrate(&["upgrade"]);
    assert!(
        said.err
            .contains("V20260104000000__never.sql.new was left over"),
        "{said:?}"
    );
    assert!(said.err.contains("Remove it"), "{said:?}");
    said.done();
    assert_eq!(
        project.value("SELECT count(*) FROM sqlite_schema WHERE name = 'never'"),
        "0"
    );
}

#[test]
fn what_is_marked_irreversible_is_not_undone() {
    let project = Project::new(NOTES);
    three(&project);
    project.revision(
        "V20260104000000__merge",
        "UPDATE notes SET name = upper(name);",
        "-- irreversible: case is lost\n",
    );
    project.migrate(&["upgrade"]).done();
    let before = project.fingerprint();
    let said = project.migrate(&["downgrade", "-2"]).refused();
    assert!(
        said.contains("V20260104000000__merge is marked irreversible: case is lost"),
        "{said}"
    );
    assert_eq!(project.fingerprint(), before);
}
