//! Sockets through the real binary: who may open one, what they see of records, and that nothing is missed or doubled.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

#[path = "../support/mod.rs"]
mod support;

#[path = "../executions/bench.rs"]
#[expect(dead_code, reason = "shared with the tests of executions")]
mod bench;
mod checker;
mod client;
mod crash;
mod door;
mod frames;
mod gone;
mod resume;
mod rights;
mod rooms;
mod runs;
mod snapshot;
mod stalled;
mod watch;
