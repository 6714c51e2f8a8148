//! Names that are taken or that SQLite cannot have.

use super::*;

#[test]
fn a_foreign_table_of_a_models_name_stops_the_start() {
    let mut bench = Bench::new();
    bench.run("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO items VALUES (1, 'theirs')");
    bench.refuses(
        &[items()],
        &["Table `items` was not made by Hearth. Rename the table, or the model"],
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
