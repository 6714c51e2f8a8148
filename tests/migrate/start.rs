//! What `serve` does by itself, what it refuses with what to type, and what happens beside a running server.

use serde_json::json;

use super::project::value;
use super::support::{Server, Start};

const NOTES: &str = "[models.notes]\naccess = \"authenticated\"\n[models.notes.fields]\ntitle = { type = \"string\", required = true }\n";

fn config(server: &Server, text: &str) {
    std::fs::write(server.folder().join("config.toml"), text).unwrap();
}

fn ups(server: &Server) -> Vec<String> {
    let folder = server.folder().join("hearth_data/revisions/up");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Starts in the folder of a server that has ended; what it says when it refuses.
fn refused(server: &Server) -> String {
    let output = Start::again(server).command(&[]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn a_start_writes_a_revision_and_applies_it_and_the_next_has_nothing_to_do() {
    let mut server = Server::start().await;
    let files = ups(&server);
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(
        server.hearth(&["migrate", "check"]),
        "Models, revisions and database agree\n"
    );
    let before = server.hearth(&["migrate", "history"]);
    assert!(
        before.starts_with("<base> -> ") && before.contains(" (head) (current), "),
        "{before}"
    );
    server.stop();
    let server = Start::again(&server).run().await;
    assert_eq!(ups(&server), files);
    assert_eq!(server.hearth(&["migrate", "history"]), before);
}

#[tokio::test]
async fn a_lossless_change_of_the_models_is_applied_and_can_be_undone() {
    let mut server = Server::with(NOTES).await;
    let ada = server.user("ada").await;
    server
        .post("/api/notes", json!({"title": "first"}))
        .by(&ada)
        .send()
        .await
        .expect(201);
    server.stop();
    config(
        &server,
        &format!("{NOTES}priority = {{ type = \"integer\", default = 3 }}\n"),
    );
    let mut server = Start::again(&server).run().await;
    assert_eq!(ups(&server).len(), 2);
    let item = &server
        .get("/api/notes/1")
        .by(&ada)
        .send()
        .await
        .expect(200)
        .json()["item"];
    assert_eq!(item["priority"], 3);
    server.stop();
    config(&server, NOTES);
    server.hearth(&[
        "migrate",
        "downgrade",
        "-1",
        "--allow-data-loss",
        "notes.priority",
    ]);
    let database = rusqlite::Connection::open(server.database()).unwrap();
    assert_eq!(
        value(
            &database,
            "SELECT count(*) FROM pragma_table_info('notes') WHERE name = 'priority'"
        ),
        "0"
    );
}

#[tokio::test]
async fn a_change_that_loses_data_stops_the_start_with_what_to_type() {
    let mut server = Server::with(&format!("{NOTES}body = {{ type = \"string\" }}\n")).await;
    let ada = server.user("ada").await;
    server
        .post("/api/notes", json!({"title": "a", "body": "b"}))
        .by(&ada)
        .send()
        .await
        .expect(201);
    server.stop();
    config(&server, NOTES);
    let said = refused(&server);
    for words in [
        "nothing was changed",
        "notes.body: 1 value",
        "hearth migrate revision --autogenerate -m",
        "hearth migrate upgrade --allow-data-loss notes.body",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert_eq!(ups(&server).len(), 1);
    server.hearth(&["migrate", "revision", "--autogenerate", "-m", "drop body"]);
    // The file waits now; a start does not lose anything either.
    let said = refused(&server);
    assert!(
        said.contains("hearth migrate upgrade --allow-data-loss notes.body"),
        "{said}"
    );
    server.hearth(&["migrate", "upgrade", "--allow-data-loss", "notes.body"]);
    let server = Start::again(&server).run().await;
    server.get("/api/notes/1").by(&ada).send().await.expect(200);
}

#[tokio::test]
async fn without_auto_migrate_pending_changes_stop_the_start() {
    let manual = format!("[database]\nauto_migrate = false\n{NOTES}");
    let folder = Start::new(&manual);
    let output = folder.command(&[]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("Create table `notes`"), "{said}");
    assert!(
        said.contains("hearth migrate revision --autogenerate"),
        "{said}"
    );
    let run = |arguments: &[&str]| {
        let mut command = folder.command(&[]);
        let place = command.get_current_dir().unwrap().to_owned();
        command = std::process::Command::new(env!("CARGO_BIN_EXE_hearth"));
        let output = command.args(arguments).current_dir(place).output().unwrap();
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    };
    run(&["migrate", "revision", "--autogenerate", "-m", "make notes"]);
    let output = folder.command(&[]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("__make_notes.sql") && said.contains("hearth migrate upgrade"),
        "{said}"
    );
    run(&["migrate", "upgrade"]);
    folder.run().await;
}

#[tokio::test]
async fn two_servers_starting_in_one_folder_make_one_revision() {
    // The lock lets one serve; a command beside it would do the same work as the other.
    let start = Start::new(NOTES);
    let place = start.command(&[]).get_current_dir().unwrap().to_owned();
    let import = |name: &str| {
        let file = place.join(name);
        std::fs::write(&file, "{\"title\":\"x\"}\n").unwrap();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_hearth"));
        command
            .args(["import", "notes", name])
            .current_dir(&place)
            .spawn()
            .unwrap()
    };
    let both = [import("a.jsonl"), import("b.jsonl"), import("c.jsonl")];
    for mut child in both {
        assert!(child.wait().unwrap().success());
    }
    let server = start.run().await;
    assert_eq!(ups(&server).len(), 1);
    server.hearth(&["migrate", "check"]);
}

#[tokio::test]
async fn a_revision_beside_a_running_server_that_does_not_fit_its_models_is_503_and_never_500() {
    let server = Server::with(NOTES).await;
    let ada = server.user("ada").await;
    server
        .post("/api/notes", json!({"title": "a"}))
        .by(&ada)
        .send()
        .await
        .expect(201);
    server.get("/readyz").send().await.expect(200);
    config(
        &server,
        &NOTES.replace(
            "title",
            "name = { type = \"string\", required = true, renamed_from = \"title\" }\n#",
        ),
    );
    server.hearth(&[
        "migrate",
        "revision",
        "--autogenerate",
        "-m",
        "rename title",
    ]);
    server.hearth(&["migrate", "upgrade"]);
    for answer in [
        server.get("/api/notes").by(&ada).send().await,
        server.get("/api/notes/1").by(&ada).send().await,
        server
            .post("/api/notes", json!({"title": "b"}))
            .by(&ada)
            .send()
            .await,
        server
            .put("/api/notes/1", json!({"title": "b"}))
            .by(&ada)
            .send()
            .await,
        server.get("/readyz").send().await,
    ] {
        let answer = answer.expect(503);
        assert_eq!(answer.json()["code"], "schema_changed");
    }
    // Back again, and it goes on.
    server.hearth(&["migrate", "downgrade", "-1"]);
    server.get("/api/notes/1").by(&ada).send().await.expect(200);
    server.get("/readyz").send().await.expect(200);
}

#[tokio::test]
async fn a_required_column_that_the_server_does_not_know_is_no_500() {
    let server = Server::with(NOTES).await;
    let ada = server.user("ada").await;
    let folder = server.folder().join("hearth_data/revisions");
    std::fs::write(
        folder.join("up/V29990101000000__must.sql"),
        "ALTER TABLE notes ADD COLUMN must TEXT NOT NULL DEFAULT ''; CREATE TABLE x AS SELECT 1;",
    )
    .unwrap();
    server.hearth(&["migrate", "upgrade"]);
    // A default fills it: the server goes on.
    server
        .post("/api/notes", json!({"title": "a"}))
        .by(&ada)
        .send()
        .await
        .expect(201);
    server.get("/readyz").send().await.expect(503);
}

#[tokio::test]
async fn an_ephemeral_server_leaves_no_revisions_behind() {
    let server = Start::new(NOTES).argument("--ephemeral").run().await;
    server.get("/healthz").send().await.expect(200);
    assert!(!server.folder().join("hearth_data").exists());
    assert!(!server.folder().join("revisions").exists());
}
