//! What is added to tables that have records, and what is left alone.

use super::*;
use crate::models::Default as Preset;

/// `notes` with one record of Ada's.
fn notes() -> (Bench, Model) {
    let notes = model("notes", vec![string("name").required()]);
    let mut bench = Bench::with(std::slice::from_ref(&notes));
    bench.user("ada");
    bench.insert("notes", "user_id, name", "'ada', 'first'");
    (bench, notes)
}

fn and(mut model: Model, fields: Vec<Field>) -> Model {
    model.fields.extend(fields);
    model
}

#[test]
fn records_that_exist_show_the_literal_default_of_a_new_field() {
    let (mut bench, notes) = notes();
    let more = vec![
        string("plain"),
        string("text").default(json!("it's")),
        integer("count").default(json!(-7)),
        integer("least").default(json!(i64::MIN)),
        integer("whole").default(json!(7.0)),
        number("size").default(json!(1)),
        boolean("done").required().default(json!(false)),
        array("tags").default(json!(["a"])),
        object("data").default(json!({"a": "it's"})),
        choice("state", &["open", "closed"])
            .required()
            .default(json!("open")),
    ];
    bench.agree(&[and(notes, more)]);
    assert_eq!(
        bench.rows("SELECT name, plain, text, count, least, whole, size, done, tags, data, state FROM notes"),
        [["first", "null", "it's", "-7", "-9223372036854775808", "7", "1.0", "0", "[\"a\"]", "{\"a\":\"it's\"}", "open"]]
    );
}

#[test]
fn defaults_of_the_moment_leave_existing_records_null() {
    let (mut bench, notes) = notes();
    let now = Field {
        default: Some(Preset::Now),
        ..string("seen_at")
    };
    let uuid = Field {
        default: Some(Preset::Uuid),
        ..string("token")
    };
    bench.agree(&[and(notes, vec![now, uuid])]);
    assert_eq!(
        bench.rows("SELECT seen_at, token FROM notes"),
        [["null", "null"]]
    );
}

#[test]
fn a_default_time_is_kept_as_times_are() {
    let (mut bench, notes) = notes();
    let text = Text {
        format: Some(crate::models::Format::DateTime),
        ..Text::default()
    };
    let at = field("at", Kind::String(text)).default(json!("2026-11-21T10:30:00+01:00"));
    bench.agree(&[and(notes, vec![at])]);
    assert_eq!(
        bench.list("SELECT at FROM notes"),
        "2026-11-21T09:30:00.000Z"
    );
}

#[test]
fn a_reference_begins_as_null_whatever_its_default() {
    let (mut bench, notes) = notes();
    let list = reference("list", "lists", OnDelete::SetNull).default(json!(1));
    let models = [and(notes, vec![list]), model("lists", vec![])];
    assert_eq!(
        bench.steps(&models),
        [
            "Add column `notes.list`",
            "Create index `notes.list`",
            "Create table `lists`",
            "Create index `lists.user_id`"
        ]
    );
    bench.agree(&models);
    assert_eq!(bench.list("SELECT list FROM notes"), "null");
}

#[test]
fn a_changed_default_needs_no_change_of_the_table() {
    let (mut bench, notes) = notes();
    bench.agree(&[and(notes.clone(), vec![integer("count").default(json!(1))])]);
    for changed in [integer("count").default(json!(2)), integer("count")] {
        assert_eq!(
            bench.plan(&[and(notes.clone(), vec![changed])]),
            Plan::default()
        );
    }
    assert_eq!(bench.list("SELECT count FROM notes"), "1");
}

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
fn two_processes_at_once_bring_up_to_date_once() {
    let bench = Bench::new();
    let path = bench.folder.path().join("hearth.db");
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let path = path.clone();
            std::thread::spawn(move || {
                let models = Models::new(vec![
                    items(),
                    model("notes", vec![string("a")]).unique(&["a"], true),
                ]);
                bring_up_to_date(&mut open(path), &models, true)
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap().unwrap();
    }
}

#[test]
fn a_stop_in_the_middle_leaves_the_old_tables() {
    let (mut bench, notes) = notes();
    let models = Models::new(vec![and(notes, vec![string("more")]), items()]);
    let folder = bench.folder.path().to_owned();
    let copy = tempfile::tempdir().unwrap();
    let left = bench.opening.transaction(|tx| {
        for step in plan(tx, &models)?.steps {
            schema::apply(tx, &step.sql, &step.says)?;
        }
        // What a kill would leave on the disk now.
        for file in ["hearth.db", "hearth.db-wal"] {
            std::fs::copy(folder.join(file), copy.path().join(file)).unwrap();
        }
        Err::<(), _>(crate::error::Error::internal("killed"))
    });
    assert!(left.is_err());
    let mut after = open(copy.path().join("hearth.db"));
    let seen = after
        .transaction(|tx| schema::cells(tx, "SELECT * FROM notes"))
        .unwrap();
    assert_eq!(seen[0].len(), 5);
    bring_up_to_date(&mut after, &models, true).unwrap();
}

#[test]
fn a_step_that_fails_undoes_those_before_it() {
    let (mut bench, notes) = notes();
    bench.run("CREATE VIEW broken AS SELECT gone FROM nowhere");
    let mut renamed = notes;
    renamed.fields[0] = string("title").required().was_called("name");
    bench.refuses(
        &[items(), renamed],
        &[
            "Rename column `notes.name` to `title`: this failed, and nothing was changed",
            "broken",
        ],
    );
}

#[test]
fn the_plan_can_be_read_beside_a_server() {
    let (mut bench, notes) = notes();
    let wanted = and(notes, vec![string("more")]);
    let models = Models::new(vec![wanted]);
    let Bench {
        folder: _folder,
        opening,
    } = std::mem::replace(&mut bench, Bench::new());
    let db = opening.start(Vec::new()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let plan = runtime
        .block_on(db.read(move |db| plan(db, &models)))
        .unwrap();
    assert_eq!(plan.steps.len(), 1);
    db.stop();
}
