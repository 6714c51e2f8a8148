//! What is added and removed, without changes of what stays.

use super::*;

#[test]
fn the_first_revision_makes_all_tables_and_its_way_back_leaves_none() {
    let models = [
        items(),
        model("tasks", vec![reference("list", "lists", OnDelete::Cascade)]),
        model("lists", vec![choice("state", &["a", "it's"])]),
    ];
    let mut bench = Bench::empty();
    let generated = bench.there_and_back(&models);
    assert_eq!(
        generated.summary,
        [
            "Create table `items`",
            "Create table `tasks`",
            "Create table `lists`"
        ]
    );
    assert!(generated.lossless && generated.losses.is_empty());
    assert!(bench.try_generate(&models, &[]).unwrap().is_none());
    bench.down(&generated);
    assert_eq!(bench.fingerprint(), "");
}

#[test]
fn a_new_field_is_added_without_a_rebuild_and_old_records_have_its_default() {
    let (mut bench, notes) = notes();
    let more = and(
        notes,
        vec![
            string("plain"),
            integer("count").required().default(json!(-7)),
            boolean("done").required().default(json!(false)),
            object("data").default(json!({"a": "it's"})),
            choice("state", &["open", "closed"])
                .required()
                .default(json!("open")),
        ],
    );
    let generated = bench.there_and_back(std::slice::from_ref(&more));
    assert!(is_cheap(&generated) && generated.lossless);
    assert_eq!(generated.summary[0], "Add column `notes.plain`");
    assert_eq!(
        bench.rows("SELECT name, plain, count, done, data, state FROM notes"),
        [["first", "null", "-7", "0", "{\"a\":\"it's\"}", "open"]]
    );
}

#[test]
fn a_new_reference_is_added_without_a_rebuild() {
    let (mut bench, notes) = notes();
    let more = and(notes, vec![reference("list", "lists", OnDelete::SetNull)]);
    let generated = bench.there_and_back(&[more, model("lists", vec![])]);
    assert!(is_cheap(&generated) && generated.lossless);
    bench.insert("lists", "", "");
    bench.run("UPDATE notes SET list = 1; DELETE FROM lists");
    assert_eq!(bench.list("SELECT list FROM notes"), "null");
}

#[test]
fn a_new_required_field_needs_a_default_where_there_are_records() {
    let (mut bench, notes) = notes();
    bench.forbids(
        &[and(notes.clone(), vec![string("title").required()])],
        &["`notes.title` is required, and the records that exist have no value for it. Give it a literal `default`"],
    );
    bench.run("DELETE FROM notes");
    let generated = bench.there_and_back(&[and(notes, vec![string("title").required()])]);
    assert!(generated.lossless);
}

#[test]
fn a_removed_field_is_counted_dropped_and_comes_back_empty() {
    let (mut bench, notes) = notes();
    let more = and(
        notes.clone(),
        vec![string("old"), integer("rest").default(json!(1))],
    )
    .index(&["old"])
    .unique(&["old"], false);
    bench.up(std::slice::from_ref(&more));
    bench.run("UPDATE notes SET old = 'x', rest = NULL");
    let generated = bench.up(std::slice::from_ref(&notes));
    assert!(is_cheap(&generated) && !generated.lossless);
    let losses: Vec<_> = generated
        .losses
        .iter()
        .map(|loss| (loss.object.as_str(), loss.rows))
        .collect();
    assert_eq!(losses, [("notes.old", 1)]);
    assert!(
        generated.up.starts_with("-- Drop column `notes.old`\n"),
        "{}",
        generated.up
    );
    bench.down(&generated);
    assert_eq!(
        bench.rows("SELECT name, old, rest FROM notes"),
        [["first", "null", "null"]]
    );
    assert_eq!(bench.differs(&[more]), [""; 0]);
}

