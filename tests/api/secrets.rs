//! No secret is in anything that a run writes: not in the log at its most talkative, nor in the database, nor beside it,
//! nor in an error's answer.
//!
//! Whoever adds a kind of secret adds a step below: it tells each secret to `Secrets`, and uses it rightly and wrongly.
//! Passwords begin with `hunter2`, which is looked for apart.

use std::path::Path;

use serde_json::{Value, json};

use crate::issuers::{claims, entry};
use crate::support::issuer::{Issuer, Key};
use crate::support::smtp::Smtp;
use crate::support::{Answer, Server, Start};

/// What may stand nowhere.
#[derive(Default)]
struct Secrets(Vec<String>);

impl Secrets {
    fn note(&mut self, text: &str) -> String {
        assert!(text.len() >= 8, "{text} is too short to be looked for");
        self.0.push(text.to_owned());
        text.to_owned()
    }

    fn member(&mut self, members: &Value, name: &str) -> String {
        self.note(members[name].as_str().unwrap())
    }

    /// The tokens of an answer: access and refresh.
    fn tokens(&mut self, members: &Value) -> [String; 2] {
        ["access_token", "refresh_token"].map(|name| self.member(members, name))
    }

    /// None of them is in the text.
    #[track_caller]
    fn are_not_in(&self, what: &str, bytes: &[u8]) {
        let has = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
        for secret in &self.0 {
            assert!(!has(secret.as_bytes()), "{secret} is in {what}");
        }
        assert!(!has(b"hunter2"), "a password is in {what}");
    }

    /// The answer is an error of that status, and repeats none.
    #[track_caller]
    fn refused(&self, answer: &Answer, status: u16) {
        assert_eq!(answer.status, status, "{}", answer.text());
        self.are_not_in("an error's answer", &answer.body);
        self.are_not_in("its headers", format!("{:?}", answer.headers).as_bytes());
    }
}

const EMAIL: &str = "ada@example.com";
/// Of the issuer's messages, and of our own tokens.
const MESSAGES: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const SIGNING: &str = "kV7pQ2xZt9LmR4cJ8wYhN3bG6fD1sAeU0oTiXzPq";

async fn login(server: &Server, password: &Value) -> Answer {
    let body = json!({"email": EMAIL, "password": password});
    server.post("/api/auth/login", body).send().await
}

#[tokio::test]
async fn no_secret_is_in_anything_that_a_run_writes() {
    let (key, mut smtp) = (Key::rsa(), Smtp::start(&[]).await);
    let issuer = Issuer::start(&[key.jwk("k1")]).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), MESSAGES).unwrap();
    let more = format!(
        "audience = \"api\"\nwebhook_secret = {{ file = \"{}\" }}",
        file.path().display()
    );
    let config = format!(
        "[models.items.fields]\nname = {{ type = \"string\" }}\n[logs]\nlevel = \"trace\"\nrequests = \"all\"\n{}{}",
        smtp.config(),
        entry(&issuer, &more)
    );
    let start = Start::new(&config).environment("HEARTH_AUTH__SECRET", SIGNING);
    let mut server = start.run().await;
    let mut secrets = Secrets::default();
    secrets.note(MESSAGES.trim_start_matches("whsec_"));
    secrets.note(SIGNING);
    let link = set_up(&server, &mut secrets).await;
    use_passwords(&server, &mut secrets).await;
    use_passwords_wrongly(&server, &mut secrets).await;
    use_keys(&server, &mut secrets).await;
    use_mails(&server, &mut smtp, &mut secrets).await;
    let root = see_as_another(&server, &mut secrets).await;
    use_issuer(
        &server,
        &key.sign(&key.header("k1"), &claims(&issuer.url)),
        &mut secrets,
    )
    .await;
    break_things(&server, &secrets).await;
    use_them_by_hand(&server, &mut secrets);
    read_the_log(&server, &root, &secrets, &link).await;
    look_for(&secrets, &link, server.folder());
    server.stop();
    look_for(&secrets, &link, server.folder());
    assert!(server.log().lines().count() > 100);
}

/// The link's token stands in the one line that prints it for the operator, and is worth nothing afterwards.
async fn set_up(server: &Server, secrets: &mut Secrets) -> String {
    let log = server.log();
    let (_, rest) = log.split_once("/console/#/setup/").unwrap();
    let link = rest.split('"').next().unwrap().to_owned();
    let password = secrets.note("hunter2-of-the-first-admin");
    let body =
        |token: &str| json!({"token": token, "email": "root@example.com", "password": password});
    let wrong = body("hunter2-no-link");
    let wrong = server.post("/api/auth/setup", wrong).send().await;
    secrets.refused(&wrong, 403);
    let made = server.post("/api/auth/setup", body(&link)).send().await;
    secrets.tokens(&made.expect(201).json()["data"]);
    link
}

