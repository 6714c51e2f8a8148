//! Notices that a foreign process deleted or replaced the database or its write-ahead log: then nothing may be
//! acknowledged any more.
//!
//! SQLite goes on writing into the file that it has open, which no name leads to; all later commits would be lost.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;
use tokio::sync::Notify;

/// Told when the database was lost; `serve` ends the process then.
#[derive(Debug, Default)]
pub struct Lost {
    flag: AtomicBool,
    notify: Notify,
}

impl Lost {
    /// Waits until it happens, which is never on a healthy machine.
    pub async fn happened(&self) {
        while !self.flag.load(Ordering::Acquire) {
            self.notify.notified().await;
        }
    }

    pub fn has_happened(&self) -> bool {
        self.flag.load(Ordering::Acquire)
    }
}

/// A file by its name, and what stood under that name when it was opened.
struct Named {
    path: PathBuf,
    inode: Option<u64>,
    size: u64,
}

impl Named {
    fn new(path: PathBuf) -> Self {
        let mut named = Named {
            path,
            inode: None,
            size: 0,
        };
        named.is_another();
        named
    }

    /// A `stat`; the file is never opened, which would drop SQLite's locks. What was not there yet may come.
    fn is_another(&mut self) -> bool {
        let found = self.path.metadata().ok();
        self.size = found.as_ref().map_or(0, Metadata::len);
        let now = found.as_ref().and_then(inode);
        match self.inode {
            Some(known) => now != Some(known),
            None => {
                self.inode = now;
                false
            }
        }
    }
}

pub(super) struct Watch {
    database: Named,
    log: Named,
    lost: Arc<Lost>,
}

impl Watch {
    /// `database` must be open and in WAL mode, so that its log exists.
    pub(super) fn new(database: &Path, lost: Arc<Lost>) -> Self {
        Watch {
            database: Named::new(database.to_owned()),
            log: Named::new(database.with_extension("db-wal")),
            lost,
        }
    }

    pub(super) fn is_lost(&self) -> bool {
        self.lost.has_happened()
    }

    /// Bytes, as of the last look.
    pub(super) fn log_size(&self) -> u64 {
        self.log.size
    }

    /// After each commit and on each idle tick.
    pub(super) fn look(&mut self, connection: &Connection) {
        if self.is_lost() {
            return;
        }
        let (database, log) = (self.database.is_another(), self.log.is_another());
        if database || log {
            let gone = if log { &self.log } else { &self.database };
            self.lose(&gone.path, connection);
        }
    }

    /// Writes what this process still sees beside the database, and has the process end.
    fn lose(&self, gone: &Path, connection: &Connection) {
        self.lost.flag.store(true, Ordering::Release);
        let name = format!("rescue-{}.db", crate::clock::file_stamp());
        let copy = self.database.path.with_file_name(name);
        let saved = connection.backup("main", &copy, None::<fn(rusqlite::backup::Progress)>);
        let (gone, copy) = (gone.display(), copy.display());
        match saved {
            Ok(()) => tracing::error!(
                "{gone} was deleted or replaced by another process; nothing more is written. What was refused \
                 just now may stand in it. {copy} has all that was acknowledged: compare it with the database before you start again"
            ),
            Err(cause) => tracing::error!(
                %cause,
                "{gone} was deleted or replaced by another process; nothing more is written, and the copy in {copy} failed"
            ),
        }
        self.lost.notify.notify_waiters();
        self.lost.notify.notify_one();
    }
}

#[cfg(unix)]
fn inode(file: &Metadata) -> Option<u64> {
    Some(std::os::unix::fs::MetadataExt::ino(file))
}

#[cfg(not(unix))]
fn inode(_file: &Metadata) -> Option<u64> {
    None
}
