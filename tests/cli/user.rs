//! `hearth user` and `hearth audit`.

use crate::folder::Folder;
use crate::support::{PASSWORD, Server};
use serde_json::{Value, json};

const ADA: &str = "ada@example.com";

fn listed(folder: &Folder) -> Vec<Value> {
    let list = folder.hearth(&["user", "list", "--json"]).json();
    list.as_array().unwrap().clone()
}

#[test]
fn an_account_is_made_from_a_script() {
    let folder = Folder::new();
    let words = ["user", "create", "--admin", ADA, "--password-stdin"];
    let said = folder.hearth_with(&words, "correct horse battery\n").ok();
    assert_eq!(said, "Created ada@example.com with the role `admin`\n");
    let users = listed(&folder);
    assert_eq!(users.len(), 1);
    assert_eq!(
        (&users[0]["email"], &users[0]["role"]),
        (&json!(ADA), &json!("admin"))
    );
    assert!(!users[0].to_string().contains("argon2"), "{users:?}");
    let table = folder.hearth(&["user", "list"]).ok();
    assert!(
        table.starts_with("EMAIL            ROLE   STATE   CREATED"),
        "{table}"
    );
}

#[test]
fn without_a_terminal_a_password_is_not_asked_for() {
    let folder = Folder::new();
    let said = folder.hearth(&["user", "create", ADA]).refused();
    assert_eq!(
        said,
        "There is no terminal to ask for the password: use --password-stdin"
    );
}

#[test]
fn a_bad_account_is_refused_with_the_reason() {
    let folder = Folder::new();
    folder.user(ADA);
    for (email, password, reason) in [
        ("bob@example.com", "short", "password: "),
        ("bob@example.com", "password", "password: "),
        ("bob@example.com", "", "password: "),
        ("not an email", PASSWORD, "email: "),
        (ADA, PASSWORD, "`email`"),
        ("ADA@example.com", PASSWORD, "`email`"),
    ] {
        let words = ["user", "create", email, "--password-stdin"];
        let said = folder
            .hearth_with(&words, &format!("{password}\n"))
            .refused();
        assert!(said.contains(reason), "{email} {password}: {said}");
        assert!(password.len() < 8 || !said.contains(PASSWORD), "{said}");
    }
    assert_eq!(listed(&folder).len(), 1);
}

#[test]
fn an_unknown_account_or_role_is_refused() {
    let folder = Folder::new();
    folder.user(ADA);
    for action in ["disable", "enable", "promote", "delete"] {
        let said = folder
            .hearth(&["user", action, "bob@example.com"])
            .refused();
        assert_eq!(
            said,
            "There is no user bob@example.com. `hearth user list` shows all"
        );
    }
    let said = folder.hearth(&["user", "promote", ADA, "king"]).refused();
    assert_eq!(said, "role: Input should be 'user', 'admin'");
    let said = folder
        .hearth(&["audit", "--user", "bob@example.com"])
        .refused();
    assert_eq!(
        said,
        "There is no user bob@example.com. `hearth user list` shows all"
    );
}

#[tokio::test]
async fn a_disabled_account_is_out_beside_a_running_server_and_can_come_back() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    assert!(
        server
            .hearth(&["user", "disable", ADA])
            .contains("signed out everywhere")
    );
    // The server looks at other processes' commits twice a second.
    let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while server.get("/api/auth/me").by(&ada).send().await.status != 401 {
        assert!(std::time::Instant::now() < until, "still signed in");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let body = json!({"email": ADA, "password": PASSWORD});
    server
        .post("/api/auth/login", body.clone())
        .send()
        .await
        .expect(401);
    server.hearth(&["user", "enable", ADA]);
    server
        .post("/api/auth/login", body)
        .send()
        .await
        .expect(200);
}

#[tokio::test]
async fn a_new_password_ends_all_sessions() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let folder = server.folder().to_owned();
    let words = ["user", "password", ADA, "--password-stdin"];
    let said = crate::folder::hearth(&folder, &words, "another horse battery\n").ok();
    assert_eq!(
        said,
        "ada@example.com has a new password; all their sessions ended\n"
    );
    let old = json!({"refresh_token": ada.refresh_token});
    server
        .post("/api/auth/refresh", old)
        .send()
        .await
        .expect(401);
    let body = json!({"email": ADA, "password": PASSWORD});
    server
        .post("/api/auth/login", body)
        .send()
        .await
        .expect(401);
    let body = json!({"email": ADA, "password": "another horse battery"});
    server
        .post("/api/auth/login", body)
        .send()
        .await
        .expect(200);
}

#[tokio::test]
async fn a_promotion_holds_at_once_and_the_last_admin_stays() {
    let server = Server::start().await;
    let ada = server.admin("ada").await;
    server
        .get("/api/admin/users")
        .by(&ada)
        .send()
        .await
        .expect(200);
    for words in [
        &["user", "promote", ADA, "user"][..],
        &["user", "disable", ADA],
        &["user", "delete", ADA, "--yes"],
    ] {
        let said = crate::folder::hearth(server.folder(), words, "").refused();
        assert!(
            said.starts_with("This is the last admin; make another one first"),
            "before anything is counted: {said}"
        );
    }
}

#[tokio::test]
async fn the_audit_tells_what_somebody_did_and_what_was_done_to_them() {
    let server = Server::start().await;
    server.user("ada").await;
    server.user("bob").await;
    let wrong = json!({"email": ADA, "password": "hunter2hunter2"});
    server
        .post("/api/auth/login", wrong)
        .send()
        .await
        .expect(401);
    server.hearth(&["user", "promote", ADA]);
    let entries = server.hearth(&["audit", "--user", ADA, "--json"]);
    let entries: Vec<Value> = serde_json::from_str(&entries).unwrap();
    let actions: Vec<&str> = entries
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect();
    assert_eq!(actions[0], "role_changed", "newest first: {actions:?}");
    assert_eq!(actions.len(), 3, "{actions:?}");
    assert!(!format!("{entries:?}").contains("hunter2"));
    let all = server.hearth(&["audit"]);
    assert!(all.starts_with("AT"), "{all}");
    assert_eq!(all.lines().count(), 1 + 4, "{all}");
    let few = server.hearth(&["audit", "--limit", "2"]);
    assert_eq!(few.lines().count(), 1 + 2);
}
