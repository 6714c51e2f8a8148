//! `GET /api/admin/audit` and `hearth audit`: who did what, from where; and that nobody fills the disk with it.

use serde_json::{Value, json};

use crate::mails::logged;
use crate::proxied::{behind_us, login_from};
use crate::support::{PASSWORD, Server, User};

const WRONG: &str = "not the password";

async fn listed(server: &Server, admin: &User, query: &str) -> Vec<Value> {
    let path = format!("/api/admin/audit?{query}");
    let answer = server.get(&path).by(admin).send().await;
    answer.expect(200).items()
}

fn actions(entries: &[Value]) -> Vec<&str> {
    let each = entries.iter().map(|entry| entry["action"].as_str());
    each.map(Option::unwrap).collect()
}

/// Makes, changes and deletes an account, by an admin at several addresses and once by hand; its id.
async fn change_everything(server: &Server, root: &User) -> String {
    let new = json!({"email": "ada@example.com", "password": PASSWORD, "name": "Ada"});
    let made = server.post("/api/admin/users", new).by(root);
    let made = made.header("x-forwarded-for", "198.51.100.7").send().await;
    let id = made.expect(201).item()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/admin/users/{id}");
    for change in [
        json!({"role": "editor", "name": "Countess"}),
        json!({"disabled": true}),
        json!({"disabled": false}),
    ] {
        let put = server.put(&path, change).by(root);
        let put = put.header("x-forwarded-for", "198.51.100.8").send().await;
        put.expect(200);
    }
    server.hearth(&["user", "promote", "ada@example.com", "user"]);
    server.delete(&path).by(root).send().await.expect(200);
    id
}

#[tokio::test]
async fn an_admins_changes_say_who_from_where_and_what() {
    let server = Server::with(&behind_us("[auth.roles.editor]")).await;
    let root = server.admin("root").await;
    let id = change_everything(&server, &root).await;
    let entries = listed(&server, &root, &format!("user={id}")).await;
    let (operator, here, seven, eight) = (None, "127.0.0.1", "198.51.100.7", "198.51.100.8");
    let expected = [
        ("user_deleted", Some(here), json!(null)),
        (
            "role_changed",
            operator,
            json!({"by": "operator", "before": "editor", "after": "user"}),
        ),
        ("user_enabled", Some(eight), json!(null)),
        ("user_disabled", Some(eight), json!(null)),
        ("user_changed", Some(eight), json!({"changed": ["name"]})),
        (
            "role_changed",
            Some(eight),
            json!({"before": "user", "after": "editor"}),
        ),
        (
            "user_created",
            Some(seven),
            json!({"role": "user", "password": true}),
        ),
    ];
    assert_eq!(entries.len(), expected.len());
    for (entry, (action, address, detail)) in entries.iter().zip(expected) {
        assert_eq!(entry["action"], action);
        assert_eq!(entry["address"], json!(address), "{action}");
        assert_eq!(entry["detail"], detail, "{action}");
        assert_eq!(entry["target"], id.as_str());
        let by = address.map(|_| (root.id.as_str(), root.email.as_str()));
        assert_eq!(entry["user"], json!(by.map(|by| by.0)), "{action}");
        assert_eq!(entry["user_email"], json!(by.map(|by| by.1)), "{action}");
    }
}

/// In and out, rightly and wrongly.
async fn go_in_and_out(server: &Server, ada: &User) {
    let login = |password: &str| {
        let body = json!({"email": ada.email, "password": password});
        let call = server.post("/api/auth/login", body);
        call.header("user-agent", &"x".repeat(2_000)).send()
    };
    login(WRONG).await.expect(401);
    let again = User::of(&login(PASSWORD).await.expect(200));
    let change = |current: &str| {
        let body = json!({"current_password": current, "new_password": "a longer horse battery"});
        server.post("/api/auth/password", body).by(&again).send()
    };
    change(WRONG).await.expect(403);
    change(PASSWORD).await.expect(200);
    let body = json!({"refresh_token": again.refresh_token});
    let refresh = || server.post("/api/auth/refresh", body.clone()).send();
    refresh().await.expect(200);
    refresh().await.expect(401);
    let set_up = json!({"token": "x", "email": "eve@example.com", "password": PASSWORD});
    let refused = server.post("/api/auth/setup", set_up).send().await;
    refused.expect(403);
    server
        .get("/api/admin/users")
        .by(ada)
        .send()
        .await
        .expect(401);
    let last = server.sign_in(&ada.email, "a longer horse battery").await;
    let refused = server.get("/api/admin/users").by(&last).send().await;
    refused.expect(403);
    let out = server.post("/api/auth/logout", json!({})).by(&last);
    out.send().await.expect(200);
}

