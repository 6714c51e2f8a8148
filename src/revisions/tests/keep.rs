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
