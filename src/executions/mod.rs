//! What an execution is, apart from where it is kept: its states and the steps between them, and when a schedule is due.
//! Pure.

pub mod schedule;
pub mod states;
