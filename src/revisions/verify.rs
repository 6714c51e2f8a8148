//! Tries a revision on the schema alone: up, then down, and the schema must be as before. Otherwise it has no way back.

use super::generate::fingerprint;
use super::script;
use crate::error::Result;
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