async fn use_passwords(server: &Server, secrets: &mut Secrets) {
    let first = secrets.note("hunter2-of-the-registration");
    let second = secrets.note("hunter2-of-the-change");
    let body = json!({"email": EMAIL, "password": first});
    let made = server.post("/api/auth/register", body).send().await;
    let [access, refresh] = secrets.tokens(&made.expect(201).json()["data"]);
    let body = json!({"current_password": first, "new_password": second});
    let changed = server.post("/api/auth/password", body).token(&access);
    changed.send().await.expect(200);
    let body = json!({"refresh_token": refresh});
    let newer = server.post("/api/auth/refresh", body).send().await;
    let [_, refresh] = secrets.tokens(&newer.expect(200).json()["data"]);
    let by_cookie = server
        .call("POST", "/api/auth/refresh")
        .header("cookie", &format!("hearth_refresh={refresh}"));
    let newest = by_cookie.send().await.expect(200);
    secrets.tokens(&newest.json()["data"]);
    let form = [
        ("grant_type", "password"),
        ("username", EMAIL),
        ("password", &second),
    ];
    let granted = server.call("POST", "/api/auth/token").form(&form);
    secrets.tokens(&granted.send().await.expect(200).json());
    let again = login(server, &json!(second)).await.expect(200);
    let [access, _] = secrets.tokens(&again.json()["data"]);
    let signed_out = server.post("/api/auth/logout", json!({})).token(&access);
    signed_out.send().await.expect(200);
}

/// In wrong places, broken, and by the wrong method.
async fn use_passwords_wrongly(server: &Server, secrets: &mut Secrets) {
    let wrong = secrets.note("hunter2-that-is-wrong");
    secrets.refused(&login(server, &json!(wrong)).await, 401);
    secrets.refused(&login(server, &json!([wrong])).await, 422);
    let path = format!("/api/auth/me?password={wrong}");
    secrets.refused(&server.get(&path).send().await, 401);
    let post = |body: String| {
        server
            .call("POST", "/api/auth/login")
            .body("application/json", body)
            .send()
    };
    let broken = post(format!("{{\"password\": \"{wrong}")).await;
    secrets.refused(&broken, 422);
    // A member's name is repeated to who sent it.
    post(format!("{{\"{wrong}\": 1}}")).await.expect(422);
    let put = server.put("/api/auth/login", json!({"password": wrong}));
    secrets.refused(&put.send().await, 405);
    let token = server.get("/api/items").token(&wrong).send().await;
    secrets.refused(&token, 401);
    let refresh = json!({"refresh_token": wrong});
    let refused = server.post("/api/auth/refresh", refresh).send().await;
    secrets.refused(&refused, 401);
    let weak = json!({"email": "eve@example.com", "password": "hunter2"});
    let weak = server.post("/api/auth/register", weak).send().await;
    secrets.refused(&weak, 422);
}

async fn signed_in(server: &Server, secrets: &mut Secrets) -> String {
    let again = login(server, &json!("hunter2-of-the-change")).await;
    let [access, _] = secrets.tokens(&again.expect(200).json()["data"]);
    access
}

async fn use_keys(server: &Server, secrets: &mut Secrets) {
    let access = signed_in(server, secrets).await;
    let made = server.post("/api/auth/api-keys", json!({"name": "nightly"}));
    let made = made.token(&access).send().await.expect(201);
    let key = secrets.member(&made.json(), "key");
    let listed = server.get("/api/items").token(&key).send().await;
    listed.expect(200);
    let wrong = server.get("/api/auth/sessions").token(&key).send().await;
    secrets.refused(&wrong, 403);
    let broken = server.get("/api/items").token(&format!("{key}x"));
    secrets.refused(&broken.send().await, 401);
    let ticket = server.call("POST", "/api/auth/ws-ticket").token(&access);
    let ticket = ticket.send().await.expect(200);
    secrets.member(&ticket.json()["data"], "ticket");
}

/// Returns the admin's token.
async fn see_as_another(server: &Server, secrets: &mut Secrets) -> String {
    let body = json!({"email": "root@example.com", "password": "hunter2-of-the-first-admin"});
    let root = server.post("/api/auth/login", body).send().await;
    let [root, _] = secrets.tokens(&root.expect(200).json()["data"]);
    let users = server.get("/api/admin/users?search=ada@").token(&root);
    let ada = users.send().await.expect(200).items()[0]["id"].clone();
    let path = format!("/api/admin/users/{}/view-as", ada.as_str().unwrap());
    let view = server.post(&path, json!({"reason": "ticket"})).token(&root);
    let view = view.send().await.expect(201).json();
    let view = secrets.member(&view["data"], "access_token");
    let me = server.get("/api/auth/me").token(&view).send().await;
    me.expect(200);
    let written = server.post("/api/items", json!({"name": "x"})).token(&view);
    secrets.refused(&written.send().await, 403);
    root
}

