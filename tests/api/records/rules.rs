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
async fn who_may_create_and_list_is_as_the_rules_say() {
    let server = Server::with(CONFIG).await;
    let cast = Cast::new(&server).await;
    for (model, [read, create, ..]) in RULES {
        for (name, caller) in &cast.callers {
            let path = format!("/api/{model}");
            for (method, rule, good) in [("POST", create, 201), ("GET", read, 200)] {
                let body = (method == "POST").then(|| json!({"t": "x"}));
                let wanted = match reach(rule, name) {
                    Reach::Refused(status) => status,
                    _ => good,
                };
                let answer = send(&server, method, &path, caller.as_ref(), body).await;
                assert_eq!(answer.status, wanted, "{name} {method} {model}");
                if answer.status == 200 {
                    let own = answer.items();
                    let own = own.iter().all(|item| item["user_id"] == cast.id(name));
                    assert!(
                        own || reach(read, name) == Reach::All,
                        "{name} lists {model}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn every_rule_is_kept_for_every_caller_owner_and_call_and_the_hidden_is_as_the_absent() {
    let server = Server::with(CONFIG).await;
    let cast = Cast::new(&server).await;
    for (model, [read, create, update, delete]) in RULES {
        let owners = ["ada", "bob", "eve", "root"];
        let owners = owners
            .into_iter()
            .filter(|owner| reach(create, owner) == Reach::All);
        for (owner, (name, caller)) in
            owners.flat_map(|owner| cast.callers.iter().map(move |caller| (owner, caller)))
        {
            let calls = [
                ("GET", None),
                ("PUT", Some(update)),
                ("PATCH", Some(update)),
                ("DELETE", Some(delete)),
            ];
            for (method, rule) in calls {
                let id = make(&server, model, cast.user(owner), json!({"t": "y"})).await;
                let body = matches!(method, "PUT" | "PATCH").then(|| json!({"t": "z"}));
                let ask = |id: &str| {
                    let path = format!("/api/{model}/{id}");
                    let (server, caller, body) = (&server, caller.as_ref(), body.clone());
                    async move { send(server, method, &path, caller, body).await }
                };
                let (answer, absent) = (ask(&id).await, ask("999999").await);
                let what = format!("{name} {method} {model} of {owner}");
                let change = rule.map(|rule| reach(rule, name));
                let reading = reach(read, name);
                assert_eq!(
                    answer.status,
                    expected(reading, change, name, Some(owner)),
                    "{what}"
                );
                assert_eq!(
                    absent.status,
                    expected(reading, change, name, None),
                    "{what}"
                );
                if answer.status == absent.status {
                    assert_eq!(answer.without_id(), absent.without_id(), "{what}");
                }
            }
        }
    }
}
