//! Each rule, for each caller, with each record, against the rules as the contract words them.

use serde_json::json;

use super::access::{CONFIG, Cast};
use super::{make, send};
use crate::support::Server;

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
        _ if rule.iter().any(holds) => Reach::All,
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
