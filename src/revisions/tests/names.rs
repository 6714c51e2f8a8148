//! Names that are taken or that SQLite cannot have.

use super::refuse::{changed, with};
use super::*;

#[test]
fn a_foreign_table_of_a_models_name_stops_the_start() {
    let mut bench = Bench::new();
    bench.run("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO items VALUES (1, 'theirs')");
    bench.refuses(
        &[items()],
        &["Table `items` was not made by Hearth. Rename the table, or the model"],
    );
    let mut bench = Bench::new();
    bench.run("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT) STRICT; INSERT INTO items VALUES (1, 'theirs')");
    bench.refuses(
        &[items()],
        &[
            "`items.id` is not the key",
            "no column `user_id`",
            "no column `created_at`",
        ],
    );
}

#[test]
fn a_view_or_an_index_of_a_models_name_stops_the_start() {
    let mut bench = Bench::with(&[model("notes", vec![])]);
    bench.run("CREATE VIEW items AS SELECT 1; CREATE INDEX tasks ON notes (created_at)");
    bench.refuses(
        &[items(), model("tasks", vec![])],
        &["a view of that name", "an index of that name"],
    );
}

#[test]
fn fields_that_differ_only_in_case_stop_the_start() {
    let mut bench = Bench::new();
    bench.refuses(
        &[model("notes", vec![string("Name"), string("name")])],
        &["`Name` and `name` of `notes` differ only in case"],
    );
    bench.refuses(&[model("notes", vec![string("ID")])], &["`id` and `ID`"]);
}

#[test]
fn a_name_that_sqlite_uses_itself_cannot_be_added_or_renamed() {
    let mut bench = with(string("a"));
    let mut models = changed(string("a"));
    models[0].fields.push(string("rowid"));
    bench.refuses(
        &models,
        &[
            "`tasks.rowid` cannot be added",
            "Give the field another name",
        ],
    );
    bench.refuses(
        &changed(string("OID").was_called("a")),
        &["`tasks.a` cannot be renamed to `OID`"],
    );
    // In a new table it may stand, and an empty one is made anew.
    bench.run("DELETE FROM tasks");
    bench.agree(&models);
}

#[test]
fn a_column_that_was_made_computed_by_hand_stops_the_start() {
    let mut bench = with(string("a"));
    bench.run("ALTER TABLE tasks ADD COLUMN b TEXT AS (upper(a))");
    let mut models = changed(string("a"));
    models[0].fields.push(string("b"));
    bench.refuses(&models, &["`tasks.b` is computed in the database"]);
}
