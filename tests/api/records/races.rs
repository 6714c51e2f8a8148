//! Rules that must hold when fifty requests come at once.

use futures_util::future::join_all;
use serde_json::json;

use super::make;
use crate::support::{Answer, Server};

fn count(answers: &[Answer], status: u16) -> usize {
    answers
        .iter()
        .filter(|answer| answer.status == status)
        .count()
}

#[tokio::test]
async fn of_fifty_equal_creates_one_wins() {
    let server = Server::with(
        "[models.tags.fields]\nname = { type = \"string\", unique = true }\n\
         [models.slots.fields]\nname = { type = \"string\", unique = \"global\" }",
    )
    .await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let calls = (0..50).map(|_| {
        server
            .post("/api/tags", json!({"name": "x"}))
            .by(&ada)
            .send()
    });
    let answers = join_all(calls).await;
    assert_eq!((count(&answers, 201), count(&answers, 409)), (1, 49));
    let calls = (0..50).map(|at| {
        let user = if at % 2 == 0 { &ada } else { &bob };
        server
            .post("/api/slots", json!({"name": "x"}))
            .by(user)
            .send()
    });
    let answers = join_all(calls).await;
    assert_eq!((count(&answers, 201), count(&answers, 409)), (1, 49));
    make(&server, "tags", &ada, json!({"name": "y"})).await;
    let calls = (2..52).map(|at| {
        let name = format!("n{at}");
        server
            .post("/api/tags", json!({"name": name}))
            .by(&ada)
            .send()
    });
    let made = join_all(calls).await;
    let calls = made.iter().map(|made| {
        let path = format!("/api/tags/{}", made.item()["id"]);
        server.put(&path, json!({"name": "z"})).by(&ada).send()
    });
    let answers = join_all(calls).await;
    assert_eq!((count(&answers, 200), count(&answers, 409)), (1, 49));
}

#[tokio::test]
async fn a_reference_never_dangles_however_creates_and_deletes_meet() {
    let server = Server::with(
        "[models.lists.fields]\nname = { type = \"string\" }\n[models.cards.fields]\nlist = { references = \"lists\" }",
    )
    .await;
    let ada = server.user("ada").await;
    for _ in 0..5 {
        let list: i64 = make(&server, "lists", &ada, json!({}))
            .await
            .parse()
            .unwrap();
        let path = format!("/api/lists/{list}");
        let creates = (0..30).map(|_| {
            server
                .post("/api/cards", json!({"list": list}))
                .by(&ada)
                .send()
        });
        let deletes = (0..20).map(|_| server.delete(&path).by(&ada).send());
        let (made, gone) = tokio::join!(join_all(creates), join_all(deletes));
        assert_eq!(count(&made, 201) + count(&made, 422), 30);
        let cards = server
            .get(&format!("/api/cards?total=true&list={list}"))
            .by(&ada)
            .send()
            .await
            .json();
        if count(&gone, 200) == 1 {
            assert_eq!(count(&gone, 404) + count(&gone, 409), 19);
            assert_eq!(cards["total"], 0);
            server.get(&path).by(&ada).send().await.expect(404);
        } else {
            assert_eq!(count(&gone, 409), 20);
            assert_eq!(cards["total"], count(&made, 201));
        }
    }
}

#[tokio::test]
async fn patches_into_different_members_of_one_object_are_all_kept() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    make(&server, "items", &ada, json!({"name": "a"})).await;
    let calls = (0..50).map(|at| {
        let member = format!("k{at}");
        server
            .patch("/api/items/1", json!({"metadata": {"in": {member: at}}}))
            .by(&ada)
            .send()
    });
    let answers = join_all(calls).await;
    assert_eq!(count(&answers, 200), 50);
    let item = server.get("/api/items/1").by(&ada).send().await.item();
    assert_eq!(item["metadata"]["in"].as_object().unwrap().len(), 50);
}
