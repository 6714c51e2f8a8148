//! What stays when it is no longer declared, what was made by hand, and empty tables, which have nothing to keep.

use super::*;

#[test]
fn an_empty_table_takes_a_required_field() {
    let mut bench = Bench::with(&[items()]);
    let changed = and(
        items(),
        vec![
            string("title").required(),
            reference("parent", "items", OnDelete::Cascade).required(),
        ],
    );
    assert_eq!(
        bench.steps(std::slice::from_ref(&changed))[0],
        "Add column `items.title`"
    );
    bench.agree(&[changed]);
}

#[test]
fn an_empty_table_is_made_anew_when_anything_else_differs() {
    let lists = model("lists", vec![]);
    let parent = reference("list", "lists", OnDelete::Cascade);
    let before = model(
        "tasks",
        vec![
            string("size").required(),
            choice("state", &["a"]),
            string("gone").required(),
            parent,
        ],
    );
    let mut bench = Bench::with(&[lists.clone(), before]);
    bench.insert("lists", "", "");
    bench.insert("tasks", "size, gone, list", "'1', '', 1");
    bench.run("DELETE FROM tasks");
    let after = model(
        "tasks",
        vec![integer("size"), choice("state", &["b"]), string("list")],
    );
    bench.agree(&[lists, after]);
    bench.insert("tasks", "size, state", "5, 'b'");
    // The id of the deleted record is not given again.
    assert_eq!(bench.rows("SELECT id, size FROM tasks"), [["2", "5"]]);
}

#[test]
fn an_empty_parent_is_made_anew_under_children_that_have_records() {
    let tasks = model(
        "tasks",
        vec![reference("list", "lists", OnDelete::Restrict)],
    );
    let mut bench = Bench::with(&[model("lists", vec![string("size")]), tasks.clone()]);
    bench.insert("tasks", "", "");
    let models = [model("lists", vec![integer("size")]), tasks];
    bench.agree(&models);
    bench.insert("lists", "size", "1");
    bench.run("UPDATE tasks SET list = 1");
    assert!(bench.try_run("DELETE FROM lists").is_err());
}

#[test]
fn an_empty_table_with_something_made_by_hand_is_not_made_anew() {
    let mut bench = Bench::with(&[items()]);
    bench.run("CREATE INDEX mine ON items (lower(name))");
    let mut changed = items();
    changed.fields[0] = integer("name").required();
    bench.refuses(
        &[changed],
        &["`items.name` is a string in the database and an integer"],
    );
}

#[test]
fn a_removed_field_keeps_its_column_and_values() {
    let (mut bench, notes) = notes();
    let all = and(notes.clone(), vec![string("old").default(json!("kept"))])
        .index(&["old"])
        .unique(&["old"], false);
    bench.agree(&[all]);
    let plan = bench.plan(std::slice::from_ref(&notes));
    assert_eq!(
        plan.notes,
        ["`notes.old` is no longer declared; its column stays as it is, with all values"]
    );
    bench.agree(&[notes]);
    assert_eq!(bench.list("SELECT old FROM notes"), "kept");
    // Its uniqueness is gone with it: else a second new record would clash.
    bench.insert("notes", "name", "'b'");
    bench.insert("notes", "name", "'c'");
}

#[test]
fn a_removed_reference_keeps_the_index_that_its_parent_needs() {
    let lists = model("lists", vec![]);
    let tasks = model("tasks", vec![reference("list", "lists", OnDelete::Cascade)]);
    let mut bench = Bench::with(&[lists.clone(), tasks]);
    bench.insert("lists", "", "");
    bench.insert("tasks", "list", "1");
    bench.agree(&[lists, model("tasks", vec![])]);
    assert_eq!(
        bench.list("SELECT name FROM sqlite_schema WHERE name = 'tasks.list'"),
        "tasks.list"
    );
}

#[test]
fn a_removed_model_keeps_its_table_and_records() {
    let (mut bench, _) = notes();
    let plan = bench.plan(&[items()]);
    assert_eq!(
        plan.notes,
        ["Model `notes` is no longer declared; its table stays as it is, with all records"]
    );
    bench.agree(&[items()]);
    assert_eq!(bench.list("SELECT name FROM notes"), "first");
}

#[test]
fn what_was_made_by_hand_is_left_alone_and_noted() {
    let (mut bench, notes) = notes();
    bench.run(
        "CREATE INDEX mine ON notes (lower(name)) WHERE name > 'a';
         CREATE TRIGGER watch AFTER INSERT ON notes BEGIN SELECT 1; END;
         CREATE VIEW names AS SELECT name FROM notes;
         CREATE TABLE other (id TEXT);
         ALTER TABLE notes ADD COLUMN low TEXT AS (lower(name));
         ALTER TABLE notes ADD COLUMN extra TEXT CHECK (length(extra) < 9)",
    );
    let changed = and(notes, vec![integer("count")]).index(&["count"]);
    bench.agree(std::slice::from_ref(&changed));
    assert_eq!(
        bench.plan(&[changed]).notes,
        [
            "`notes.extra` is no longer declared; its column stays as it is, with all values",
            "Table `notes` has what Hearth did not make, and it is left alone: \
             index `mine`, trigger `watch`, CHECK (length ( extra ) < 9)",
        ]
    );
    assert_eq!(bench.list("SELECT name FROM names"), "first");
}
