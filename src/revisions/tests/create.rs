//! Tables of new models.

use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::store::records::{self, New, Table};

fn stored(
    bench: &mut Bench,
    model: &Model,
    user: Option<&str>,
    values: Vec<crate::models::Value>,
) -> String {
    let table = Table::new(Arc::new(model.clone()));
    let new = New::of(&table, user, "2026-11-21T09:30:00.000Z", values);
    let made = bench
        .opening
        .transaction(|tx| records::insert(tx, &table, &new));
    String::from_utf8(made.unwrap().1).unwrap()
}

#[test]
fn the_default_model_gets_its_table_and_then_nothing_is_left_to_do() {
    let mut bench = Bench::new();
    assert_eq!(bench.steps(&[items()]), ["Create table `items`"]);
    bench.agree(&[items()]);
    assert_eq!(
        bench.list("SELECT name FROM pragma_table_info('items')"),
        "id,user_id,name,optional_field,items,metadata,created_at,updated_at"
    );
}

#[test]
fn records_are_kept_and_read_through_the_statements_of_the_store() {
    use crate::models::Value;
    let model = model(
        "notes",
        vec![
            string("name"),
            number("size"),
            boolean("done"),
            array("tags"),
        ],
    );
    let uuid = Model {
        name: "papers".to_owned(),
        ..model.clone()
    }
    .uuid();
    let mut bench = Bench::with(&[model.clone(), uuid.clone()]);
    bench.user("ada");
    let values = vec![
        Value::Text("x".into()),
        Value::Real(1.0),
        Value::Integer(1),
        Value::Text("[\"a\"]".into()),
    ];
    let whole = "\"user_id\":\"ada\",\"name\":\"x\",\"size\":1.0,\"done\":true,\"tags\":[\"a\"],";
    assert!(
        stored(&mut bench, &model, Some("ada"), values.clone())
            .starts_with(&format!("{{\"id\":1,{whole}"))
    );
    assert!(stored(&mut bench, &uuid, Some("ada"), values).contains(whole));
    assert!(stored(&mut bench, &model, None, vec![Value::Null; 4]).contains("\"user_id\":null"));
}

#[test]
fn any_legal_name_makes_a_column() {
    let names = [
        "order",
        "select",
        "group",
        "check",
        "references",
        "größe",
        "日本",
        "rowid",
        "Type",
        "_x",
    ];
    let fields = names.map(string).to_vec();
    let model = model("table", fields)
        .index(&["größe", "order"])
        .unique(&["select"], true);
    let mut bench = Bench::new();
    bench.agree(&[model]);
    bench.insert("table", "\"日本\", \"rowid\"", "'x', 'y'");
    assert_eq!(
        bench.rows("SELECT id, \"日本\", \"rowid\" FROM \"table\""),
        [["1", "x", "y"]]
    );
}

#[test]
fn an_integer_id_is_never_given_twice() {
    let mut bench = Bench::with(&[items()]);
    bench.insert("items", "name", "'a'");
    bench.run("DELETE FROM items");
    bench.insert("items", "name", "'b'");
    assert_eq!(bench.list("SELECT id FROM items"), "2");
}

#[test]
fn types_presence_and_options_are_kept_by_the_table_itself() {
    let fields = vec![
        string("name").required(),
        integer("count"),
        boolean("done"),
        object("data"),
        choice("state", &["open", "it's"]),
    ];
    let mut bench = Bench::with(&[model("tasks", fields)]);
    bench.insert(
        "tasks",
        "name, count, done, data, state",
        "'a', 1, 0, '{}', 'it''s'",
    );
    bench.insert("tasks", "name", "'all others null'");
    for (columns, values) in [
        ("count", "1"),
        ("name", "NULL"),
        ("name, count", "'a', 'one'"),
        ("name, done", "'a', 2"),
        ("name, data", "'a', '{'"),
        ("name, state", "'a', 'closed'"),
        ("name, user_id", "'a', 'nobody'"),
    ] {
        assert!(
            bench.try_run(&insert("tasks", columns, values)).is_err(),
            "{columns} = {values}"
        );
    }
}

