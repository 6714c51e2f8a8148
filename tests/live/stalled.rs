//! Many watchers, and one that reads nothing: it changes nothing for the others, and misses nothing itself.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::checker::{END, Replica};
use crate::client::{Socket, create};
use crate::support::{Server, User};

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_is_left_alone_and_comes_back() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let admin = server.admin("eve").await;
    let mut stalled = Socket::open(&server, &ada).await;
    stalled.watch("records:items").await;
    let (_tell, place) = watch::channel(server.address().to_owned());
    let other = tokio::spawn(Replica::default().follow(place, ada.token.clone(), None));
    let large = "x".repeat(90 * 1024);
    let count = 300;
    for n in 0..count {
        let body = json!({"name": format!("{n}"), "optional_field": large});
        let made = server.post("/api/items", body).by(&ada).send().await;
        let status = made.status;
        assert_eq!(status, 201, "{}", made.text());
    }
    create(&server, &ada, "items", json!({"name": END})).await;
    let other = other.await.unwrap();
    assert_eq!(other.known.len(), count + 1);
    let began = Instant::now();
    loop {
        let metrics = server
            .get("/metrics")
            .by(&admin)
            .send()
            .await
            .expect(200)
            .text();
        if metrics.contains("hearth_slow_closed_total 1") {
            break;
        }
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "it is still there"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut last = 0;
    while let Some(Ok(message)) = futures_util::StreamExt::next(&mut stalled.stream).await {
        if let Ok(text) = message.to_text()
            && let Ok(frame) = serde_json::from_str::<Value>(text)
            && frame["type"] == "change"
        {
            assert_eq!(frame["seq"], last + 1);
            last += 1;
        }
    }
    assert!(last > 0 && last < count as i64, "{last}");
    let mut back = Socket::open(&server, &ada).await;
    back.subscribe(json!({"channel": "records:items", "after": last}))
        .await;
    let missed = back.until_live().await;
    let seqs: Vec<i64> = missed
        .iter()
        .map(|frame| frame["seq"].as_i64().unwrap())
        .collect();
    assert_eq!(seqs, (last + 1..=count as i64 + 1).collect::<Vec<_>>());
}

/// `WATCHERS=2000` for more.
#[tokio::test(flavor = "multi_thread")]
async fn many_snapshots_in_the_middle_of_writes_are_all_the_table() {
    let wanted = std::env::var("WATCHERS").ok();
    let count: usize = wanted.and_then(|text| text.parse().ok()).unwrap_or(150);
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let config = "[realtime]\nsockets_per_user = 5000\n[models.items.fields]\nname = { type = \"string\" }\n";
    let mut server = Server::with(config).await;
    let ada = server.user("ada").await;
    let rows: Vec<Value> = (0..200).map(|n| json!({"name": n.to_string()})).collect();
    server
        .post("/api/items", json!(rows))
        .by(&ada)
        .send()
        .await
        .expect(201);
    let (_tell, place) = watch::channel(server.address().to_owned());
    let coming = async {
        let mut watchers = Vec::new();
        for n in 0..count {
            if n % 10 == 0 {
                create(&server, &ada, "items", json!({"name": "between"})).await;
            }
            let replica = Replica::default().follow(place.clone(), ada.token.clone(), None);
            watchers.push(tokio::spawn(replica));
        }
        watchers
    };
    let hammering = join_all((0..8).map(|writer| hammer(&server, &ada, writer)));
    let (watchers, _) = tokio::join!(coming, hammering);
    create(&server, &ada, "items", json!({"name": END})).await;
    let mut replicas = Vec::new();
    for watcher in watchers {
        replicas.push(watcher.await.unwrap());
    }
    let places: std::collections::BTreeSet<i64> = replicas.iter().map(|one| one.since).collect();
    assert!(
        places.len() > 3,
        "all snapshots are of one moment: {places:?}"
    );
    assert!(server.stop().success());
    for replica in &replicas {
        replica.must_be(&server.database());
    }
}

async fn hammer(server: &Server, user: &User, writer: i64) {
    for round in 0..40 {
        let path = format!("/api/items/{}", 1 + (writer * 71 + round * 37) % 200);
        let call = match round % 3 {
            0 => server.delete(&path),
            1 => server.patch(&path, json!({"name": format!("{writer} {round}")})),
            _ => server.post("/api/items", json!({"name": "made"})),
        };
        call.by(user).send().await;
    }
}
