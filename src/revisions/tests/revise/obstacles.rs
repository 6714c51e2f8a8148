//! Uniqueness against rows that exist, and refusals that name everything at once.

use super::*;

#[test]
fn a_new_unique_that_records_break_names_them_and_not_their_values() {
    let mut bench = Bench::revised(&[items()]);
    bench.user("bob");
    for (user, name) in [
        ("'ada'", "'x'"),
        ("NULL", "'x'"),
        ("'ada'", "'secret'"),
        ("'ada'", "'secret'"),
        ("NULL", "'y'"),
    ] {
        bench.insert("items", "user_id, name", &format!("{user}, {name}"));
    }
    bench.forbids(
        &[items().unique(&["name"], true)],
        &["`name` of `items` cannot become unique, because records are the same in it: 3 and 4. Change those"],
    );
    bench.forbids(&[items().unique(&["name"], false)], &["1 and 2; 3 and 4"]);
    let message = bench
        .try_generate(&[items().unique(&["name"], false)], &[])
        .unwrap_err()
        .to_string();
    assert!(!message.contains("secret"), "{message}");
    bench.run("UPDATE items SET name = id");
    assert!(
        bench
            .there_and_back(&[items().unique(&["name"], false)])
            .lossless
    );
}

#[test]
fn a_default_that_two_records_would_share_breaks_a_unique() {
    let mut bench = Bench::revised(&[items()]);
    bench.insert("items", "name", "'a'");
    bench.insert("items", "name", "'b'");
    let mut wanted = items().unique(&["code"], false);
    wanted.fields.push(integer("code").default(json!(1)));
    bench.forbids(
        &[wanted],
        &["`code` of `items` cannot become unique", "1 and 2"],
    );
}

#[test]
fn values_that_become_the_same_by_another_type_break_a_unique() {
    let of = |field| [model("tasks", vec![field]).unique(&["a"], false)];
    let mut bench = Bench::revised(&of(string("a")));
    bench.insert("tasks", "a", "'1'");
    bench.insert("tasks", "a", "'1.0'");
    bench.forbids(
        &of(number("a")),
        &["`a` of `tasks` cannot become unique", "1 and 2"],
    );
}

#[test]
fn all_that_stands_in_the_way_is_named_at_once() {
    let mut bench = Bench::revised(&[
        items(),
        model("notes", vec![string("size"), string("kind")]),
    ]);
    bench.insert("items", "name", "'a'");
    bench.insert("notes", "size", "'big'");
    let mut changed = items();
    changed.fields[0] = integer("name").required();
    let models = [
        changed,
        model("notes", vec![integer("size"), string("kind").required()]),
    ];
    bench.forbids(
        &models,
        &[
            "- `items.name`",
            "- `notes.size`",
            "- `notes.kind`",
            "nothing was changed",
        ],
    );
}

#[test]
fn a_table_that_hearth_did_not_make_stops_a_model_of_its_name() {
    let mut bench = Bench::empty();
    bench.run(
        "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT); CREATE VIEW notes AS SELECT 1",
    );
    bench.forbids(
        &[items(), model("notes", vec![])],
        &[
            "Table `items` was not made by Hearth. Rename the table, or the model",
            "Model `notes` cannot have its table, because the database has a view",
        ],
    );
}
