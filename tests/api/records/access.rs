//! Who may do what, and how a refusal is worded.

use serde_json::{Value, json};

use super::{make, with_role};
use crate::support::{Server, User};

pub(super) const CONFIG: &str = r#"
[auth.roles.editor]
[models.of_owner.fields]
t = { type = "string" }
[models.shared]
access = "shared_read"
[models.shared.fields]
t = { type = "string" }
[models.public]
access = "public_read"
[models.public.fields]
t = { type = "string" }
[models.common]
access = "authenticated"
[models.common.fields]
t = { type = "string" }
[models.internal]
access = "admin"
[models.internal.fields]
t = { type = "string" }
[models.wiki]
access = { read = "anyone", create = "anyone", update = "anyone", delete = "anyone" }
[models.wiki.fields]
t = { type = "string" }
[models.posts]
access = { read = "anyone", update = "role:editor", delete = ["owner", "role:editor"] }
[models.posts.fields]
t = { type = "string" }
[models.drafts]
access = { read = ["owner", "role:editor"], update = "role:editor" }
[models.drafts.fields]
t = { type = "string" }
[models.letters]
access = { read = "admin", create = "anyone", update = "owner" }
[models.letters.fields]
t = { type = "string" }
[models.plans]
access = { read = "signed_in", create = "role:editor", update = ["owner", "role:editor"], delete = "admin" }
[models.plans.fields]
t = { type = "string" }
"#;

pub(super) struct Cast {
    pub(super) callers: Vec<(&'static str, Option<User>)>,
}

impl Cast {
    pub(super) async fn new(server: &Server) -> Self {
        let callers = vec![
            ("nobody", None),
            ("ada", Some(server.user("ada").await)),
            ("bob", Some(server.user("bob").await)),
            ("eve", Some(with_role(server, "eve", "editor").await)),
            ("root", Some(server.admin("root").await)),
        ];
        Cast { callers }
    }

    /// What `user_id` says of that caller's records.
    pub(super) fn id(&self, name: &str) -> Value {
        let found = self.callers.iter().find(|(known, _)| *known == name);
        let user = found.unwrap().1.as_ref();
        user.map_or(Value::Null, |user| json!(user.id))
    }

    pub(super) fn user(&self, name: &str) -> &User {
        let found = self.callers.iter().find(|(known, _)| *known == name);
        found.unwrap().1.as_ref().unwrap()
    }
}

#[tokio::test]
async fn what_may_be_read_but_not_changed_is_a_403_that_says_so() {
    let server = Server::with(CONFIG).await;
    let cast = Cast::new(&server).await;
    let (ada, bob) = (cast.user("ada"), cast.user("bob"));
    let post = make(&server, "posts", ada, json!({"t": "x"})).await;
    let path = format!("/api/posts/{post}");
    let change = json!({"t": "y"});
    let by_role = server
        .put(&path, change.clone())
        .by(ada)
        .send()
        .await
        .expect(403);
    assert_eq!(by_role.detail(), "You may not change this post");
    assert_eq!(by_role.json()["code"], "forbidden");
    let absent = server
        .put("/api/posts/999", change)
        .by(ada)
        .send()
        .await
        .expect(403);
    assert_eq!(
        absent.without_id(),
        by_role.without_id(),
        "a role is judged without a record"
    );
    let shared = make(&server, "shared", ada, json!({"t": "x"})).await;
    let path = format!("/api/shared/{shared}");
    let answer = server.delete(&path).by(bob).send().await.expect(403);
    assert_eq!(answer.detail(), "You may not delete this shared");
    let answer = server
        .post("/api/plans", json!({}))
        .by(bob)
        .send()
        .await
        .expect(403);
    assert_eq!(answer.detail(), "You may not create a plan");
    let answer = server.get("/api/internal").by(bob).send().await.expect(403);
    assert_eq!(answer.detail(), "You may not read this internal");
}

#[tokio::test]
async fn what_nobody_in_particular_made_has_no_owner() {
    let server = Server::with(CONFIG).await;
    let cast = Cast::new(&server).await;
    let made = server
        .post("/api/letters", json!({"t": "hello"}))
        .send()
        .await
        .expect(201);
    assert!(made.item()["user_id"].is_null());
    server.get("/api/letters/1").send().await.expect(401);
    server
        .get("/api/letters/1")
        .by(cast.user("bob"))
        .send()
        .await
        .expect(403);
    let read = server
        .get("/api/letters/1")
        .by(cast.user("root"))
        .send()
        .await
        .expect(200);
    assert_eq!(read.text(), made.text());
    let page = server
        .post("/api/wiki", json!({"t": "p"}))
        .send()
        .await
        .expect(201);
    let path = format!("/api/wiki/{}", page.item()["id"]);
    let changed = server
        .put(&path, json!({"t": "q"}))
        .by(cast.user("bob"))
        .send()
        .await
        .expect(200);
    assert!(
        changed.item()["user_id"].is_null(),
        "who changes it does not come to own it"
    );
}

#[tokio::test]
async fn a_bad_credential_is_a_401_also_where_none_is_needed() {
    let server = Server::with(CONFIG).await;
    server.get("/api/wiki").send().await.expect(200);
    for value in ["Bearer x", "Bearer ", "Bearer", "Basic eDp5", "x"] {
        let answer = server
            .get("/api/wiki")
            .header("authorization", value)
            .send()
            .await
            .expect(401);
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{value}");
        assert!(answer.detail().starts_with("Invalid token"), "{value}");
    }
    let nothing = server.get("/api/of_owner").send().await.expect(401);
    assert_eq!(nothing.detail(), "Not authenticated");
    assert_eq!(nothing.header("www-authenticate"), Some("Bearer"));
}
