//! A new user's first minutes.

use crate::support::Server;
use serde_json::json;

#[tokio::test]
async fn a_record_is_made_read_changed_and_deleted() {
    let server = Server::start().await;
    let user = server.user("ada").await;
    let made = server
        .post("/api/items", json!({"name": "first"}))
        .by(&user)
        .send()
        .await
        .expect(201);
    assert_eq!(made.header("location"), Some("/api/items/1"));
    assert_eq!(made.item()["user_id"], user.id.as_str());
    let read = server
        .get("/api/items/1")
        .by(&user)
        .send()
        .await
        .expect(200);
    assert_eq!(read.item(), made.item());
    let changed = server
        .patch("/api/items/1", json!({"metadata": {"a": {"b": 2}}}))
        .by(&user)
        .send()
        .await;
    assert_eq!(
        changed.expect(200).item()["metadata"],
        json!({"a": {"b": 2}})
    );
    server
        .delete("/api/items/1")
        .by(&user)
        .send()
        .await
        .expect(200);
    server
        .get("/api/items/1")
        .by(&user)
        .send()
        .await
        .expect(404);
}
