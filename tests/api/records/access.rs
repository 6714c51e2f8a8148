//! Who may do what: each rule, for each caller, with each record, against the rules as the contract words them.

use serde_json::json;

use super::{make, send, with_role};
use crate::support::{Server, User};

const CONFIG: &str = r#"
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

/// read, create, update, delete.
const RULES: &[(&str, [&[&str]; 4])] = &[
    (
        "of_owner",
        [&["owner"], &["signed_in"], &["owner"], &["owner"]],
    ),
    (
        "shared",
        [&["signed_in"], &["signed_in"], &["owner"], &["owner"]],
    ),
    (
        "public",
        [&["anyone"], &["signed_in"], &["owner"], &["owner"]],
    ),
    (
        "common",
        [
            &["signed_in"],
            &["signed_in"],
            &["signed_in"],
            &["signed_in"],
        ],
    ),
    ("internal", [&["admin"], &["admin"], &["admin"], &["admin"]]),
    ("wiki", [&["anyone"], &["anyone"], &["anyone"], &["anyone"]]),
    (
        "posts",
        [
            &["anyone"],
            &["signed_in"],
            &["editor"],
            &["owner", "editor"],
        ],
    ),
    (
        "drafts",
        [
            &["owner", "editor"],
            &["signed_in"],
            &["editor"],
            &["owner"],
        ],
    ),
    ("letters", [&["admin"], &["anyone"], &["owner"], &["owner"]]),
    (
        "plans",
        [
            &["signed_in"],
            &["editor"],
            &["owner", "editor"],
            &["admin"],
        ],
    ),
];

/// What a rule lets somebody do.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Reach {
    All,
    Own,
    Refused(u16),
}

fn reach(rule: &[&str], caller: &str) -> Reach {
    let holds = |word: &&str| match *word {
        "anyone" => true,
        "signed_in" => caller != "nobody",
        "editor" => caller == "eve",
        _ => false,
    };
    match caller {
        "root" => Reach::All,
        _ if rule.iter().any(|word| holds(word)) => Reach::All,
        "nobody" => Reach::Refused(401),
        _ if rule.contains(&"owner") => Reach::Own,
        _ => Reach::Refused(403),
    }
}

/// The status of a read, or of a change by a second rule, of a record whose owner is `owner`; None when there is none.
fn expected(read: Reach, change: Option<Reach>, caller: &str, owner: Option<&str>) -> u16 {
    for rule in change.into_iter().chain([read]) {
        if let Reach::Refused(status) = rule {
            return status;
        }
    }
    let covers = |rule| rule == Reach::All || owner == Some(caller);
    if owner.is_none() || !covers(read) {
        404
    } else if change.is_some_and(|change| !covers(change)) {
        403
    } else {
        200
    }
}

struct Cast {
    callers: Vec<(&'static str, Option<User>)>,
}

impl Cast {
    async fn new(server: &Server) -> Self {
        let callers = vec![
            ("nobody", None),
            ("ada", Some(server.user("ada").await)),
            ("bob", Some(server.user("bob").await)),
            ("eve", Some(with_role(server, "eve", "editor").await)),
            ("root", Some(server.admin("root").await)),
        ];
        Cast { callers }
    }

    fn user(&self, name: &str) -> &User {
        let found = self.callers.iter().find(|(known, _)| *known == name);
        found.unwrap().1.as_ref().unwrap()
    }
}

#[tokio::test]
async fn every_rule_is_kept_for_every_caller_record_and_call() {
    let server = Server::with(CONFIG).await;
    let cast = Cast::new(&server).await;
    for (model, [read, create, update, delete]) in RULES {
        for (name, caller) in &cast.callers {
            let caller = caller.as_ref();
            let path = format!("/api/{model}");
            let wanted = match reach(create, name) {
                Reach::All => 201,
                Reach::Own => unreachable!("an owner is of a record"),
                Reach::Refused(status) => status,
            };
            let made = send(&server, "POST", &path, caller, Some(json!({"t": "x"}))).await;
            assert_eq!(made.status, wanted, "{name} creates {model}");
            let reading = reach(read, name);
            let wanted = if let Reach::Refused(status) = reading {
                status
            } else {
                200
            };
            let list = send(&server, "GET", &path, caller, None).await;
            assert_eq!(list.status, wanted, "{name} lists {model}");
            // Whoever may not create has a record all the same, made by an admin for the sake of an id.
            let owner = ["root", "eve", "ada"]
                .into_iter()
                .find(|owner| reach(create, owner) == Reach::All)
                .unwrap();
            for (owner, maker) in [(Some(owner), owner), (None, "root")] {
                let mut id = make(&server, model, cast.user(maker), json!({"t": "y"})).await;
                if owner.is_none() {
                    id = "999999".to_owned();
                }
                let path = format!("{path}/{id}");
                let wanted = expected(reading, None, name, owner);
                let status = send(&server, "GET", &path, caller, None).await.status;
                assert_eq!(status, wanted, "{name} reads {model} of {owner:?}");
                for (method, rule) in [("PUT", update), ("PATCH", update), ("DELETE", delete)] {
                    let body = (method != "DELETE").then(|| json!({"t": "z"}));
                    let wanted = expected(reading, Some(reach(rule, name)), name, owner);
                    let status = send(&server, method, &path, caller, body).await.status;
                    assert_eq!(status, wanted, "{name} {method} {model} of {owner:?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn own_records_are_for_their_owner_as_the_rules_say() {
    let server = Server::with(CONFIG).await;
    let cast = Cast::new(&server).await;
    for (model, [read, create, update, delete]) in RULES {
        for name in ["ada", "bob", "eve"] {
            if reach(create, name) != Reach::All {
                continue;
            }
            for (method, rule) in [
                ("GET", read),
                ("PUT", update),
                ("PATCH", update),
                ("DELETE", delete),
            ] {
                let own = make(&server, model, cast.user(name), json!({"t": "y"})).await;
                let body = matches!(method, "PUT" | "PATCH").then(|| json!({"t": "z"}));
                let change = (method != "GET").then(|| reach(rule, name));
                let wanted = expected(reach(read, name), change, name, Some(name));
                let path = format!("/api/{model}/{own}");
                let status = send(&server, method, &path, Some(cast.user(name)), body)
                    .await
                    .status;
                assert_eq!(status, wanted, "{name} {method} own {model}");
            }
        }
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
        assert_eq!(answer.detail(), "Invalid token");
    }
    let nothing = server.get("/api/of_owner").send().await.expect(401);
    assert_eq!(nothing.detail(), "Not authenticated");
    assert_eq!(nothing.header("www-authenticate"), Some("Bearer"));
}
