//! What a list, a total, a cursor or a clash could tell of others, and does not.

use serde_json::json;

use super::isolation::CONFIG;
use super::make;
use crate::support::Server;

#[tokio::test]
async fn lists_totals_filters_and_orders_show_nothing_of_others() {
    let server = Server::with(CONFIG).await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    for number in 0..3 {
        make(
            &server,
            "notes",
            &ada,
            json!({"title": format!("t{number}"), "slug": format!("s{number}")}),
        )
        .await;
    }
    for number in 0..2 {
        make(
            &server,
            "notes",
            &bob,
            json!({"title": format!("t{number}"), "slug": format!("s{number}")}),
        )
        .await;
    }
    for (user, count) in [(&ada, 3), (&bob, 2)] {
        for query in [
            "",
            "&sort=-title",
            "&sort=slug,-id",
            "&offset=0",
            "&limit=1",
            "&fields=title",
            "&title=t0&title=t1&title=t2",
        ] {
            let mut path = format!("/api/notes?total=true{query}");
            let mut seen = 0;
            loop {
                let page = server.get(&path).by(user).send().await.expect(200).json();
                assert_eq!(page["total"], count, "{path}");
                for item in page["items"].as_array().unwrap() {
                    assert!(item["user_id"].is_null() || item["user_id"] == user.id.as_str());
                    seen += 1;
                }
                let Some(cursor) = page["next_cursor"].as_str() else {
                    break;
                };
                path = format!("/api/notes?total=true{query}&cursor={cursor}");
            }
            assert_eq!(seen, count, "{query}");
        }
    }
    let none = server
        .get("/api/notes?title=t2&total=true")
        .by(&bob)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!((&none["total"], &none["items"]), (&json!(0), &json!([])));
}

#[tokio::test]
async fn anothers_cursor_is_but_a_place_in_ones_own_records() {
    let server = Server::with(CONFIG).await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    for number in 0..4 {
        make(
            &server,
            "notes",
            &ada,
            json!({"title": format!("a{number}")}),
        )
        .await;
        make(
            &server,
            "notes",
            &bob,
            json!({"title": format!("b{number}")}),
        )
        .await;
    }
    let page = server
        .get("/api/notes?limit=2")
        .by(&ada)
        .send()
        .await
        .expect(200)
        .json();
    let path = format!(
        "/api/notes?cursor={}",
        page["next_cursor"].as_str().unwrap()
    );
    let items = server.get(&path).by(&bob).send().await.expect(200).items();
    assert!(items.iter().all(|item| item["user_id"] == bob.id.as_str()));
    assert_eq!(items.len(), 3, "those behind ada's second");
}

#[tokio::test]
async fn a_unique_field_of_an_owner_tells_nothing_about_others() {
    let server = Server::with(CONFIG).await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    make(&server, "notes", &ada, json!({"title": "a", "slug": "x"})).await;
    make(&server, "notes", &bob, json!({"title": "b", "slug": "x"})).await;
    let clash = server
        .post("/api/notes", json!({"title": "b", "slug": "x"}))
        .by(&bob)
        .send()
        .await
        .expect(409);
    assert_eq!(clash.detail(), "Another note has the same `slug`");
}
