//! What stops the start: all of it is named, and nothing is changed.

use super::*;
use crate::models::Default as Preset;

/// `tasks` of this one field, with a record.
pub(super) fn with(field: Field) -> Bench {
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

/// The same with another field.
pub(super) fn changed(field: Field) -> Vec<Model> {
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
