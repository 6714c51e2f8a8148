//! Indexes and uniqueness.

use super::*;
use crate::store::sql::Scope;

#[test]
fn unique_holds_among_an_owners_records_and_not_among_nobodys() {
    let mut bench = Bench::with(&[items()
        .unique(&["name"], true)
        .unique(&["optional_field"], false)]);
    bench.user("ada");
    bench.user("bob");
    bench.insert("items", "user_id, name", "'ada', 'x'");
    bench.insert("items", "user_id, name", "'bob', 'x'");
    bench.insert("items", "name", "'x'");
    bench.insert("items", "name", "'x'");
    let clash = bench
        .try_run(&insert("items", "user_id, name", "'ada', 'x'"))
        .unwrap_err();
    assert_eq!(clash.cause().unwrap().to_string(), "`name` is taken");
    bench.insert("items", "name, optional_field", "'a', 'o'");
    assert!(
        bench
            .try_run(&insert("items", "name, optional_field", "'b', 'o'"))
            .is_err()
    );
}

#[test]
fn an_owners_list_is_read_from_an_index_without_a_sort() {
    let notes = model("notes", vec![string("state")]).index(&["state"]);
    let papers = Model {
        name: "papers".to_owned(),
        ..notes.clone()
    }
    .uuid();
    let shared = Model {
        name: "shared".to_owned(),
        ..notes.clone()
    }
    .read_by(Word::SignedIn);
    let mut bench = Bench::with(&[notes, papers, shared]);
    let scope = Scope::owner("ada").sql.replace('?', "'ada'");
    for (condition, index) in [
        (scope.clone(), "notes.user_id"),
        (
            format!("({scope}) AND state IN ('x')"),
            "notes.user_id.state",
        ),
        (scope.clone(), "papers.user_id.id"),
        (
            format!("({scope}) AND state IN ('x')"),
            "papers.user_id.state.id",
        ),
        ("state IN ('x')".to_owned(), "shared.state"),
    ] {
        let table = index.split('.').next().unwrap();
        let sql = format!(
            "EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE {condition} ORDER BY id ASC NULLS FIRST LIMIT 5"
        );
        let plan: Vec<String> = bench
            .rows(&sql)
            .into_iter()
            .map(|row| row[3].clone())
            .collect();
        assert_eq!(plan.len(), 1, "{plan:?}");
        assert!(plan[0].contains(&format!("INDEX {index} (")), "{plan:?}");
    }
}

#[test]
fn no_model_can_take_the_name_of_an_index() {
    let mut bench = Bench::new();
    bench.agree(&[
        model("a_b", vec![string("c")]).index(&["c"]),
        model("a", vec![string("b"), string("c"), string("b_c")])
            .index(&["b", "c"])
            .index(&["b_c"]),
        model("a_user_id", vec![]),
    ]);
}

#[test]
fn a_reference_has_its_index_once() {
    let tasks = model("tasks", vec![reference("list", "lists", OnDelete::Cascade)])
        .read_by(Word::Anyone)
        .index(&["list"]);
    let mut bench = Bench::with(&[model("lists", vec![]), tasks]);
    let indexes =
        "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'tasks' ORDER BY name";
    assert_eq!(bench.list(indexes), "tasks.list,tasks.user_id");
    let plan = bench.rows("EXPLAIN QUERY PLAN SELECT 1 FROM tasks WHERE list = 1");
    assert!(plan[0][3].contains("tasks.list"), "{plan:?}");
}

#[test]
fn indexes_come_and_go_with_their_declaration() {
    let (mut bench, notes) = notes();
    bench.agree(&[notes.clone().index(&["name"])]);
    assert_eq!(
        bench.steps(std::slice::from_ref(&notes)),
        ["Drop index `notes.user_id.name`"]
    );
    bench.agree(std::slice::from_ref(&notes));
    // For other readers another index serves.
    let indexed = notes.index(&["name"]);
    bench.agree(std::slice::from_ref(&indexed));
    let shared = indexed.read_by(Word::SignedIn);
    assert_eq!(
        bench.steps(std::slice::from_ref(&shared)),
        [
            "Drop index `notes.user_id.name`",
            "Create index `notes.name`"
        ]
    );
    bench.agree(&[shared]);
}

#[test]
fn an_index_of_ours_that_was_changed_by_hand_is_put_right() {
    let (mut bench, notes) = notes();
    bench.run("DROP INDEX \"notes.user_id\"; CREATE INDEX \"notes.user_id\" ON notes (user_id DESC) WHERE id > 5");
    assert_eq!(
        bench.steps(std::slice::from_ref(&notes)),
        ["Drop index `notes.user_id`", "Create index `notes.user_id`"]
    );
    bench.agree(&[notes]);
}

#[test]
fn a_unique_that_records_keep_is_made() {
    let (mut bench, notes) = notes();
    bench.insert("notes", "user_id, name", "'ada', 'second'");
    bench.agree(&[notes.clone().unique(&["name"], true)]);
    // From among the owner's to among all: another index.
    assert_eq!(
        bench.steps(&[notes.unique(&["name"], false)]),
        [
            "Drop index `notes.user_id.name unique`",
            "Create index `notes.name unique`"
        ]
    );
}

#[test]
fn a_new_unique_that_records_break_stops_the_start_and_names_them() {
    let mut bench = Bench::with(&[items()]);
    bench.user("ada");
    for (user, name) in [
        ("'ada'", "'x'"),
        ("NULL", "'x'"),
        ("'ada'", "'secret'"),
        ("'ada'", "'secret'"),
        ("NULL", "'y'"),
    ] {
        bench.insert("items", "user_id, name", &format!("{user}, {name}"));
    }
    let message = "`name` of `items` cannot become unique, because records are the same in it: 3 and 4. Change those";
    bench.refuses(&[items().unique(&["name"], true)], &[message]);
    bench.refuses(&[items().unique(&["name"], false)], &["1 and 2; 3 and 4"]);
    let shown = bench
        .bring(&[items().unique(&["name"], false)])
        .unwrap_err()
        .to_string();
    assert!(!shown.contains("secret"), "{shown}");
}

#[test]
fn a_new_unique_field_with_a_default_stops_when_two_records_would_share_it() {
    let mut bench = Bench::with(&[items()]);
    bench.insert("items", "name", "'a'");
    let mut wanted = items().unique(&["code"], false);
    wanted.fields.push(integer("code").default(json!(1)));
    bench.insert("items", "name", "'b'");
    bench.refuses(
        std::slice::from_ref(&wanted),
        &["`code` of `items` cannot become unique", "1 and 2"],
    );
    bench.run("DELETE FROM items WHERE id = 2");
    bench.agree(&[wanted]);
}
