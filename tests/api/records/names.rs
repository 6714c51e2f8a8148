//! Any legal name of a field or model works: SQL's words, Hearth's parameters, other scripts.

use serde_json::{Value, json};

use super::{At, kinds};
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
    "null",
    "true",
];
/// The parameter of that name wins.
const HIDDEN: &[&str] = &[
    "limit", "offset", "cursor", "sort", "total", "fields", "filter", "values", "having",
    "group_by",
];

fn pair(name: &str, value: &str) -> String {
    let mut text = form_urlencoded::Serializer::new(String::new());
    text.append_pair(name, value).finish()
}

#[tokio::test]
async fn every_legal_name_can_be_stored_read_sorted_filtered_and_patched() {
    let fields = NAMES
        .iter()
        .map(|name| format!("\"{name}\" = {{ type = \"string\", index = true }}\n"));
    let model = "[models.order]\nunique = [[\"select\", \"größe\"]]\n[models.order.fields]\n";
    let server = Server::with(&(model.to_owned() + &fields.collect::<String>())).await;
    let user = server.user("ada").await;
    let ada = At(&server, Some(&user));
    let members = NAMES
        .iter()
        .map(|name| ((*name).to_owned(), json!(format!("v-{name}"))));
    let record = Value::Object(members.collect());
    let made = ada
        .post("/api/order", record.clone())
        .await
        .expect(201)
        .item();
    for name in NAMES {
        assert_eq!(made[*name], record[*name]);
        let found = ada
            .get(&format!("/api/order?{}", pair(name, &format!("v-{name}"))))
            .await;
        if HIDDEN.contains(name) {
            assert!(found.status == 422 || found.status == 400, "{name}");
        } else {
            assert_eq!(found.expect(200).items().len(), 1, "{name}");
        }
        let (sort, fields) = (pair("sort", &format!("-{name}")), pair("fields", name));
        let sorted = ada
            .get(&format!("/api/order?{sort}&{fields}"))
            .await
            .expect(200);
        assert_eq!(sorted.items(), [json!({*name: record[*name]})]);
        let changed = ada
            .patch("/api/order/1", json!({*name: "new"}))
            .await
            .expect(200);
        assert_eq!(changed.item()[*name], "new");
        ada.put("/api/order/1", json!({*name: record[*name]}))
            .await
            .expect(200);
    }
    let clash = json!({"select": "v-select", "größe": "v-größe"});
    let clash = ada.post("/api/order", clash).await.expect(409);
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
