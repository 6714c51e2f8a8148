//! `hearth migrate revision`: a new pair of files, empty or made from the models.

use std::io::IsTerminal as _;

use clap::Args;

use super::{ask, notes, open, refused, state};
use crate::cli::{Place, print};
use crate::error::{Code, Error, Result};
use crate::revisions::folder::Revision as Pair;
use crate::revisions::state::State;
use crate::revisions::{self, Generated, Rename, compose};

/// Write a new revision: an empty one, or from what the models have changed
#[derive(Args)]
pub(super) struct Revision {
    /// What it does, in a few words
    #[arg(short, long)]
    message: String,
    /// Make it from the difference between the models and the database
    #[arg(long)]
    autogenerate: bool,
    /// A field or model that has a new name, as items.title=name; may be repeated
    #[arg(long, value_name = "OLD=NEW", value_parser = rename, requires = "autogenerate")]
    rename: Vec<Rename>,
    /// Answer questions with yes: what is gone and what is new are two things and no rename
    #[arg(long)]
    yes: bool,
}

/// `items.title=name` or `items=things`.
fn rename(text: &str) -> Result<Rename, String> {
    let form = || "use items.title=name, or items=things for a model".to_owned();
    let (from, to) = text.split_once('=').ok_or_else(form)?;
    let (table, column) = match from.split_once('.') {
        Some((table, column)) => (table, Some(column.to_owned())),
        None => (from, None),
    };
    // The new name may be given with its model, too.
    let to = match (&column, to.split_once('.')) {
        (Some(_), Some((owner, name))) if owner == table => name,
        _ => to,
    };
    let empty = table.is_empty() || to.is_empty() || column.as_deref() == Some("");
    if empty || to.contains('.') {
        return Err(form());
    }
    Ok(Rename {
        from: (table.to_owned(), column),
        to: to.to_owned(),
    })
}

impl Revision {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        if !self.autogenerate {
            let state = state(place)?;
            notes(&state.notes);
            let pair = compose::blank(&state.folder, state.current(), &self.message);
            state.folder.write(&pair)?.put()?;
            tell(&state, &pair, None);
            return Ok(());
        }
        let (state, made) = self.generated(place)?;
        notes(&state.notes);
        let Some((pair, found)) = made else {
            print::line("Nothing changed: the models and the database agree. No file was written");
            return Ok(());
        };
        self.settle(&found)?;
        state.folder.write(&pair)?.put()?;
        tell(&state, &pair, Some(&found));
        Ok(())
    }

    /// From the models; None where they and the database agree.
    fn generated(&self, place: &Place) -> Result<(State, Option<(Pair, Generated)>)> {
        let (config, mut opening) = open(place)?;
        opening.transaction(|tx| {
            let state = State::read(tx, &config.database.revisions)?;
            refuse_behind(&state)?;
            let Some(found) = revisions::generate(tx, &config.models, &self.rename)? else {
                return Ok((state, None));
            };
            let last = state.current();
            let message = Some(self.message.as_str());
            let pair = compose::generated(tx, &state.folder, last, message, &found)?;
            Ok((state, Some((pair, found))))
        })
    }

    /// Possible renames are never guessed.
    fn settle(&self, found: &Generated) -> Result<()> {
        if found.questions.is_empty() || self.yes {
            return Ok(());
        }
        let questions = found.questions.join("\n");
        if std::io::stdin().is_terminal() {
            print::note(&questions);
            if ask("Is it no rename, so that the old one is dropped and the new one added?") {
                return Ok(());
            }
        }
        Err(Error::new(
            Code::Conflict,
            format!(
                "{questions}\nNo file was written. If it is no rename, say so with --yes: the old one is then dropped"
            ),
        ))
    }
}

/// A difference can be told only from where the files lead.
fn refuse_behind(state: &State) -> Result<()> {
    state.check()?;
    if state.pending.is_empty() {
        return Ok(());
    }
    let files: Vec<String> = state
        .pending
        .iter()
        .map(|revision| format!("- {}", state.folder.shown("up", &revision.stem())))
        .collect();
    Err(refused(format!(
        "The database is not up to date, so the models cannot be compared with it yet. Not applied:\n{}\nApply them first: hearth migrate upgrade",
        files.join("\n")
    )))
}

fn tell(state: &State, pair: &Pair, found: Option<&Generated>) {
    for line in found.iter().flat_map(|found| &found.summary) {
        print::line(line);
    }
    for kind in ["up", "down"] {
        let path = state.folder.path.join(kind);
        let path = path.join(format!("{}.sql", pair.stem()));
        print::line(format_args!("Wrote {}", path.display()));
    }
    let reason = pair.down.as_deref().and_then(revisions::irreversible);
    if let (Some(_), Some(reason)) = (found, reason) {
        print::note(format_args!("note: it cannot be undone: {reason}"));
    }
    let losses = found
        .map(|found| found.losses.as_slice())
        .unwrap_or_default();
    for loss in losses {
        print::note(format_args!("note: it would lose {loss}"));
    }
    let allow: String = losses
        .iter()
        .map(|loss| format!(" --allow-data-loss {}", loss.object))
        .collect();
    print::line(if found.is_some() {
        format!("Look at it, then: hearth migrate upgrade{allow}")
    } else {
        "Write the statements, then: hearth migrate upgrade".to_owned()
    });
}
