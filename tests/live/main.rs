//! Sockets through the real binary: who may open one, what they see of records, and that nothing is missed or doubled.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

#[path = "../support/mod.rs"]
mod support;

#[path = "../executions/bench.rs"]
#[expect(dead_code, reason = "shared with the tests of executions")]
mod bench;
mod checker;
mod client;
mod clients;
mod conformance;
mod crash;
mod crowd;
mod door;
mod expiry;
#[path = "../api/forge.rs"]
mod forge;
mod frames;
mod gone;
mod killed;
mod limits;
mod polled;
mod resume;
mod rights;
mod rooms;
mod runs;
mod slow;
mod snapshot;
mod stalled;
mod view_as;
mod watch;
