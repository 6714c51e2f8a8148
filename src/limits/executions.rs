//! The same of executions.

use std::time::Duration;

/// Bytes of the data of one event: what is larger is a file.
pub const EVENT_SIZE: usize = 64 * 1024;
/// Bytes of an input or an output.
pub const EXECUTION_BODY: usize = 256 * 1024;
/// How often a task is tried that does not say it: a lost worker's run is tried again.
pub const ATTEMPTS: i64 = 3;
/// The longest wait between two attempts.
pub const BACKOFF: Duration = Duration::from_secs(60 * 60);
/// Labels of an execution: they are for finding it, not for data.
pub const LABELS: usize = 16;
/// Events of a page.
pub const EVENTS_PAGE: usize = 1_000;
/// Bytes of a page's events: a page is built in memory, for each who reads. The one that exceeds it is still in it.
pub const EVENTS_SIZE: usize = 1024 * 1024;
/// Rows of executions that are over which go in one transaction: others wait for it.
pub const PURGED_ROWS: usize = 500;
/// Bytes of a file of an execution: a database dump fits, one run must not fill a small disk.
pub const ARTIFACT_SIZE: u64 = if cfg!(feature = "test-hooks") {
    1024 * 1024
} else {
    256 * 1024 * 1024
};
/// Files of an execution, and their bytes together.
pub const ARTIFACTS: usize = 100;
pub const ARTIFACTS_SIZE: u64 = 4 * ARTIFACT_SIZE;
/// Bytes of such a file's name.
pub const ARTIFACT_NAME: usize = 200;
/// Seconds that a call may wait for something to happen: less than proxies allow.
pub const WAIT: u64 = 60;
