//! Rules: who may do what, what is valid, what happens. HTTP, the command line and sockets all enter here.

pub mod access;
pub mod accounts;
pub mod records;
pub mod sessions;
