//! What goes wrong outside of Hearth: disks, files, power, other processes, clocks. Real tools do the damage; where one is
//! missing or not allowed the test says so and passes.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

#[path = "../support/mod.rs"]
mod support;

mod clocks;
mod commits;
mod disk;
mod files;
mod lock;
mod log;
mod power;
mod tools;
