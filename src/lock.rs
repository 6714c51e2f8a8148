//! `hearth.lock` in the data folder: one server at a time, and where it is.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Code, Error, Result};

/// Who holds the lock, as written in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Holder {
    pub pid: u32,
    pub url: String,
    pub version: String,
}

/// The lock of a running server; given back when it is dropped or the process dies.
pub struct Lock {
    file: File,
    /// Whether the last holder ended without giving it back.
    pub unclean: bool,
}

fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("hearth.lock")
}

/// Takes the lock; an error that names the holder when there is one.
pub fn take(data_dir: &Path) -> Result<Lock> {
    let path = path(data_dir);
    let cannot = |cause: std::io::Error| {
        let message = format!(
            "Cannot write in {}: {cause}. May this user write there?",
            data_dir.display()
        );
        Error::new(Code::Unavailable, message)
    };
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path).map_err(cannot)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let who = holder(data_dir).map_or_else(
                || "another process".to_owned(),
                |holder| {
                    format!(
                        "process {} (Hearth {}) at {}",
                        holder.pid, holder.version, holder.url
                    )
                },
            );
            let message = format!(
                "A server runs in {} already: {who}. Stop it first, or use another --data-dir",
                data_dir.display()
            );
            return Err(Error::conflict(message));
        }
        Err(TryLockError::Error(cause)) => return Err(cannot(cause)),
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(cannot)?;
    Ok(Lock {
        file,
        unclean: !text.trim().is_empty(),
    })
}

impl Lock {
    /// Says where this server is.
    pub fn announce(&mut self, url: &str) -> Result<()> {
        let holder = Holder {
            pid: std::process::id(),
            url: url.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let text = serde_json::to_string(&holder).map_err(Error::internal)?;
        self.write(&text)
    }

    /// Says that this server ended as it should.
    pub fn give_back(mut self) -> Result<()> {
        self.write("")
    }

    fn write(&mut self, text: &str) -> Result<()> {
        self.file.set_len(0).map_err(Error::internal)?;
        self.file.rewind().map_err(Error::internal)?;
        self.file
            .write_all(text.as_bytes())
            .map_err(Error::internal)
    }
}

/// The running server of a data folder, if there is one.
pub fn holder(data_dir: &Path) -> Option<Holder> {
    let file = File::open(path(data_dir)).ok()?;
    // Whoever can lock it is alone.
    if file.try_lock_shared().is_ok() {
        return None;
    }
    let text = std::fs::read_to_string(path(data_dir)).ok()?;
    serde_json::from_str(&text).ok()
}
