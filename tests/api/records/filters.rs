//! Filters of a list: what is kept, and what is refused rather than ignored.

use serde_json::json;

use super::list::{CONFIG, names};
use super::{At, kinds, make};
use crate::support::Server;

#[tokio::test]
async fn a_filter_keeps_records_whose_fields_equal_it_typed() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    for body in [
        json!({"name": "1", "count": 1, "price": 1, "open": true, "when": "2026-01-01T00:00:00Z", "kind": "a"}),
        json!({"name": "", "count": -1, "price": 0.1, "open": false, "kind": "b"}),
        json!({"name": "é&=+ %", "count": 10}),
        json!({"name": "null"}),
        json!({"count": null}),
    ] {
        make(&server, "things", &ada, body).await;
    }
    for (query, wanted) in [
        ("name=1", vec!["1"]),
        ("name=", vec![""]),
        ("name", vec![""]),
        ("name=null", vec!["null"]),
        ("name=%C3%A9%26%3D%2B+%25", vec!["é&=+ %"]),
        ("count=1", vec!["1"]),
        ("count=-1", vec![""]),
        ("price=1", vec!["1"]),
        ("price=1.0", vec!["1"]),
        ("price=1e0", vec!["1"]),
        ("price=0.1", vec![""]),
        ("open=true", vec!["1"]),
        ("open=false", vec![""]),
        ("when=2026-01-01T01:00:00%2B01:00", vec!["1"]),
        ("kind=a", vec!["1"]),
        ("kind=a&kind=b", vec!["1", ""]),
        ("count=1&count=10&count=1", vec!["1", "é&=+ %"]),
        ("count=1&open=false", vec![]),
        ("count=1&open=true&name=1&name=x", vec!["1"]),
        ("name=1'%20OR%20'1'='1", vec![]),
        ("%6Eame=1", vec!["1"]),
    ] {
        assert_eq!(names(&server, &ada, query).await, wanted, "{query}");
    }
}

/// A query, and the fault below `query`.
const REFUSED: &[(&str, &str)] = &[
    (
        "nmae=x",
        "nmae extra_forbidden: Extra inputs are not permitted. Did you mean `name`?",
    ),
    (
        "limits=1",
        "limits extra_forbidden: Extra inputs are not permitted. Did you mean `limit`?",
    ),
    ("secret=x", "secret extra_forbidden: Extra inputs"),
    ("id=1", "id extra_forbidden: Extra inputs"),
    ("user_id=x", "user_id extra_forbidden: Extra inputs"),
    ("NAME=x", "NAME extra_forbidden: Extra inputs"),
    ("=x", " extra_forbidden: Extra inputs"),
    ("name%00=x", "name\0 extra_forbidden: Extra inputs"),
    (
        "count=x",
        "count int_parsing: Input should be a valid integer, unable to parse string as an integer",
    ),
    (
        "count=",
        "count int_parsing: Input should be a valid integer, unable to parse string as an integer",
    ),
    (
        "count=1.0",
        "count int_parsing: Input should be a valid integer, unable to parse string as an integer",
    ),
    (
        "count=9223372036854775808",
        "count int_parsing_size: Unable to parse input string as an integer, exceeded maximum size",
    ),
    (
        "price=nan",
        "price float_parsing: Input should be a valid number, unable to parse string as a number",
    ),
    (
        "price=1e999",
        "price float_parsing: Input should be a valid number, unable to parse string as a number",
    ),
    (
        "open=1",
        "open bool_parsing: Input should be a valid boolean, unable to interpret input",
    ),
    (
        "open=True",
        "open bool_parsing: Input should be a valid boolean, unable to interpret input",
    ),
    ("kind=c", "kind enum: Input should be 'a' or 'b'"),
    (
        "list=x",
        "list value_error: Value error, records can't be filtered by `list`, which is no single value",
    ),
    (
        "data=x",
        "data value_error: Value error, records can't be filtered by `data`, which is no single value",
    ),
    (
        "sort=secret",
        "sort value_error: Value error, cannot sort by `secret`. There are: `id`, ",
    ),
    (
        "sort=data",
        "sort value_error: Value error, cannot sort by `data`.",
    ),
    (
        "sort=nam",
        "sort value_error: Value error, cannot sort by `nam`. Did you mean `name`?",
    ),
    ("sort=", "sort value_error: Value error, cannot sort by ``."),
    (
        "sort=name,",
        "sort value_error: Value error, cannot sort by ``.",
    ),
    (
        "sort=name,-name",
        "sort value_error: Value error, `name` stands twice in `sort`",
    ),
    (
        "sort=name.x",
        "sort value_error: Value error, cannot sort by `name.x`.",
    ),
    (
        "sort=name%20DESC",
        "sort value_error: Value error, cannot sort by `name DESC`.",
    ),
    (
        "fields=secret",
        "fields value_error: Value error, there is no field `secret`.",
    ),
    (
        "fields=",
        "fields value_error: Value error, there is no field ``.",
    ),
    (
        "fields=data.a",
        "fields value_error: Value error, there is no field `data.a`.",
    ),
    (
        "offset=1&cursor=W10",
        "offset value_error: Value error, `offset` and `cursor` exclude each other",
    ),
];

#[tokio::test]
async fn what_is_no_filter_is_refused() {
    let server = Server::with(CONFIG).await;
    let user = server.user("ada").await;
    let ada = At(&server, Some(&user));
    for (query, wanted) in REFUSED {
        let answer = ada.get(&format!("/api/things?{query}")).await.expect(422);
        let said = answer.detail();
        assert!(
            said.starts_with(&format!("query.{wanted}")),
            "{query}: {said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[tokio::test]
async fn what_comes_later_is_not_available_yet() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    for name in [
        "filter", "search", "expand", "group_by", "values", "having", "param.x", "_", "_x",
        "name.x", "name[gt]", "$where", "name:lt", "@x", "~name", "name!", "name<", "name>",
        "count>",
    ] {
        let query = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
        let answer = server
            .get(&format!("/api/things?{query}=1"))
            .by(&ada)
            .send()
            .await
            .expect(422);
        let wanted = json!([{"type": "extra_forbidden", "loc": ["query", name], "msg": format!("`{name}` is not available")}]);
        assert_eq!(answer.json()["detail"], wanted);
    }
}

#[tokio::test]
async fn all_faults_of_a_query_are_told_at_once() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    let query = "limit=0&sort=x&count=y&nope=1&expand=a";
    let answer = server
        .get(&format!("/api/things?{query}"))
        .by(&ada)
        .send()
        .await
        .expect(422);
    let wanted = [
        "query.limit greater_than_equal",
        "query.sort value_error",
        "query.count int_parsing",
        "query.nope extra_forbidden",
        "query.expand extra_forbidden",
    ];
    assert_eq!(kinds(&answer), wanted);
    for call in [
        server.get("/api/things/1?limit=1"),
        server.delete("/api/things/1?x=1"),
        server.post("/api/things?x=1", json!({})),
    ] {
        let answer = call.by(&ada).send().await.expect(422);
        assert!(kinds(&answer)[0].ends_with("extra_forbidden"));
    }
}
