//! Rules: who may do what, what is valid, what happens. HTTP, the command line and sockets all enter here.

pub mod access;
pub(crate) mod accounts;
pub(crate) mod bodies;
pub(crate) mod credentials;
pub(crate) mod deletion;
pub(crate) mod entrance;
pub(crate) mod export;
#[cfg(feature = "test-hooks")]
pub(crate) mod hooks;
pub(crate) mod housekeeping;
pub(crate) mod import;
pub(crate) mod query;
pub(crate) mod records;
pub(crate) mod registration;
pub(crate) mod schema;
pub(crate) mod second_factor;
pub(crate) mod sessions;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod signing;
pub(crate) mod throttle;
