//! A real mail server for tests: aiosmtpd.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc;

use super::python::python;

/// A running mail server; it ends when it is dropped.
pub(crate) struct Smtp {
    child: Child,
    pub(crate) port: u16,
    tries: mpsc::UnboundedReceiver<Value>,
}

/// A mail as the server got it.
#[derive(Debug)]
pub(crate) struct Mail(pub(crate) Value);

impl Smtp {
    pub(crate) async fn start(arguments: &[&str]) -> Smtp {
        let mut child = Command::new(python())
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/smtp.py"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines.next().unwrap().unwrap().parse().unwrap();
        let (tell, tries) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = tell.send(serde_json::from_str(&line).unwrap());
            }
        });
        Smtp { child, port, tries }
    }

    /// `[mail]` for it, without TLS, and the url that goes with it.
    pub(crate) fn config(&self) -> String {
        format!(
            "[server]\nurl = \"https://app.example.com\"\n[mail]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n\
             from = \"Example <no-reply@example.com>\"\n",
            self.port
        )
    }

    /// The next mail that it was given, whatever it answered.
    pub(crate) async fn mail(&mut self) -> Mail {
        let next = tokio::time::timeout(Duration::from_secs(20), self.tries.recv());
        Mail(
            next.await
                .unwrap_or_else(|_| panic!("no mail came"))
                .unwrap(),
        )
    }

    /// The next one to that address; those to others are passed over.
    pub(crate) async fn mail_to(&mut self, address: &str) -> Mail {
        loop {
            let mail = self.mail().await;
            if mail.to() == address {
                return mail;
            }
        }
    }

    /// What came, and was not asked for.
    pub(crate) fn rest(&mut self) -> Vec<Mail> {
        std::iter::from_fn(|| self.tries.try_recv().ok().map(Mail)).collect()
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Mail {
    pub(crate) fn to(&self) -> &str {
        self.0["to"][0].as_str().unwrap()
    }

    pub(crate) fn text(&self) -> &str {
        self.0["text"].as_str().unwrap()
    }

    pub(crate) fn html(&self) -> &str {
        self.0["html"].as_str().unwrap()
    }

    /// All headers of that name.
    pub(crate) fn headers(&self, name: &str) -> Vec<&str> {
        let all = self.0["headers"].as_array().unwrap().iter();
        all.filter(|pair| pair[0].as_str().unwrap().eq_ignore_ascii_case(name))
            .map(|pair| pair[1].as_str().unwrap())
            .collect()
    }

    pub(crate) fn subject(&self) -> &str {
        self.headers("subject")[0]
    }

    /// The link in the text, on a line of its own.
    pub(crate) fn link(&self) -> &str {
        let lines = self.text().lines();
        let mut links = lines.filter(|line| line.starts_with("http"));
        links
            .next()
            .unwrap_or_else(|| panic!("no link: {}", self.text()))
    }

    /// What the link's page would send.
    pub(crate) fn token(&self) -> String {
        self.link().rsplit('/').next().unwrap().to_owned()
    }
}
