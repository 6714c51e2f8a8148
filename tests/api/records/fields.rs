//! The vocabulary of a declaration, as bodies meet it.

use serde_json::{Value, json};

use super::{At, kinds, make};
use crate::support::Server;

const CONFIG: &str = r#"
[models.things.fields]
text = { type = "string", min_length = 2, max_length = 4, pattern = "^[a-zé]+$" }
choice = { type = "string", enum = ["open", "done"] }
count = { type = "integer", minimum = -5, maximum = 100, multiple_of = 5 }
between = { type = "integer", exclusive_minimum = 0, exclusive_maximum = 10 }
price = { type = "number", minimum = 0, maximum = 1000.5, multiple_of = 0.1 }
real = { type = "number" }
flag = { type = "boolean" }
when = { type = "string", format = "date-time" }
day = { type = "string", format = "date" }
hour = { type = "string", format = "time" }
mail = { type = "string", format = "email" }
link = { type = "string", format = "uri" }
key = { type = "string", format = "uuid" }
four = { type = "string", format = "ipv4" }
six = { type = "string", format = "ipv6" }
host = { type = "string", format = "hostname" }
list = { type = "array", items = "integer", min_items = 1, max_items = 3, unique_items = true }
points = { type = "array", items = { type = "object", properties = { x = { type = "number", required = true } } } }
any = { type = "object" }
shape = { type = "object", properties = { name = { type = "string", required = true, min_length = 1 }, size = { type = "integer", default = 1 } } }
open = { type = "object", properties = { name = { type = "string" } }, additional_properties = true }
"#;

/// A field, what does not fit it, and the fault below the body.
fn unfit() -> Vec<(&'static str, Value, &'static str)> {
    vec![
        ("text", json!("a"), "text string_too_short"),
        ("text", json!("abcde"), "text string_too_long"),
        ("text", json!("ab1"), "text string_pattern_mismatch"),
        ("text", json!(7), "text string_type"),
        ("text", json!("é"), "text string_too_short"),
        ("choice", json!("shut"), "choice enum"),
        ("count", json!(-10), "count greater_than_equal"),
        ("count", json!(105), "count less_than_equal"),
        ("count", json!(7), "count multiple_of"),
        ("count", json!("5"), "count int_type"),
        ("count", json!(true), "count int_type"),
        ("count", json!(5.5), "count int_from_float"),
        ("between", json!(0), "between greater_than"),
        ("between", json!(10), "between less_than"),
        ("price", json!(-0.1), "price greater_than_equal"),
        ("price", json!(1000.6), "price less_than_equal"),
        ("price", json!(0.15), "price multiple_of"),
        ("price", json!("1.0"), "price float_type"),
        ("price", json!({"increment": 1}), "price float_type"),
        ("flag", json!(1), "flag bool_type"),
        ("flag", json!("true"), "flag bool_type"),
        ("when", json!("tomorrow"), "when datetime_parsing"),
        ("day", json!("2026-02-30"), "day date_parsing"),
        ("hour", json!("25:00"), "hour time_parsing"),
        ("mail", json!("nobody"), "mail value_error"),
        ("link", json!("not a url"), "link url_parsing"),
        ("key", json!("123"), "key uuid_parsing"),
        ("four", json!("256.1.1.1"), "four value_error"),
        ("six", json!("::g"), "six value_error"),
        ("host", json!("-a.b"), "host value_error"),
        ("list", json!([]), "list too_short"),
        ("list", json!([1, 2, 3, 4]), "list too_long"),
        ("list", json!([1, 1]), "list value_error"),
        ("list", json!([1, null]), "list.1 int_type"),
        ("list", json!([1, "2"]), "list.1 int_type"),
        ("list", json!("1,2"), "list list_type"),
        ("list", json!({"0": 1}), "list list_type"),
        ("points", json!([{"x": 1}, {}]), "points.1.x missing"),
        (
            "points",
            json!([{"x": 1, "user_id": 2}]),
            "points.0.user_id extra_forbidden",
        ),
        ("any", json!([]), "any dict_type"),
        ("any", json!("{}"), "any dict_type"),
        ("shape", json!({}), "shape.name missing"),
        (
            "shape",
            json!({"name": "n", "id": 1}),
            "shape.id extra_forbidden",
        ),
        (
            "open",
            json!({"name": 1, "more": 1}),
            "open.name string_type",
        ),
        ("unknown", json!(1), "unknown extra_forbidden"),
    ]
}

#[tokio::test]
async fn every_constraint_is_kept_and_told_in_pydantics_words() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    let id = make(
        &server,
        "things",
        &ada,
        json!({"shape": {"name": "n"}, "open": {}}),
    )
    .await;
    let ada = At(&server, Some(&ada));
    for (field, value, wanted) in unfit() {
        let body = json!({field: value});
        let wanted = [format!("body.{wanted}")];
        let path = format!("/api/things/{id}");
        let posted = ada.post("/api/things", body.clone()).await.expect(422);
        assert_eq!(kinds(&posted), wanted, "{field}: {value}");
        let put = ada.put(&path, body.clone()).await.expect(422);
        assert_eq!(kinds(&put), wanted, "{field}: {value}");
        // What a patch does not send is as it was.
        if !wanted[0].ends_with("shape.name missing") {
            let patched = ada.patch(&path, body).await.expect(422);
            assert_eq!(kinds(&patched), wanted, "{field}: {value}");
        }
    }
}

