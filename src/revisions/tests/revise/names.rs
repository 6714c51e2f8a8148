//! Renames: nothing is lost, nothing is guessed.

use super::*;

fn lists_and_tasks() -> (Bench, Model, Model) {
    let lists = model("lists", vec![choice("state", &["a", "b"])]).index(&["state"]);
    let tasks = model("tasks", vec![reference("list", "lists", OnDelete::Cascade)]);
    let mut bench = Bench::revised(&[lists.clone(), tasks.clone()]);
    bench.insert("lists", "state", "'a'");
    bench.insert("tasks", "list", "1");
    (bench, lists, tasks)
}

fn called(name: &str, model: &Model) -> Model {
    Model {
        name: name.to_owned(),
        ..model.clone()
    }
}

fn asked(table: &str, column: Option<&str>, to: &str) -> Rename {
    Rename {
        from: (table.to_owned(), column.map(str::to_owned)),
        to: to.to_owned(),
    }
}

#[test]
fn a_renamed_model_takes_everything_with_it() {
    let (mut bench, lists, _) = lists_and_tasks();
    bench.run(
        "CREATE VIEW open AS SELECT state FROM lists;
         CREATE TRIGGER watch AFTER DELETE ON tasks BEGIN UPDATE lists SET state = 'b'; END;
         CREATE INDEX mine ON lists (lower(state))",
    );
    let models = [
        called("boards", &lists).was("lists"),
        model(
            "tasks",
            vec![reference("list", "boards", OnDelete::Cascade)],
        ),
    ];
    let generated = bench.there_and_back(&models);
    assert_eq!(generated.summary, ["Rename table `lists` to `boards`"]);
    assert!(generated.lossless && is_cheap(&generated));
    assert_eq!(bench.list("SELECT state FROM open"), "a");
    bench.insert("boards", "", "");
    assert_eq!(bench.list("SELECT id FROM boards ORDER BY id"), "1,2");
    bench.run("DELETE FROM boards WHERE id = 1");
    assert_eq!(bench.list("SELECT count(*) FROM tasks"), "0");
    assert_eq!(bench.list("SELECT state FROM boards"), "b");
}

#[test]
fn a_renamed_field_keeps_its_values_checks_and_what_names_it() {
    let (mut bench, mut lists, tasks) = lists_and_tasks();
    bench.run(
        "CREATE VIEW open AS SELECT state FROM lists;
         CREATE UNIQUE INDEX mine ON lists (lower(state)) WHERE state > 'A';
         ALTER TABLE lists ADD COLUMN big TEXT AS (upper(state))",
    );
    lists.fields = vec![choice("order", &["b", "a"]).was_called("state")];
    lists.indexes = vec![vec!["order".to_owned()]];
    let generated = bench.there_and_back(&[lists, tasks]);
    assert!(is_cheap(&generated) && generated.lossless);
    assert_eq!(bench.rows("SELECT \"order\", big FROM lists"), [["a", "A"]]);
    assert!(bench.try_run("UPDATE lists SET \"order\" = 'c'").is_err());
}

#[test]
fn renames_and_other_changes_of_one_table_go_together() {
    let (mut bench, _, _) = lists_and_tasks();
    bench.run(
        "CREATE TRIGGER watch AFTER INSERT ON lists BEGIN UPDATE lists SET state = 'b' WHERE state = new.state AND id < new.id; END",
    );
    let boards = model(
        "boards",
        vec![
            string("phase").required().was_called("state"),
            integer("more"),
        ],
    )
    .was("lists")
    .unique(&["phase"], false)
    .index(&["more"]);
    let tasks = model(
        "jobs",
        vec![reference("board", "boards", OnDelete::SetNull).was_called("list")],
    )
    .was("tasks");
    let generated = bench.there_and_back(&[boards, tasks]);
    assert_eq!(
        generated.summary,
        [
            "Rename table `lists` to `boards`",
            "Rename column `boards.state` to `phase`",
            "Add column `boards.more`",
            "Change column `boards.phase`: required, no enum",
            "Rename table `tasks` to `jobs`",
            "Rename column `jobs.list` to `board`",
            "Change column `jobs.board`: refers to `boards`, set null on deletion",
        ]
    );
    bench.insert("boards", "phase", "'new'");
    assert_eq!(bench.list("SELECT board FROM jobs"), "1");
}

