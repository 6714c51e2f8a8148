//! A new user's walk: config.toml is changed, and nothing is known but what the program says. docs/revisions.md tells it.

use super::project::Project;

const FIRST: &str = r#"[models.tasks.fields]
title = { type = "string", required = true }
notes = { type = "string" }
done  = { type = "boolean", default = false }
"#;

/// `title` has another name, `notes` is gone, `priority` is new, and so is a model that is referred to.
const SECOND: &str = r#"[models.lists.fields]
name = { type = "string", required = true }

[models.tasks.fields]
name     = { type = "string", required = true }
done     = { type = "boolean", default = false }
priority = { type = "integer", default = 3 }
list     = { references = "lists", on_delete = "set_null" }
"#;

#[test]
fn whoever_follows_what_the_program_says_arrives() {
    let project = Project::new(FIRST);
    std::fs::write(
        project.path("tasks.jsonl"),
        "{\"title\":\"Read\",\"notes\":\"all of it\"}\n{\"title\":\"Write\"}\n",
    )
    .unwrap();
    project.hearth(&["import", "tasks", "tasks.jsonl"]).done();
    project.config(SECOND);

    // The start stops and says what differs, and that a rename may be meant.
    let said = project.hearth(&["serve", "--port", "0"]).refused();
    assert!(said.contains("--rename tasks.title=name"), "{said}");
    let check = project.migrate(&["check"]).refused();
    assert!(
        check.contains("hearth migrate revision --autogenerate -m"),
        "{check}"
    );
    let guess = project.migrate(&["revision", "--autogenerate", "-m", "lists and priorities"]);
    assert!(guess.refused().contains("--rename tasks.title=name"));

    let said = project
        .migrate(&[
            "revision",
            "--autogenerate",
            "-m",
            "lists and priorities",
            "--rename",
            "tasks.title=name",
        ])
        .done();
    for line in [
        "Rename column `tasks.title` to `name`",
        "Drop column `tasks.notes`",
        "Add column `tasks.priority`",
        "Add column `tasks.list`",
        "Create table `lists`",
        "then: hearth migrate upgrade --allow-data-loss tasks.notes",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    let refused = project.migrate(&["upgrade"]).refused();
    assert!(refused.contains("- tasks.notes: 1 value"), "{refused}");
    project.migrate(&["upgrade", "--dry-run"]).done();
    project
        .migrate(&["upgrade", "--allow-data-loss", "tasks.notes"])
        .done();
    assert_eq!(
        project.migrate(&["check"]).done(),
        "Models, revisions and database agree\n"
    );
    let again = project
        .migrate(&["revision", "--autogenerate", "-m", "x"])
        .done();
    assert!(again.contains("No file was written"), "{again}");
    assert_eq!(
        project.value("SELECT group_concat(name || ' ' || priority) FROM tasks"),
        "Read 3,Write 3"
    );
    assert_eq!(project.files("up").len(), 2);

    goes_back(&project);
}

/// What comes back is empty, what goes is named.
fn goes_back(project: &Project) {
    let said = project.migrate(&["downgrade", "-1"]).refused();
    assert!(
        said.contains("hearth migrate downgrade -1 --allow-data-loss tasks.priority"),
        "{said}"
    );
    project
        .migrate(&["downgrade", "-1", "--allow-data-loss", "tasks.priority"])
        .done();
    project.config(FIRST);
    assert_eq!(
        project.value("SELECT group_concat(title) FROM tasks"),
        "Read,Write"
    );
    let check = project.migrate(&["check"]).refused();
    assert!(
        check.contains("__lists_and_priorities.sql is not applied"),
        "{check}"
    );
    assert!(!check.contains("- "), "{check}");
}

#[test]
fn a_name_in_the_models_needs_no_flag() {
    let project = Project::new(FIRST);
    std::fs::write(project.path("tasks.jsonl"), "{\"title\":\"Read\"}\n").unwrap();
    project.hearth(&["import", "tasks", "tasks.jsonl"]).done();
    project.config(&FIRST.replace("title = { ", "name = { renamed_from = \"title\", "));
    project
        .migrate(&["revision", "--autogenerate", "-m", "name"])
        .done();
    project.migrate(&["upgrade"]).done();
    assert_eq!(project.value("SELECT name FROM tasks"), "Read");
}

#[test]
fn what_was_made_before_there_were_revisions_is_taken_over() {
    let project = Project::new(FIRST);
    std::fs::write(project.path("tasks.jsonl"), "{\"title\":\"Read\"}\n").unwrap();
    project.hearth(&["import", "tasks", "tasks.jsonl"]).done();
    // As the first release left it.
    let later = project.value(
        "SELECT group_concat('DROP TABLE ' || name, ';') FROM sqlite_schema WHERE type = 'table' AND name LIKE 'hearth_%'
           AND name NOT IN ('hearth_migrations', 'hearth_meta', 'hearth_users', 'hearth_sessions', 'hearth_refresh_tokens',
             'hearth_known_addresses', 'hearth_audit', 'hearth_idempotency')",
    );
    project.run(&format!(
        "{later}; DELETE FROM hearth_migrations WHERE version > 1"
    ));
    std::fs::remove_dir_all(project.path("hearth_data/revisions")).unwrap();
    assert_eq!(
        project.migrate(&["check"]).done(),
        "Models, revisions and database agree\n"
    );
    project.config(&format!("{FIRST}size = {{ type = \"integer\" }}\n"));
    project.hearth(&["import", "tasks", "tasks.jsonl"]).done();
    let files = project.files("up");
    assert_eq!(files.len(), 1);
    assert!(
        files[0].ends_with("__add_column_tasks_size.sql"),
        "{files:?}"
    );
    project.migrate(&["downgrade", "base"]).done();
    assert_eq!(project.value("SELECT count(*) FROM tasks"), "2");
}

#[test]
fn what_cannot_be_undone_is_marked_when_it_is_made() {
    let project = Project::new(FIRST);
    project
        .migrate(&["revision", "--autogenerate", "-m", "make tasks"])
        .done();
    project.migrate(&["upgrade"]).done();
    // Each way back was tried: the schema is the same after it.
    let empty = project.fingerprint();
    project.migrate(&["downgrade", "base"]).done();
    project.migrate(&["upgrade"]).done();
    assert_eq!(project.fingerprint(), empty);
}
