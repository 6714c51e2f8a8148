//! What changes in columns that stay: types, presence, `enum`, references, defaults, ids.

use super::*;

/// `tasks` with one field and these values in it, and `lists` with two records.
pub(super) fn with(field: Field, values: &[&str]) -> Bench {
    let mut bench = Bench::revised(&[model("tasks", vec![field.clone()]), model("lists", vec![])]);
    bench.insert("lists", "", "");
    bench.insert("lists", "", "");
    for value in values {
        bench.insert("tasks", &field.name, value);
    }
    bench
}

pub(super) fn to(field: Field) -> Vec<Model> {
    vec![model("tasks", vec![field]), model("lists", vec![])]
}

pub(super) fn values(bench: &mut Bench) -> String {
    bench.list("SELECT a FROM tasks ORDER BY id")
}

#[test]
fn a_field_becomes_required_when_all_have_a_value() {
    let mut bench = with(string("a"), &["''", "'x'"]);
    let generated = bench.there_and_back(&to(string("a").required()));
    assert_eq!(generated.summary, ["Change column `tasks.a`: required"]);
    assert!(!generated.lossless && generated.losses.is_empty());
}

#[test]
fn a_field_with_nulls_becomes_required_by_its_default_alone() {
    let nulls = vec!["NULL"; 12];
    let mut bench = with(string("a"), &nulls);
    bench.forbids(
        &to(string("a").required()),
        &["`tasks.a` cannot become required, because it is null in records 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and more. Give them values"],
    );
    bench.run("UPDATE tasks SET a = 'kept' WHERE id = 2; DELETE FROM tasks WHERE id > 3");
    let generated = bench.there_and_back(&to(string("a").required().default(json!("it's"))));
    assert_eq!(values(&mut bench), "it's,kept,it's");
    assert!(!generated.lossless);
}

#[test]
fn a_default_in_the_place_of_null_is_null_again_where_the_old_column_could_not_hold_it() {
    let mut bench = with(integer("a"), &["5", "NULL"]);
    let generated = bench.up(&to(string("a").required().default(json!("none"))));
    assert_eq!(values(&mut bench), "5,none");
    bench.down(&generated);
    assert_eq!(values(&mut bench), "5,null");
}

#[test]
fn a_default_that_names_no_record_is_null_again_in_a_reference() {
    let mut bench = with(reference("a", "lists", OnDelete::Restrict), &["2", "NULL"]);
    let generated = bench.up(&to(string("a").required().default(json!("-7"))));
    assert_eq!(values(&mut bench), "2,-7");
    bench.down(&generated);
    assert_eq!(values(&mut bench), "2,null");
}

#[test]
fn a_text_that_a_number_does_not_give_back_stops_the_way_back_rather_than_break_an_enum() {
    let mut bench = with(choice("a", &["-7"]), &["'-7'"]);
    let generated = bench.up(&to(number("a")));
    let Down::Sql(down) = &generated.down else {
        panic!()
    };
    let error = bench.opening.revise(down).unwrap_err();
    assert!(error.to_string().contains("CHECK"), "{error}");
    assert_eq!(values(&mut bench), "-7.0");
}

#[test]
fn a_required_field_may_become_null_and_then_not_go_back_while_one_is() {
    let mut bench = with(string("a").required(), &["'x'"]);
    let generated = bench.there_and_back(&to(string("a")));
    assert!(generated.lossless);
    bench.insert("tasks", "a", "NULL");
    let Down::Sql(down) = &generated.down else {
        panic!()
    };
    let error = bench.opening.revise(down).unwrap_err();
    let cause = error.cause().unwrap().to_string();
    assert!(cause.contains("NOT NULL"), "{cause}");
    assert_eq!(values(&mut bench), "x,null");
}

#[test]
fn an_enum_is_widened_without_a_loss_and_narrowed_when_no_value_is_outside() {
    let mut bench = with(choice("a", &["x", "y"]), &["'x'", "NULL"]);
    let generated = bench.there_and_back(&to(choice("a", &["x", "y", "it's"])));
    assert!(generated.lossless);
    assert_eq!(generated.summary, ["Change column `tasks.a`: other enum"]);
    assert!(bench.there_and_back(&to(string("a"))).lossless);
    bench.insert("tasks", "a", "'z'");
    bench.forbids(
        &to(choice("a", &["x"])),
        &["`tasks.a` has values that its `enum` does not allow in records 3. Change those records, or extend"],
    );
    bench.run("DELETE FROM tasks WHERE id = 3");
    assert!(!bench.there_and_back(&to(choice("a", &["x"]))).lossless);
    assert!(bench.differs(&to(choice("a", &["x"]))).is_empty());
}

#[test]
fn the_order_of_an_enum_means_nothing() {
    let mut bench = with(choice("a", &["x", "y"]), &["'x'"]);
    assert!(bench.differs(&to(choice("a", &["y", "x"]))).is_empty());
}

