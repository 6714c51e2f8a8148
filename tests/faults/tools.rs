//! Tools of the system that break things, and a look at what is left afterwards.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};

use crate::support::{Answer, Server, User};

#[expect(clippy::print_stderr, reason = "whoever runs the tests should know")]
pub(crate) fn skip(reason: &str) {
    eprintln!("skipped: {reason}");
}

/// Whether a command can be run here; says why a test is skipped.
pub(crate) fn works(words: &[&str]) -> bool {
    let done = Command::new(words[0])
        .args(&words[1..])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let works = done.is_ok_and(|status| status.success());
    if !works {
        skip(&format!("`{}` does not work here", words.join(" ")));
    }
    works
}

/// strace on a running server; it lets go when it is dropped.
pub(crate) struct Strace {
    child: Child,
    pub(crate) log: PathBuf,
}

impl Strace {
    /// `expressions` are the values of `-e`. None where it may not be attached.
    pub(crate) fn attach(server: &Server, expressions: &[&str]) -> Option<Strace> {
        let log = server.folder().join("strace");
        let mut command = Command::new("strace");
        command.args(["-f", "-y", "-s", "32", "-o"]).arg(&log);
        for expression in expressions {
            command.args(["-e", expression]);
        }
        let spawned = command
            .args(["-p", &server.pid().to_string()])
            .stderr(Stdio::piped())
            .spawn();
        let Ok(mut child) = spawned else {
            skip("strace is not here");
            return None;
        };
        let mut line = String::new();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        said.read_line(&mut line).unwrap();
        if !line.contains("attached") {
            skip(&line);
            child.wait().unwrap();
            return None;
        }
        // It must not block on a full pipe.
        std::thread::spawn(move || said.lines().for_each(drop));
        Some(Strace { child, log })
    }

    /// What it saw; it has let go by then.
    pub(crate) fn end(mut self) -> String {
        self.let_go();
        std::fs::read_to_string(&self.log).unwrap()
    }

    fn let_go(&mut self) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap());
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = kill(pid, Signal::SIGTERM);
            let _ = self.child.wait();
        }
    }
}

impl Drop for Strace {
    fn drop(&mut self) {
        self.let_go();
    }
}

/// Waits for something to become true, or fails.
pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !is_so().await {
        assert!(Instant::now() < end, "not within 30 s: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Makes an item of that name with about so many bytes.
pub(crate) async fn create(server: &Server, user: &User, name: &str, size: usize) -> Answer {
    let body = json!({"name": name, "metadata": {"text": "x".repeat(size)}});
    server.post("/api/items", body).by(user).send().await
}

/// The names of all items, in the order of the API.
pub(crate) async fn names(server: &Server, user: &User) -> Vec<String> {
    let mut names = Vec::new();
    let mut path = "/api/items?limit=500".to_owned();
    loop {
        let page = server.get(&path).by(user).send().await.expect(200);
        let name = |item: &Value| item["name"].as_str().unwrap().to_owned();
        names.extend(page.items().iter().map(name));
        let Some(cursor) = page.json()["next_cursor"].as_str().map(str::to_owned) else {
            return names;
        };
        path = format!("/api/items?limit=500&cursor={cursor}");
    }
}

/// Opens a database as another program does; it must be sound.
pub(crate) fn sound(path: &Path) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(path).unwrap();
    let check: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(check, "ok", "{}", path.display());
    connection
}
