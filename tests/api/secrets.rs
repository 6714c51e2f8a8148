//! No secret is in anything that a run writes: not in the log at its most talkative, nor in the database, nor beside it.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Answer, Server};

/// What may stand nowhere.
#[derive(Default)]
struct Secrets(Vec<String>);

impl Secrets {
    fn note(&mut self, text: &str) -> String {
        self.0.push(text.to_owned());
        text.to_owned()
    }

    /// The tokens of an answer: access and refresh.
    fn tokens(&mut self, members: &Value) -> [String; 2] {
        ["access_token", "refresh_token"].map(|name| self.note(members[name].as_str().unwrap()))
    }
}

const EMAIL: &str = "ada@example.com";

async fn login(server: &Server, password: &Value) -> Answer {
    let body = json!({"email": EMAIL, "password": password});
    server.post("/api/auth/login", body).send().await
}

#[tokio::test]
async fn no_secret_is_in_anything_that_a_run_writes() {
    let config = "[models.items.fields]\nname = { type = \"string\" }\n\
                  [logs]\nlevel = \"trace\"\nrequests = \"all\"\n";
    let mut server = Server::with(config).await;
    let mut secrets = Secrets::default();
    use_them_rightly(&server, &mut secrets).await;
    use_them_wrongly(&server, &mut secrets).await;
    use_them_by_hand(&server, &mut secrets);
    look_for(&secrets.0, server.folder());
    server.stop();
    look_for(&secrets.0, server.folder());
    assert!(server.log().lines().count() > 20);
}

async fn use_them_rightly(server: &Server, secrets: &mut Secrets) {
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
async fn use_them_wrongly(server: &Server, secrets: &mut Secrets) {
    let wrong = secrets.note("hunter2-that-is-wrong");
    login(server, &json!(wrong)).await.expect(401);
    login(server, &json!([wrong])).await.expect(422);
    let path = format!("/api/auth/me?password={wrong}");
    server.get(&path).send().await.expect(401);
    let post = |body: String| {
        server
            .call("POST", "/api/auth/login")
            .body("application/json", body)
            .send()
    };
    post(format!("{{\"password\": \"{wrong}")).await.expect(422);
    post(format!("{{\"{wrong}\": 1}}")).await.expect(422);
    let put = server.put("/api/auth/login", json!({"password": wrong}));
    put.send().await.expect(405);
    let token = server.get("/api/items").token(&wrong);
    token.send().await.expect(401);
    let refresh = json!({"refresh_token": wrong});
    let refused = server.post("/api/auth/refresh", refresh).send().await;
    refused.expect(401);
}

fn use_them_by_hand(server: &Server, secrets: &mut Secrets) {
    for (action, password) in [
        ("create", "hunter2-by-hand"),
        ("password", "hunter2-by-hand-again"),
    ] {
        let words = ["user", action, "bob@example.com", "--password-stdin"];
        server.hearth_with(&words, &secrets.note(password));
    }
}

/// None of the secrets is in any file of the folder.
fn look_for(secrets: &[String], folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            look_for(secrets, &path);
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for secret in secrets {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} is in {}", path.display());
        }
        assert!(
            !bytes.windows(7).any(|window| window == b"hunter2"),
            "{}",
            path.display()
        );
    }
}
