//! A model in `config.toml` is all that an endpoint needs, also fifteen of them.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::make;
use crate::support::{Server, Start};

const NOTES: &str = "[models.notes.fields]\ntitle = { type = \"string\" }\n";

#[tokio::test]
async fn a_model_more_is_an_endpoint_more_and_nothing_else_changes() {
    let items = "[models.items.fields]\nname = { type = \"string\", required = true }\n";
    let mut server = Server::with(items).await;
    let ada = server.user("ada").await;
    make(&server, "items", &ada, json!({"name": "a"})).await;
    server.get("/api/notes").by(&ada).send().await.expect(404);
    assert!(server.stop().success());
    std::fs::write(
        server.folder().join("config.toml"),
        format!("{items}{NOTES}"),
    )
    .unwrap();
    let mut server = Start::again(&server).run().await;
    let list = server.get("/api/notes").by(&ada).send().await.expect(200);
    assert_eq!(
        list.json(),
        json!({"success": true, "items": [], "next_cursor": null})
    );
    make(&server, "notes", &ada, json!({"title": "t"})).await;
    assert_eq!(
        server.get("/api/items").by(&ada).send().await.items().len(),
        1
    );
    // A field more: what is stored has it as null.
    assert!(server.stop().success());
    let more = format!("{items}{NOTES}body = {{ type = \"string\" }}\n");
    std::fs::write(server.folder().join("config.toml"), more).unwrap();
    let server = Start::again(&server).run().await;
    assert_eq!(
        server.get("/api/notes/1").by(&ada).send().await.item()["body"],
        Value::Null
    );
    server
        .patch("/api/notes/1", json!({"body": "b"}))
        .by(&ada)
        .send()
        .await
        .expect(200);
}

#[tokio::test]
async fn only_what_is_declared_is_there() {
    let server = Server::with(NOTES).await;
    let ada = server.user("ada").await;
    server.get("/api/notes").by(&ada).send().await.expect(200);
    server.get("/api/items").by(&ada).send().await.expect(404);
}

fn fifteen() -> String {
    let models = (0..15).map(|number| {
        format!("[models.model_{number}]\naccess = \"public_read\"\n[models.model_{number}.fields]\nname = {{ type = \"string\", required = true }}\ncount = {{ type = \"integer\", index = true }}\n")
    });
    models.collect()
}

#[tokio::test]
async fn fifteen_models_are_more_than_75_operations_that_start_within_a_second() {
    let config = fifteen();
    let mut best = Duration::MAX;
    let mut server = Server::with(&config).await;
    for _ in 0..3 {
        assert!(server.stop().success());
        let began = Instant::now();
        server = Start::again(&server).run().await;
        best = best.min(began.elapsed());
    }
    assert!(best < Duration::from_secs(1), "{best:?}");
    let document = server.get("/openapi.json").send().await.expect(200).json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let methods = ["get", "post", "put", "patch", "delete"];
    let operations = document["paths"].as_object().unwrap().values();
    let operations: Vec<&Value> = operations
        .flat_map(|path| path.as_object().unwrap())
        .filter(|(name, _)| methods.contains(&name.as_str()))
        .map(|(_, operation)| operation)
        .collect();
    assert!(operations.len() >= 75, "{}", operations.len());
    for operation in operations {
        assert!(
            operation["responses"].as_object().unwrap().len() > 1,
            "{operation}"
        );
        assert!(operation["operationId"].is_string());
    }
    let listed: Value = serde_json::from_str(&server.hearth(&["routes", "--json"])).unwrap();
    let listed = listed.as_array().unwrap();
    for number in 0..15 {
        for (method, path) in [
            ("GET", ""),
            ("POST", ""),
            ("GET", "/{id}"),
            ("PUT", "/{id}"),
            ("PATCH", "/{id}"),
            ("DELETE", "/{id}"),
        ] {
            let path = format!("/api/model_{number}{path}");
            let line = listed
                .iter()
                .find(|line| line["method"] == method && line["path"] == path);
            let line = line.unwrap_or_else(|| panic!("{method} {path} is not listed"));
            assert_eq!(line["model"], format!("model_{number}"));
            assert!(line["access"].is_string());
        }
    }
    let table = server.hearth(&["routes"]);
    assert!(table.starts_with("METHOD"), "{table}");
    let ada = server.user("ada").await;
    for number in 0..15 {
        make(
            &server,
            &format!("model_{number}"),
            &ada,
            json!({"name": "x"}),
        )
        .await;
    }
}

#[tokio::test]
async fn every_call_wants_a_sign_in_but_those_that_are_listed_as_public() {
    let config = format!("{}{NOTES}", fifteen());
    let server = Server::with(&config).await;
    let all: Value = serde_json::from_str(&server.hearth(&["routes", "--json"])).unwrap();
    let public: Value =
        serde_json::from_str(&server.hearth(&["routes", "--public", "--json"])).unwrap();
    for line in all.as_array().unwrap() {
        let (method, path) = (
            line["method"].as_str().unwrap(),
            line["path"].as_str().unwrap(),
        );
        if !path.starts_with("/api/model_") && !path.starts_with("/api/notes") {
            continue;
        }
        let is_public = public.as_array().unwrap().contains(line);
        assert_eq!(
            is_public,
            method == "GET" && path.starts_with("/api/model_"),
            "{method} {path}"
        );
        let answer = server.call(method, &path.replace("{id}", "1")).send().await;
        assert_eq!(
            answer.status == 401,
            !is_public,
            "{method} {path}: {}",
            answer.status
        );
    }
}
