//! Notices that a foreign process deleted or replaced the write-ahead log: then nothing may be acknowledged any more.
//!
//! SQLite goes on writing into the file that it has open, which no name leads to; all later commits would be lost.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use rusqlite::Connection;
use tokio::sync::Notify;

use crate::limits;

/// Told when the database was lost; `App` ends the process then.
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

pub(super) struct Watch {
    database: PathBuf,
    log: PathBuf,
    inode: Option<u64>,
    looked: Instant,
    lost: Arc<Lost>,
}

impl Watch {
    /// `database` must be open and in WAL mode, so that its log exists.
    pub(super) fn new(database: &Path, lost: Arc<Lost>) -> Self {
        let log = database.with_extension("db-wal");
        let inode = inode(&log);
        Watch {
            database: database.to_owned(),
            log,
            inode,
            looked: Instant::now(),
            lost,
        }
    }

    pub(super) fn is_lost(&self) -> bool {
        self.lost.has_happened()
    }

    /// Whether it is time to look again under steady load.
    pub(super) fn due(&self) -> bool {
        self.looked.elapsed() >= limits::IDLE_TICK
    }

    /// A `stat` by name; the file is never opened, which would drop SQLite's locks.
    pub(super) fn look(&mut self, connection: &Connection) {
        self.looked = Instant::now();
        let now = inode(&self.log);
        if self.is_lost() || now == self.inode {
            return;
        }
        if self.inode.is_none() {
            self.inode = now;
            return;
        }
        self.lost.flag.store(true, Ordering::Release);
        let copy = self
            .database
            .with_file_name(format!("rescue-{}.db", crate::clock::file_stamp()));
        let saved = connection.backup("main", &copy, None::<fn(rusqlite::backup::Progress)>);
        tracing::error!(
            log = %self.log.display(),
            rescue = %copy.display(),
            saved = saved.is_ok(),
            "the write-ahead log was deleted or replaced by another process; nothing more is written. \
             Compare the rescue copy with the database before you start again"
        );
        self.lost.notify.notify_waiters();
        self.lost.notify.notify_one();
    }
}

#[cfg(unix)]
fn inode(path: &Path) -> Option<u64> {
    use std::os::unix::fs::MetadataExt as _;
    path.metadata().ok().map(|data| data.ino())
}

#[cfg(not(unix))]
fn inode(_path: &Path) -> Option<u64> {
    None
}
