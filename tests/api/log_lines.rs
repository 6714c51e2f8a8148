//! The log as admins read it: filters, the live tail, and that looking at it is not what it tells of.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Answer, Server, User};

async fn ask(server: &Server, admin: &User, query: &str) -> Answer {
    let call = server.get(&format!("/api/admin/logs?{query}")).by(admin);
    call.send().await.expect(200)
}

fn number(answer: &Answer) -> u64 {
    answer.json()["next"].as_u64().unwrap()
}

fn fields(answer: &Answer, name: &str) -> Vec<Value> {
    let items = answer.items();
    items
        .iter()
        .map(|one| one["fields"][name].clone())
        .collect()
}

#[tokio::test]
async fn lines_are_found_by_level_text_path_and_request() {
    let server = Server::start().await;
    let (root, ada) = (server.admin("root").await, server.user("ada").await);
    let made = server.post("/api/items", json!({"name": "x"})).by(&ada);
    let made = made.send().await.expect(201);
    let id = made.header("x-request-id").unwrap();
    server
        .get("/test/panic")
        .unchecked()
        .send()
        .await
        .expect(500);
    let found = ask(&server, &root, &format!("q={id}")).await;
    assert_eq!(found.header("cache-control"), Some("no-store"));
    let line = &found.items()[0];
    assert_eq!(
        (&line["level"], &line["message"]),
        (&json!("info"), &json!("request"))
    );
    for (name, value) in [
        ("method", json!("POST")),
        ("path", json!("/api/items")),
        ("status", json!(201)),
        ("user", json!(ada.id)),
        ("request_id", json!(id)),
    ] {
        assert_eq!(line["fields"][name], value, "{name}");
    }
    let by_path = ask(&server, &root, "q=/API/ITEMS").await;
    assert_eq!(by_path.items().len(), 1);
    let errors = ask(&server, &root, "level=error").await.items();
    assert!(!errors.is_empty());
    assert!(errors.iter().all(|line| line["level"] == "error"));
    assert!(
        errors
            .iter()
            .any(|line| line["message"].as_str().unwrap().contains("panicked"))
    );
    let one = ask(&server, &root, "limit=1").await;
    assert_eq!(one.items().len(), 1);
    let all = ask(&server, &root, "").await.items();
    assert_eq!(all.last(), one.items().last(), "the newest is the last");
    let seqs: Vec<u64> = all
        .iter()
        .map(|line| line["seq"].as_u64().unwrap())
        .collect();
    assert!(seqs.is_sorted());
    assert!(
        ask(&server, &root, "q=no-such-text")
            .await
            .items()
            .is_empty()
    );
}

#[tokio::test]
async fn who_waits_hears_of_the_next_line_that_fits_and_of_nothing_else() {
    let server = Server::start().await;
    let (root, ada) = (server.admin("root").await, server.user("ada").await);
    let next = number(&ask(&server, &root, "").await);
    let query = format!("after={next}&q=/api/items&wait=30");
    let began = Instant::now();
    let (heard, ()) = tokio::join!(ask(&server, &root, &query), async {
        // Neither their own looking nor another path is told.
        ask(&server, &root, "q=x").await;
        let login = json!({"email": ada.email, "password": "wrong"});
        server
            .post("/api/auth/login", login)
            .send()
            .await
            .expect(401);
        let made = server.post("/api/items", json!({"name": "x"})).by(&ada);
        made.send().await.expect(201);
    });
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!(fields(&heard, "path"), ["/api/items"]);
    assert_eq!(heard.json()["gap"], false);
    // What came is not told twice, and nothing is missed.
    let made = server.post("/api/items", json!({"name": "y"})).by(&ada);
    made.send().await.expect(201);
    let query = format!("after={}&q=/api/items", number(&heard));
    assert_eq!(ask(&server, &root, &query).await.items().len(), 1);
    let quiet = format!("after={}&wait=1&q=none", number(&heard));
    assert!(ask(&server, &root, &quiet).await.items().is_empty());
    assert!(!server.log().is_empty());
    let own = ask(&server, &root, "q=/api/admin/logs").await;
    assert!(own.items().is_empty());
}

#[tokio::test]
async fn many_lines_come_in_portions_and_a_gap_is_told() {
    let server = Server::with("[logs]\nrequests = \"all\"\n").await;
    let root = server.admin("root").await;
    let from = number(&ask(&server, &root, "").await);
    for _ in 0..5 {
        server.get("/healthz").send().await.expect(200);
    }
    let first = ask(&server, &root, &format!("after={from}&limit=3&q=/healthz")).await;
    assert_eq!(first.items().len(), 3);
    let rest = ask(
        &server,
        &root,
        &format!("after={}&q=/healthz", number(&first)),
    )
    .await;
    assert_eq!(rest.items().len(), 2);
    // Of another life of the server.
    let other = ask(&server, &root, "after=1000000&wait=30").await;
    assert_eq!(other.json()["gap"], true);
    assert!(!other.items().is_empty());
}

#[tokio::test]
async fn admins_alone_read_it_and_what_is_asked_is_checked() {
    let server = Server::start().await;
    let (root, ada) = (server.admin("root").await, server.user("ada").await);
    let path = "/api/admin/logs";
    server.get(path).send().await.expect(401);
    server.get(path).by(&ada).send().await.expect(403);
    for query in [
        "level=loud",
        "level=INFO",
        "after=-1",
        "wait=61",
        "limit=0",
        "limit=501",
        "x=1",
        "q=a&q=b",
    ] {
        let call = server.get(&format!("{path}?{query}")).by(&root);
        assert_eq!(call.send().await.status, 422, "{query}");
    }
}

#[tokio::test]
async fn who_waits_holds_neither_a_right_nor_the_servers_end() {
    let mut server = Server::start().await;
    let (root, eve) = (server.admin("root").await, server.admin("eve").await);
    let from = number(&ask(&server, &root, "").await);
    let waiting = server.get(&format!(
        "/api/admin/logs?after={from}&wait=60&q=role_is_gone"
    ));
    let path = format!("/api/admin/users/{}", eve.id);
    let (told, ()) = tokio::join!(waiting.by(&eve).send(), async {
        let demoted = server.put(&path, json!({"role": "user"})).by(&root);
        demoted.send().await.expect(200);
        let call = server
            .get("/api/auth/me?role_is_gone=1")
            .header("x-request-id", "role_is_gone");
        call.send().await.expect(401);
    });
    assert!(told.status >= 400, "{}", told.text());
    let from = number(&ask(&server, &root, "").await);
    let url = format!(
        "{}/api/admin/logs?after={from}&wait=60&q=nothing",
        server.url
    );
    let call = server.client.get(url).bearer_auth(&root.token).send();
    let call = tokio::spawn(call);
    let began = Instant::now();
    // Whoever waits is among the connections by then.
    server.get("/healthz").send().await.expect(200);
    assert_eq!(server.stop().code(), Some(0));
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    drop(call);
}
