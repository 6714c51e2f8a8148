//! Records of declared models: each sentence of the contract, by HTTP.

use serde_json::Value;

use crate::support::{Answer, Server, User};

mod access;
mod bodies;
mod create;
mod cursors;
mod durability;
mod errors;
mod etags;
mod fields;
mod filters;
mod idempotency;
mod isolation;
mod leaks;
mod list;
mod many;
mod methods;
mod models;
mod names;
mod order;
mod pages;
mod paths;
mod races;
mod references;
mod rules;
mod scopes;
mod secrets;
mod update;

/// One call, by somebody or nobody, with a body or none.
async fn send(
    server: &Server,
    method: &str,
    path: &str,
    by: Option<&User>,
    body: Option<Value>,
) -> Answer {
    let mut call = server.call(method, path);
    if let Some(user) = by {
        call = call.by(user);
    }
    if let Some(body) = body {
        call = call.json(body);
    }
    call.send().await
}

/// A record made by that user: its id as a path has it.
async fn make(server: &Server, model: &str, by: &User, body: Value) -> String {
    let answer = server.post(&format!("/api/{model}"), body).by(by);
    let item = answer.send().await.expect(201).item();
    match &item["id"] {
        Value::String(text) => text.clone(),
        number => number.to_string(),
    }
}

/// The types of a 422's entries with their places: `body.name missing`.
fn kinds(answer: &Answer) -> Vec<String> {
    let detail = answer.detail();
    let kind = |line: &str| line.split(": ").next().unwrap().to_owned();
    detail.lines().map(kind).collect()
}

/// A new account with that role, which it has before its first call.
async fn with_role(server: &Server, name: &str, role: &str) -> User {
    let user = server.user(name).await;
    server.hearth(&["user", "promote", &user.email, role]);
    user
}

/// A user at a server, for tests of many short calls.
#[derive(Clone, Copy)]
struct At<'s>(&'s Server, Option<&'s User>);

impl At<'_> {
    async fn get(self, path: &str) -> Answer {
        send(self.0, "GET", path, self.1, None).await
    }

    async fn post(self, path: &str, body: Value) -> Answer {
        send(self.0, "POST", path, self.1, Some(body)).await
    }

    async fn put(self, path: &str, body: Value) -> Answer {
        send(self.0, "PUT", path, self.1, Some(body)).await
    }

    async fn patch(self, path: &str, body: Value) -> Answer {
        send(self.0, "PATCH", path, self.1, Some(body)).await
    }

    /// With one header more.
    async fn with(self, header: (&str, &str), method: &str, path: &str, body: Value) -> Answer {
        let mut call = self.0.call(method, path).header(header.0, header.1);
        if let Some(user) = self.1 {
            call = call.by(user);
        }
        if !body.is_null() {
            call = call.json(body);
        }
        call.send().await
    }

    /// A body that is text, with its media type.
    async fn text(self, kind: &str, method: &str, path: &str, body: &str) -> Answer {
        let mut call = self.0.call(method, path).body(kind, body.to_owned());
        if let Some(user) = self.1 {
            call = call.by(user);
        }
        call.send().await
    }
}
