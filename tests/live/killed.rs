//! A program that holds many sockets is killed: nothing of it stays.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::client::{Socket, create};
use crate::support::python::python;
use crate::support::{Server, User};

async fn metric(server: &Server, admin: &User, name: &str) -> i64 {
    let metrics = server.get("/metrics").by(admin).send().await.expect(200);
    let text = metrics.text();
    let line = text.lines().find(|line| line.starts_with(name));
    let value = line.and_then(|line| line.rsplit(' ').next());
    value.unwrap().parse::<f64>().unwrap() as i64
}

/// KiB of the server in memory.
fn memory(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.unwrap().split_whitespace().nth(1).unwrap();
    number.parse().unwrap()
}

/// Opens so many and kills the program; what the server held meanwhile.
async fn round(server: &Server, user: &User, admin: &User, count: i64) -> u64 {
    let (host, port) = server.address().split_once(':').unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/live/clients/many.py");
    let mut child = Command::new(python())
        .args([script, host, port, &user.token, &count.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    said.read_line(&mut line).unwrap();
    assert_eq!(line.trim(), count.to_string());
    assert_eq!(metric(server, admin, "hearth_sockets").await, count);
    let held = memory(server);
    // SIGKILL: no goodbye.
    child.kill().unwrap();
    child.wait().unwrap();
    let until = Instant::now() + Duration::from_secs(20);
    for name in ["hearth_sockets", "hearth_subscriptions{"] {
        while metric(server, admin, name).await > 0 {
            assert!(Instant::now() < until, "{name} is not 0");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    held
}

/// `SOCKETS=1000` for more.
#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_killed_leaves_no_socket_and_no_subscription() {
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let wanted = std::env::var("SOCKETS").ok();
    let count = wanted.and_then(|text| text.parse().ok()).unwrap_or(300);
    let config = "[realtime]\nsockets_per_user = 5000\n[models.items.fields]\nname = { type = \"string\" }\n";
    let server = Server::with(config).await;
    let (ada, admin) = (server.user("ada").await, server.admin("eve").await);
    // What the first ones make the server allocate for good is no leak: from the second round on nothing is added.
    round(&server, &ada, &admin, count).await;
    let before = memory(&server);
    let held = round(&server, &ada, &admin, count).await;
    let after = memory(&server);
    assert!(
        after <= before + before / 10,
        "{before} KiB, with {count} sockets {held}, then {after}"
    );
    // And the next one is served.
    let mut socket = Socket::open(&server, &ada).await;
    socket.watch("records:items").await;
    create(&server, &ada, "items", serde_json::json!({"name": "a"})).await;
    assert_eq!(socket.changes(1).await.len(), 1);
}
