//! Another's record is as one that is not there: the same bytes, in about the same time, by every way.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::make;
use crate::support::{Answer, Call, Server, User};

pub(super) const CONFIG: &str = r#"
[models.notes.fields]
title = { type = "string", required = true }
slug = { type = "string", unique = true }
data = { type = "object", default = {} }
secret = { type = "string", write_only = true }
parent = { references = "notes", on_delete = "set_null" }

[models.keys]
id = "uuid"
[models.keys.fields]
title = { type = "string" }
data = { type = "object" }
"#;

/// All that a client can tell an answer by, but for the request's own id.
fn shown(answer: &Answer) -> (u16, Value, BTreeMap<String, String>) {
    let headers = answer.headers.iter();
    let headers = headers
        .filter(|(name, _)| !["x-request-id", "date"].contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    let (status, body) = match answer.body.is_empty() {
        true => (answer.status, Value::Null),
        false => answer.without_id(),
    };
    (status, body, headers.collect())
}

/// Every call that a client can make of one record's path, good ones and bad ones.
fn calls<'s>(server: &'s Server, path: &str) -> Vec<(String, Call<'s>)> {
    let mut calls = Vec::new();
    let bodies = [
        json!({"title": "taken over"}),
        json!({"data": {"a": {"b": 1}}}),
        json!({"title": 7}),
        json!({"user_id": "me"}),
        json!({"parent": 999_999}),
        json!({"slug": "mine"}),
        json!([]),
        json!({}),
    ];
    for method in ["GET", "HEAD", "DELETE", "OPTIONS", "POST"] {
        calls.push((method.to_owned(), server.call(method, path)));
    }
    for (name, value) in [
        ("if-match", "*"),
        ("if-match", "\"x\""),
        ("if-none-match", "*"),
    ] {
        calls.push((
            format!("DELETE {name}"),
            server.delete(path).header(name, value),
        ));
        calls.push((format!("GET {name}"), server.get(path).header(name, value)));
        for body in &bodies {
            calls.push((
                format!("PUT {name} {body}"),
                server.put(path, body.clone()).header(name, value),
            ));
        }
    }
    for body in bodies {
        calls.push((format!("PUT {body}"), server.put(path, body.clone())));
        calls.push((format!("PATCH {body}"), server.patch(path, body)));
    }
    for suffix in ["/", "/data", "/children", "?fields=title", "?x=1"] {
        calls.push((
            format!("GET {suffix}"),
            server.get(&format!("{path}{suffix}")),
        ));
        calls.push((
            format!("DELETE {suffix}"),
            server.delete(&format!("{path}{suffix}")),
        ));
    }
    calls
}

async fn by(call: Call<'_>, caller: Option<&User>) -> Answer {
    match caller {
        Some(user) => call.by(user).send().await,
        None => call.send().await,
    }
}

#[tokio::test]
async fn absent_and_foreign_records_are_answered_by_the_same_bytes() {
    let server = Server::with(CONFIG).await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    make(
        &server,
        "notes",
        &bob,
        json!({"title": "b", "slug": "mine"}),
    )
    .await;
    let record = json!({"title": "a", "slug": "hers", "secret": "s"});
    let note: i64 = make(&server, "notes", &ada, record).await.parse().unwrap();
    make(
        &server,
        "notes",
        &ada,
        json!({"title": "child", "parent": note}),
    )
    .await;
    let key = make(&server, "keys", &ada, json!({"title": "a"})).await;
    let pairs = [
        (format!("/api/notes/{note}"), "/api/notes/999999"),
        (
            format!("/api/keys/{key}"),
            "/api/keys/01890000-0000-7000-8000-000000000000",
        ),
    ];
    for (path, absent) in &pairs {
        let before = server.get(path).by(&ada).send().await.expect(200).text();
        for caller in [Some(&bob), None] {
            let both = calls(&server, path).into_iter().zip(calls(&server, absent));
            for ((name, foreign), (_, absent)) in both {
                let (foreign, absent) = (by(foreign, caller).await, by(absent, caller).await);
                assert_eq!(shown(&foreign), shown(&absent), "{name}");
                assert!(foreign.status >= 400 || foreign.status == 204, "{name}");
            }
        }
        let after = server.get(path).by(&ada).send().await.expect(200).text();
        assert_eq!(before, after, "nothing was touched");
    }
}

async fn time(server: &Server, path: &str, by: &User) -> Duration {
    let began = Instant::now();
    server
        .client
        .get(format!("{}{path}", server.url))
        .bearer_auth(&by.token)
        .send()
        .await
        .unwrap();
    began.elapsed()
}

#[tokio::test]
async fn absent_and_foreign_records_take_about_the_same_time() {
    let server = Server::with(CONFIG).await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let note = make(
        &server,
        "notes",
        &ada,
        json!({"title": "a".repeat(100_000)}),
    )
    .await;
    let (foreign, absent) = (format!("/api/notes/{note}"), "/api/notes/999999".to_owned());
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for _ in 0..200 {
        first.push(time(&server, &foreign, &bob).await);
        second.push(time(&server, &absent, &bob).await);
    }
    first.sort();
    second.sort();
    let (foreign, absent) = (first[100], second[100]);
    let allowed = Duration::from_millis(2).max(absent.mul_f64(0.15));
    assert!(
        foreign.abs_diff(absent) <= allowed,
        "{foreign:?} and {absent:?}"
    );
}
