//! `GET /api/{model}`: its parameters. Whatever is not understood is refused, nothing is ignored.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{kinds, make};
use crate::support::Server;

const CONFIG: &str = r#"
[models.things.fields]
name = { type = "string" }
count = { type = "integer" }
price = { type = "number" }
open = { type = "boolean" }
when = { type = "string", format = "date-time" }
kind = { type = "string", enum = ["a", "b"] }
list = { type = "array", items = "string" }
data = { type = "object" }
secret = { type = "string", write_only = true }
filter = { type = "string" }

[models.others.fields]
name = { type = "string" }
"#;

async fn names(server: &Server, by: &crate::support::User, query: &str) -> Vec<String> {
    let path = format!("/api/things?{query}");
    let items = server.get(&path).by(by).send().await.expect(200).items();
    items
        .iter()
        .map(|item| item["name"].as_str().unwrap_or("null").to_owned())
        .collect()
}

#[tokio::test]
async fn a_list_is_empty_at_first_and_in_the_order_of_making() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    let empty = server.get("/api/things").by(&ada).send().await.expect(200);
    assert_eq!(
        empty.text(),
        "{\"success\":true,\"items\":[],\"next_cursor\":null}"
    );
    for name in ["c", "a", "b"] {
        make(&server, "things", &ada, json!({"name": name})).await;
    }
    assert_eq!(names(&server, &ada, "").await, ["c", "a", "b"]);
    assert_eq!(names(&server, &ada, "sort=-id").await, ["b", "a", "c"]);
    assert_eq!(names(&server, &ada, "sort=name").await, ["a", "b", "c"]);
    assert_eq!(names(&server, &ada, "offset=1&limit=1").await, ["a"]);
    assert_eq!(
        names(&server, &ada, "offset=9223372036854775807").await,
        [""; 0]
    );
}

#[tokio::test]
async fn limits_hold_and_are_never_capped_in_silence() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    let many: Vec<Value> = (0..510).map(|_| json!({})).collect();
    server
        .post("/api/things", json!(many))
        .by(&ada)
        .send()
        .await
        .expect(201);
    for (query, count) in [
        ("", 50),
        ("limit=1", 1),
        ("limit=500", 500),
        ("offset=505", 5),
    ] {
        let page = server
            .get(&format!("/api/things?{query}"))
            .by(&ada)
            .send()
            .await
            .expect(200);
        assert_eq!(page.items().len(), count, "{query}");
    }
    for (query, wanted) in [
        ("limit=0", "query.limit greater_than_equal"),
        ("limit=-1", "query.limit greater_than_equal"),
        ("limit=501", "query.limit less_than_equal"),
        (
            "limit=99999999999999999999999",
            "query.limit less_than_equal",
        ),
        ("limit=", "query.limit int_parsing"),
        ("limit=ten", "query.limit int_parsing"),
        ("limit=1.0", "query.limit int_parsing"),
        ("limit=%201", "query.limit int_parsing"),
        ("offset=-1", "query.offset greater_than_equal"),
        ("offset=9223372036854775808", "query.offset less_than_equal"),
        ("offset=x", "query.offset int_parsing"),
        ("total=1", "query.total bool_parsing"),
        ("total=", "query.total bool_parsing"),
        ("limit=1&limit=2", "query.limit value_error"),
        ("limit=1&limit=1", "query.limit value_error"),
        ("sort=name&sort=count", "query.sort value_error"),
        ("fields=name&fields=count", "query.fields value_error"),
        ("total=true&total=true", "query.total value_error"),
        ("offset=1&offset=1", "query.offset value_error"),
        ("cursor=x&cursor=x", ""),
    ] {
        let answer = server
            .get(&format!("/api/things?{query}"))
            .by(&ada)
            .send()
            .await;
        match wanted {
            "" => assert_eq!(answer.status, 400, "{query}"),
            wanted => assert_eq!(kinds(&answer.expect(422)), [wanted], "{query}"),
        }
    }
}

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

