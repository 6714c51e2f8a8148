//! Where a run is to go: names of places in the history, and how many steps lie before them.

use super::state::State;
use crate::error::{Code, Error, Result};

/// Where to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Head,
    Base,
    /// So many steps.
    Steps(usize),
    Version(i64),
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

pub(super) fn count_down(state: &State, target: Target) -> Result<usize> {
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

fn plural(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}
