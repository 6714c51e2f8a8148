//! Rights that end while somebody waits, and a server that stops while they do.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use reqwest::Response;
use serde_json::{Value, json};

use crate::bench::{Worker, get, path, run};
use crate::support::{Server, User};

/// Far shorter than the silence after which a stream looks again by itself.
const SOON: Duration = Duration::from_secs(10);

/// The log of an execution as server-sent events, with its first entry read.
async fn stream(server: &Server, token: &str, one: &Value) -> Response {
    let request = server
        .client
        .get(format!("{}{}/events", server.url, path(one)))
        .bearer_auth(token)
        .header("accept", "text/event-stream");
    let mut response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    let first = response.chunk().await.unwrap().unwrap();
    assert!(first.starts_with(b"id: 1\n"));
    response
}

/// What comes until the server ends it.
async fn rest(mut response: Response) -> String {
    let reading = async {
        let mut text = Vec::new();
        while let Some(piece) = response.chunk().await.unwrap() {
            text.extend_from_slice(&piece);
        }
        String::from_utf8(text).unwrap()
    };
    // It went on where this fails.
    tokio::time::timeout(SOON, reading).await.unwrap()
}

#[tokio::test]
async fn a_ticket_opens_one_stream_which_ends_with_the_session() {
    let server = Server::start().await;
    let (ada, eve) = (server.user("ada").await, server.user("eve").await);
    let made = run(&server, &ada, json!({"task": "a"})).await;
    let ticket_of = async |user: &User| {
        let answer = server
            .post("/api/auth/ws-ticket", json!({}))
            .by(user)
            .send()
            .await;
        answer.expect(200).json()["data"]["ticket"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let asked = async |ticket: &str, accepted: &str| {
        let address = format!(
            "{}{}/events?after=0&ticket={ticket}",
            server.url,
            path(&made)
        );
        let request = server.client.get(address).header("accept", accepted);
        request.send().await.unwrap()
    };
    let stream = "text/event-stream";
    let ticket = ticket_of(&ada).await;
    // It is for streams alone, and is not used up by what it is not for.
    assert_eq!(asked(&ticket, "application/json").await.status(), 422);
    let mut opened = asked(&ticket, stream).await;
    assert_eq!(opened.status(), 200);
    assert!(
        opened
            .chunk()
            .await
            .unwrap()
            .unwrap()
            .starts_with(b"id: 1\n")
    );
    assert_eq!(asked(&ticket, stream).await.status(), 401);
    assert_eq!(asked("nonsense", stream).await.status(), 401);
    assert_eq!(asked(&ticket_of(&eve).await, stream).await.status(), 404);
    server
        .post("/api/auth/logout", json!({}))
        .by(&ada)
        .send()
        .await
        .expect(200);
    assert!(!rest(opened).await.contains("event: end"));
}

#[tokio::test]
async fn a_stream_ends_with_the_rights_of_who_reads_it() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    let (ada, eve) = (server.user("ada").await, server.user("eve").await);
    let chief = server.admin("chief").await;
    let adas = run(&server, &ada, json!({"task": "a"})).await;
    let eves = run(&server, &eve, json!({"task": "b"})).await;
    let key = server.hearth(&["key", "create", "me", "--user", &ada.email]);
    let key = key.trim();
    let by_session = stream(&server, &ada.token, &adas).await;
    let by_key = stream(&server, key, &adas).await;
    let disabled = stream(&server, &eve.token, &eves).await;
    let demoted = stream(&server, &chief.token, &adas).await;
    let stays = stream(&server, &worker.by.token, &adas).await;
    let out = server.call("POST", "/api/auth/logout").by(&ada);
    out.send().await.expect(200);
    assert_eq!(rest(by_session).await, "");
    let keys: Value = serde_json::from_str(&server.hearth(&["key", "list", "--json"])).unwrap();
    server.hearth(&["key", "delete", keys[0]["id"].as_str().unwrap()]);
    assert_eq!(rest(by_key).await, "");
    for (user, change) in [
        (&eve, json!({"disabled": true})),
        (&chief, json!({"role": "user"})),
    ] {
        let at = format!("/api/admin/users/{}", user.id);
        let changed = server.put(&at, change).by(&worker.by).send().await;
        changed.expect(200);
    }
    assert_eq!(rest(disabled).await, "");
    assert_eq!(rest(demoted).await, "");
    // What follows is for who still may see it.
    let one = worker.claim("a").await;
    worker.finish(&one).await.expect(200);
    let seen = rest(stays).await;
    assert!(
        seen.contains("id: 4\n") && seen.contains("event: end\n"),
        "{seen}"
    );
    let again =
        |token: &str, one: &Value| server.get(&format!("{}/events", path(one))).token(token);
    again(&ada.token, &adas).send().await.expect(401);
    again(key, &adas).send().await.expect(401);
    again(&eve.token, &eves).send().await.expect(401);
    again(&chief.token, &adas).send().await.expect(404);
}

#[tokio::test]
async fn who_waits_is_looked_at_again_before_they_are_answered() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    let ada = server.user("ada").await;
    let made = run(&server, &ada, json!({"task": "a"})).await;
    let paths = ["/events?wait=20&after=1", "?wait=20&after=1"].map(|rest| path(&made) + rest);
    let began = Instant::now();
    let leave = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let out = server.call("POST", "/api/auth/logout").by(&ada);
        out.send().await.expect(200);
    };
    let (first, second, ()) = tokio::join!(
        server.get(&paths[0]).by(&ada).send(),
        server.get(&paths[1]).by(&ada).send(),
        leave
    );
    first.expect(401);
    second.expect(401);
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
    drop(worker);
}

