//! Executions through the real binary: their life, what workers may do, and that nothing of a log is lost or doubled.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

#[path = "../support/mod.rs"]
mod support;

mod artifacts;
mod bench;
mod cancel;
mod claims;
mod clock;
mod commands;
mod crash;
mod create;
mod events;
mod input;
mod isolation;
mod leases;
mod life;
mod proofs;
mod retry;
mod schedules;
mod standing;
mod workers;
