//! Puts a revision together: what was generated from the models, or an empty pair to write by hand.

use super::folder::{Folder, Revision};
use super::generate::{Down, Generated};
use super::{script, verify};
use crate::error::Result;
use crate::store::Read;

/// From the models, with a way back that was tried.
pub fn generated(
    db: &Read<'_>,
    folder: &Folder,
    last: i64,
    message: Option<&str>,
    generated: &Generated,
) -> Result<Revision> {
    let up = format!(
        "-- Made by Hearth {} from the models.\n{}",
        env!("CARGO_PKG_VERSION"),
        generated.up
    );
    let down = match &generated.down {
        Down::Sql(sql) => verify::verified(db, &up, sql)?,
        Down::Irreversible(reason) => script::irreversible_text(reason),
    };
    let message = message.map_or_else(|| title(&generated.summary), str::to_owned);
    Ok(Revision {
        version: folder.next_version(last),
        name: Revision::name_of(&message),
        up,
        down: Some(down),
    })
}

/// For a person to write.
pub fn blank(folder: &Folder, last: i64, message: &str) -> Revision {
    let one_line = message.replace(['\n', '\r'], " ");
    Revision {
        version: folder.next_version(last),
        name: Revision::name_of(message),
        up: format!(
            "-- {one_line}\n-- Statements for SQLite. Hearth runs all of this file in one transaction.\n"
        ),
        down: Some(format!(
            "-- The way back of: {one_line}\n-- If there is none, leave just this line, without the first two signs:\n-- -- irreversible: REASON\n"
        )),
    }
}

fn title(summary: &[String]) -> String {
    match summary {
        [] => "models".to_owned(),
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
    }
}
