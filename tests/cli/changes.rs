//! Changing the models: an endpoint is one short act (row A1), and nothing is lost.

use serde_json::json;

use crate::folder::hearth;
use crate::support::{Server, Start};

const ITEMS: &str = "[models.items.fields]\nname = { type = \"string\", required = true }\n";

/// Ends the server, and has another one in its folder with these models.
async fn restart(mut server: Server, config: &str) -> Server {
    server.stop();
    start(&server, config).await
}

/// The same where it has ended.
async fn start(ended: &Server, config: &str) -> Server {
    std::fs::write(ended.folder().join("config.toml"), config).unwrap();
    Start::again(ended).run().await
}

#[tokio::test]
async fn a_declared_model_is_an_endpoint_after_a_restart_and_no_other_file_is_touched() {
    let server = Server::with(ITEMS).await;
    let user = server.user("ada").await;
    let item = json!({"name": "kept"});
    server
        .post("/api/items", item)
        .by(&user)
        .send()
        .await
        .expect(201);
    server.get("/api/notes").by(&user).send().await.expect(404);

    let more = format!("{ITEMS}[models.notes.fields]\ntitle = {{ type = \"string\" }}\n");
    let server = restart(server, &more).await;
    let listed = server.get("/api/notes").by(&user).send().await.expect(200);
    assert_eq!(
        listed.json(),
        json!({"success": true, "items": [], "next_cursor": null})
    );
    let note = json!({"title": "x"});
    server
        .post("/api/notes", note)
        .by(&user)
        .send()
        .await
        .expect(201);
    let kept = server
        .get("/api/items/1")
        .by(&user)
        .send()
        .await
        .expect(200);
    assert_eq!(kept.item()["name"], "kept");
    let mut names: Vec<String> = std::fs::read_dir(server.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["config.toml", "hearth_data", "log"]);
}

#[tokio::test]
async fn check_tells_what_the_next_start_will_do_and_the_start_does_it() {
    let mut server = Server::with(ITEMS).await;
    let user = server.user("ada").await;
    let item = json!({"name": "old"});
    server
        .post("/api/items", item)
        .by(&user)
        .send()
        .await
        .expect(201);
    server.stop();
    let more = format!(
        "{ITEMS}size = {{ type = \"integer\" }}\nnote = {{ references = \"notes\" }}\n\
         [models.notes.fields]\ntitle = {{ type = \"string\" }}\n"
    );
    std::fs::write(server.folder().join("config.toml"), &more).unwrap();
    let said = hearth(server.folder(), &["check"], "").ok();
    for step in [
        "Add column `items.size`",
        "Add column `items.note`",
        "Create table `notes`",
    ] {
        let wanted = format!("to do at the next start: {step}");
        assert!(said.contains(&wanted), "{said}");
    }
    let server = Start::again(&server).run().await;
    let said = hearth(server.folder(), &["check"], "").ok();
    assert!(!said.contains("to do"), "{said}");
    let old = server
        .get("/api/items/1")
        .by(&user)
        .send()
        .await
        .expect(200);
    assert_eq!(
        (&old.item()["size"], &old.item()["note"]),
        (&json!(null), &json!(null))
    );
    let note = server
        .post("/api/notes", json!({"title": "t"}))
        .by(&user)
        .send()
        .await;
    let both = json!({"name": "new", "size": 7, "note": note.expect(201).item()["id"]});
    server
        .post("/api/items", both)
        .by(&user)
        .send()
        .await
        .expect(201);
}

#[tokio::test]
async fn a_field_that_is_no_longer_declared_stops_the_start_and_keeps_its_values() {
    let two = format!("{ITEMS}size = {{ type = \"integer\" }}\n");
    let mut server = Server::with(&two).await;
    let user = server.user("ada").await;
    let item = json!({"name": "x", "size": 7});
    server
        .post("/api/items", item)
        .by(&user)
        .send()
        .await
        .expect(201);
    server.stop();
    std::fs::write(server.folder().join("config.toml"), ITEMS).unwrap();
    for words in [&["check"][..], &["serve", "--port", "0"]] {
        let done = hearth(server.folder(), words, "");
        assert_eq!(done.code, 1, "{done:?}");
        assert!(
            done.err
                .contains("hearth migrate upgrade --allow-data-loss items.size"),
            "{done:?}"
        );
    }
    let server = start(&server, &two).await;
    let kept = server
        .get("/api/items/1")
        .by(&user)
        .send()
        .await
        .expect(200);
    assert_eq!(kept.item()["size"], 7);
}

#[tokio::test]
async fn what_could_not_be_written_any_more_stops_the_start_with_the_remedy() {
    let mut server = Server::with(ITEMS).await;
    let user = server.user("ada").await;
    let item = json!({"name": "kept"});
    server
        .post("/api/items", item)
        .by(&user)
        .send()
        .await
        .expect(201);
    server.stop();
    for (config, field) in [
        (
            "[models.items.fields]\ntitle = { type = \"string\" }\n",
            "`items.name`",
        ),
        (
            "[models.items.fields]\nname = { type = \"integer\", required = true }\n",
            "`items.name`",
        ),
    ] {
        std::fs::write(server.folder().join("config.toml"), config).unwrap();
        for words in [&["check"][..], &["serve", "--port", "0"]] {
            let done = hearth(server.folder(), words, "");
            assert_eq!(done.code, 1, "{done:?}");
            assert!(done.err.contains(field), "{done:?}");
            assert_eq!(
                done.out, "",
                "nothing is fine on one stream and wrong on the other"
            );
        }
        let said = hearth(server.folder(), &["check"], "").refused();
        let (start, end) = ("The database does not fit ", "config.toml:\n  ");
        assert!(said.starts_with(start) && said.contains(end), "{said}");
    }
    let server = start(&server, ITEMS).await;
    assert_eq!(hearth(server.folder(), &["check"], "").err, "");
    let kept = server
        .get("/api/items/1")
        .by(&user)
        .send()
        .await
        .expect(200);
    assert_eq!(kept.item()["name"], "kept");
}

#[tokio::test]
async fn a_model_that_is_no_longer_declared_stops_the_start_and_keeps_its_records() {
    let both = format!("{ITEMS}[models.notes.fields]\ntitle = {{ type = \"string\" }}\n");
    let server = Server::with(&both).await;
    let user = server.user("ada").await;
    let note = json!({"title": "kept"});
    server
        .post("/api/notes", note)
        .by(&user)
        .send()
        .await
        .expect(201);
    let mut server = server;
    server.stop();
    std::fs::write(server.folder().join("config.toml"), ITEMS).unwrap();
    let done = hearth(server.folder(), &["serve", "--port", "0"], "");
    assert!(
        done.err
            .contains("hearth migrate upgrade --allow-data-loss notes"),
        "{done:?}"
    );
    let server = start(&server, &both).await;
    let kept = server
        .get("/api/notes/1")
        .by(&user)
        .send()
        .await
        .expect(200);
    assert_eq!(kept.item()["title"], "kept");
}