#[test]
fn a_rename_may_be_asked_for() {
    let (mut bench, lists, _) = lists_and_tasks();
    let mut boards = called("boards", &lists);
    boards.fields[0].name = "phase".to_owned();
    boards.indexes.clear();
    let models = [
        boards,
        model(
            "tasks",
            vec![reference("list", "boards", OnDelete::Cascade)],
        ),
    ];
    let generated = bench.up_with(
        &models,
        &[
            asked("lists", Some("state"), "phase"),
            asked("lists", None, "boards"),
        ],
    );
    assert!(generated.losses.is_empty());
    assert_eq!(bench.list("SELECT phase FROM boards"), "a");
}

#[test]
fn a_rename_that_cannot_be_is_refused_with_the_reason() {
    let (mut bench, lists, tasks) = lists_and_tasks();
    let models = [and(lists, vec![string("phase")]), tasks];
    for (rename, word) in [
        (
            asked("nothing", None, "lists"),
            "the database has no table `nothing`",
        ),
        (
            asked("state", None, "phase"),
            "no table `state`. Of a field it is `--rename lists.state=phase`",
        ),
        (
            asked("lists", None, "boards"),
            "no model `boards` is declared",
        ),
        (asked("lists", None, "tasks"), "has a table `tasks` already"),
        (
            asked("lists", Some("gone"), "phase"),
            "table `lists` has no column `gone`",
        ),
        (
            asked("lists", Some("state"), "gone"),
            "model `lists` has no field `gone`",
        ),
        (
            asked("lists", Some("state"), "phase"),
            "a field `state` is declared as well",
        ),
        (
            asked("lists", Some("user_id"), "phase"),
            "it is Hearth's own",
        ),
        (
            asked("nothing", Some("a"), "b"),
            "no model `nothing` is declared",
        ),
    ] {
        let message = bench
            .try_generate(&models, &[rename])
            .unwrap_err()
            .to_string();
        assert!(message.contains(word), "{word} is not in {message}");
    }
}

#[test]
fn nothing_is_guessed_but_it_is_asked() {
    let (mut bench, lists, tasks) = lists_and_tasks();
    let mut changed = lists.clone();
    changed.fields = vec![string("phase")];
    changed.indexes.clear();
    let questions = bench.generate(&[changed, tasks]).questions;
    assert_eq!(
        questions,
        [
            "Field `state` of `lists` goes and `phase` comes. If that is another name for the same, \
          say `renamed_from = \"state\"` in the field, or `--rename lists.state=phase`"
        ]
    );
    let tasks = model(
        "tasks",
        vec![reference("list", "boards", OnDelete::Cascade)],
    );
    bench.run("UPDATE tasks SET list = NULL");
    let questions = bench.generate(&[called("boards", &lists), tasks]).questions;
    assert!(
        questions[0].contains("`--rename lists=boards`"),
        "{questions:?}"
    );
}

#[test]
fn a_rename_that_was_done_may_stay_declared() {
    let (mut bench, lists, _) = lists_and_tasks();
    let boards = called("boards", &lists).was("lists");
    let tasks = model(
        "tasks",
        vec![reference("list", "boards", OnDelete::Cascade)],
    );
    bench.up(&[boards.clone(), tasks.clone()]);
    assert!(bench.differs(&[boards.clone(), tasks.clone()]).is_empty());
    // A new model of the old name is another one.
    bench.up(&[boards, lists, tasks]);
    assert_eq!(bench.list("SELECT count(*) FROM lists"), "0");
}
