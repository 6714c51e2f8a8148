//! The models' shape as admins see it, and a change of it by the API: previewed, written, in force after a restart.

use serde_json::{Value, json};

use crate::support::{Answer, Server, Start, User};

const CONFIG: &str = "# Ours
[models.notes] # what people jot down
access = \"owner\"

[models.notes.fields]
title = { type = \"string\", required = true } # in short

[auth.roles.editor]

[auth]
secret = \"the secret that must never be shown\"
#secret = \"the former secret\"
";
const PATH: &str = "/api/admin/schema";

fn posts() -> Value {
    json!({"model": "posts", "declaration": {"access": "public_read", "fields": {
        "text": {"type": "string", "required": true},
        "note": {"references": "notes", "on_delete": "cascade"},
    }}})
}

fn notes(fields: Value) -> Value {
    json!({"model": "notes", "from": "notes", "declaration": {"access": "owner", "fields": fields}})
}

async fn preview(server: &Server, by: &User, body: Value) -> Answer {
    let path = format!("{PATH}/preview");
    server.post(&path, body).by(by).send().await
}

async fn write(server: &Server, by: &User, body: Value, etag: &str) -> Answer {
    server
        .put(PATH, body)
        .by(by)
        .header("if-match", etag)
        .send()
        .await
}

async fn look(server: &Server, by: &User) -> Value {
    let answer = server.get(PATH).by(by).send().await.expect(200);
    assert!(!answer.text().contains("secret"), "{}", answer.text());
    answer.json()["data"].clone()
}

fn file(server: &Server) -> String {
    std::fs::read_to_string(server.folder().join("config.toml")).unwrap()
}

#[tokio::test]
async fn admins_alone_see_the_schema_and_nobody_the_rest_of_the_file() {
    let server = Server::with(CONFIG).await;
    let (root, ada) = (server.admin("root").await, server.user("ada").await);
    for (method, path) in [("GET", ""), ("PUT", ""), ("POST", "/preview")] {
        let path = format!("{PATH}{path}");
        let call = || server.call(method, &path).json(posts());
        call().send().await.expect(401);
        call().by(&ada).send().await.expect(403);
    }
    let view = look(&server, &root).await;
    assert_eq!(view["config"]["file"], "config.toml");
    assert_eq!(view["config"]["writable"], true);
    assert_eq!(view["roles"], json!(["editor"]));
    let model = &view["models"][0];
    assert_eq!(model["name"], "notes");
    assert_eq!(model["state"], "in_force");
    assert_eq!(model["access"]["create"], json!(["signed_in"]));
    assert_eq!(
        model["declaration"]["fields"]["title"],
        json!({"type": "string", "required": true})
    );
    assert_eq!(view["plan"]["agrees"], true);
    let first = &view["history"][0];
    assert_eq!(view["current"], first["version"]);
    assert_eq!(first["message"], "create table notes");
    assert!(first["up"].as_str().unwrap().contains("CREATE TABLE"));
    assert!(first["down"].as_str().unwrap().contains("DROP TABLE"));
    assert!(first["applied"]["at"].is_string());
}

#[tokio::test]
async fn a_preview_tells_text_and_sql_and_writes_nothing() {
    let server = Server::with(CONFIG).await;
    let root = server.admin("root").await;
    let answer = preview(&server, &root, posts()).await.expect(200);
    assert!(!answer.text().contains("secret"), "{}", answer.text());
    let shown = answer.json()["data"].clone();
    assert!(
        shown["text"]
            .as_str()
            .unwrap()
            .starts_with("[models.posts]\naccess = \"public_read\"\n")
    );
    assert!(
        shown["diff"]
            .as_str()
            .unwrap()
            .contains("+[models.posts.fields]")
    );
    assert!(
        shown["plan"]["up"]
            .as_str()
            .unwrap()
            .contains("CREATE TABLE \"posts\"")
    );
    assert_eq!(shown["plan"]["automatic"], true);
    assert_eq!(shown["written"], false);
    assert_eq!(file(&server), CONFIG);
    let view = look(&server, &root).await;
    assert_eq!(view["models"].as_array().unwrap().len(), 1);
    assert_eq!(view["history"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn every_fault_stands_at_its_field() {
    let server = Server::with(CONFIG).await;
    let root = server.admin("root").await;
    let body = json!({"model": "posts", "declaration": {"acces": "owner", "fields": {
        "text": {"type": "string", "max_length": -1},
        "user_id": {"type": "string"},
        "note": {"references": "notez"},
    }}});
    let answer = preview(&server, &root, body).await.expect(422);
    let faults = answer.json()["detail"].clone();
    let at = |index: usize| faults[index]["loc"].clone();
    assert_eq!(at(0), json!(["body", "declaration", "acces"]));
    assert_eq!(
        at(1),
        json!(["body", "declaration", "fields", "text", "max_length"])
    );
    assert_eq!(at(2), json!(["body", "declaration", "fields", "user_id"]));
    assert_eq!(
        at(3),
        json!(["body", "declaration", "fields", "note", "references"])
    );
    assert!(
        faults[3]["msg"]
            .as_str()
            .unwrap()
            .contains("Did you mean `notes`?")
    );
    let mut taken = posts();
    taken["model"] = json!("notes");
    let answer = preview(&server, &root, taken).await.expect(422);
    assert_eq!(answer.json()["detail"][0]["loc"], json!(["body", "model"]));
    let answer = preview(&server, &root, json!({"model": "x"}))
        .await
        .expect(422);
    assert_eq!(
        answer.json()["detail"][0]["loc"],
        json!(["body", "declaration"])
    );
}

#[tokio::test]
async fn a_written_model_is_there_after_a_restart_and_comments_stay() {
    let mut server = Server::with(CONFIG).await;
    let root = server.admin("root").await;
    let path = server.folder().join("config.toml");
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o640)).unwrap();
    let etag = preview(&server, &root, posts())
        .await
        .header("etag")
        .unwrap()
        .to_owned();
    server.put(PATH, posts()).by(&root).send().await.expect(412);
    write(&server, &root, posts(), "\"other\"")
        .await
        .expect(412);
    assert_eq!(file(&server), CONFIG);
    let answer = write(&server, &root, posts(), &etag).await.expect(200);
    assert!(!answer.text().contains("secret"));
    assert_eq!(answer.json()["data"]["written"], true);
    let next = answer.json()["data"]["next"].as_str().unwrap().to_owned();
    assert!(
        next.starts_with("It takes effect at the next start"),
        "{next}"
    );
    let text = file(&server);
    let model = "\n[models.posts]\naccess = \"public_read\"\n\n[models.posts.fields]\ntext = { type = \"string\", required = true }\nnote = { references = \"notes\", on_delete = \"cascade\" }\n";
    assert_eq!(
        text,
        CONFIG.replace("\n[auth.roles", &format!("{model}\n[auth.roles"))
    );
    let mode =
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o640);
    // The file has moved on, and what runs has not.
    write(
        &server,
        &root,
        notes(json!({"title": {"type": "string"}})),
        &etag,
    )
    .await
    .expect(412);
    server.get("/api/posts").send().await.expect(404);
    let view = look(&server, &root).await;
    assert_eq!(view["models"][1]["state"], "new");
    assert_eq!(view["plan"]["agrees"], false);
    let audit = server
        .get("/api/admin/audit?action=schema_changed")
        .by(&root);
    let entries = audit.send().await.expect(200).items();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["target"], "posts");
    assert_eq!(entries[0]["user"], root.id);
    server.stop();
    let server = Start::again(&server).run().await;
    let root = server.sign_in(&root.email, crate::support::PASSWORD).await;
    is_in_force(&server, &root).await;
}

