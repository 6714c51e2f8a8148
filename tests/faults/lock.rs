//! Two processes on one folder: who is refused, and what it is told.

use std::fs::File;
use std::io::Write as _;
use std::process::{Command, Output};

use crate::support::{Server, Start};
use crate::tools::create;

fn hearth(folder: &std::path::Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hearth"));
    command
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

const MAKE: [&str; 4] = ["user", "create", "ada@example.com", "--password-stdin"];

fn said(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn a_second_server_is_told_the_first_ones_process_and_address() {
    let server = Server::start().await;
    let second = Start::again(&server).command(&[]).output().unwrap();
    let said = said(&second);
    assert!(
        said.contains(&format!("process {}", server.pid())),
        "{said}"
    );
    assert!(said.contains(&server.url), "{said}");
    server.get("/healthz").unchecked().send().await.expect(200);
}

#[tokio::test]
async fn the_lock_of_a_killed_server_is_no_obstacle() {
    let mut server = Server::start().await;
    let user = server.user("ada").await;
    create(&server, &user, "x", 10).await.expect(201);
    server.kill();
    let lock = server.folder().join("hearth_data/hearth.lock");
    let left = std::fs::read_to_string(lock).unwrap();
    assert!(left.contains(&server.pid().to_string()), "{left}");
    let listed = hearth(server.folder(), &["user", "list"]);
    assert!(listed.status.success());
    let again = Start::again(&server).run().await;
    assert!(
        again.log().contains("did not end properly"),
        "{}",
        again.log()
    );
    again.get("/api/items/1").by(&user).send().await.expect(200);
}

/// Somebody else holds the lock, with this text in it.
fn held(text: &str) -> (tempfile::TempDir, File) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("hearth_data");
    std::fs::create_dir(&data).unwrap();
    let mut file = File::create(data.join("hearth.lock")).unwrap();
    file.lock().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    (folder, file)
}

#[test]
fn a_command_beside_a_server_of_another_version_is_refused() {
    let (folder, _lock) = held(r#"{"pid":7,"url":"http://127.0.0.1:8123","version":"9.8.7"}"#);
    let said = said(&hearth(folder.path(), &MAKE));
    assert!(said.contains("Hearth 9.8.7"), "{said}");
    assert!(
        said.contains(&format!("this is {}", env!("CARGO_PKG_VERSION"))),
        "{said}"
    );
    assert!(!folder.path().join("hearth_data/hearth.db").exists());
}

#[test]
fn beside_a_server_that_does_not_say_who_it_is_a_command_waits_and_does_nothing() {
    let (folder, _lock) = held("");
    let said = said(&hearth(folder.path(), &MAKE));
    assert!(said.contains("Try again in a moment"), "{said}");
    assert!(!folder.path().join("hearth_data/hearth.db").exists());
}

#[tokio::test]
async fn commands_that_look_at_the_lock_do_not_keep_a_server_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("hearth_data")).unwrap();
    let lock = folder.path().join("hearth_data/hearth.lock");
    std::fs::write(&lock, "").unwrap();
    let looking = File::open(&lock).unwrap();
    looking.lock_shared().unwrap();
    let (begun, ended) = (std::sync::mpsc::channel::<()>(), lock.clone());
    let look = std::thread::spawn(move || {
        let _ = begun.1.recv_timeout(std::time::Duration::from_millis(200));
        drop(looking);
        drop(ended);
    });
    let mut server = Command::new(env!("CARGO_BIN_EXE_hearth"))
        .args(["serve", "--port", "0"])
        .current_dir(folder.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let out = server.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line).unwrap();
    assert!(line.contains("url"), "{line}");
    look.join().unwrap();
    server.kill().unwrap();
    server.wait().unwrap();
}

#[tokio::test]
async fn a_taken_port_is_told_with_the_process_that_holds_it_and_a_free_one() {
    let server = Server::start().await;
    let folder = tempfile::tempdir().unwrap();
    let port = server.address().rsplit(':').next().unwrap();
    let said = said(&hearth(folder.path(), &["serve", "--port", port]));
    assert!(said.contains(&format!("Port {port} is taken")), "{said}");
    if cfg!(target_os = "linux") {
        assert!(
            said.contains(&format!("process {} (hearth)", server.pid())),
            "{said}"
        );
    }
    assert!(said.contains("is free: --port "), "{said}");
}