#[tokio::test]
async fn what_fits_is_stored_in_its_one_spelling() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    let cases: Vec<(&str, Value, Value)> = vec![
        ("text", json!("éé"), json!("éé")),
        ("count", json!(5.0), json!(5)),
        ("count", json!(-5), json!(-5)),
        ("price", json!(0.3), json!(0.3)),
        ("price", json!(7), json!(7.0)),
        ("real", json!(-0.0), json!(0.0)),
        ("real", json!(1e308), json!(1e308)),
        ("real", json!(5e-324), json!(5e-324)),
        (
            "when",
            json!("2026-01-02T03:04:05+02:00"),
            json!("2026-01-02T01:04:05.000Z"),
        ),
        (
            "when",
            json!("2026-01-02T03:04:05.123456Z"),
            json!("2026-01-02T03:04:05.123Z"),
        ),
        ("day", json!("2024-02-29"), json!("2024-02-29")),
        (
            "key",
            json!("6F9619FF-8B86-D011-B42D-00C04FC964FF"),
            json!("6f9619ff-8b86-d011-b42d-00c04fc964ff"),
        ),
        ("six", json!("2001:DB8:0::1"), json!("2001:db8::1")),
        ("list", json!([3.0, 1]), json!([3, 1])),
        (
            "shape",
            json!({"name": "n"}),
            json!({"name": "n", "size": 1}),
        ),
        ("open", json!({"more": [1]}), json!({"more": [1]})),
        ("flag", json!(false), json!(false)),
    ];
    for (field, sent, wanted) in cases {
        let made = server
            .post("/api/things", json!({field: sent}))
            .by(&ada)
            .send()
            .await
            .expect(201);
        assert_eq!(made.item()[field], wanted, "{field}: {sent}");
    }
}

#[tokio::test]
async fn five_bad_fields_are_five_entries_in_the_order_of_the_declaration() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    let body = json!({
        "zz": 1, "flag": "no", "list": [1, 1], "count": "5", "choice": "x", "text": "",
    });
    let answer = server
        .post("/api/things", body)
        .by(&ada)
        .send()
        .await
        .expect(422);
    let wanted = [
        "body.text string_too_short",
        "body.choice enum",
        "body.count int_type",
        "body.flag bool_type",
        "body.list value_error",
        "body.zz extra_forbidden",
    ];
    assert_eq!(kinds(&answer), wanted);
    let first = &answer.json()["detail"][0];
    assert_eq!(first["ctx"], json!({"min_length": 2}));
    assert!(
        !answer.text().contains("\"input\""),
        "the sent values are never echoed"
    );
}

#[tokio::test]
async fn integers_are_those_of_i64() {
    let server = Server::with("[models.n.fields]\nn = { type = \"integer\" }").await;
    let ada = server.user("ada").await;
    for number in [i64::MIN, -1, 0, i64::MAX] {
        let made = server
            .post("/api/n", json!({"n": number}))
            .by(&ada)
            .send()
            .await
            .expect(201);
        assert_eq!(made.item()["n"], number);
    }
    for text in [
        "9223372036854775808",
        "-9223372036854775809",
        "1e30",
        "99999999999999999999999",
    ] {
        let body = format!("{{\"n\": {text}}}");
        let answer = server
            .call("POST", "/api/n")
            .body("application/json", body)
            .by(&ada)
            .send()
            .await;
        assert_eq!(
            kinds(&answer.expect(422)),
            ["body.n int_parsing_size"],
            "{text}"
        );
    }
}

#[tokio::test]
async fn read_only_fields_are_the_admins_to_set() {
    let server = Server::with(
        "[models.posts]\naccess = { read = \"anyone\", update = \"signed_in\" }\n\
         [models.posts.fields]\ntitle = { type = \"string\" }\n\
         state = { type = \"string\", read_only = true, default = \"new\" }\n\
         data = { type = \"object\", read_only = true }",
    )
    .await;
    let (ada, root) = (server.user("ada").await, server.admin("root").await);
    let id = make(&server, "posts", &ada, json!({"title": "t"})).await;
    let path = format!("/api/posts/{id}");
    for body in [
        json!({"state": "x"}),
        json!({"state": "new"}),
        json!({"state": null}),
        json!({"data": {"a": 1}}),
    ] {
        let name = body.as_object().unwrap().keys().next().unwrap().clone();
        let calls = [
            server.post("/api/posts", body.clone()),
            server.put(&path, body.clone()),
            server.patch(&path, body),
        ];
        for call in calls {
            let answer = call.by(&ada).send().await.expect(422);
            assert_eq!(kinds(&answer), [format!("body.{name} extra_forbidden")]);
        }
    }
    let change = json!({"state": "published", "data": {"a": 1}});
    let changed = server
        .patch(&path, change)
        .by(&root)
        .send()
        .await
        .expect(200)
        .item();
    assert_eq!(changed["state"], "published");
    assert_eq!(
        changed["user_id"],
        ada.id.as_str(),
        "an admin's change moves no owner"
    );
    let changed = server
        .patch(&path, json!({"title": "u"}))
        .by(&ada)
        .send()
        .await
        .expect(200)
        .item();
    assert_eq!(
        (&changed["state"], &changed["data"]),
        (&json!("published"), &json!({"a": 1}))
    );
}
