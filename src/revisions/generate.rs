//! The models against the real database: the SQL that leads from the one to the other and back. It runs nothing and
//! writes no file.

use super::data;
use crate::error::{Error, Result};
use crate::models::Models;
use crate::models::ddl;
use crate::models::diff::{self, Diff};
use crate::store::{Read, schema};

pub use crate::models::diff::Rename;
pub use crate::store::revise::Loss;

/// The way back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Down {
    /// Statements, in the same form as `Generated::up`.
    Sql(String),
    /// Why there is none, in words.
    Irreversible(String),
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
    refuse(&twins(models), &[])?;
    let diff = diff::diff(&schema::found(db)?, models, renames);
    refuse(&diff.refusals, &[])?;
    if diff.is_empty() {
        return Ok(None);
    }
    let data = data::look(db, &diff)?;
    refuse(&data.refusals, &diff.questions())?;
    let summary = diff.summary();
    let script = ddl::script(&diff);
    let down = match script.irreversible {
        Some(reason) => Down::Irreversible(reason),
        None => Down::Sql(file(&script.remarks, &script.down)),
    };
    Ok(Some(Generated {
        up: file(&summary, &script.up),
        down,
        summary,
        lossless: data.losses.is_empty() && !data.narrows,
        losses: data.losses,
        questions: diff.questions(),
    }))
}

/// What differs between models and tables, and what is beside them.
pub fn differences(db: &Read<'_>, models: &Models) -> Result<Differences> {
    let diff: Diff = diff::diff(&schema::found(db)?, models, &[]);
    let mut differs = diff.refusals.clone();
    differs.extend(diff.summary());
    Ok(Differences {
        differs,
        notes: diff.notes,
    })
}

/// The whole schema of the user's tables as one text: equal when the schemas are, whatever the spaces and quotes.
pub fn fingerprint(db: &Read<'_>) -> Result<String> {
    schema::fingerprint(db)
}

/// Fields that SQLite would take for one.
fn twins(models: &Models) -> Vec<String> {
    let mut list = Vec::new();
    for shape in models.iter().map(|model| ddl::Shape::of(model)) {
        for (at, column) in shape.columns.iter().enumerate() {
            let mut before = shape.columns[..at].iter();
            if let Some(twin) = before.find(|before| ddl::is_same(&before.name, &column.name)) {
                list.push(format!(
                    "Fields `{}` and `{}` of `{}` differ only in case, which SQLite does not tell apart. Rename one of them",
                    twin.name, column.name, shape.name
                ));
            }
        }
    }
    list
}

/// A field that seems new may be an old one of another name: the questions belong to the refusal.
fn refuse(refusals: &[String], questions: &[String]) -> Result<()> {
    if refusals.is_empty() {
        return Ok(());
    }
    let head = "The declared models do not fit the tables in the database, and nothing was changed";
    let mut message = format!("{head}:\n- {}", [refusals, questions].concat().join("\n- "));
    if !questions.is_empty() {
        message.push_str(
            "\nThat flag belongs to: hearth migrate revision --autogenerate -m \"what changes\" --rename …",
        );
    }
    Err(Error::conflict(message))
}

/// Remarks as comments, then the statements.
fn file(remarks: &[String], statements: &[String]) -> String {
    let mut text = String::new();
    for remark in remarks {
        // A comment ends with its line, and a name made by hand may have more than one.
        let line: String = remark
            .chars()
            .map(|letter| if letter.is_control() { ' ' } else { letter })
            .collect();
        text.push_str(&format!("-- {line}\n"));
    }
    for statement in statements {
        text.push_str(statement);
        text.push_str(";\n");
    }
    text
}
