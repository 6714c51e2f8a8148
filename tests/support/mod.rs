//! Starts the real binary on a fresh folder and talks to it by HTTP. Every answer is checked against the server's own
//! OpenAPI document. Not for looking into the server: what is tested is what a client sees.
#![allow(dead_code, reason = "each test binary uses its part of it")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::OnceCell;

pub(crate) mod browser;
mod call;
mod document;
pub(crate) mod issuer;
pub(crate) mod oidc;
pub(crate) mod python;
pub(crate) mod smtp;

pub(crate) use call::{Answer, Call};
use document::Document;

pub(crate) const PASSWORD: &str = "correct horse battery";

/// A running server in a folder of its own; killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    /// Where it listens, whatever `server.url` says.
    pub(crate) url: String,
    pub(crate) client: reqwest::Client,
    folder: Arc<tempfile::TempDir>,
    document: OnceCell<Arc<Document>>,
}

/// How a server is to be started.
pub(crate) struct Start {
    folder: Arc<tempfile::TempDir>,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
}

/// A signed-in user.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) token: String,
    pub(crate) refresh_token: String,
}

impl User {
    /// Who an answer signs in.
    pub(crate) fn of(answer: &Answer) -> Self {
        let data = &answer.json()["data"];
        let text = |name: &str| data[name].as_str().unwrap().to_owned();
        User {
            id: data["user"]["id"].as_str().unwrap().to_owned(),
            email: data["user"]["email"].as_str().unwrap().to_owned(),
            token: text("access_token"),
            refresh_token: text("refresh_token"),
        }
    }
}

impl Start {
    /// In a fresh folder; with the built-in configuration when the text is empty.
    pub(crate) fn new(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        if !config.is_empty() {
            std::fs::write(folder.path().join("config.toml"), config).unwrap();
        }
        Start {
            folder: Arc::new(folder),
            arguments: Vec::new(),
            environment: Vec::new(),
        }
    }

    /// In the folder of another server, which has ended.
    pub(crate) fn again(server: &Server) -> Self {
        Start {
            folder: Arc::clone(&server.folder),
            arguments: Vec::new(),
            environment: Vec::new(),
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn argument(mut self, text: &str) -> Self {
        self.arguments.push(text.to_owned());
        self
    }

    pub(crate) fn environment(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The command, not started yet. `wrapper` is put in front of it: `strace …`, `sh -c …`.
    pub(crate) fn command(&self, wrapper: &[&str]) -> Command {
        let binary = env!("CARGO_BIN_EXE_hearth");
        let mut words = wrapper.iter().copied().chain([binary]);
        let mut command = Command::new(words.next().unwrap());
        command
            .args(words)
            .args(["serve", "--port", "0"])
            .args(&self.arguments)
            .current_dir(self.folder.path())
            .env_remove("HEARTH_CONFIG")
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Starts it and waits until it is ready.
    pub(crate) async fn run(self) -> Server {
        self.run_in(&[]).await
    }

    pub(crate) async fn run_in(self, wrapper: &[&str]) -> Server {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.folder.path().join("log"))
            .unwrap();
        let mut child = self
            .command(wrapper)
            .stdout(Stdio::piped())
            .stderr(Stdio::from(log))
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let Ok(ready) = serde_json::from_str::<Value>(&line) else {
            let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            panic!("the server did not start: {line}{log}");
        };
        Server {
            child,
            url: format!("http://{}", ready["address"].as_str().unwrap()),
            client: reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
            folder: self.folder,
            document: OnceCell::new(),
        }
    }
}

impl Server {
    /// With the built-in model `items`.
    pub(crate) async fn start() -> Server {
        Start::new("").run().await
    }

    /// With these models and settings.
    pub(crate) async fn with(config: &str) -> Server {
        Start::new(config).run().await
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("hearth_data/hearth.db")
    }

    /// What it wrote to stderr so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Port 8000 of `http://127.0.0.1:8000`.
    pub(crate) fn address(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }

    async fn document(&self) -> Arc<Document> {
        let read = async {
            let answer = self
                .client
                .get(format!("{}/openapi.json", self.url))
                .send()
                .await
                .unwrap();
            Arc::new(Document::new(answer.json().await.unwrap()))
        };
        Arc::clone(self.document.get_or_init(|| read).await)
    }

    pub(crate) fn call(&self, method: &str, path: &str) -> Call<'_> {
        Call::new(self, method, path)
    }

    pub(crate) fn get(&self, path: &str) -> Call<'_> {
        self.call("GET", path)
    }

    pub(crate) fn post(&self, path: &str, body: Value) -> Call<'_> {
        self.call("POST", path).json(body)
    }

    pub(crate) fn put(&self, path: &str, body: Value) -> Call<'_> {
        self.call("PUT", path).json(body)
    }

    pub(crate) fn patch(&self, path: &str, body: Value) -> Call<'_> {
        self.call("PATCH", path).json(body)
    }

    pub(crate) fn delete(&self, path: &str) -> Call<'_> {
        self.call("DELETE", path)
    }

    /// A new account, signed in.
    pub(crate) async fn user(&self, name: &str) -> User {
        let email = format!("{name}@example.com");
        let body = json!({"email": email, "password": PASSWORD});
        let answer = self
            .post("/api/auth/register", body)
            .send()
            .await
            .expect(201);
        User::of(&answer)
    }

    /// A new account with the role `admin`, made by the command line beside the server.
    pub(crate) async fn admin(&self, name: &str) -> User {
        let user = self.user(name).await;
        self.hearth(&["user", "promote", &user.email]);
        user
    }

    /// An account that there is, signed in.
    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> User {
        let body = json!({"email": email, "password": password});
        let answer = self.post("/api/auth/login", body).send().await.expect(200);
        User::of(&answer)
    }

    /// Runs another command in the server's folder; it must succeed. Its stdout.
    pub(crate) fn hearth(&self, arguments: &[&str]) -> String {
        self.hearth_with(arguments, "")
    }

    /// The same, with that on its stdin.
    pub(crate) fn hearth_with(&self, arguments: &[&str], input: &str) -> String {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hearth"))
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that reads nothing may have ended already.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn signal(&self, signal: nix::sys::signal::Signal) {
        let pid = nix::unistd::Pid::from_raw(i32::try_from(self.child.id()).unwrap());
        nix::sys::signal::kill(pid, signal).unwrap();
    }

    /// Ends it as an operator does, and waits.
    pub(crate) fn stop(&mut self) -> ExitStatus {
        self.signal(nix::sys::signal::Signal::SIGTERM);
        self.wait()
    }

    /// Ends it as a power cut does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(
                Instant::now() < until,
                "the server did not end: {}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
