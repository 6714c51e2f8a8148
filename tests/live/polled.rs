//! `/api/changes`: the change log without a socket, by the same rules.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Socket, create, delete, update};
use crate::support::{Server, Start, User};

async fn page(server: &Server, user: &User, query: &str) -> Value {
    let path = format!("/api/changes{query}");
    server.get(&path).by(user).send().await.expect(200).json()
}

/// `(op, key)` of each.
fn ops(page: &Value) -> Vec<(String, Value)> {
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| (item["op"].as_str().unwrap().to_owned(), item["key"].clone()))
        .collect()
}

fn told(op: &str, item: &Value) -> (String, Value) {
    (op.to_owned(), item["id"].clone())
}

#[tokio::test]
async fn pages_tell_what_the_socket_tells_in_the_same_order() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let mut socket = Socket::open(&server, &ada).await;
    socket.watch("records:items").await;
    let item = create(&server, &ada, "items", json!({"name": "a"})).await;
    let path = format!("/api/items/{}", item["id"]);
    let later = update(&server, &ada, &path, json!({"name": "b"})).await;
    create(&server, &ada, "items", json!({"name": "c"})).await;
    delete(&server, &ada, &path).await;
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(socket.next().await);
    }
    let (mut next, mut items) = (0, Vec::new());
    loop {
        let page = page(&server, &ada, &format!("?after={next}&limit=3")).await;
        assert_eq!(
            (&page["seq"], &page["epoch"]),
            (&json!(4), &json!(socket.epoch))
        );
        next = page["next"].as_i64().unwrap();
        let fresh = page["items"].as_array().unwrap().clone();
        if fresh.is_empty() {
            break;
        }
        items.extend(fresh);
    }
    assert_eq!(next, 4);
    assert_eq!(items[1]["item"], later);
    assert!(items[1]["at"].as_str() >= later["updated_at"].as_str());
    for (item, frame) in items.iter().zip(&seen) {
        assert_eq!(item["model"], "items");
        for name in ["seq", "op", "key", "item"] {
            assert_eq!(item.get(name), frame.get(name), "{name} of {item}");
        }
    }
    assert_eq!(items.len(), seen.len());
    // Left out, it begins with the oldest.
    assert_eq!(page(&server, &ada, "").await["items"], json!(items));
}

#[tokio::test]
async fn nobody_sees_a_change_of_anothers_record_and_the_cursor_moves_on() {
    let server = Server::with(
        "[auth.roles.editor]\n[models.notes]\naccess = { read = [\"owner\", \"role:editor\"], create = \"signed_in\", update = \"owner\", delete = \"owner\" }\n[models.notes.fields]\ntext = { type = \"string\" }\n\
         [models.news]\naccess = { read = \"signed_in\", create = \"signed_in\", update = \"owner\", delete = \"owner\" }\n[models.news.fields]\ntext = { type = \"string\" }\n\
         [models.quiet]\nrealtime = false\n[models.quiet.fields]\ntext = { type = \"string\" }\n\
         [models.closed]\naccess = \"admin\"\n[models.closed.fields]\ntext = { type = \"string\" }\n",
    )
    .await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let eve = server.admin("eve").await;
    let hers = create(&server, &ada, "notes", json!({"text": "hers"})).await;
    let path = format!("/api/notes/{}", hers["id"]);
    update(&server, &ada, &path, json!({"text": "still hers"})).await;
    let news = create(&server, &ada, "news", json!({"text": "for all"})).await;
    create(&server, &ada, "quiet", json!({"text": "never"})).await;
    delete(&server, &ada, &path).await;
    let seen = page(&server, &bob, "").await;
    assert_eq!(ops(&seen), [told("insert", &news)]);
    assert_eq!(seen["next"], 4);
    for query in ["?model=notes", &format!("?model=notes&key={}", hers["id"])] {
        let seen = page(&server, &bob, query).await;
        assert_eq!((&seen["items"], &seen["next"]), (&json!([]), &json!(4)));
        for user in [&ada, &eve] {
            let seen = page(&server, user, query).await;
            let all = ["insert", "update", "delete"].map(|op| told(op, &hers));
            assert_eq!(ops(&seen), all, "{query}");
        }
    }
    for (query, status) in [
        ("?model=closed", 403),
        ("?model=quiet", 409),
        ("?model=none", 404),
    ] {
        let call = server.get(&format!("/api/changes{query}")).by(&bob);
        call.send().await.expect(status);
    }
    server.get("/api/changes").send().await.expect(401);
    // As an editor he sees all; as a user again only his own.
    for (role, count) in [("editor", 3), ("user", 0)] {
        let changed = server.put(
            &format!("/api/admin/users/{}", bob.id),
            json!({"role": role}),
        );
        changed.by(&eve).send().await.expect(200);
        let seen = page(&server, &bob, "?model=notes").await;
        assert_eq!(ops(&seen).len(), count, "{role}");
    }
}

