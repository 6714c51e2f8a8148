//! The history of the user's tables: models → difference → a pair of files in a folder → the ledger. What each table is
//! made of stands in `models/ddl`, how it is run in `store/revise`.

mod auto;
pub(crate) mod backup;
pub mod compose;
mod data;
mod files;
pub mod folder;
mod generate;
pub mod history;
pub mod ledger;
mod plan;
pub mod run;
pub(crate) mod script;
pub mod state;
pub mod target;
#[cfg(test)]
mod tests;
pub mod verify;

pub use auto::{Pending, bring_up_to_date, pending};
pub use plan::{Plan, plan};
pub(crate) use script::irreversible;

pub use generate::{
    Differences, Down, Generated, Loss, Rename, differences, fingerprint, generate,
};
