//! What an execution is, apart from where it is kept: its states and the steps between them. Pure.

pub mod states;