#[tokio::test]
async fn a_key_narrows_to_one_record_of_either_kind_of_id() {
    let server = Server::with(
        "[models.a.fields]\nx = { type = \"string\" }\n[models.b]\nid = \"uuid\"\n[models.b.fields]\nx = { type = \"string\" }\n",
    )
    .await;
    let ada = server.user("ada").await;
    for model in ["a", "b"] {
        let one = create(&server, &ada, model, json!({"x": "1"})).await;
        let other = create(&server, &ada, model, json!({"x": "2"})).await;
        for item in [&one, &other] {
            let id = item["id"].to_string();
            let id = id.trim_matches('"');
            update(
                &server,
                &ada,
                &format!("/api/{model}/{id}"),
                json!({"x": "3"}),
            )
            .await;
            let seen = page(&server, &ada, &format!("?model={model}&key={id}")).await;
            assert_eq!(ops(&seen), [told("insert", item), told("update", item)]);
        }
    }
    for (query, way) in [
        ("?key=1", "query.model missing"),
        ("?model=b&key=1", "query.key"),
        ("?model=a&key=x", "query.key"),
        ("?after=-1", "query.after"),
        ("?limit=501", "query.limit"),
        ("?wait=61", "query.wait"),
        ("?after=1&after=2", "query.after"),
        ("?where=x", "query.where extra_forbidden"),
    ] {
        let call = server.get(&format!("/api/changes{query}")).by(&ada);
        let told = call.send().await.expect(422).detail();
        assert!(told.contains(way), "{query}: {told}");
    }
}

#[tokio::test]
async fn who_waits_is_answered_by_their_own_change_alone() {
    let server = Server::start().await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    create(&server, &ada, "items", json!({"name": "a"})).await;
    let began = Instant::now();
    let waiting = page(&server, &ada, "?after=1&wait=20");
    let others = async {
        for _ in 0..30 {
            create(&server, &bob, "items", json!({"name": "his"})).await;
        }
        create(&server, &ada, "items", json!({"name": "hers"})).await
    };
    let (seen, hers) = tokio::join!(waiting, others);
    assert_eq!(ops(&seen), [told("insert", &hers)]);
    assert_eq!(seen["next"], 32);
    assert!(began.elapsed() < Duration::from_secs(15));
    // Of one record, too.
    let path = format!("/api/items/{}", hers["id"]);
    let query = format!("?model=items&key={}&after=32&wait=20", hers["id"]);
    let waiting = page(&server, &ada, &query);
    let others = async {
        create(&server, &ada, "items", json!({"name": "another"})).await;
        update(&server, &ada, &path, json!({"name": "changed"})).await
    };
    let (seen, _) = tokio::join!(waiting, others);
    assert_eq!(ops(&seen), [told("update", &hers)]);
    // In vain: then it goes on behind what was not theirs.
    let waiting = page(&server, &ada, "?after=34&wait=1");
    let others = create(&server, &bob, "items", json!({"name": "his"}));
    let (seen, _) = tokio::join!(waiting, others);
    assert_eq!((&seen["items"], &seen["next"]), (&json!([]), &json!(35)));
}

