//! A revision applied beside a running server: no write lands in a shape that it was not checked for.

use serde_json::json;

use super::project::value;
use super::support::{Server, Start};

const BEFORE: &str = "[models.notes]\naccess = \"authenticated\"\n[models.notes.fields]\nsize = { type = \"string\" }\n\
    [models.other]\naccess = \"authenticated\"\n[models.other.fields]\nname = { type = \"string\" }\n";

fn change(server: &Server, config: &str) {
    std::fs::write(server.folder().join("config.toml"), config).unwrap();
    server.hearth(&["migrate", "revision", "--autogenerate", "-m", "change"]);
    server.hearth(&["migrate", "upgrade"]);
}

#[tokio::test]
async fn a_write_that_sqlite_would_take_in_another_shape_is_refused_and_other_models_go_on() {
    let server = Server::with(BEFORE).await;
    let ada = server.user("ada").await;
    let body = || json!({"size": "5"});
    let post = |path: &'static str, body| server.post(path, body).by(&ada).send();
    post("/api/notes", body()).await.expect(201);

    // A text of digits would become a number without a word.
    change(
        &server,
        &BEFORE.replace(
            "size = { type = \"string\" }",
            "size = { type = \"integer\" }",
        ),
    );
    for answer in [
        post("/api/notes", body()).await,
        server.put("/api/notes/1", body()).by(&ada).send().await,
        server
            .patch("/api/notes/1", json!({"size": null}))
            .by(&ada)
            .send()
            .await,
        server.delete("/api/notes/1").by(&ada).send().await,
    ] {
        assert_eq!(answer.expect(503).json()["code"], "schema_changed");
    }
    let database = rusqlite::Connection::open(server.database()).unwrap();
    assert_eq!(
        value(&database, "SELECT group_concat(size) FROM notes"),
        "5"
    );
    post("/api/other", json!({"name": "a"})).await.expect(201);

    server.hearth(&["migrate", "downgrade", "-1"]);
    post("/api/notes", body()).await.expect(201);
    server
        .delete("/api/notes/1")
        .by(&ada)
        .send()
        .await
        .expect(200);
}

#[tokio::test]
async fn a_revision_that_takes_nothing_away_lets_a_server_that_does_not_know_it_go_on() {
    let server = Server::with(BEFORE).await;
    let ada = server.user("ada").await;
    let wider = BEFORE.replace("size = ", "kind = { type = \"string\" }\nsize = ");
    change(
        &server,
        &format!("{wider}\n[models.third.fields]\na = {{ type = \"string\" }}\n"),
    );
    server
        .post("/api/notes", json!({"size": "5"}))
        .by(&ada)
        .send()
        .await
        .expect(201);
}

#[tokio::test]
async fn what_was_changed_between_a_start_and_the_first_write_is_noticed() {
    let server = Start::new(BEFORE).run().await;
    change(
        &server,
        &BEFORE.replace(
            "size = { type = \"string\" }",
            "size = { type = \"integer\" }",
        ),
    );
    let ada = server.user("ada").await;
    let answer = server
        .post("/api/notes", json!({"size": "5"}))
        .by(&ada)
        .send()
        .await;
    assert_eq!(answer.expect(503).json()["code"], "schema_changed");
}
