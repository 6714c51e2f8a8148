//! Who works: admins see which workers live and what they hold.

use serde_json::{Value, json};

use crate::bench::{Worker, run};
use crate::support::{Server, Start, User};

async fn list(server: &Server, by: &User) -> Vec<Value> {
    server
        .get("/api/workers")
        .by(by)
        .send()
        .await
        .expect(200)
        .items()
}

/// An API key that works, and its id.
async fn key_of(server: &Server, by: &User) -> (Value, String) {
    let body = json!({"name": "builder", "scopes": ["worker"]});
    let made = server.post("/api/auth/api-keys", body).by(by).send().await;
    let made = made.expect(201);
    let key = made.json()["key"].as_str().unwrap().to_owned();
    (made.item()["id"].clone(), key)
}

#[tokio::test]
async fn admins_alone_see_who_works() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let admin = server.admin("boss").await;
    let (_, key) = key_of(&server, &admin).await;
    let look = || server.get("/api/workers");
    look().by(&ada).send().await.expect(403);
    look().token(&key).send().await.expect(403);
    look().send().await.expect(401);
}

#[tokio::test]
async fn admins_see_who_works_and_what_they_hold() {
    let mut server = Server::start().await;
    let ada = server.user("ada").await;
    let worker = Worker::new(&server).await;
    assert!(list(&server, &worker.by).await.is_empty());
    let (key_id, key) = key_of(&server, &worker.by).await;
    let first = run(&server, &ada, json!({"task": "a"})).await;
    run(&server, &ada, json!({"task": "a"})).await;
    let held = worker.claim("a").await;
    let claim = json!({"tasks": ["a", "b"], "worker": "w2", "lease_seconds": 60});
    let by_key = server
        .post("/api/workers/claim", claim)
        .token(&key)
        .send()
        .await
        .expect(200)
        .items();
    // One that waits.
    let waiting = json!({"tasks": ["b"], "worker": "w3", "wait_seconds": 30});
    let waiting = server
        .post("/api/workers/claim", waiting)
        .token(&key)
        .send();
    let look = async {
        loop {
            let all = list(&server, &worker.by).await;
            if all.iter().any(|one| one["waiting"] == true) {
                break all;
            }
        }
    };
    let all = tokio::select! { _ = waiting => panic!("there is no work"), all = look => all };
    let of = |name: &str| all.iter().find(|one| one["worker"] == name).unwrap();
    assert_eq!(all.len(), 3);
    assert_eq!(of("w1")["user_id"], worker.by.id);
    assert_eq!(of("w1")["executions"][0]["id"], first["id"]);
    assert_eq!(of("w1")["executions"][0]["fence"], held["fence"]);
    assert_eq!(
        (&of("w2")["key_id"], &of("w2")["tasks"]),
        (&key_id, &json!(["a", "b"]))
    );
    assert_eq!(of("w2")["executions"][0]["id"], by_key[0]["id"]);
    assert_eq!(
        (&of("w3")["executions"], &of("w3")["waiting"]),
        (&json!([]), &json!(true))
    );
    assert!(all.iter().all(|one| one["last_seen_at"].is_string()));
    worker.finish(&held).await.expect(200);
    let by = worker.by.clone();
    server.kill();
    after_a_restart(&server, &by, &key, &by_key[0]).await;
}

/// What they hold is known, when they were heard of is not.
async fn after_a_restart(server: &Server, by: &User, key: &str, held: &Value) {
    let server = Start::again(server).run().await;
    let all = list(&server, by).await;
    assert_eq!(
        (all.len(), &all[0]["worker"], &all[0]["last_seen_at"]),
        (1, &json!("w2"), &json!(null))
    );
    let beat = format!("{}/heartbeat", crate::bench::path(held));
    let beat = server
        .post(&beat, json!({"fence": held["fence"]}))
        .token(key)
        .send()
        .await;
    beat.expect(200);
    assert!(list(&server, by).await[0]["last_seen_at"].is_string());
}
