//! A server whose clock is made up, by libfaketime.

use std::path::PathBuf;

use crate::support::{Server, Start};

/// A clock that can be set while the server runs.
pub(crate) struct Clock {
    library: PathBuf,
    folder: tempfile::TempDir,
}

impl Clock {
    /// None where the library is not installed.
    #[expect(clippy::print_stderr, reason = "whoever runs the tests should know")]
    pub(crate) fn new() -> Option<Clock> {
        let found = std::fs::read_dir("/usr/lib")
            .ok()?
            .flatten()
            .map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"))
            .find(|path| path.exists());
        let Some(library) = found else {
            eprintln!("skipped: libfaketime is not here");
            return None;
        };
        let clock = Clock {
            library,
            folder: tempfile::tempdir().unwrap(),
        };
        clock.set("+0");
        Some(clock)
    }

    /// As `+1h` or `-2d`, from the true time.
    pub(crate) fn set(&self, offset: &str) {
        // Whole at once: the server reads it at any moment.
        let file = self.folder.path().join("clock");
        let fresh = self.folder.path().join("fresh");
        std::fs::write(&fresh, offset).unwrap();
        std::fs::rename(fresh, file).unwrap();
    }

    pub(crate) async fn start(&self, config: &str) -> Server {
        let file = self.folder.path().join("clock");
        Start::new(config)
            .environment("LD_PRELOAD", self.library.to_str().unwrap())
            .environment("FAKETIME_TIMESTAMP_FILE", file.to_str().unwrap())
            .environment("FAKETIME_NO_CACHE", "1")
            .environment("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .environment("DONT_FAKE_MONOTONIC", "1")
            .run()
            .await
    }
}
