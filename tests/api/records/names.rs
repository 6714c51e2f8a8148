//! Any legal name of a field or model works: SQL's words, Hearth's parameters, other scripts.

use serde_json::{Value, json};

use super::kinds;
use crate::support::Server;

const NAMES: &[&str] = &[
    "metadata",
    "order",
    "select",
    "group",
    "type",
    "from",
    "where",
    "table",
    "index",
    "values",
    "limit",
    "offset",
    "cursor",
    "sort",
    "total",
    "fields",
    "filter",
    "having",
    "group_by",
    "rowid",
    "oid",
    "user",
    "role",
    "items",
    "name",
    "key",
    "default",
    "größe",
    "名前",
    "имя",
    "success",
    "detail",
    "constructor",
    "__proto",
    "null",
    "true",
];
/// The parameter of that name wins.
const HIDDEN: &[&str] = &[
    "limit", "offset", "cursor", "sort", "total", "fields", "filter", "values", "having",
    "group_by",
];

#[tokio::test]
async fn every_legal_name_can_be_stored_read_sorted_filtered_and_patched() {
    let names: Vec<&str> = NAMES
        .iter()
        .copied()
        .filter(|name| !name.starts_with('_'))
        .collect();
    let fields: Vec<String> = names
        .iter()
        .map(|name| format!("\"{name}\" = {{ type = \"string\", index = true }}"))
        .collect();
    let server = Server::with(&format!(
        "[models.order]\nunique = [[\"select\", \"größe\"]]\n[models.order.fields]\n{}",
        fields.join("\n")
    ))
    .await;
    let ada = server.user("ada").await;
    let record: Value = names
        .iter()
        .map(|name| ((*name).to_owned(), json!(format!("v-{name}"))))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let made = server
        .post("/api/order", record.clone())
        .by(&ada)
        .send()
        .await
        .expect(201)
        .item();
    for name in &names {
        assert_eq!(made[*name], record[*name]);
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair(name, &format!("v-{name}"))
            .finish();
        let found = server
            .get(&format!("/api/order?{query}"))
            .by(&ada)
            .send()
            .await;
        if HIDDEN.contains(name) {
            assert!(found.status == 422 || found.status == 400, "{name}");
        } else {
            assert_eq!(found.expect(200).items().len(), 1, "{name}");
        }
        let encoded: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
        let sorted = server
            .get(&format!("/api/order?sort=-{encoded}&fields={encoded}"))
            .by(&ada)
            .send()
            .await
            .expect(200);
        assert_eq!(sorted.items(), [json!({*name: record[*name]})]);
        let changed = server
            .patch("/api/order/1", json!({*name: "new"}))
            .by(&ada)
            .send()
            .await
            .expect(200)
            .item();
        assert_eq!(changed[*name], "new");
        server
            .put("/api/order/1", json!({*name: record[*name]}))
            .by(&ada)
            .send()
            .await
            .expect(200);
    }
    let clash = server
        .post(
            "/api/order",
            json!({"select": "v-select", "größe": "v-größe"}),
        )
        .by(&ada)
        .send()
        .await
        .expect(409);
    assert_eq!(
        clash.detail(),
        "Another order has the same `select`, `größe`"
    );
}

#[tokio::test]
async fn objects_may_have_members_of_any_name() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let data = json!({"id": 1, "user_id": "x", "": 2, "a.b": 3, "$ne": null, "\u{0}": 4, "__proto__": {"x": 1}, "\"": "'"});
    let body = json!({"name": "a", "metadata": data});
    let made = server
        .post("/api/items", body)
        .by(&ada)
        .send()
        .await
        .expect(201)
        .item();
    assert_eq!(made["metadata"], data);
    assert_eq!(made["user_id"], ada.id.as_str());
    assert_eq!(
        server.get("/api/items/1").by(&ada).send().await.item(),
        made
    );
    let answer = server
        .post("/api/items", json!({"name": "a\u{0}b"}))
        .by(&ada)
        .send()
        .await
        .expect(422);
    assert_eq!(kinds(&answer), ["body.name value_error"]);
}
