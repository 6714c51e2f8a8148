//! What stands beside the models is kept when a table is made anew, and a check tells of it as a note.

use super::project::Project;

const BEFORE: &str = "[models.notes.fields]\ntitle = { type = \"string\", required = true }\n\n\
    [models.comments.fields]\nnote = { references = \"notes\", on_delete = \"cascade\" }\ntext = { type = \"string\" }\n";

const BY_HAND: &str = "CREATE INDEX notes_lower ON notes (lower(title)) WHERE title <> '';
    CREATE TABLE mine (n INTEGER CHECK (n > 0), word TEXT COLLATE NOCASE);
    INSERT INTO mine VALUES (1, 'x');
    CREATE TRIGGER notes_counted AFTER INSERT ON notes BEGIN INSERT INTO mine (n) VALUES (new.id); END;
    CREATE VIEW titles AS SELECT title FROM notes;";

/// Rows, and what somebody made by hand.
fn filled() -> Project {
    let project = Project::new(BEFORE);
    let rows = "{\"title\":\"Read\"}\n{\"title\":\"\"}\n{\"title\":\"é\"}\n";
    std::fs::write(project.path("notes.jsonl"), rows).unwrap();
    std::fs::write(
        project.path("comments.jsonl"),
        "{\"note\":1,\"text\":\"a\"}\n",
    )
    .unwrap();
    for model in ["notes", "comments"] {
        project
            .hearth(&["import", model, &format!("{model}.jsonl")])
            .done();
    }
    project.run(BY_HAND);
    project.run("DELETE FROM notes WHERE id = 3");
    project
}

#[test]
fn what_was_made_by_hand_is_kept_through_a_rebuild_and_listed_by_check() {
    let project = filled();
    let said = project.migrate(&["check"]);
    let (code, said) = (said.code, said.out + &said.err);
    assert_eq!(code, 0, "{said}");
    for name in ["notes_lower", "mine", "notes_counted", "titles"] {
        assert!(said.contains(name), "{said}");
    }
    // NOT NULL goes: SQLite can only make the table anew.
    project.config(&BEFORE.replace(", required = true", ""));
    project
        .migrate(&["revision", "--autogenerate", "-m", "free titles"])
        .done();
    let sql = project.migrate(&["upgrade", "--sql"]).done();
    assert!(sql.contains("DROP TABLE"), "it is no rebuild: {sql}");
    project.migrate(&["upgrade"]).done();
    assert_eq!(
        project.value("SELECT group_concat(title, '|') FROM notes ORDER BY id"),
        "Read|"
    );
    assert_eq!(
        project.value("SELECT count(*) || text FROM comments"),
        "1a",
        "no cascade"
    );
    assert_eq!(
        project.value("SELECT seq FROM sqlite_sequence WHERE name = 'notes'"),
        "3"
    );
    let kept = "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema
        WHERE name IN ('notes_lower', 'mine', 'notes_counted', 'titles') ORDER BY name)";
    assert_eq!(project.value(kept), "mine notes_counted notes_lower titles");
    project.run("INSERT INTO notes (title, created_at, updated_at) VALUES (NULL, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')");
    assert_eq!(
        project.value("SELECT max(n) FROM mine"),
        "4",
        "the trigger works on"
    );
    project.run("DELETE FROM notes WHERE title IS NULL");
    let said = project.migrate(&["check"]);
    let (code, said) = (said.code, said.out + &said.err);
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("notes_lower") && said.contains("titles"),
        "{said}"
    );
    project.migrate(&["downgrade", "-1", "--yes"]).done();
    assert_eq!(project.value(kept), "mine notes_counted notes_lower titles");
    assert_eq!(project.value("SELECT count(*) FROM comments"), "1");
}