#[tokio::test]
async fn a_claim_that_waits_is_given_nothing_once_its_key_is_gone() {
    let server = Server::start().await;
    let worker = Worker::new(&server).await;
    let key = server.hearth(&["key", "create", "w", "--worker", "--user", &worker.by.email]);
    let keys: Value = serde_json::from_str(&server.hearth(&["key", "list", "--json"])).unwrap();
    let wanted = json!({"tasks": ["a"], "worker": "gone", "wait_seconds": 20});
    let claim = server.post("/api/workers/claim", wanted).token(key.trim());
    let queue = async {
        while !waits(&worker).await {}
        server.hearth(&["key", "delete", keys[0]["id"].as_str().unwrap()]);
        run(&server, &worker.by, json!({"task": "a"})).await
    };
    let (answer, made) = tokio::join!(claim.send(), queue);
    answer.expect(401);
    assert_eq!(get(&server, &worker.by, &made).await["attempt"], 0);
    assert_eq!(worker.claim("a").await["attempt"], 1);
}

/// Whether a claim waits.
async fn waits(worker: &Worker<'_>) -> bool {
    let all = worker
        .server
        .get("/api/workers")
        .by(&worker.by)
        .send()
        .await;
    let all = all.expect(200).items();
    all.iter().any(|one| one["waiting"] == true)
}

#[tokio::test]
async fn a_stop_waits_for_nobody_who_waits() {
    let mut server = Server::with("[server]\ndrain_timeout = \"20s\"\n").await;
    let worker = Worker::new(&server).await;
    let made = run(&server, &worker.by, json!({"task": "a"})).await;
    let streamed = stream(&server, &worker.by.token, &made).await;
    let (log, whole) = (
        format!("{}/events?wait=25&after=1", path(&made)),
        format!("{}?wait=25&after=1", path(&made)),
    );
    let wanted = json!({"tasks": ["b"], "worker": "idle", "wait_seconds": 60});
    let stop = async {
        while !waits(&worker).await {}
        server.signal(Signal::SIGTERM);
        Instant::now()
    };
    let (log, whole, claimed, began) = tokio::join!(
        server.get(&log).by(&worker.by).send(),
        server.get(&whole).by(&worker.by).send(),
        server
            .post("/api/workers/claim", wanted)
            .by(&worker.by)
            .send(),
        stop
    );
    let page = log.expect(200).json();
    assert_eq!(
        (&page["items"], &page["ended"]),
        (&json!([]), &json!(false))
    );
    assert_eq!(whole.expect(200).item()["last_seq"], 1);
    claimed.expect(204);
    assert_eq!(rest(streamed).await, "");
    assert_eq!(server.wait().code(), Some(0));
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
    assert!(!server.log().contains("cut off"), "{}", server.log());
}
