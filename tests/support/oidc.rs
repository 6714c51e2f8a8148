//! Providers on loopback: the certified `oidc-provider` of npm, and one of our own making that says whatever a test wants.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::browser::APP;
use super::issuer::Key;

/// A running `oidc-provider`; it ends when it is dropped.
pub(crate) struct Real {
    child: Child,
    pub(crate) issuer: String,
    seen: mpsc::UnboundedReceiver<Value>,
}

/// Where something is missing, which is only fine outside of CI.
#[expect(clippy::print_stderr, reason = "whoever runs the tests should know")]
pub(crate) fn skip(reason: &str) {
    assert!(std::env::var_os("CI").is_none(), "{reason}");
    eprintln!("skipped: {reason}");
}

impl Real {
    /// None where it is not installed, which is only fine outside of CI.
    pub(crate) fn start() -> Option<Real> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oidc");
        let installed = folder.join("node_modules/oidc-provider").exists();
        let node = Command::new("node").arg("--version").output();
        if !installed || node.is_err() {
            skip("Node 20 and `npm ci` in tests/oidc are needed");
            return None;
        }
        let mut child = Command::new("node")
            .arg("provider.js")
            .arg(format!("{APP}/api/auth/oauth/real/callback"))
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let issuer = lines.next().unwrap().unwrap();
        let (tell, seen) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                // Its warnings are no JSON.
                if let Ok(seen) = serde_json::from_str(&line) {
                    let _ = tell.send(seen);
                }
            }
        });
        Some(Real {
            child,
            issuer,
            seen,
        })
    }

    /// Its entry in the configuration, under the name `real`.
    pub(crate) fn entry(&self) -> String {
        format!(
            "[[auth.providers]]\nname = \"real\"\ntitle = \"Real\"\nissuer = \"{}\"\nclient_id = \"hearth\"\n\
             client_secret = \"a secret with ~ & %\"\n",
            self.issuer
        )
    }

    /// The next request to its endpoint of that kind, `authorization` or `token`.
    pub(crate) async fn seen(&mut self, route: &str) -> Value {
        loop {
            let next = tokio::time::timeout(std::time::Duration::from_secs(20), self.seen.recv());
            let seen = next
                .await
                .unwrap_or_else(|_| panic!("no request came"))
                .unwrap();
            if seen["route"] == route {
                return seen;
            }
        }
    }

    /// Ends it, as a provider that is down.
    pub(crate) fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Real {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What a fake provider was asked: the path with its query, the head, the body.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) head: String,
    pub(crate) body: String,
}

type Pages = Arc<Mutex<Vec<(String, u16, String)>>>;

/// A provider that says what it is told to.
pub(crate) struct Fake {
    pub(crate) url: String,
    pub(crate) key: Key,
    pages: Pages,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Fake {
    /// As an OpenID Provider in good order.
    pub(crate) async fn start() -> Fake {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (pages, asked) = (Pages::default(), Arc::default());
        let (shown, noted) = (Arc::clone(&pages), Arc::clone(&asked));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (shown, noted) = (Arc::clone(&shown), Arc::clone(&noted));
                tokio::spawn(async move { answer(stream, &shown, &noted).await });
            }
        });
        let key = Key::p256();
        let keys = json!({ "keys": [key.jwk("k")] });
        let fake = Fake {
            url,
            key,
            pages,
            asked,
            task,
        };
        let description = fake.description();
        fake.say("/.well-known/openid-configuration", 200, &description);
        fake.say("/jwks", 200, &keys);
        fake
    }

    pub(crate) fn description(&self) -> Value {
        let url = &self.url;
        json!({
            "issuer": url, "authorization_endpoint": format!("{url}/authorize"),
            "token_endpoint": format!("{url}/token"), "jwks_uri": format!("{url}/jwks"),
        })
    }

    /// What it answers at that path from now on.
    pub(crate) fn say(&self, path: &str, status: u16, body: &Value) {
        let mut pages = self.pages.lock().unwrap();
        pages.retain(|(other, _, _)| other != path);
        pages.push((path.to_owned(), status, body.to_string()));
    }

    /// An answer to a code with that ID token.
    pub(crate) fn say_token(&self, id_token: &str) {
        let answer =
            json!({"access_token": "secret-access", "token_type": "Bearer", "id_token": id_token});
        self.say("/token", 200, &answer);
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.key.sign(&self.key.header("k"), claims)
    }

    /// Requests so far to that path.
    pub(crate) fn asked(&self, path: &str) -> Vec<Asked> {
        let asked = self.asked.lock().unwrap();
        asked
            .iter()
            .filter(|one| one.path == path)
            .cloned()
            .collect()
    }

    /// Its entry in the configuration, under the name `fake`.
    pub(crate) fn entry(&self) -> String {
        self.entry_with(&format!("issuer = \"{}\"\n", self.url))
    }

    pub(crate) fn entry_with(&self, more: &str) -> String {
        format!(
            "[[auth.providers]]\nname = \"fake\"\nclient_id = \"hearth\"\nclient_secret = \"secret-client\"\n{more}\n"
        )
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(mut stream: TcpStream, pages: &Pages, asked: &Mutex<Vec<Asked>>) {
    let mut bytes = Vec::new();
    let mut buffer = [0; 8192];
    let (head, body) = loop {
        match stream.read(&mut buffer).await {
            Ok(read) if read > 0 => bytes.extend_from_slice(&buffer[..read]),
            _ => return,
        }
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .map_or(0, |(_, length)| length.parse().unwrap());
        if body.len() >= length {
            break (head.to_owned(), body.to_owned());
        }
    };
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let found = {
        let pages = pages.lock().unwrap();
        let mut fitting = pages.iter().filter(|(other, _, _)| *other == path);
        fitting
            .next()
            .map(|(_, status, body)| (*status, body.clone()))
    };
    let (status, content) = found.unwrap_or((404, "{}".to_owned()));
    asked.lock().unwrap().push(Asked { path, head, body });
    let length = content.len();
    let text = format!(
        "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{content}"
    );
    // Whoever asked may have gone already.
    let _ = stream.write_all(text.as_bytes()).await;
}