#[test]
fn models_may_refer_to_each_other_in_circles_and_to_themselves() {
    let models = [
        model(
            "a",
            vec![
                reference("b", "b", OnDelete::SetNull),
                reference("parent", "a", OnDelete::Cascade),
            ],
        ),
        model("b", vec![reference("a", "a", OnDelete::Restrict)]),
    ];
    let mut bench = Bench::new();
    bench.agree(&models);
    bench.insert("a", "", "");
    bench.insert("b", "a", "1");
    bench.run("UPDATE a SET b = 1, parent = 1");
    assert!(bench.try_run("DELETE FROM a").is_err());
    bench.run("DELETE FROM b; DELETE FROM a");
    assert!(bench.try_run(&insert("b", "a", "77")).is_err());
}

#[test]
fn references_to_uuid_models_hold() {
    let mut to_text = reference("list", "lists", OnDelete::Cascade);
    to_text.kind = Kind::String(Text::default());
    to_text.references = to_text.references.map(|parent| Reference {
        id: IdKind::Uuid,
        ..parent
    });
    let mut bench = Bench::new();
    bench.agree(&[
        model("lists", vec![]).uuid(),
        model("tasks", vec![to_text]).uuid(),
    ]);
    bench.insert("lists", "id", "'l'");
    bench.insert("tasks", "id, list", "'t', 'l'");
    bench.run("DELETE FROM lists");
    assert_eq!(bench.list("SELECT count(*) FROM tasks"), "0");
}

#[test]
fn a_deleted_users_records_go_or_hold_the_user() {
    let held = Model {
        on_owner_delete: OnOwnerDelete::Restrict,
        ..model("bills", vec![])
    };
    let posts = model("posts", vec![]);
    let comments = model(
        "comments",
        vec![reference("post", "posts", OnDelete::Restrict)],
    );
    let mut bench = Bench::with(&[comments, posts, held]);
    for user in ["ada", "bob"] {
        bench.user(user);
        bench.insert("posts", "user_id", &format!("'{user}'"));
    }
    bench.insert("comments", "user_id, post", "'ada', 1");
    bench.insert("bills", "user_id", "'bob'");
    assert!(bench.try_run("DELETE FROM posts WHERE id = 1").is_err());
    // The comment restricts the post, and both go with their owner.
    bench.run("DELETE FROM hearth_users WHERE id = 'ada'");
    assert!(
        bench
            .try_run("DELETE FROM hearth_users WHERE id = 'bob'")
            .is_err()
    );
    assert_eq!(bench.list("SELECT id FROM posts"), "2");
}

#[test]
fn odd_texts_stay_what_they_are() {
    let options = ["it's", "a\0b", "\"q\"", "x) OR (1", "-- no", "ß"];
    let model = model(
        "odd",
        vec![
            choice("state", &options),
            string("text").default(json!("it's; --")),
        ],
    );
    let mut bench = Bench::new();
    bench.agree(std::slice::from_ref(&model));
    for option in options {
        let values = vec![
            crate::models::Value::Text(option.to_owned()),
            crate::models::Value::Null,
        ];
        stored(&mut bench, &model, None, values);
    }
}

#[test]
fn fifteen_models_are_compared_quickly() {
    let models: Vec<Model> = (0..15)
        .map(|at| {
            let fields = (0..10)
                .map(|field| string(&format!("field_{field}")))
                .collect();
            model(&format!("model_{at}"), fields)
                .index(&["field_1"])
                .unique(&["field_2"], true)
        })
        .collect();
    let mut bench = Bench::with(&models);
    let began = std::time::Instant::now();
    bench.bring(&models).unwrap();
    let took = began.elapsed();
    println!("fifteen models: {took:?}");
    assert!(took < Duration::from_millis(500), "{took:?}");
}
