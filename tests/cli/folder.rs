//! A person's folder, and the commands they run in it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

pub(crate) struct Folder(tempfile::TempDir);

/// What a command left behind.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Folder(tempfile::tempdir().unwrap())
    }

    pub(crate) fn with(config: &str) -> Self {
        let folder = Folder::new();
        folder.write("config.toml", config);
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    pub(crate) fn hearth(&self, arguments: &[&str]) -> Done {
        hearth(self.path(), arguments, "")
    }

    pub(crate) fn hearth_with(&self, arguments: &[&str], input: &str) -> Done {
        hearth(self.path(), arguments, input)
    }

    /// An account with the usual password.
    pub(crate) fn user(&self, email: &str) {
        let words = ["user", "create", email, "--password-stdin"];
        self.hearth_with(&words, "correct horse battery\n").ok();
    }

    /// All records of a model, without what Hearth sets.
    pub(crate) fn records(&self, model: &str) -> Vec<Value> {
        let out = self.hearth(&["export", model]).ok();
        let rows = out.lines().map(|line| {
            let mut row: Value = serde_json::from_str(line).unwrap();
            for name in ["id", "user_id", "created_at", "updated_at"] {
                row.as_object_mut().unwrap().remove(name).unwrap();
            }
            row
        });
        rows.collect()
    }
}

/// Runs a command in a folder; it has no terminal.
pub(crate) fn hearth(folder: &Path, arguments: &[&str], input: &str) -> Done {
    let mut child = Command::new(env!("CARGO_BIN_EXE_hearth"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("HEARTH_CONFIG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // One that wants no input may have ended already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let done = Done {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    };
    assert!(
        !done.out.contains('\x1b') && !done.err.contains('\x1b'),
        "colours without a terminal: {done:?}"
    );
    done
}

impl Done {
    /// It did what was asked; its result.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.out
    }

    #[track_caller]
    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.ok()).unwrap()
    }

    /// It refused or failed; what it says, without the word `error`. Nothing was printed as a result.
    #[track_caller]
    pub(crate) fn refused(self) -> String {
        assert_eq!(self.code, 1, "{self:?}");
        assert_eq!(self.out, "", "{self:?}");
        let (before, message) = self.err.split_once("error: ").unwrap();
        format!("{before}{}", message.trim_end())
    }
}
