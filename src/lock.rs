//! `hearth.lock` in the data folder: one server at a time, and where it is.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::error::{Code, Error, Result};

/// How long what passes by itself is waited for.
const MOMENT: Duration = Duration::from_millis(500);
const BREATH: Duration = Duration::from_millis(10);

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
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => break,
            // A command that looks who holds it does so for a moment.
            Err(TryLockError::WouldBlock) if began.elapsed() < MOMENT => std::thread::sleep(BREATH),
            Err(TryLockError::WouldBlock) => return Err(held(data_dir)),
            Err(TryLockError::Error(cause)) => return Err(cannot(cause)),
        }
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

    /// The start failed: what the last holder left stays as it was.
    pub fn withdraw(self) -> Result<()> {
        if self.unclean {
            return Ok(());
        }
        self.give_back()
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
pub fn holder(data_dir: &Path) -> Result<Option<Holder>> {
    let began = Instant::now();
    loop {
        let Ok(mut file) = File::open(path(data_dir)) else {
            return Ok(None);
        };
        // Whoever can lock it is alone.
        if file.try_lock_shared().is_ok() {
            return Ok(None);
        }
        let mut text = String::new();
        let read = file.read_to_string(&mut text);
        if let (Ok(_), Ok(holder)) = (read, serde_json::from_str(&text)) {
            return Ok(Some(holder));
        }
        // It starts just now, and writes who it is in a moment.
        if began.elapsed() > MOMENT {
            let message = format!(
                "A server starts or stops in {} just now. Try again in a moment",
                data_dir.display()
            );
            return Err(Error::conflict(message));
        }
        std::thread::sleep(BREATH);
    }
}

fn held(data_dir: &Path) -> Error {
    let who = match holder(data_dir) {
        Ok(Some(holder)) => format!(
            "process {} (Hearth {}) at {}",
            holder.pid, holder.version, holder.url
        ),
        _ => "another process".to_owned(),
    };
    Error::conflict(format!(
        "A server runs in {} already: {who}. Stop it first, or use another --data-dir",
        data_dir.display()
    ))
}
