//! `hearth serve`: how it greets, refuses and leaves.

use std::net::TcpListener;

use serde_json::{Value, json};

use crate::folder::{Folder, hearth};
use crate::support::{PASSWORD, Server, Start};

/// The one-time link in a server's log.
fn setup_token(log: &str) -> String {
    let (_, rest) = log.split_once("/console/#/setup/").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn with_port_0_the_first_line_is_json_for_programs() {
    let start = Start::new("");
    let mut child = start
        .command(&[])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let out = child.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line).unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(ready["pid"], child.id());
    let url = ready["url"].as_str().unwrap();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    let answer = reqwest::get(format!("{url}/healthz")).await.unwrap();
    assert_eq!(answer.status(), 200);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test]
async fn the_set_up_link_makes_an_admin_once() {
    let server = Server::start().await;
    let token = setup_token(&server.log());
    let body = json!({"token": token, "email": "ada@example.com", "password": PASSWORD});
    let setup = |body: Value| server.post("/api/auth/setup", body).unchecked().send();
    let wrong = json!({"token": "x", "email": "eve@example.com", "password": PASSWORD});
    assert!(setup(wrong).await.status >= 400);
    let made = setup(body.clone()).await.expect(201);
    assert_eq!(made.json()["data"]["user"]["role"], "admin");
    assert!(setup(body).await.status >= 400);
    let mut server = server;
    server.stop();
    let again = Start::again(&server).run().await;
    assert_eq!(again.log().matches("/setup/").count(), 1, "{}", again.log());
}

#[tokio::test]
async fn an_ephemeral_server_leaves_nothing_behind() {
    let temporary = tempfile::tempdir().unwrap();
    let mut server = Start::new("")
        .argument("--ephemeral")
        .environment("TMPDIR", temporary.path().to_str().unwrap())
        .run()
        .await;
    server.user("ada").await;
    let count = || std::fs::read_dir(temporary.path()).unwrap().count();
    assert_eq!(count(), 1);
    assert!(server.stop().success());
    assert_eq!(count(), 0);
    assert!(!server.folder().join("hearth_data").exists());
}

#[test]
fn a_taken_port_is_told_with_a_free_one() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = Folder::new().hearth(&["serve", "--port", &port]).refused();
    assert!(said.starts_with(&format!("Port {port} is taken")), "{said}");
    assert!(said.contains("--port"), "{said}");
    if cfg!(target_os = "linux") {
        let process = format!("by process {} (", std::process::id());
        assert!(said.contains(&process), "{said}");
    }
}

#[test]
fn an_address_that_is_not_here_is_told() {
    let words = ["serve", "--port", "0", "--host", "192.0.2.1"];
    let said = Folder::new().hearth(&words).refused();
    assert!(
        said.ends_with("192.0.2.1 is no address of this machine"),
        "{said}"
    );
}

#[test]
fn a_folder_that_cannot_be_made_is_told_with_the_remedy() {
    let folder = Folder::new();
    folder.write("file", "");
    let words = ["serve", "--port", "0", "--data-dir", "file/data"];
    let said = folder.hearth(&words).refused();
    assert!(said.contains("file/data: "), "{said}");
    assert!(said.contains("--data-dir"), "{said}");
}

#[tokio::test]
async fn a_second_server_in_the_folder_is_refused_and_the_first_named() {
    let server = Server::start().await;
    let said = hearth(server.folder(), &["serve", "--port", "0"], "").refused();
    assert!(
        said.contains(&format!("process {}", server.pid())),
        "{said}"
    );
    assert!(said.contains(&server.url), "{said}");
}

#[tokio::test]
async fn a_person_is_told_where_everything_is() {
    // The port is free for the moment; when another process takes it, the next one is tried.
    for _ in 0..10 {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        if let Some(said) = greeting(&Folder::new(), port).await {
            let url = format!("http://127.0.0.1:{port}");
            for line in [
                "  Config   built in (write your own with: hearth init)\n".to_owned(),
                "  Models   items\n".to_owned(),
                format!("  API      {url}/api/\n"),
                format!("  Docs     {url}/docs\n"),
                format!("  Console  {url}/console/\n"),
                format!("This link makes one, once:\n  {url}/console/#/setup/"),
            ] {
                assert!(said.contains(&line), "{line}{said}");
            }
            assert!(!said.contains('\x1b'), "{said}");
            return;
        }
    }
    panic!("no port was free");
}

/// What a server that was started by hand says until it answers; None when the port was taken meanwhile.
async fn greeting(folder: &Folder, port: u16) -> Option<String> {
    let out = folder.path().join("out");
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_hearth"))
        .args(["serve", "--port", &port.to_string()])
        .current_dir(folder.path())
        .stdout(std::fs::File::create(&out).unwrap())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let said = loop {
        if child.try_wait().unwrap().is_some() {
            return None;
        }
        let said = std::fs::read_to_string(&out).unwrap();
        if said.contains("/setup/") && said.ends_with('\n') {
            break said;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    };
    child.kill().unwrap();
    child.wait().unwrap();
    Some(said)
}

#[tokio::test]
async fn the_log_is_json_elsewhere_than_on_a_terminal_and_knows_no_strangers() {
    let server = Server::start().await;
    let log = server.log();
    for line in log.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        assert!(event["level"].is_string(), "{line}");
    }
    assert!(log.contains("Create table `items`"), "{log}");
    assert!(!log.contains("refinery"), "{log}");
}

#[test]
fn the_log_of_people_has_the_time_of_day_and_no_colours_in_a_file() {
    let folder = Folder::with("[logs]\nformat = \"human\"\n");
    let words = ["serve", "--port", "0", "--host", "192.0.2.1"];
    let said = folder.hearth(&words).refused();
    let (time, rest) = said.split_once(' ').unwrap();
    assert_eq!((time.len(), time.matches(':').count()), (8, 2), "{said}");
    assert!(rest.trim_start().starts_with("WARN "), "{said}");
}
