//! `renamed_from`: nothing is lost, nothing is guessed.

use super::*;

/// `lists` and `tasks`, one record each.
fn lists_and_tasks() -> (Bench, Model, Model) {
    let lists = model("lists", vec![choice("state", &["a", "b"])]).index(&["state"]);
    let tasks = model("tasks", vec![reference("list", "lists", OnDelete::Cascade)]);
    let mut bench = Bench::with(&[lists.clone(), tasks.clone()]);
    bench.insert("lists", "state", "'a'");
    bench.insert("tasks", "list", "1");
    (bench, lists, tasks)
}

#[test]
fn a_renamed_model_keeps_its_records_and_those_that_refer_to_it() {
    let (mut bench, lists, mut tasks) = lists_and_tasks();
    let boards = Model {
        name: "boards".to_owned(),
        ..lists
    }
    .was("lists");
    tasks.fields = vec![reference("list", "boards", OnDelete::Cascade)];
    let models = [tasks, boards];
    assert_eq!(bench.steps(&models), ["Rename table `lists` to `boards`"]);
    bench.agree(&models);
    bench.insert("boards", "", "");
    assert_eq!(bench.list("SELECT id FROM boards"), "1,2");
    bench.run("DELETE FROM boards WHERE id = 1");
    assert_eq!(bench.list("SELECT count(*) FROM tasks"), "0");
}

#[test]
fn a_renamed_field_keeps_its_values_checks_and_indexes() {
    let (mut bench, mut lists, mut tasks) = lists_and_tasks();
    lists.fields = vec![choice("order", &["b", "a"]).was_called("state")];
    lists.indexes = vec![vec!["order".to_owned()]];
    tasks.fields[0] = Field {
        name: "board".to_owned(),
        ..tasks.fields[0].clone()
    }
    .was_called("list");
    let models = [lists, tasks];
    bench.agree(&models);
    assert_eq!(bench.list("SELECT \"order\" FROM lists"), "a");
    assert!(bench.try_run("UPDATE lists SET \"order\" = 'c'").is_err());
    bench.run("DELETE FROM lists");
    assert_eq!(bench.list("SELECT count(*) FROM tasks"), "0");
}

#[test]
fn a_renamed_model_with_a_renamed_unique_field_is_checked_under_the_old_names() {
    let (mut bench, _, tasks) = lists_and_tasks();
    bench.insert("lists", "state", "'a'");
    let boards = model(
        "boards",
        vec![choice("phase", &["a", "b"]).was_called("state")],
    )
    .was("lists");
    let mut tasks = tasks;
    tasks.fields = vec![reference("list", "boards", OnDelete::Cascade)];
    bench.refuses(
        &[boards.clone().unique(&["phase"], false), tasks.clone()],
        &["`phase` of `boards` cannot become unique", "1 and 2"],
    );
    bench.run("UPDATE lists SET state = 'b' WHERE id = 2");
    bench.agree(&[boards.unique(&["phase"], false), tasks]);
}

#[test]
fn a_rename_that_was_done_may_stay_declared() {
    let (mut bench, lists, mut tasks) = lists_and_tasks();
    tasks.fields = vec![reference("list", "boards", OnDelete::Cascade)];
    let boards = Model {
        name: "boards".to_owned(),
        ..lists.clone()
    }
    .was("lists");
    bench.agree(&[boards.clone(), tasks.clone()]);
    bench.agree(&[boards.clone(), tasks.clone()]);
    // A new model of the old name is another one.
    bench.agree(&[boards, lists, tasks]);
    assert_eq!(bench.list("SELECT count(*) FROM lists"), "0");
    assert_eq!(bench.list("SELECT count(*) FROM boards"), "1");
}

#[test]
fn an_old_name_that_is_still_declared_stops_the_start() {
    let (mut bench, lists, tasks) = lists_and_tasks();
    let boards = Model {
        name: "boards".to_owned(),
        ..lists.clone()
    }
    .was("lists");
    bench.refuses(
        &[boards, lists.clone(), tasks.clone()],
        &[
            "a model `lists` is declared as well",
            "Make a revision without it first",
        ],
    );
    let mut both = lists;
    both.fields
        .push(choice("phase", &["a", "b"]).was_called("state"));
    bench.refuses(&[both, tasks], &["a field `state` is declared as well"]);
}

#[test]
fn renames_of_an_empty_table_and_other_changes_go_together() {
    let mut bench = Bench::with(&[model("lists", vec![string("a"), string("b").required()])]);
    bench.agree(&[model("boards", vec![integer("c").was_called("a")]).was("lists")]);
    bench.insert("boards", "c", "1");
}
