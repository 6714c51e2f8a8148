//! Without a mail server links are logged for the operator, and that is the only place where a token stands.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{ask_reset, confirm, me, with_mail};
use crate::support::{Server, Start};

/// The first link of that page in the log, once it is there.
pub(crate) async fn logged(server: &Server, page: &str) -> String {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let log = server.log();
        let line = log.lines().find(|line| line.contains(page));
        if let Some(line) = line {
            assert!(line.contains("for the operator"), "{line}");
            let at = line.find("http://").unwrap();
            return line[at..].split('"').next().unwrap().to_owned();
        }
        assert!(Instant::now() < until, "{log}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn the_operator_finds_the_links_in_the_log() {
    let server = Start::new("").run().await;
    let ada = server.user("ada").await;
    let link = logged(&server, "#/verify-email/").await;
    assert!(link.starts_with(&format!("{}/console/#/verify-email/", server.url)));
    let token = link.rsplit('/').next().unwrap();
    confirm(&server, "verify-email", json!({"token": token}))
        .await
        .expect(200);
    assert_eq!(me(&server, &ada).await["email_verified"], true);
    let body = json!({"email": ada.email});
    let forged = server.post("/api/auth/reset-password", body);
    forged.header("host", "127.0.0.9").send().await.expect(202);
    let link = logged(&server, "#/reset-password/").await;
    assert!(link.starts_with(&server.url), "{link}");
    let token = link.rsplit('/').next().unwrap();
    let body = json!({"token": token, "password": "another horse, another battery"});
    confirm(&server, "reset-password", body).await.expect(200);
}

#[tokio::test]
async fn with_one_a_token_stands_nowhere_but_in_the_mail() {
    let (mut server, mut smtp) = with_mail(&[]).await;
    let mut config = std::fs::read_to_string(server.folder().join("config.toml")).unwrap();
    server.stop();
    config.push_str("[logs]\nlevel = \"trace\"\nrequests = \"all\"\n");
    std::fs::write(server.folder().join("config.toml"), config).unwrap();
    let mut server = Start::again(&server).run().await;
    let ada = server.user("ada").await;
    let verify = smtp.mail().await.token();
    ask_reset(&server, &ada.email).await.expect(202);
    let reset = smtp.mail().await.token();
    let hashed: Vec<String> = {
        let database = rusqlite::Connection::open(server.database()).unwrap();
        let mut all = database.prepare("SELECT hash FROM hearth_links").unwrap();
        let hashes = all.query_map([], |row| row.get(0)).unwrap();
        hashes.map(Result::unwrap).collect()
    };
    assert_eq!(hashed.len(), 2);
    confirm(&server, "verify-email", json!({"token": verify}))
        .await
        .expect(200);
    server.stop();
    let data = server.folder().join("hearth_data");
    let mut files = vec![server.folder().join("log")];
    files.extend(
        std::fs::read_dir(data)
            .unwrap()
            .map(|entry| entry.unwrap().path()),
    );
    for path in files.iter().filter(|path| path.is_file()) {
        let bytes = std::fs::read(path).unwrap();
        for token in [&verify, &reset] {
            let found = bytes
                .windows(token.len())
                .any(|part| part == token.as_bytes());
            assert!(!found, "a token is in {}", path.display());
        }
    }
}
