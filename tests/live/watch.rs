//! What watchers see of records: their own, in the order of the commits.

use serde_json::json;

use crate::client::{Socket, create, delete, update};
use crate::support::Server;

const PROJECTS: &str = "[models.tasks.fields]\nproject = { type = \"integer\" }\ntitle = { type = \"string\" }\nsecret = { type = \"string\", write_only = true }\n";

#[tokio::test]
async fn inserts_updates_and_deletes_are_seen_before_their_own_answer() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let mut socket = Socket::open(&server, &ada).await;
    let head = socket.watch("records:items").await;
    let item = create(&server, &ada, "items", json!({"name": "a"})).await;
    let path = format!("/api/items/{}", item["id"]);
    let seen = socket.next().await;
    let told = json!({
        "type": "change", "channel": "records:items", "seq": head + 1,
        "op": "insert", "key": item["id"], "item": item
    });
    assert_eq!(seen, told);
    let item = update(&server, &ada, &path, json!({"name": "b"})).await;
    let seen = socket.next().await;
    assert_eq!((&seen["op"], &seen["item"]), (&json!("update"), &item));
    assert_eq!(seen["seq"], head + 2);
    delete(&server, &ada, &path).await;
    let seen = socket.next().await;
    let told = json!({
        "type": "change", "channel": "records:items", "seq": head + 3,
        "op": "delete", "key": item["id"]
    });
    assert_eq!(seen, told);
}

#[tokio::test]
async fn what_failed_or_changed_nothing_of_theirs_is_never_seen() {
    let server = Server::start().await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let admin = server.admin("eve").await;
    let mut adas = Socket::open(&server, &ada).await;
    let mut bobs = Socket::open(&server, &bob).await;
    let mut eves = Socket::open(&server, &admin).await;
    for socket in [&mut adas, &mut bobs, &mut eves] {
        socket.watch("records:items").await;
    }
    server
        .post("/api/items", json!([{"name": "a"}, {"nam": "b"}]))
        .by(&ada)
        .send()
        .await
        .expect(422);
    let one = create(&server, &ada, "items", json!({"name": "a"})).await;
    let two = create(&server, &bob, "items", json!({"name": "b"})).await;
    assert_eq!(
        adas.changes(1).await,
        [("insert".to_owned(), one["id"].clone())]
    );
    assert_eq!(
        bobs.changes(1).await,
        [("insert".to_owned(), two["id"].clone())]
    );
    let both = [&one, &two].map(|item| ("insert".to_owned(), item["id"].clone()));
    assert_eq!(eves.changes(2).await, both);
    for socket in [&mut adas, &mut bobs, &mut eves] {
        socket.is_quiet().await;
    }
}

#[tokio::test]
async fn a_record_enters_and_leaves_what_is_watched() {
    let server = Server::with(PROJECTS).await;
    let ada = server.user("ada").await;
    let mut socket = Socket::open(&server, &ada).await;
    socket
        .subscribe(json!({"channel": "records:tasks", "where": {"project": 7}}))
        .await;
    assert!(socket.until_live().await.is_empty());
    let other = create(&server, &ada, "tasks", json!({"project": 8, "secret": "s"})).await;
    let path = format!("/api/tasks/{}", other["id"]);
    update(&server, &ada, &path, json!({"title": "still elsewhere"})).await;
    update(&server, &ada, &path, json!({"project": 7})).await;
    let seen = socket.next().await;
    assert_eq!(seen["op"], "insert");
    assert_eq!(seen["item"]["title"], "still elsewhere");
    assert!(seen["item"].get("secret").is_none());
    update(&server, &ada, &path, json!({"title": "here"})).await;
    assert_eq!(socket.next().await["op"], "update");
    update(&server, &ada, &path, json!({"project": null})).await;
    let seen = socket.next().await;
    assert_eq!((&seen["op"], seen.get("item")), (&json!("leave"), None));
    delete(&server, &ada, &path).await;
    socket.is_quiet().await;
}

