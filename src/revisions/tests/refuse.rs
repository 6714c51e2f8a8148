//! What stops the start: all of it is named, and nothing is changed.

use super::*;
use crate::models::Default as Preset;

/// `tasks` of this one field, with a record.
fn with(field: Field) -> Bench {
    let mut bench = Bench::with(&[
        model("tasks", vec![field]),
        model("lists", vec![]),
        model("other", vec![]),
    ]);
    bench.insert("lists", "", "");
    let column = bench.list("SELECT name FROM pragma_table_info('tasks') WHERE cid = 2");
    bench.insert("tasks", &format!("\"{column}\""), "NULL");
    bench
}

fn changed(field: Field) -> Vec<Model> {
    vec![
        model("tasks", vec![field]),
        model("lists", vec![]),
        model("other", vec![]),
    ]
}

#[test]
fn a_changed_type_stops_the_start() {
    let all = [
        string("a"),
        integer("a"),
        number("a"),
        boolean("a"),
        array("a"),
    ];
    let words = [
        "a string",
        "an integer",
        "a number",
        "a boolean",
        "an array or object",
    ];
    for (one, stored) in all.iter().zip(words) {
        let mut bench = with(one.clone());
        for (other, declared) in all.iter().zip(words) {
            if declared == stored {
                bench.agree(&changed(other.clone()));
                continue;
            }
            let says =
                format!("`tasks.a` is {stored} in the database and {declared} in the declaration");
            bench.refuses(
                &changed(other.clone()),
                &[&says, "Put its type back, or declare a new field"],
            );
        }
    }
}

#[test]
fn a_changed_presence_stops_the_start() {
    with(string("a")).refuses(
        &changed(string("a").required()),
        &["may be null in the database", "Take `required` out"],
    );
    let required = model("tasks", vec![string("a").required()]);
    let mut bench = Bench::with(&[required]);
    bench.insert("tasks", "a", "''");
    bench.refuses(
        &[model("tasks", vec![string("a")])],
        &[
            "`tasks.a` is required in the database",
            "Put `required = true` back",
        ],
    );
}

#[test]
fn a_changed_enum_stops_the_start_and_another_order_does_not() {
    let mut bench = with(choice("a", &["x", "y"]));
    bench.agree(&changed(choice("a", &["y", "x"])));
    bench.refuses(
        &changed(choice("a", &["x", "z"])),
        &[
            "`tasks.a` takes 'x', 'y' in the database and 'x', 'z' in the declaration",
            "Put its `enum` back",
        ],
    );
    bench.refuses(
        &changed(string("a")),
        &["takes 'x', 'y' in the database and any text"],
    );
    with(string("a")).refuses(
        &changed(choice("a", &["x"])),
        &["takes any text in the database and 'x'"],
    );
}

#[test]
fn a_changed_reference_stops_the_start() {
    let of = |model, on_delete| reference("a", model, on_delete);
    let mut bench = with(of("lists", OnDelete::Cascade));
    bench.refuses(
        &changed(of("lists", OnDelete::Restrict)),
        &["`tasks.a` refers to `lists` (`cascade` on deletion) in the database and refers to `lists` (`restrict` on deletion) in the declaration"],
    );
    bench.refuses(
        &changed(of("other", OnDelete::Cascade)),
        &["refers to `other`"],
    );
    bench.refuses(
        &changed(integer("a")),
        &["refers to nothing in the declaration"],
    );
    with(integer("a")).refuses(
        &changed(of("lists", OnDelete::Cascade)),
        &["refers to nothing in the database"],
    );
}

#[test]
fn a_changed_end_of_an_owners_records_stops_the_start() {
    let mut bench = with(string("a"));
    let mut models = changed(string("a"));
    models[0].on_owner_delete = OnOwnerDelete::Restrict;
    bench.refuses(
        &models,
        &[
            "`tasks.user_id` refers to `hearth_users` (`cascade` on deletion)",
            "`restrict`",
        ],
    );
}

