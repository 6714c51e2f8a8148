//! What a start does by itself: applies files that wait, then what the models have changed, as long as nothing is lost.

use std::fmt::Write as _;
use std::path::Path;

use super::compose;
use super::folder::Written;
use super::generate::{Generated, differences, generate};
use super::run::{self, Options, Report};
use super::state::State;
use crate::error::{Code, Error, Result};
use crate::models::Models;
use crate::store::revise::Revising;
use crate::store::{Opening, Read};

/// Makes and extends the models' tables. With `auto_migrate = false`, or when data could be lost, nothing is changed and
/// the error says what differs and what to type.
pub fn bring_up_to_date(
    opening: &mut Opening,
    models: &Models,
    folder: &Path,
    auto_migrate: bool,
) -> Result<()> {
    let options = Options {
        folder: folder.to_owned(),
        command: "hearth migrate upgrade".to_owned(),
        ..Options::default()
    };
    // Looking and doing are one transaction: of two processes the second waits, then finds nothing to do.
    let (report, written, summary) = opening.change_tables(None, |tx| {
        let mut state = State::read(&tx.read(), folder)?;
        let mut report = Report::default();
        if !state.pending.is_empty() {
            if !auto_migrate {
                return Err(waiting(&state));
            }
            state.check()?;
            let pending = std::mem::take(&mut state.pending);
            run::apply(tx, &state, &pending, &mut report)?;
        }
        let applied = report.steps.len();
        let (written, summary) = match generate(&tx.read(), models, &[])? {
            None => (None, Vec::new()),
            Some(found) if auto_migrate && found.lossless => {
                state.check()?;
                let written = extend(tx, &mut state, &found, &mut report)?;
                (Some(written), found.summary)
            }
            Some(found) => return Err(stop(&found)),
        };
        run::settle(tx, &mut report, &options)?;
        report.notes.append(&mut state.drifted);
        report.notes.append(&mut state.notes);
        // What was made just now is told by its lines.
        report.steps.truncate(applied);
        Ok((report, written, summary))
    })?;
    if let Some(written) = written {
        written.put()?;
    }
    for done in &report.steps {
        tracing::info!(revision = done.version, "{}", done.message);
    }
    for line in &summary {
        tracing::info!("{line}");
    }
    for note in &report.notes {
        tracing::warn!("{note}");
    }
    Ok(())
}

/// What a start would do, and what is worth saying.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pending {
    pub steps: Vec<String>,
    pub notes: Vec<String>,
}

/// What a start would do. An error says what it would refuse.
pub fn pending(
    db: &Read<'_>,
    models: &Models,
    folder: &Path,
    auto_migrate: bool,
) -> Result<Pending> {
    let state = State::read(db, folder)?;
    let mut pending = Pending {
        steps: Vec::new(),
        notes: state.notes.clone(),
    };
    if !state.pending.is_empty() {
        if !auto_migrate {
            return Err(waiting(&state));
        }
        state.check()?;
        // The models can be compared with the tables only after these.
        pending.steps.extend(
            state
                .pending
                .iter()
                .map(|revision| format!("Apply {}", state.folder.shown("up", &revision.stem()))),
        );
        return Ok(pending);
    }
    match generate(db, models, &[])? {
        Some(found) if auto_migrate && found.lossless => {
            state.check()?;
            pending.steps = found.summary;
        }
        Some(found) => return Err(stop(&found)),
        // Where there is nothing to do, a start warns of them and goes on.
        None => pending.notes.extend(state.drifted),
    }
    pending.notes.extend(differences(db, models)?.notes);
    Ok(pending)
}

/// Writes the revision under a temporary name, which it loses after the commit, and applies it.
fn extend(
    tx: &mut Revising<'_>,
    state: &mut State,
    found: &Generated,
    report: &mut Report,
) -> Result<Written> {
    let last = report
        .steps
        .last()
        .map_or(state.current(), |done| done.version);
    let revision = compose::generated(&tx.read(), &state.folder, last, None, found)?;
    let written = state.folder.write(&revision)?;
    state.folder.revisions.push(revision.clone());
    run::apply(tx, state, &[revision], report)?;
    Ok(written)
}

fn waiting(state: &State) -> Error {
    let mut message =
        "Revisions in the folder are not applied, and nothing was changed (database.auto_migrate is false):"
            .to_owned();
    for revision in &state.pending {
        let _ = write!(
            message,
            "\n- {}",
            state.folder.shown("up", &revision.stem())
        );
    }
    message.push_str("\nTo apply them: hearth migrate upgrade");
    Error::new(Code::Unavailable, message)
}

/// What differs, and what to type.
fn stop(found: &Generated) -> Error {
    let mut message = match found.lossless {
        true => "The tables in the database are behind the declared models, and nothing was changed:",
        false => {
            "The declared models do not fit the tables in the database. A start makes no change that could lose data, and nothing was changed:"
        }
    }
    .to_owned();
    for line in &found.summary {
        let _ = write!(message, "\n- {line}");
    }
    for loss in &found.losses {
        let _ = write!(message, "\nThis would lose {loss}");
    }
    for question in &found.questions {
        let _ = write!(message, "\n{question}");
    }
    let allow: String = found
        .losses
        .iter()
        .map(|loss| format!(" --allow-data-loss {}", loss.object))
        .collect();
    let _ = write!(
        message,
        "\nIf that is what you want, write a revision, look at it, and apply it:\n  \
         hearth migrate revision --autogenerate -m \"what changes\"\n  hearth migrate upgrade{allow}"
    );
    if found.lossless {
        message.push_str("\nOr start once with database.auto_migrate = true");
    }
    Error::new(Code::Unavailable, message)
}