#[tokio::test]
async fn a_where_of_hidden_unknown_or_wrong_fields_is_refused() {
    let server = Server::with(PROJECTS).await;
    let ada = server.user("ada").await;
    let mut socket = Socket::open(&server, &ada).await;
    for wish in [
        json!({"secret": "s"}),
        json!({"none": 1}),
        json!({"project": "seven"}),
        json!({"project": [7]}),
    ] {
        let answer = socket
            .ask(json!({"channel": "records:tasks", "where": wish}))
            .await;
        assert_eq!(answer["code"], "invalid", "{wish}: {answer}");
    }
}

#[tokio::test]
async fn what_a_deletion_takes_with_it_is_seen_as_well() {
    let config = "[models.projects.fields]\nname = { type = \"string\" }\n\
        [models.tasks.fields]\nproject = { references = \"projects\", on_delete = \"cascade\" }\n\
        [models.notes.fields]\ntask = { references = \"tasks\", on_delete = \"set_null\" }\n";
    let server = Server::with(config).await;
    let ada = server.user("ada").await;
    let project = create(&server, &ada, "projects", json!({"name": "p"})).await;
    let task = create(&server, &ada, "tasks", json!({"project": project["id"]})).await;
    let note = create(&server, &ada, "notes", json!({"task": task["id"]})).await;
    let mut socket = Socket::open(&server, &ada).await;
    for model in ["projects", "tasks", "notes"] {
        socket.watch(&format!("records:{model}")).await;
    }
    delete(&server, &ada, &format!("/api/projects/{}", project["id"])).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        let frame = socket.next().await;
        seen.push((
            frame["channel"].clone(),
            frame["op"].clone(),
            frame["key"].clone(),
            frame["item"]["task"].clone(),
        ));
    }
    seen.sort_by_key(|one| one.0.to_string());
    let none = serde_json::Value::Null;
    assert_eq!(
        seen,
        [
            (
                json!("records:notes"),
                json!("update"),
                note["id"].clone(),
                none.clone()
            ),
            (
                json!("records:projects"),
                json!("delete"),
                project["id"].clone(),
                none.clone()
            ),
            (
                json!("records:tasks"),
                json!("delete"),
                task["id"].clone(),
                none
            ),
        ]
    );
    let stored = server
        .get(&format!("/api/notes/{}", note["id"]))
        .by(&ada)
        .send()
        .await;
    assert_eq!(stored.expect(200).item()["task"], json!(null));
}

#[tokio::test]
async fn what_another_process_imports_is_seen() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let mut socket = Socket::open(&server, &ada).await;
    socket.watch("records:items").await;
    let rows: String = (0..40)
        .map(|n| format!("{{\"name\":\"row {n}\"}}\n"))
        .collect();
    std::fs::write(server.folder().join("rows.jsonl"), rows).unwrap();
    server.hearth(&["import", "items", "rows.jsonl", "--as", &ada.email]);
    let seen = socket.changes(40).await;
    assert!(seen.iter().all(|(op, _)| op == "insert"), "{seen:?}");
    let mut keys: Vec<_> = seen.iter().filter_map(|(_, key)| key.as_i64()).collect();
    keys.dedup();
    assert_eq!(keys.len(), 40);
    let made = create(&server, &ada, "items", json!({"name": "later"})).await;
    assert_eq!(
        socket.changes(1).await,
        [("insert".to_owned(), made["id"].clone())]
    );
}

#[tokio::test]
async fn a_model_without_realtime_is_not_watched() {
    let server = Server::with(
        "[models.quiet]\nrealtime = false\n[models.quiet.fields]\nx = { type = \"string\" }\n",
    )
    .await;
    let ada = server.user("ada").await;
    let mut socket = Socket::open(&server, &ada).await;
    let answer = socket.ask(json!({"channel": "records:quiet"})).await;
    assert_eq!(answer["code"], "conflict");
    create(&server, &ada, "quiet", json!({"x": "a"})).await;
}