#[tokio::test]
async fn what_is_no_filter_is_refused() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    for (query, wanted) in [
        (
            "nmae=x",
            "query.nmae extra_forbidden: Extra inputs are not permitted",
        ),
        (
            "secret=x",
            "query.secret extra_forbidden: Extra inputs are not permitted",
        ),
        (
            "id=1",
            "query.id extra_forbidden: Extra inputs are not permitted",
        ),
        (
            "user_id=x",
            "query.user_id extra_forbidden: Extra inputs are not permitted",
        ),
        (
            "NAME=x",
            "query.NAME extra_forbidden: Extra inputs are not permitted",
        ),
        (
            "=x",
            "query. extra_forbidden: Extra inputs are not permitted",
        ),
        (
            "name%00=x",
            "query.name\0 extra_forbidden: Extra inputs are not permitted",
        ),
        (
            "count=x",
            "query.count int_parsing: Input should be a valid integer, unable to parse string as an integer",
        ),
        (
            "count=",
            "query.count int_parsing: Input should be a valid integer, unable to parse string as an integer",
        ),
        (
            "count=1.0",
            "query.count int_parsing: Input should be a valid integer, unable to parse string as an integer",
        ),
        (
            "count=9223372036854775808",
            "query.count int_parsing_size: Unable to parse input string as an integer, exceeded maximum size",
        ),
        (
            "price=nan",
            "query.price float_parsing: Input should be a valid number, unable to parse string as a number",
        ),
        (
            "price=1e999",
            "query.price float_parsing: Input should be a valid number, unable to parse string as a number",
        ),
        (
            "open=1",
            "query.open bool_parsing: Input should be a valid boolean, unable to interpret input",
        ),
        (
            "open=True",
            "query.open bool_parsing: Input should be a valid boolean, unable to interpret input",
        ),
        ("kind=c", "query.kind enum: Input should be 'a' or 'b'"),
        (
            "list=x",
            "query.list value_error: Value error, records can't be filtered by `list`, which is no single value",
        ),
        (
            "data=x",
            "query.data value_error: Value error, records can't be filtered by `data`, which is no single value",
        ),
        (
            "sort=secret",
            "query.sort value_error: Value error, cannot sort by `secret`.",
        ),
        (
            "sort=data",
            "query.sort value_error: Value error, cannot sort by `data`.",
        ),
        (
            "sort=nam",
            "query.sort value_error: Value error, cannot sort by `nam`. Did you mean `name`?",
        ),
        (
            "sort=",
            "query.sort value_error: Value error, cannot sort by ``.",
        ),
        (
            "sort=name,",
            "query.sort value_error: Value error, cannot sort by ``.",
        ),
        (
            "sort=name,-name",
            "query.sort value_error: Value error, `name` stands twice in `sort`",
        ),
        (
            "sort=name.x",
            "query.sort value_error: Value error, cannot sort by `name.x`.",
        ),
        (
            "sort=name%20DESC",
            "query.sort value_error: Value error, cannot sort by `name DESC`.",
        ),
        (
            "fields=secret",
            "query.fields value_error: Value error, there is no field `secret`.",
        ),
        (
            "fields=",
            "query.fields value_error: Value error, there is no field ``.",
        ),
        (
            "fields=data.a",
            "query.fields value_error: Value error, there is no field `data.a`.",
        ),
        (
            "offset=1&cursor=W10",
            "query.offset value_error: Value error, `offset` and `cursor` exclude each other",
        ),
    ] {
        let answer = server
            .get(&format!("/api/things?{query}"))
            .by(&ada)
            .send()
            .await
            .expect(422);
        let said = answer.detail();
        assert!(said.starts_with(wanted), "{query}: {said}");
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

#[tokio::test]
async fn fields_are_those_that_were_asked_for_in_that_order() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    make(&server, "things", &ada, json!({"name": "a", "count": 1})).await;
    make(&server, "things", &ada, json!({"name": "b", "count": 0})).await;
    let page = server
        .get("/api/things?fields=name,id&sort=count&limit=1")
        .by(&ada)
        .send()
        .await
        .expect(200);
    assert!(
        page.text()
            .contains("\"items\":[{\"name\":\"b\",\"id\":2}]"),
        "{}",
        page.text()
    );
    let path = format!(
        "/api/things?fields=name,name&sort=count&limit=1&cursor={}",
        page.json()["next_cursor"].as_str().unwrap()
    );
    let page = server.get(&path).by(&ada).send().await.expect(200);
    assert_eq!(page.items(), [json!({"name": "a"})]);
    let all = server
        .get("/api/things?fields=user_id,created_at,data,list")
        .by(&ada)
        .send()
        .await
        .expect(200);
    assert_eq!(all.items()[0]["user_id"], ada.id.as_str());
}

