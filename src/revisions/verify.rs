//! Tries a revision on the schema alone: up, then down, and the schema must be as before. Otherwise a generated one has no
//! way back, and of one that a person wrote it is said.

use std::time::Instant;

use super::folder::Revision;
use super::generate::fingerprint;
use super::script;
use crate::error::Result;
use crate::limits;
use crate::models::ddl::text::words;
use crate::store::Read;
use crate::store::revise::Shadow;

/// The way back as it goes into the down file: `down` itself, or why there is none.
pub fn verified(db: &Read<'_>, up: &str, down: &str) -> Result<String> {
    let mut shadow = Shadow::of(db)?;
    let before = fingerprint(&shadow.read())?;
    let reason = match leads_back(&mut shadow, up, down) {
        Ok(()) if fingerprint(&shadow.read())? == before => return Ok(down.to_owned()),
        Ok(()) => "up and then down does not lead to the same schema".to_owned(),
        Err(error) => format!("its way back fails: {}", error.message()),
    };
    Ok(script::irreversible_text(&reason))
}

fn leads_back(shadow: &mut Shadow, up: &str, down: &str) -> Result<()> {
    shadow.run(up)?;
    shadow.run(down)
}

/// What is the matter with a way back that a person may have written; `place` is how its file is called. None when it leads
/// back, and when a schema without rows cannot tell.
pub(super) fn doubt(db: &Read<'_>, place: &str, revision: &Revision) -> Option<String> {
    let Some(down) = &revision.down else {
        return Some(format!("{place} does not exist, so this cannot be undone"));
    };
    if let Some(reason) = script::irreversible(down) {
        return Some(format!("{place} says that this cannot be undone: {reason}"));
    }
    let fault = fault(db, &revision.up, down).ok()??;
    Some(format!(
        "{place} {fault}. Mend it before you need it; it is read when you go down"
    ))
}

/// An error when nothing can be said.
fn fault(db: &Read<'_>, up: &str, down: &str) -> Result<Option<String>> {
    let until = Instant::now() + limits::TRIAL_TIME;
    let mut shadow = Shadow::of(db)?.within(limits::TRIAL_TIME)?;
    let before = fingerprint(&shadow.read())?;
    shadow.run(up)?;
    if words(down).is_empty() {
        let changes = fingerprint(&shadow.read())? != before;
        return Ok(changes.then(|| "is empty, and a downgrade would undo nothing".to_owned()));
    }
    match shadow.run(down) {
        Err(error) if Instant::now() < until => Ok(Some(format!("fails: {}", error.message()))),
        Err(error) => Err(error),
        Ok(()) if fingerprint(&shadow.read())? == before => Ok(None),
        Ok(()) => Ok(Some(
            "does not lead back to the schema of before".to_owned(),
        )),
    }
}
