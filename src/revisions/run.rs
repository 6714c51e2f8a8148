//! Goes up and down: which revisions, in one transaction, what would be lost, and the backup before it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::folder::Revision;
use super::state::State;
use super::target::{Target, count_down, count_up};
use super::{backup, script, verify};
use crate::error::{Error, Result};
use crate::store::Opening;
use crate::store::revise::{Loss, Progress, Ran, Revising, Step};

/// How a run behaves.
#[derive(Clone, Default)]
pub struct Options {
    /// The folder of the revisions.
    pub folder: PathBuf,
    /// What may be lost, as `items.title` or `items`.
    pub allowed: Vec<String>,
    /// Everything may be lost: on a copy.
    pub on_a_copy: bool,
    pub progress: Option<Progress>,
    /// What a person types to allow a loss: `hearth migrate upgrade`.
    pub command: String,
}

/// What was done.
#[derive(Debug, Default)]
pub struct Report {
    pub steps: Vec<Done>,
    pub losses: Vec<Loss>,
    pub backup: Option<PathBuf>,
    pub notes: Vec<String>,
}

/// One step, up or down.
#[derive(Debug)]
pub struct Done {
    pub version: i64,
    /// The version before an upgrade, or after a downgrade; 0 is the base.
    pub below: i64,
    pub message: String,
    pub took: Duration,
    pub rows: u64,
}

/// Applies what waits, up to the target.
pub fn upgrade(opening: &mut Opening, target: Target, options: &Options) -> Result<Report> {
    opening.change_tables(options.progress.clone(), |tx| {
        let state = State::read(&tx.read(), &options.folder)?;
        state.check()?;
        let count = count_up(&state, target)?;
        let mut report = Report {
            notes: state.notes.clone(),
            ..Report::default()
        };
        apply(tx, &state, &state.pending[..count], &mut report)?;
        settle(tx, &mut report, options)?;
        Ok(report)
    })
}

/// Runs these, oldest first, and writes their rows.
pub(super) fn apply(
    tx: &mut Revising<'_>,
    state: &State,
    revisions: &[Revision],
    report: &mut Report,
) -> Result<()> {
    let known = state.folder.known();
    let mut below = report
        .steps
        .last()
        .map_or(state.current(), |done| done.version);
    for revision in revisions {
        let place = state.folder.shown("up", &revision.stem());
        script::check(&place, &revision.up)?;
        let back = state.folder.shown("down", &revision.stem());
        let doubt = verify::doubt(&tx.read(), &back, revision);
        report.notes.extend(doubt);
        let marks = script::marks(&revision.up);
        let step = Step {
            sql: &revision.up,
            marks: &marks,
        };
        let ran = tx
            .step(&step, |tx, ran| {
                tx.record(&known, revision.version, revision.down.as_deref(), ran)
            })
            .map_err(|error| at(&place, &error))?;
        done(report, revision.version, below, revision.message(), ran);
        below = revision.version;
    }
    Ok(())
}

/// Undoes what is applied, down to the target.
pub fn downgrade(opening: &mut Opening, target: Target, options: &Options) -> Result<Report> {
    opening.change_tables(options.progress.clone(), |tx| {
        let state = State::read(&tx.read(), &options.folder)?;
        let count = count_down(&state, target)?;
        let mut report = Report::default();
        let applied = &state.applied;
        let kept = applied.len() - count;
        for (at_index, found) in applied.iter().enumerate().skip(kept).rev() {
            let down = state.down(found)?;
            let stem = format!("V{}__{}", found.version, found.name);
            let place = state.folder.shown("down", &stem);
            let marks = script::marks(&down);
            let step = Step {
                sql: &down,
                marks: &marks,
            };
            let ran = tx
                .step(&step, |tx, _| tx.forget(found.version))
                .map_err(|error| at(&place, &error))?;
            let below = at_index
                .checked_sub(1)
                .map_or(0, |below| applied[below].version);
            done(
                &mut report,
                found.version,
                below,
                found.name.replace('_', " "),
                ran,
            );
        }
        settle(tx, &mut report, options)?;
        Ok(report)
    })
}

fn done(report: &mut Report, version: i64, below: i64, message: String, ran: Ran) {
    report.losses.extend(ran.losses);
    report.steps.push(Done {
        version,
        below,
        message,
        took: ran.took,
        rows: ran.rows,
    });
}

fn at(place: &str, error: &Error) -> Error {
    Error::new(
        error.code(),
        format!("{place}: {}. Nothing was changed", error.message()),
    )
}

/// Refuses what would be lost unless it is allowed by name; makes the backup where it is.
pub(super) fn settle(tx: &Revising<'_>, report: &mut Report, options: &Options) -> Result<()> {
    merge(&mut report.losses);
    if report.losses.is_empty() || options.on_a_copy {
        return Ok(());
    }
    let is_allowed = |loss: &Loss| {
        let table = loss.object.split('.').next().unwrap_or_default();
        let names = options.allowed.iter();
        names
            .map(String::as_str)
            .any(|name| name.eq_ignore_ascii_case(&loss.object) || name.eq_ignore_ascii_case(table))
    };
    let refused: Vec<&Loss> = report
        .losses
        .iter()
        .filter(|loss| !is_allowed(loss))
        .collect();
    if !refused.is_empty() {
        return Err(lossy(&refused, options));
    }
    let to = backup_path(tx, report);
    backup::write(&to, |path| tx.backup(path))?;
    report.backup = Some(to);
    Ok(())
}

/// A table that goes in one step and is fewer in another is one loss.
fn merge(losses: &mut Vec<Loss>) {
    let mut merged: Vec<Loss> = Vec::new();
    for loss in losses.drain(..) {
        match merged.iter_mut().find(|other| other.object == loss.object) {
            Some(other) => other.rows = other.rows.max(loss.rows),
            None => merged.push(loss),
        }
    }
    *losses = merged;
}

/// What a person would have to allow.
#[derive(Debug)]
pub struct Refused(pub Vec<Loss>);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("data would be lost")
    }
}

impl std::error::Error for Refused {}

fn lossy(losses: &[&Loss], options: &Options) -> Error {
    let lines: Vec<String> = losses.iter().map(|loss| format!("- {loss}")).collect();
    let mut command = options.command.clone();
    for name in &options.allowed {
        command.push_str(&format!(" --allow-data-loss {name}"));
    }
    for loss in losses {
        command.push_str(&format!(" --allow-data-loss {}", loss.object));
    }
    Error::conflict(format!(
        "This would lose data, and nothing was changed:\n{}\nIf you mean it (a backup is made first): {command}",
        lines.join("\n")
    ))
    .because(Refused(losses.iter().map(|&loss| loss.clone()).collect()))
}

fn backup_path(tx: &Revising<'_>, report: &Report) -> PathBuf {
    let version = report.steps.last().map_or(0, |done| done.version);
    let stamp = crate::clock::file_stamp();
    let folder = tx.path().parent().unwrap_or(Path::new("."));
    let mut path = folder.join(format!("backups/before-{version}-{stamp}.db"));
    let mut count = 1;
    while path.exists() {
        count += 1;
        path = folder.join(format!("backups/before-{version}-{stamp}-{count}.db"));
    }
    path
}