#[test]
fn a_removed_field_without_a_value_is_no_loss() {
    let (mut bench, notes) = notes();
    bench.up(&[and(notes.clone(), vec![string("old")])]);
    let generated = bench.there_and_back(&[notes]);
    assert!(generated.lossless);
}

#[test]
fn a_required_field_comes_back_with_one_value_for_all() {
    let mut bench = Bench::revised(&[model(
        "tasks",
        vec![string("a").required(), choice("b", &["x", "y"]).required()],
    )]);
    bench.insert("tasks", "a, b", "'1', 'y'");
    let generated = bench.up(&[model("tasks", vec![integer("c")])]);
    let Down::Sql(down) = &generated.down else {
        panic!()
    };
    assert!(
        down.starts_with("-- `tasks.a` comes back with one value for all rows"),
        "{down}"
    );
    bench.down(&generated);
    assert_eq!(bench.rows("SELECT a, b FROM tasks"), [["", "x"]]);
}

#[test]
fn what_must_be_unique_or_refer_to_something_does_not_come_back() {
    let lists = model("lists", vec![]);
    let parent = reference("list", "lists", OnDelete::Cascade).required();
    for (model, word) in [
        (
            model("tasks", vec![string("a").required(), string("b")]).unique(&["a"], true),
            "`tasks.a` must be unique",
        ),
        (
            model("tasks", vec![parent, string("b")]),
            "`tasks.list` must refer to something",
        ),
    ] {
        let mut bench = Bench::revised(&[lists.clone(), model]);
        let after = super::model("tasks", vec![string("b")]);
        let Down::Irreversible(reason) = bench.generate(&[lists.clone(), after]).down else {
            panic!("{word}");
        };
        assert!(reason.contains(word), "{reason}");
    }
}

#[test]
fn a_removed_model_is_counted_dropped_and_comes_back_without_rows() {
    let (mut bench, notes) = notes();
    bench.up(&[notes.clone(), items()]);
    let generated = bench.there_and_back(&[items()]);
    assert_eq!(generated.losses.len(), 1);
    assert_eq!(
        (
            generated.losses[0].object.as_str(),
            generated.losses[0].rows
        ),
        ("notes", 1)
    );
    assert!(!generated.lossless);
    bench.down(&generated);
    assert_eq!(bench.differs(&[notes, items()]), [""; 0]);
}

#[test]
fn a_removed_model_goes_together_with_what_referred_to_it() {
    let tasks = model("tasks", vec![reference("list", "lists", OnDelete::Cascade)]);
    let mut bench = Bench::revised(&[model("lists", vec![]), tasks.clone()]);
    bench.insert("lists", "", "");
    bench.insert("tasks", "list", "1");
    let losses = bench.there_and_back(&[model("tasks", vec![])]).losses;
    let losses: Vec<_> = losses.iter().map(|loss| loss.object.as_str()).collect();
    assert_eq!(losses, ["lists", "tasks.list"]);
    // A field that stays as a number cannot refer to rows that are gone.
    let mut bench = Bench::revised(&[model("lists", vec![]), tasks]);
    let generated = bench.up(&[model("tasks", vec![integer("list")])]);
    assert!(matches!(generated.down, Down::Irreversible(_)));
}

#[test]
fn limits_that_a_table_does_not_show_make_no_revision() {
    let (mut bench, notes) = notes();
    let mut limited = notes;
    limited.fields[0].kind = Kind::String(Text {
        max_length: Some(3),
        ..Text::default()
    });
    limited.fields[0].description = Some("x".to_owned());
    assert!(bench.try_generate(&[limited], &[]).unwrap().is_none());
}

#[test]
fn tables_of_the_earlier_way_need_no_revision() {
    let models = [
        items(),
        model(
            "tasks",
            vec![choice("a", &["x"]), number("b").default(json!(1e300))],
        )
        .uuid()
        .index(&["a"])
        .unique(&["b"], false),
    ];
    let mut bench = Bench::with(&models);
    assert_eq!(bench.differs(&models), [""; 0]);
}
