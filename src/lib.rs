//! Hearth: a whole backend in one executable. The map, one line a module; ARCHITECTURE.md tells the way through it.

pub mod app; // the shared state: opened, served, stopped
pub mod auth; // tokens and passwords
#[doc(hidden)]
pub mod bench; // what benches/ measures
pub mod cli; // one file a command
pub mod clock; // the time in the forms in which Hearth writes it
pub mod config; // settings: file, environment, flags
pub mod document; // TOML with lines, and the mistakes in it
pub mod error; // one error, by code
pub mod executions; // the states of a run; pure
pub mod limits; // what is fixed on purpose
pub mod lock; // one server a data folder
mod logging; // one event a line on stderr
mod mail; // mails: words, waiting, SMTP
pub mod models; // declared models: parse, validate, DDL; pure
pub mod openapi; // models → operations and document
mod outgoing; // the one client for other servers
mod realtime; // sockets: what is watched, and by whom
pub mod revisions; // the history of the user's tables: generated, applied, undone
mod routes; // warp filters; errors get their status here
pub mod server; // the accept loop
pub mod services; // rules: who may do what, what is valid
pub mod store; // SQL, and nothing else