/// As admins read it by HTTP; there the set-up link stands without its secret.
async fn read_the_log(server: &Server, root: &str, secrets: &Secrets, link: &str) {
    let newest = server.get("/api/admin/logs?limit=1").token(root);
    let newest = newest.send().await.expect(200).json()["next"].as_u64();
    // At this level each look makes lines of its own.
    let mut after = 0;
    while after < newest.unwrap() {
        let call = server.get(&format!("/api/admin/logs?after={after}"));
        let page = call.token(root).send().await.expect(200);
        secrets.are_not_in("the log of the API", &page.body);
        assert!(!page.text().contains(link));
        after = page.json()["next"].as_u64().unwrap();
    }
    assert!(after > 100);
}

async fn use_mails(server: &Server, smtp: &mut Smtp, secrets: &mut Secrets) {
    let confirm = async |what: &str, body: Value| {
        let path = format!("/api/auth/{what}/confirm");
        server.post(&path, body).send().await
    };
    let verify = secrets.note(&smtp.mail_to(EMAIL).await.token());
    let used = confirm("verify-email", json!({"token": verify})).await;
    used.expect(200);
    let again = confirm("verify-email", json!({"token": verify})).await;
    secrets.refused(&again, 403);
    let ask = server.post("/api/auth/reset-password", json!({"email": EMAIL}));
    ask.send().await.expect(202);
    // A notice of the changed password may come first.
    let reset = loop {
        let mail = smtp.mail_to(EMAIL).await;
        if mail.text().contains("reset-password") {
            break secrets.note(&mail.token());
        }
    };
    let weak = json!({"token": reset, "password": "hunter2"});
    secrets.refused(&confirm("reset-password", weak).await, 422);
    let body = json!({"token": reset, "password": "hunter2-of-the-change"});
    confirm("reset-password", body).await.expect(200);
}

async fn use_issuer(server: &Server, token: &str, secrets: &mut Secrets) {
    secrets.note(token);
    let me = server.get("/api/auth/me").token(token).send().await;
    me.expect(200);
    let broken = server.get("/api/auth/me").token(&format!("{token}x"));
    secrets.refused(&broken.send().await, 401);
    let message = server
        .call("POST", "/api/auth/webhooks")
        .header("svix-id", "m")
        .header("svix-timestamp", "1")
        .header("svix-signature", &format!("v1,{MESSAGES}"))
        .body(
            "application/json",
            json!({"type": "user.created"}).to_string(),
        );
    secrets.refused(&message.send().await, 401);
}

/// A panic in a handler, one in a transaction, and a fault of ours.
async fn break_things(server: &Server, secrets: &Secrets) {
    let token = secrets.0.last().unwrap();
    let send = async |method: &str, path: &str, body: Value| {
        let call = server.call(method, path).unchecked().token(token);
        let call = call.header("cookie", &format!("hearth_refresh={token}"));
        let answer = call.json(body).send().await;
        secrets.refused(&answer, 500);
    };
    send(
        "GET",
        "/test/panic?password=hunter2-in-a-panic",
        json!("hunter2-in-a-panic"),
    )
    .await;
    send("POST", "/test/write", json!({"panic": true})).await;
    send("POST", "/test/write", json!({"password": 1})).await;
}

fn use_them_by_hand(server: &Server, secrets: &mut Secrets) {
    for (action, password) in [
        ("create", "hunter2-by-hand"),
        ("password", "hunter2-by-hand-again"),
    ] {
        let words = ["user", action, "bob@example.com", "--password-stdin"];
        let said = server.hearth_with(&words, &secrets.note(password));
        secrets.are_not_in("what the command says", said.as_bytes());
    }
    let made = server.hearth(&["key", "create", "nightly", "--user", EMAIL]);
    secrets.note(made.trim());
    for words in [
        &["audit", "--json", "--limit", "1000"][..],
        &["user", "list", "--json"],
        &["key", "list", "--json"],
        &["routes", "--json"],
        &["export", "items"],
    ] {
        let said = server.hearth(words);
        secrets.are_not_in(&words.join(" "), said.as_bytes());
    }
}

/// None of the secrets is in any file of the folder: log, database, its log, what lies beside them.
fn look_for(secrets: &Secrets, link: &str, folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            look_for(secrets, link, &path);
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        secrets.are_not_in(&path.display().to_string(), &bytes);
        let count = bytes
            .windows(link.len())
            .filter(|part| *part == link.as_bytes());
        let shown = usize::from(path.ends_with("log"));
        assert_eq!(count.count(), shown, "{}", path.display());
    }
}