#[tokio::test]
async fn each_way_in_and_out_is_an_entry() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let ada = server.user("ada").await;
    go_in_and_out(&server, &ada).await;
    let entries = listed(&server, &root, "").await;
    assert_eq!(
        actions(&entries)[..10],
        [
            "sign_out",
            "refused",
            "sign_in",
            "set_up_failed",
            "refresh_token_reused",
            "password_changed",
            "password_check_failed",
            "sign_in",
            "sign_in_failed",
            "registered"
        ]
    );
    assert!(
        entries[..10]
            .iter()
            .all(|entry| entry["address"] == "127.0.0.1")
    );
    assert_eq!(
        entries[1]["detail"],
        json!({"method": "GET", "path": "/api/admin/users"})
    );
    assert_eq!(entries[7]["detail"]["user_agent"], "x".repeat(300));
    assert_eq!(entries[8]["detail"]["reason"], "password");
    // To read the audit is no entry, and nothing else can be done with it.
    assert_eq!(listed(&server, &root, "").await.len(), entries.len());
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        let call = server.call(method, "/api/admin/audit").by(&root);
        call.send().await.expect(405);
    }
}

#[tokio::test]
async fn it_is_read_by_pages_and_filters() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    for name in ["ada", "bob", "eve"] {
        server.user(name).await;
    }
    let mut seen = Vec::new();
    let mut path = "/api/admin/audit?limit=2".to_owned();
    loop {
        let page = server.get(&path).by(&root).send().await.expect(200);
        seen.extend(page.items());
        let next = page.json()["next_cursor"].clone();
        let Some(cursor) = next.as_str() else { break };
        path = format!("/api/admin/audit?limit=2&cursor={cursor}");
        server.user(&format!("late{}", seen.len())).await;
    }
    let ids: Vec<i64> = seen
        .iter()
        .map(|entry| entry["id"].as_i64().unwrap())
        .collect();
    assert_eq!(ids, [5, 4, 3, 2, 1], "none twice, none left out");
    let of = |query: &'static str| listed(&server, &root, query);
    assert_eq!(of("action=role_changed").await.len(), 1);
    assert_eq!(of("user=ada@example.com").await.len(), 1);
    assert_eq!(of("user=nobody-of-that-id").await.len(), 0);
    assert_eq!(of("since=2100-01-01T00:00:00Z").await.len(), 0);
    assert_eq!(of("until=2020-01-01T00:00:00%2B02:00").await.len(), 0);
    assert!(
        of("since=2020-01-01T00:00:00Z&until=2100-01-01T00:00:00Z")
            .await
            .len()
            > 5
    );
    for (query, status) in [
        ("limit=0", 422),
        ("since=yesterday", 422),
        ("user=nobody@example.com", 422),
        ("action=a&action=b", 422),
        ("sort=at", 422),
        ("cursor=nonsense", 400),
    ] {
        let path = format!("/api/admin/audit?{query}");
        server.get(&path).by(&root).send().await.expect(status);
    }
    let ada = server.sign_in("ada@example.com", PASSWORD).await;
    let refused = server.get("/api/admin/audit").by(&ada).send().await;
    refused.expect(403);
    let words = ["audit", "--json", "--since", "1h", "--action", "refused"];
    let by_hand: Value = serde_json::from_str(&server.hearth(&words)).unwrap();
    assert_eq!(by_hand.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn many_failures_are_counted_in_few_entries() {
    let server = Server::with(&behind_us(
        "attempts_per_account = \"1000/m\"\nattempts_per_address = \"1000/m\"",
    ))
    .await;
    let root = server.admin("root").await;
    let ada = server.user("ada").await;
    for _ in 0..5 {
        login_from(&server, "198.51.100.7", &ada.email, WRONG)
            .await
            .expect(401);
    }
    let failures = listed(&server, &root, "action=sign_in_failed").await;
    // A minute may have begun meanwhile.
    assert!(failures.len() <= 2, "{failures:?}");
    let times = |entry: &Value| entry["detail"]["times"].as_i64().unwrap_or(1);
    assert_eq!(failures.iter().map(times).sum::<i64>(), 5);
    assert_eq!(failures[0]["address"], "198.51.100.7");
    for number in 0..120 {
        let address = format!("203.0.113.{number}");
        login_from(&server, &address, "nobody@example.com", WRONG)
            .await
            .expect(401);
    }
    let failures = listed(&server, &root, "action=sign_in_failed&limit=500").await;
    assert!(failures.len() <= 102, "{}", failures.len());
    assert_eq!(failures.iter().map(times).sum::<i64>(), 125);
    let rest = failures.iter().find(|entry| entry["address"].is_null());
    assert_eq!(rest.unwrap()["detail"]["of"], "many");
}

#[tokio::test]
async fn admins_make_users() {
    let server = Server::with("[auth]\nregistration = \"closed\"\n").await;
    let words = ["user", "create", "--admin", "root@example.com"];
    server.hearth_with(&[&words[..], &["--password-stdin"]].concat(), PASSWORD);
    let root = server.sign_in("root@example.com", PASSWORD).await;
    let make = |body: Value| server.post("/api/admin/users", body).by(&root).send();
    let made = make(json!({"email": "ada@example.com"})).await.expect(201);
    let item = made.item();
    assert_eq!(
        (&item["role"], &item["email_verified"], &item["disabled"]),
        (&json!("user"), &json!(false), &json!(false))
    );
    assert!(made.header("set-cookie").is_none());
    let body = json!({"email": "bob@example.com", "password": PASSWORD, "role": "admin"});
    make(body).await.expect(201);
    let bob = server.sign_in("bob@example.com", PASSWORD).await;
    let listing = server.get("/api/admin/users").by(&bob).send().await;
    listing.expect(200);
    let eve = "eve@example.com";
    for (body, status) in [
        (json!({"email": "ADA@example.com"}), 409),
        (json!({"email": eve, "role": "king"}), 422),
        (json!({"email": eve, "password": "password"}), 422),
        (json!({"email": "nonsense"}), 422),
        (json!({}), 422),
        (json!({"email": eve, "email_verified": true}), 422),
    ] {
        make(body).await.expect(status);
    }
    let anonymous = server.post("/api/admin/users", json!({})).send().await;
    anonymous.expect(401);
    let created = listed(&server, &root, "action=user_created").await;
    assert_eq!(created.len(), 3);
    let detail = json!({"role": "admin", "password": true});
    assert_eq!(created[0]["detail"], detail);
}

#[tokio::test]
async fn whom_an_admin_made_without_a_password_sets_one_by_a_link() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let email = json!({"email": "ada@example.com"});
    let made = server.post("/api/admin/users", email.clone()).by(&root);
    made.send().await.expect(201);
    for password in ["", PASSWORD] {
        let login = json!({"email": "ada@example.com", "password": password});
        let refused = server.post("/api/auth/login", login).send().await;
        refused.expect(401);
    }
    let asked = server.post("/api/auth/reset-password", email).send().await;
    asked.expect(202);
    // Without a mail server the link is in the log.
    let link = logged(&server, "#/reset-password/").await;
    let token = link.rsplit('/').next().unwrap();
    let body = json!({"token": token, "password": "a longer horse battery"});
    let set = server.post("/api/auth/reset-password/confirm", body);
    set.send().await.expect(200);
    let again = server.sign_in("ada@example.com", "a longer horse battery");
    again.await;
}
