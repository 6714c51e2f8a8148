//! The models against the real database: the SQL that leads from the one to the other and back. It runs nothing and
//! writes no file.

use crate::error::Result;
use crate::models::Models;
use crate::store::Read;

/// A change of a name: what had it, and the new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    /// A table, or one of its columns.
    pub from: (String, Option<String>),
    pub to: String,
}

/// The way back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Down {
    /// Statements, in the same form as `Generated::up`.
    Sql(String),
    /// Why there is none, in words.
    Irreversible(String),
}

/// What goes with a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// `items.title`, or `items` for a whole table: what `--allow-data-loss` names.
    pub object: String,
    /// Values that are not null, or rows.
    pub rows: i64,
}

/// One revision, not yet written or run.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Statements, each ends with ";\n"; comments stand on lines of their own. To run with foreign_keys=OFF and
    /// legacy_alter_table=ON inside one transaction. The one PRAGMA in it is legacy_alter_table, OFF around ALTER TABLE …
    /// RENAME: only so do references, triggers and views follow a new name, and only with ON do they stay through a
    /// rebuild.
    pub up: String,
    pub down: Down,
    /// A line for each change: "Add column `items.priority`".
    pub summary: Vec<String>,
    pub losses: Vec<Loss>,
    /// Whether a start may apply it by itself: nothing is lost, nothing narrowed on rows that exist.
    pub lossless: bool,
    /// Possible renames that were not guessed, each with the remedy.
    pub questions: Vec<String>,
}

/// How models and tables disagree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    pub differs: Vec<String>,
    /// What somebody added by hand; it stays.
    pub notes: Vec<String>,
}

/// None when models and database agree. An error that lists the rows at fault when the data forbids it.
pub fn generate(db: &Read<'_>, models: &Models, renames: &[Rename]) -> Result<Option<Generated>> {
    let _ = (db, models, renames);
    todo!()
}

/// What differs between models and tables, and what is beside them.
pub fn differences(db: &Read<'_>, models: &Models) -> Result<Differences> {
    let _ = (db, models);
    todo!()
}

/// The whole schema of the user's tables as one text: equal when the schemas are, whatever the spaces and quotes.
pub fn fingerprint(db: &Read<'_>) -> Result<String> {
    let _ = db;
    todo!()
}