#[test]
fn a_field_becomes_a_reference_when_all_its_values_are_records() {
    let parent = || reference("a", "lists", OnDelete::Cascade);
    let mut bench = with(integer("a"), &["1", "NULL", "3"]);
    bench.forbids(
        &to(parent()),
        &["`tasks.a` cannot refer to `lists`, because it names no record there in records 3."],
    );
    bench.run("UPDATE tasks SET a = 2 WHERE a = 3");
    bench.there_and_back(&to(parent()));
    bench.run("DELETE FROM lists WHERE id = 2");
    assert_eq!(values(&mut bench), "1,null");
    let generated = bench.there_and_back(&to(reference("a", "lists", OnDelete::SetNull)));
    assert!(generated.lossless);
    assert_eq!(
        generated.summary,
        ["Change column `tasks.a`: refers to `lists`, set null on deletion"]
    );
    bench.run("DELETE FROM lists");
    assert_eq!(values(&mut bench), "null,null");
    assert!(bench.there_and_back(&to(integer("a"))).lossless);
}

#[test]
fn a_reference_to_another_model_is_looked_at() {
    let others = |field| [to(field), vec![model("others", vec![])]].concat();
    let mut bench = with(reference("a", "lists", OnDelete::Cascade), &["1"]);
    bench.forbids(
        &others(reference("a", "others", OnDelete::Cascade)),
        &["`tasks.a` cannot refer to `others`"],
    );
    bench.run("UPDATE tasks SET a = NULL");
    bench.there_and_back(&others(reference("a", "others", OnDelete::Cascade)));
}

#[test]
fn a_default_and_the_end_of_an_owners_records_are_compared() {
    let mut bench = with(integer("a").default(json!(1)), &["7"]);
    let generated = bench.there_and_back(&to(integer("a").default(json!(2))));
    assert!(generated.lossless);
    assert_eq!(
        generated.summary,
        ["Change column `tasks.a`: other default"]
    );
    let mut models = to(integer("a").default(json!(2)));
    models[0].on_owner_delete = OnOwnerDelete::Restrict;
    let generated = bench.there_and_back(&models);
    assert!(generated.lossless);
    assert_eq!(values(&mut bench), "7");
}

#[test]
fn ids_of_another_kind_need_an_empty_table() {
    let mut bench = with(string("a"), &["'x'"]);
    let mut models = to(string("a"));
    models[0].id = IdKind::Uuid;
    bench.forbids(
        &models,
        &["`tasks.id` cannot become of another kind, because the table has records"],
    );
    bench.run("DELETE FROM tasks");
    let generated = bench.there_and_back(&models);
    assert!(generated.lossless);
    // And where the revision meets a table with rows, it does nothing.
    bench.down(&generated);
    bench.insert("tasks", "a", "'x'");
    assert!(bench.opening.revise(&generated.up).is_err());
    assert_eq!(values(&mut bench), "x");
}

#[test]
fn a_rebuilt_table_keeps_ids_children_and_the_counter() {
    let tasks = |on_delete| model("tasks", vec![reference("list", "lists", on_delete)]);
    let mut bench = Bench::revised(&[model("lists", vec![integer("a")]), tasks(OnDelete::Cascade)]);
    for _ in 0..3 {
        bench.insert("lists", "a", "1");
    }
    bench.insert("tasks", "list", "2");
    bench.run("DELETE FROM lists WHERE id = 3");
    bench.there_and_back(&[model("lists", vec![string("a")]), tasks(OnDelete::Cascade)]);
    assert_eq!(bench.list("SELECT list FROM tasks"), "2");
    bench.insert("lists", "a", "'x'");
    assert_eq!(bench.list("SELECT id FROM lists"), "1,2,4");
    bench.run("DELETE FROM lists WHERE id = 2");
    assert_eq!(bench.list("SELECT count(*) FROM tasks"), "0");
}

#[test]
fn the_counter_of_an_emptied_table_is_kept_through_a_rebuild() {
    let mut bench = with(integer("a"), &["1", "2"]);
    bench.run("DELETE FROM tasks");
    bench.there_and_back(&to(string("a")));
    bench.insert("tasks", "a", "'x'");
    assert_eq!(bench.list("SELECT id FROM tasks"), "3");
}

#[test]
fn any_legal_name_is_changed_there_and_back() {
    let names = [
        "order", "select", "größe", "日本", "rowid", "oid", "Type", "check",
    ];
    let of = |make: fn(&str) -> Field| {
        model("table", names.map(make).to_vec()).index(&["größe", "order"])
    };
    let mut bench = Bench::revised(&[of(string)]);
    bench.insert("table", "\"日本\", \"rowid\"", "'1', '2'");
    bench.there_and_back(&[of(integer)]);
    assert_eq!(
        bench.rows("SELECT id, \"日本\", \"rowid\" FROM \"table\""),
        [["1", "1", "2"]]
    );
    bench.there_and_back(&[model("table", vec![string("new")])]);
    bench.there_and_back(&[model("table", names.map(string).to_vec())]);
}
