//! `hearth user delete`: what it says before it asks, and what keeps a user.

use serde_json::{Value, json};

use crate::support::Server;

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn a_deletion_says_what_goes_and_wants_a_yes() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    for name in ["one", "two"] {
        let item = json!({"name": name});
        server
            .post("/api/items", item)
            .by(&ada)
            .send()
            .await
            .expect(201);
    }
    let refused =
        crate::folder::hearth(server.folder(), &["user", "delete", ADA], "yes\n").refused();
    assert!(
        refused.starts_with("With them go 2 of `items`.\n"),
        "{refused}"
    );
    assert!(refused.ends_with("say it with --yes"), "{refused}");
    server.get("/api/items/1").by(&ada).send().await.expect(200);
    let said = server.hearth(&["user", "delete", ADA, "--yes"]);
    assert_eq!(said, "Deleted ada@example.com\n");
    assert_eq!(server.hearth(&["export", "items"]), "");
}

const BLOG: &str = r#"
[models.posts]
access = "authenticated"
[models.posts.fields]
title = { type = "string" }

[models.comments]
access = "authenticated"
[models.comments.fields]
post = { references = "posts", on_delete = "cascade" }

[models.bills]
on_owner_delete = "restrict"
[models.bills.fields]
sum = { type = "integer" }

[models.pins]
access = "authenticated"
[models.pins.fields]
comment = { references = "comments" }
"#;

#[tokio::test]
async fn what_goes_by_references_is_counted_too() {
    let server = Server::with(BLOG).await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let make = async |model: &str, body: Value, by| {
        let path = format!("/api/{model}");
        server.post(&path, body).by(by).send().await.expect(201);
    };
    for _ in 0..2 {
        make("posts", json!({"title": "hers"}), &ada).await;
    }
    make("posts", json!({"title": "his"}), &bob).await;
    make("comments", json!({"post": 1}), &ada).await;
    make("comments", json!({"post": 2}), &bob).await;
    make("comments", json!({"post": 3}), &bob).await;
    let delete = || crate::folder::hearth(server.folder(), &["user", "delete", ADA], "").refused();
    let said = delete();
    assert!(
        said.starts_with("With them go 2 of `posts` and 2 of `comments` (1 of other people's).\n"),
        "{said}"
    );
    server.get("/api/posts/1").by(&bob).send().await.expect(200);

    make("pins", json!({"comment": 2}), &bob).await;
    let held = "Records that would go with the user are held: 1 of `pins` by a `restrict` reference to `comments`. \
                Delete those first, or disable the user instead";
    assert_eq!(delete(), held);
    // The user's own goes together with what it refers to.
    server
        .delete("/api/pins/1")
        .by(&bob)
        .send()
        .await
        .expect(200);
    make("pins", json!({"comment": 2}), &ada).await;
    let said = delete();
    assert!(said.contains(" and 1 of `pins`.\n"), "{said}");

    make("bills", json!({"sum": 7}), &ada).await;
    let said = delete();
    assert_eq!(
        said,
        "The user has 1 of `bills`, which must not go with them: model `bills` has on_owner_delete = \"restrict\". \
         Delete those first, or disable the user instead"
    );
    server
        .delete("/api/bills/1")
        .by(&ada)
        .send()
        .await
        .expect(200);
    server.hearth(&["user", "delete", ADA, "--yes"]);
    let list = async |model: &str| {
        let path = format!("/api/{model}");
        let listed = server.get(&path).by(&bob).send().await.expect(200);
        listed.items().len()
    };
    assert_eq!(list("posts").await, 1);
    assert_eq!(list("comments").await, 1);
    assert_eq!(list("pins").await, 0);
}
