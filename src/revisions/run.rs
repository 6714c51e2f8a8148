//! Goes up and down: which revisions, in one transaction, what would be lost, and the backup before it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::folder::Revision;
use super::script;
use super::state::State;
use crate::error::{Code, Error, Result};
use crate::store::Opening;
use crate::store::revise::{Loss, Progress, Ran, Revising, Step};

/// Where to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Head,
    Base,
    /// So many steps.
    Steps(usize),
    Version(i64),
}

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
    tx.backup(&to)?;
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

/// How many of what waits lie before the target.
pub fn count_up(state: &State, target: Target) -> Result<usize> {
    let pending = &state.pending;
    match target {
        Target::Head => Ok(pending.len()),
        Target::Base => Ok(0),
        Target::Steps(steps) if steps <= pending.len() => Ok(steps),
        Target::Steps(steps) => Err(Error::conflict(format!(
            "+{steps} is beyond the head: {} to apply. Use head, or a smaller step",
            plural(pending.len(), "revision")
        ))),
        Target::Version(version) => {
            if let Some(at) = pending.iter().position(|one| one.version == version) {
                return Ok(at + 1);
            }
            if state.applied.iter().any(|one| one.version == version) {
                if state.current() == version {
                    return Ok(0);
                }
                return Err(Error::conflict(format!(
                    "{version} is applied already, and {} is after it. To go back: hearth migrate downgrade {version}",
                    state.current()
                )));
            }
            Err(unknown(state, version))
        }
    }
}

fn count_down(state: &State, target: Target) -> Result<usize> {
    let applied = &state.applied;
    match target {
        Target::Base => Ok(applied.len()),
        Target::Head => Ok(0),
        Target::Steps(steps) if steps <= applied.len() => Ok(steps),
        Target::Steps(steps) => Err(Error::conflict(format!(
            "-{steps} is beyond the base: {} applied. Use base, or a smaller step",
            plural(applied.len(), "revision")
        ))),
        Target::Version(version) => applied
            .iter()
            .position(|one| one.version == version)
            .map(|at| applied.len() - at - 1)
            .ok_or_else(|| match state.folder.find(version) {
                Some(_) => Error::conflict(format!(
                    "{version} is not applied, so nothing can go back to it. To go there: hearth migrate upgrade {version}"
                )),
                None => unknown(state, version),
            }),
    }
}

pub(super) fn unknown(state: &State, version: i64) -> Error {
    let place = state.folder.path.display();
    Error::new(
        Code::NotFound,
        format!("There is no revision {version} in {place}. To see them: hearth migrate history"),
    )
}

pub(crate) fn plural(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

/// Writes the ledger as if everything up to the target, and nothing beyond it, had been run.
pub fn stamp(opening: &mut Opening, target: Target, folder: &Path) -> Result<i64> {
    opening.change_tables(None, |tx| {
        let state = State::read(&tx.read(), folder)?;
        let version = match target {
            Target::Base => 0,
            Target::Head | Target::Steps(_) => {
                state.folder.head().map_or(0, |revision| revision.version)
            }
            Target::Version(version) => {
                let exists = state.folder.find(version).is_some();
                exists
                    .then_some(version)
                    .ok_or_else(|| unknown(&state, version))?
            }
        };
        for found in &state.applied {
            let file = state.folder.find(found.version);
            if found.version > version || file.is_none() {
                tx.forget(found.version)?;
            }
        }
        for revision in &state.folder.revisions {
            if revision.version <= version && !state.agrees(revision) {
                tx.stamp(
                    &revision.stem(),
                    revision.version,
                    &revision.up,
                    revision.down.as_deref(),
                )?;
            }
        }
        Ok(version)
    })
}

/// Numbers files that come too late behind the head, in their order. Old and new stems.
pub fn rebase(opening: &mut Opening, folder: &Path) -> Result<Vec<(String, String)>> {
    opening.change_tables(None, |tx| {
        let state = State::read(&tx.read(), folder)?;
        let mut last = state.current();
        let mut renamed = Vec::new();
        for revision in &state.late {
            let version = state.folder.next_version(last);
            state.folder.renumber(revision, version)?;
            last = version;
            let new = Revision {
                version,
                ..revision.clone()
            };
            renamed.push((revision.stem(), new.stem()));
        }
        Ok(renamed)
    })
}