#[test]
fn another_kind_of_id_stops_the_start() {
    let mut bench = with(string("a"));
    let mut models = changed(string("a"));
    models[0].id = IdKind::Uuid;
    bench.refuses(
        &models,
        &[
            "`tasks.id` is an integer in the database and a string",
            "Put `id` of the model back",
        ],
    );
    let mut bench = Bench::with(&[model("tasks", vec![]).uuid()]);
    bench.insert("tasks", "id", "'x'");
    bench.refuses(
        &[model("tasks", vec![])],
        &["`tasks.id` is a string in the database and an integer"],
    );
}

#[test]
fn a_new_required_field_without_a_value_for_old_records_stops_the_start() {
    let mut bench = with(string("a"));
    let now = Field {
        default: Some(Preset::Now),
        ..string("at").required()
    };
    let parent = reference("list", "lists", OnDelete::Cascade).required();
    let mut models = changed(string("a"));
    models[0]
        .fields
        .extend([string("title").required(), now, parent]);
    bench.refuses(
        &models,
        &[
            "`tasks.title` is required, and the records that exist have no value for it. Give it a literal `default`",
            "`tasks.at` is required",
            "`tasks.list` is required, and the records that exist have no value for it. Take `required` out",
        ],
    );
}

#[test]
fn a_removed_field_that_every_record_must_have_stops_the_start() {
    let mut bench = Bench::with(&[model(
        "tasks",
        vec![
            string("a").required(),
            string("b").required().default(json!("")),
        ],
    )]);
    bench.insert("tasks", "a", "''");
    bench.refuses(
        &[model("tasks", vec![])],
        &[
            "`tasks.a` is no longer declared, but its column must have a value",
            "Declare it again",
        ],
    );
    bench.agree(&[model("tasks", vec![string("a").required()])]);
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

#[test]
fn all_differences_are_named_at_once() {
    let mut bench = Bench::with(&[items(), model("notes", vec![integer("size")])]);
    bench.insert("items", "name", "'a'");
    bench.insert("notes", "size", "1");
    let mut changed = items();
    changed.fields[0].required = false;
    changed.fields[2] = string("items");
    let models = [
        changed,
        model("notes", vec![number("size")]),
        model("new", vec![]),
    ];
    bench.refuses(
        &models,
        &[
            "- `items.name`",
            "- `items.items`",
            "- `notes.size`",
            "nothing was changed",
        ],
    );
    assert_eq!(bench.plan(&models).refusals.len(), 3);
}

#[test]
fn without_auto_migrate_pending_steps_stop_the_start() {
    let mut bench = Bench::new();
    let models = Models::new(vec![items()]);
    let message = bring_up_to_date(&mut bench.opening, &models, false)
        .unwrap_err()
        .to_string();
    for word in [
        "database.auto_migrate = true",
        "- Create table `items`",
        "- Create index `items.user_id`",
    ] {
        assert!(message.contains(word), "{message}");
    }
    bench.agree(&[items()]);
    bring_up_to_date(&mut bench.opening, &models, false).unwrap();
}

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
fn a_column_that_was_made_computed_by_hand_stops_the_start() {
    let mut bench = with(string("a"));
    bench.run("ALTER TABLE tasks ADD COLUMN b TEXT AS (upper(a))");
    let mut models = changed(string("a"));
    models[0].fields.push(string("b"));
    bench.refuses(&models, &["`tasks.b` is computed in the database"]);
}

#[test]
fn quick_check_passes_a_sound_file_and_names_a_damaged_one() {
    let mut bench = Bench::with(&[items()]);
    bench.opening.quick_check().unwrap();
    for _ in 0..200 {
        bench.insert("items", "name", "hex(zeroblob(300))");
    }
    let Bench { folder, opening } = bench;
    drop(opening);
    let path = folder.path().join("hearth.db");
    rewrite_through_checkpoint(&path);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() - 4096 * 8;
    bytes[middle..middle + 4096].fill(0xA5);
    std::fs::write(&path, bytes).unwrap();
    let error = open(path).quick_check().unwrap_err();
    assert!(error.message().contains("damaged"), "{error}");
    assert!(error.message().contains("backup"), "{error}");
}

/// Moves the log into the file, as a clean stop does.
fn rewrite_through_checkpoint(path: &std::path::Path) {
    open(path.to_owned()).start(Vec::new()).unwrap().stop();
}
