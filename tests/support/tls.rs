//! An issuer's keys behind https, with a certificate of an authority of its own. Python serves it, as it does mails.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;

use serde_json::{Value, json};

pub(crate) struct Tls {
    child: Child,
    pub(crate) url: String,
    /// Has the authority's certificate.
    folder: tempfile::TempDir,
    requests: mpsc::Receiver<String>,
    asked: usize,
}

impl Tls {
    pub(crate) fn start(keys: &[Value], arguments: &[&str]) -> Tls {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(super::python::python())
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/tls.py"))
            .arg(folder.path().join("authority.pem"))
            .arg(json!({ "keys": keys }).to_string())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines.next().unwrap().unwrap();
        let (tell, requests) = mpsc::channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = tell.send(line);
            }
        });
        Tls {
            child,
            url: format!("https://localhost:{port}"),
            folder,
            requests,
            asked: 0,
        }
    }

    /// The file with its authority's certificate.
    pub(crate) fn authority(&self) -> String {
        let file = self.folder.path().join("authority.pem");
        file.to_str().unwrap().to_owned()
    }

    /// Requests so far.
    pub(crate) fn asked(&mut self) -> usize {
        self.asked += self.requests.try_iter().count();
        self.asked
    }
}

impl Drop for Tls {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
