//! Mails, through a real mail server: what is sent, to whom, and what its links do.

mod change;
mod notices;
mod reset;
mod sending;
mod templates;
mod unset;
mod verify;

pub(crate) use unset::logged;

use serde_json::{Value, json};

use crate::support::smtp::Smtp;
use crate::support::{Answer, Server, User};

/// A server with its mail server, and what else stands in its config.toml before `[mail]`.
async fn with_mail(arguments: &[&str]) -> (Server, Smtp) {
    let smtp = Smtp::start(arguments).await;
    let server = Server::with(&smtp.config()).await;
    (server, smtp)
}

async fn confirm(server: &Server, what: &str, body: Value) -> Answer {
    let path = format!("/api/auth/{what}/confirm");
    server.post(&path, body).send().await
}

async fn me(server: &Server, user: &User) -> Value {
    let answer = server.get("/api/auth/me").by(user).send().await;
    answer.expect(200).item()
}

async fn ask_reset(server: &Server, email: &str) -> Answer {
    let body = json!({"email": email});
    server.post("/api/auth/reset-password", body).send().await
}

/// The actions of the audit, oldest first.
fn audited(server: &Server) -> Vec<String> {
    let text = server.hearth(&["audit", "--json"]);
    let entries: Vec<Value> = serde_json::from_str(&text).unwrap();
    let actions = entries.iter().rev().map(|entry| &entry["action"]);
    actions
        .map(|action| action.as_str().unwrap().to_owned())
        .collect()
}

/// As if all links had been mailed so many seconds earlier.
fn age_links(server: &Server, seconds: i64) {
    let database = rusqlite::Connection::open(server.database()).unwrap();
    database
        .busy_timeout(std::time::Duration::from_secs(5))
        .unwrap();
    let sql = "UPDATE hearth_links SET expires_until = expires_until - ?1";
    assert!(database.execute(sql, [seconds]).unwrap() > 0);
}