async fn is_in_force(server: &Server, root: &User) {
    server
        .post("/api/posts", json!({"text": "x"}))
        .by(root)
        .send()
        .await
        .expect(201);
    let view = look(server, root).await;
    assert_eq!(view["models"][1]["state"], "in_force");
    assert_eq!(view["plan"]["agrees"], true);
    assert_eq!(view["history"][0]["below"], view["history"][1]["version"]);
}

#[tokio::test]
async fn what_would_lose_data_is_told_and_written_only_when_it_is_meant() {
    let server = Server::with(CONFIG).await;
    let root = server.admin("root").await;
    let note = server.post("/api/notes", json!({"title": "kept"}));
    note.by(&root).send().await.expect(201);
    let change = notes(json!({"text": {"type": "string"}}));
    let answer = preview(&server, &root, change.clone()).await.expect(200);
    let shown = answer.json()["data"].clone();
    assert_eq!(shown["plan"]["losses"][0]["object"], "notes.title");
    assert_eq!(shown["plan"]["losses"][0]["rows"], 1);
    assert_eq!(shown["plan"]["automatic"], false);
    assert!(
        shown["plan"]["questions"][0]
            .as_str()
            .unwrap()
            .contains("renamed_from")
    );
    let commands = &shown["plan"]["commands"];
    assert_eq!(
        commands[1],
        "hearth migrate upgrade --allow-data-loss notes.title"
    );
    let etag = answer.header("etag").unwrap().to_owned();
    let refused = write(&server, &root, change.clone(), &etag)
        .await
        .expect(409);
    assert!(
        refused.detail().contains("accept_stop"),
        "{}",
        refused.detail()
    );
    assert_eq!(file(&server), CONFIG);
    let mut meant = change;
    meant["accept_stop"] = json!(true);
    write(&server, &root, meant, &etag).await.expect(200);
    // What was typed by hand says the same of it.
    let revision = [
        "migrate",
        "revision",
        "--autogenerate",
        "-m",
        "what changes",
        "--yes",
    ];
    assert!(
        server
            .hearth(&revision)
            .contains("Drop column `notes.title`")
    );
    let view = look(&server, &root).await;
    assert_eq!(view["plan"]["waiting"].as_array().unwrap().len(), 1);
    assert_eq!(view["history"][0]["applied"], Value::Null);
    assert_eq!(view["history"][0]["up"], shown["plan"]["up"]);
    server.hearth(&["migrate", "upgrade", "--allow-data-loss", "notes.title"]);
    assert_eq!(look(&server, &root).await["plan"]["agrees"], true);
}