#[tokio::test]
async fn a_cursor_that_is_none_of_ours_is_a_400() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    for name in ["a", "b", "c"] {
        make(&server, "things", &ada, json!({"name": name})).await;
        make(&server, "others", &ada, json!({"name": name})).await;
    }
    let get = |query: String| server.get(&format!("/api/things?{query}")).by(&ada).send();
    let page = get("limit=1&sort=name".to_owned()).await.expect(200);
    let good = page.json()["next_cursor"].as_str().unwrap().to_owned();
    get(format!("sort=name&cursor={good}")).await.expect(200);
    for query in [
        format!("cursor={good}"),
        format!("sort=-name&cursor={good}"),
        format!("sort=name,count&cursor={good}"),
    ] {
        let answer = get(query).await.expect(400);
        assert_eq!(
            answer.detail(),
            "The cursor belongs to another sort; start again without it"
        );
    }
    server
        .get(&format!("/api/others?sort=name&cursor={good}"))
        .by(&ada)
        .send()
        .await
        .expect(400);
    let forged = |parts: Value| URL_SAFE_NO_PAD.encode(parts.to_string());
    for text in [
        String::new(),
        "x".to_owned(),
        "%00".to_owned(),
        good[1..].to_owned(),
        format!("{good}AAAA"),
        forged(json!([])),
        forged(json!({})),
        forged(json!(null)),
        forged(json!(["things"])),
        forged(json!(["things", "name,id"])),
        forged(json!(["things", "name,id", "a"])),
        forged(json!(["things", "name,id", "a", 1, 2])),
        forged(json!(["things", "name,id", 1, 1])),
        forged(json!(["things", "name,id", "a", "1 OR 1=1"])),
        forged(json!(["things", "name,id", "a", 1.5])),
        forged(json!(["things", "name,id", ["a"], 1])),
        forged(json!(["things", "name,id", "a", u64::MAX])),
        forged(json!(["things", "1); DROP TABLE things; --", "a", 1])),
        "W1tb".repeat(2000),
    ] {
        let answer = get(format!("sort=name&cursor={text}")).await;
        answer.expect(400);
    }
    for value in [
        json!("x') OR 1=1 --"),
        json!("\"; DROP TABLE things; --"),
        json!("\u{0}"),
        json!("z"),
    ] {
        let text = forged(json!(["things", "name,id", value, i64::MIN]));
        let page = get(format!("sort=name&cursor={text}")).await.expect(200);
        let behind = ["a", "b", "c"]
            .iter()
            .filter(|name| **name >= value.as_str().unwrap());
        assert_eq!(page.items().len(), behind.count(), "{value}");
    }
    for bits in [f64::NAN.to_bits(), f64::INFINITY.to_bits(), u64::MAX] {
        let text = forged(json!(["things", "price,id", bits.to_string(), 1]));
        get(format!("sort=price&cursor={text}")).await.expect(200);
    }
    assert_eq!(
        get("total=true".to_owned()).await.expect(200).json()["total"],
        3
    );
}

#[tokio::test]
async fn a_long_query_is_answered_or_refused_quickly() {
    let server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    make(&server, "things", &ada, json!({"name": "x", "count": 7})).await;
    let many: Vec<String> = (0..500).map(|number| format!("count={number}")).collect();
    let answer = server
        .get(&format!("/api/things?{}", many.join("&")))
        .by(&ada)
        .send()
        .await
        .expect(200);
    assert_eq!(answer.items().len(), 1);
    let answer = server
        .get(&format!("/api/things?count=0&{}", many.join("&")))
        .by(&ada)
        .send()
        .await
        .expect(422);
    assert_eq!(kinds(&answer), ["query.count too_long"]);
    let answer = server
        .get(&format!("/api/things?name={}", "%25_".repeat(12_000)))
        .by(&ada)
        .send()
        .await;
    assert!(answer.expect(200).items().is_empty());
}
