//! What the tests share: a worker with its calls.

use serde_json::{Value, json};

use crate::support::{Answer, Server, User};

/// A program that works.
pub(crate) struct Worker<'s> {
    pub(crate) server: &'s Server,
    pub(crate) by: User,
}

impl<'s> Worker<'s> {
    pub(crate) async fn new(server: &'s Server) -> Self {
        let by = server.admin("worker").await;
        Worker { server, by }
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.server.post(path, body).by(&self.by).send().await
    }

    /// One execution of this task; there must be one.
    pub(crate) async fn claim(&self, task: &str) -> Value {
        let body = json!({"tasks": [task], "worker": "w1"});
        let given = self.post("/api/workers/claim", body).await.expect(200);
        given.items()[0].clone()
    }

    pub(crate) async fn say(&self, one: &Value, what: &str, mut body: Value) -> Answer {
        body["fence"] = one["fence"].clone();
        let path = format!("/api/executions/{}/{what}", one["id"].as_str().unwrap());
        self.post(&path, body).await
    }

    pub(crate) async fn report(&self, one: &Value, batch: u64, events: Value) -> Answer {
        let body = json!({"batch": batch, "events": events});
        self.say(one, "events", body).await
    }

    pub(crate) async fn finish(&self, one: &Value) -> Answer {
        self.say(one, "finish", json!({"state": "succeeded"})).await
    }
}

/// Runs a task for somebody.
pub(crate) async fn run(server: &Server, user: &User, body: Value) -> Value {
    let made = server.post("/api/executions", body).by(user).send().await;
    made.expect(201).item()
}

pub(crate) fn path(one: &Value) -> String {
    format!("/api/executions/{}", one["id"].as_str().unwrap())
}

pub(crate) async fn get(server: &Server, user: &User, one: &Value) -> Value {
    server
        .get(&path(one))
        .by(user)
        .send()
        .await
        .expect(200)
        .item()
}

/// The whole log.
pub(crate) async fn log(server: &Server, user: &User, one: &Value) -> Vec<Value> {
    let path = format!("{}/events", path(one));
    server.get(&path).by(user).send().await.expect(200).items()
}

/// Kinds of the log; of a state where it went.
pub(crate) fn words(log: &[Value]) -> Vec<String> {
    let word = |event: &Value| match event["kind"].as_str().unwrap() {
        "state" => event["data"]["to"].as_str().unwrap().to_owned(),
        kind => kind.to_owned(),
    };
    log.iter().map(word).collect()
}

/// The log counts 1, 2, 3 … without a gap.
pub(crate) fn assert_gapless(log: &[Value]) {
    let seqs: Vec<i64> = log
        .iter()
        .map(|event| event["seq"].as_i64().unwrap())
        .collect();
    let wanted: Vec<i64> = (1..=seqs.len() as i64).collect();
    assert_eq!(seqs, wanted);
}

/// Waits until the execution is in this state.
pub(crate) async fn until(server: &Server, user: &User, one: &Value, state: &str) -> Value {
    let mut seen = get(server, user, one).await;
    for _ in 0..50 {
        if seen["state"] == state {
            return seen;
        }
        let path = format!("{}?wait=5&after={}", path(one), seen["last_seq"]);
        seen = server.get(&path).by(user).send().await.expect(200).item();
    }
    panic!("it is {} and never {state}", seen["state"]);
}