#[tokio::test]
async fn a_renamed_field_keeps_its_values() {
    let mut server = Server::with(CONFIG).await;
    let root = server.admin("root").await;
    let note = server.post("/api/notes", json!({"title": "kept"}));
    note.by(&root).send().await.expect(201);
    let change =
        notes(json!({"name": {"type": "string", "required": true, "renamed_from": "title"}}));
    let answer = preview(&server, &root, change.clone()).await.expect(200);
    assert_eq!(answer.json()["data"]["plan"]["losses"], json!([]));
    write(&server, &root, change, answer.header("etag").unwrap())
        .await
        .expect(200);
    assert!(file(&server).contains("renamed_from = \"title\" } # in short\n"));
    server.stop();
    let server = Start::again(&server).run().await;
    let root = server.sign_in(&root.email, crate::support::PASSWORD).await;
    let items = server.get("/api/notes").by(&root).send().await.items();
    assert_eq!(items[0]["name"], "kept");
}

#[tokio::test]
async fn what_cannot_be_written_is_refused_with_what_to_paste() {
    let server = Server::with(CONFIG).await;
    let root = server.admin("root").await;
    let path = server.folder().join("config.toml");
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o444)).unwrap();
    let answer = preview(&server, &root, posts()).await.expect(200);
    assert_eq!(answer.json()["data"]["writable"], false);
    let refused = write(&server, &root, posts(), answer.header("etag").unwrap())
        .await
        .expect(409);
    assert!(
        refused
            .detail()
            .contains("Paste the text into config.toml yourself")
    );
    assert_eq!(file(&server), CONFIG);
    // A file that was broken meanwhile is told, and never overwritten.
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, "[models.notes]\nacces = 1\n").unwrap();
    let refused = preview(&server, &root, posts()).await.expect(409);
    assert!(
        refused
            .detail()
            .contains("config.toml:2: Unknown key `acces`"),
        "{}",
        refused.detail()
    );
    let view = look(&server, &root).await;
    assert_eq!(view["config"]["writable"], false);
    assert!(
        view["config"]["mistakes"][0]
            .as_str()
            .unwrap()
            .starts_with("config.toml:")
    );
    assert_eq!(view["models"][0]["name"], "notes");
}

#[tokio::test]
async fn without_a_file_one_is_made_with_the_built_in_settings() {
    let mut server = Server::start().await;
    let root = server.admin("root").await;
    let view = look_at_default(&server, &root).await;
    assert_eq!(view["config"]["exists"], false);
    let mut body = posts();
    body["declaration"]["fields"]["note"] = json!({"references": "items"});
    let answer = preview(&server, &root, body.clone()).await.expect(200);
    write(&server, &root, body, answer.header("etag").unwrap())
        .await
        .expect(200);
    assert!(file(&server).contains("[models.items]") && file(&server).contains("# Settings: each"));
    server.stop();
    let server = Start::again(&server).run().await;
    server.get("/api/posts").send().await.expect(200);
    // One that keeps nothing writes nothing.
    let server = Start::new("").argument("--ephemeral").run().await;
    let token = server.folder().join("config.toml");
    assert!(!token.exists());
}

async fn look_at_default(server: &Server, root: &User) -> Value {
    let answer = server.get(PATH).by(root).send().await.expect(200);
    answer.json()["data"].clone()
}
