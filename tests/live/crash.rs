//! The server is killed at the three points of a commit and at any moment, watchers are cut: nobody misses anything.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use tokio::sync::watch;

use crate::checker::{END, Replica, rounds};
use crate::support::{Server, Start, User};

/// Creates, changes and deletes until the server is gone or so much is done; what was acknowledged.
async fn write(
    client: &reqwest::Client,
    url: &str,
    user: &User,
    name: String,
    count: usize,
) -> Vec<(i64, Option<String>)> {
    let call = |method: &str, path: String| {
        let method: reqwest::Method = method.parse().unwrap();
        client
            .request(method, format!("{url}{path}"))
            .bearer_auth(&user.token)
    };
    let mut done = Vec::new();
    for n in 0..count {
        let name = format!("{name}-{n}");
        let made = call("POST", "/api/items".to_owned())
            .json(&json!({"name": name}))
            .send()
            .await;
        let Ok(made) = made else { return done };
        let Ok(body) = made.json::<serde_json::Value>().await else {
            return done;
        };
        let Some(id) = body["item"]["id"].as_i64() else {
            return done;
        };
        done.push((id, Some(name.clone())));
        let (method, body) = match n % 3 {
            0 => ("DELETE", None),
            1 => ("PATCH", Some(json!({"name": format!("{name}!")}))),
            _ => continue,
        };
        let mut request = call(method, format!("/api/items/{id}"));
        if let Some(body) = &body {
            request = request.json(body);
        }
        match request.send().await {
            Ok(answer) if answer.status().is_success() => {
                done.push((id, body.map(|_| format!("{name}!"))));
            }
            // Whether it was done is not known.
            _ => {
                done.retain(|(other, _)| *other != id);
                return done;
            }
        }
    }
    done
}

/// Eight writers until the server is gone; what was acknowledged.
async fn write_until_killed(
    server: &Server,
    ada: &User,
    round: usize,
    point: Option<&str>,
) -> Vec<(i64, Option<String>)> {
    let client = reqwest::Client::new();
    let url = server.url.clone();
    let writers = (0..8).map(|writer| write(&client, &url, ada, format!("{round}-{writer}"), 100));
    let kill = async {
        tokio::time::sleep(Duration::from_millis(60 + 17 * round as u64 % 90)).await;
        match point {
            Some(point) => {
                let fail = json!({"abort_at": point});
                // The process may be gone before it answers.
                let told = client.post(format!("{url}/test/fail")).json(&fail);
                let _ = told.send().await;
            }
            None => server.signal(nix::sys::signal::Signal::SIGKILL),
        }
    };
    let (done, ()) = tokio::join!(join_all(writers), kill);
    done.into_iter().flatten().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_misses_anything_however_often_the_server_is_killed() {
    let mut server = Server::start().await;
    let ada = server.user("ada").await;
    let (tell, place) = watch::channel(server.address().to_owned());
    let watchers: Vec<_> = (0..10)
        .map(|n| {
            let cut = (n % 2 == 1).then_some(5 + 7 * n);
            let (place, token) = (place.clone(), ada.token.clone());
            tokio::spawn(Replica::default().follow(place, token, cut))
        })
        .collect();
    let mut acknowledged = Vec::new();
    let points = [
        Some("before_commit"),
        Some("after_commit"),
        Some("after_publish"),
        None,
    ];
    for round in 0..rounds(2) * points.len() {
        let point = points[round % points.len()];
        let done = write_until_killed(&server, &ada, round, point).await;
        acknowledged.extend(done);
        assert!(
            !server.wait().success(),
            "it was not killed: {}",
            server.log()
        );
        server = Start::again(&server).run().await;
        tell.send_replace(server.address().to_owned());
    }
    server
        .post("/api/items", json!({"name": END}))
        .by(&ada)
        .send()
        .await
        .expect(201);
    let mut replicas = Vec::new();
    for watcher in watchers {
        replicas.push(watcher.await.unwrap());
    }
    let last: std::collections::HashMap<i64, Option<String>> = acknowledged.into_iter().collect();
    assert!(last.len() > 30, "{}", last.len());
    for replica in &replicas {
        for (id, name) in &last {
            let known = replica
                .known
                .get(id)
                .map(|item| item["name"].as_str().unwrap().to_owned());
            assert_eq!(known, *name, "{id}");
        }
        assert!(replica.connections > 4, "{}", replica.connections);
    }
    assert!(server.stop().success());
    for replica in &replicas {
        replica.must_be(&server.database());
    }
}