#[tokio::test]
async fn who_signs_out_while_waiting_gets_nothing_more() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let other = server.sign_in(&ada.email, crate::support::PASSWORD).await;
    let waiting = server.get("/api/changes?wait=20").by(&ada).send();
    let after = async {
        let out = server.call("POST", "/api/auth/logout").by(&ada);
        out.send().await.expect(200);
        create(&server, &other, "items", json!({"name": "later"})).await;
    };
    let (answer, ()) = tokio::join!(waiting, after);
    assert_eq!(answer.status, 401, "{}", answer.text());
}

#[tokio::test]
async fn who_cannot_go_on_is_told_what_there_is() {
    let config = "[realtime]\nchanges = 100\n[models.items.fields]\nname = { type = \"string\" }\n";
    let mut server = Server::with(config).await;
    let ada = server.user("ada").await;
    let many: Vec<Value> = (0..300).map(|n| json!({"name": n.to_string()})).collect();
    let made = server.post("/api/items", json!(many)).by(&ada);
    made.send().await.expect(201);
    let trimmed = loop {
        let answer = server.get("/api/changes?after=5").by(&ada).send().await;
        if answer.status == 410 && answer.json()["first"] == 201 {
            break answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let epoch = trimmed.json()["epoch"].as_str().unwrap().to_owned();
    for (query, reason) in [
        ("?after=5".to_owned(), "trimmed"),
        ("?after=301".to_owned(), "ahead"),
        ("?after=250&epoch=other".to_owned(), "epoch"),
    ] {
        let call = server.get(&format!("/api/changes{query}")).by(&ada);
        let told = call.send().await.expect(410).json();
        let shown = ["code", "reason", "first", "seq", "epoch"].map(|name| told[name].clone());
        let right = [
            json!("reset"),
            json!(reason),
            json!(201),
            json!(300),
            json!(epoch),
        ];
        assert_eq!(shown, right);
    }
    let whole = page(
        &server,
        &ada,
        &format!("?after=200&limit=500&epoch={epoch}"),
    )
    .await;
    assert_eq!(whole["items"].as_array().unwrap().len(), 100);
    assert_eq!(
        page(&server, &ada, "?limit=1").await["items"][0]["seq"],
        201
    );
    assert!(server.stop().success());
    let start = Start::again(&server);
    let more = format!("{config}more = {{ type = \"string\" }}\n");
    std::fs::write(start.folder().join("config.toml"), more).unwrap();
    let server = start.run().await;
    let call = server.get("/api/changes?after=250").by(&ada);
    assert_eq!(call.send().await.expect(410).json()["reason"], "schema");
    // What is older than the form of today is nobody's history.
    assert_eq!(page(&server, &ada, "").await["items"], json!([]));
    assert_eq!(page(&server, &ada, "").await["next"], 300);
}

#[tokio::test]
async fn far_behind_and_all_of_it_anothers_is_soon_looked_through() {
    let server = Server::start().await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let first = create(&server, &ada, "items", json!({"name": "first"})).await;
    let rows: String = (0..12_000)
        .map(|n| format!("{{\"name\":\"{n}\"}}\n"))
        .collect();
    std::fs::write(server.folder().join("rows.jsonl"), rows).unwrap();
    server.hearth(&["import", "items", "rows.jsonl", "--as", &bob.email]);
    let last = create(&server, &ada, "items", json!({"name": "last"})).await;
    let mut next = 0;
    let mut seen = Vec::new();
    let mut pages = 0;
    while next < 12_002 {
        let page = page(&server, &ada, &format!("?after={next}")).await;
        assert!(page["next"].as_i64() > Some(next));
        next = page["next"].as_i64().unwrap();
        seen.extend(ops(&page));
        pages += 1;
    }
    assert_eq!(seen, [told("insert", &first), told("insert", &last)]);
    assert!(pages < 7, "{pages} pages");
}
