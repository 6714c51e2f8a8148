//! What is asked of the log: how grave, with what in it, from where on, and how long to wait for more.

use std::time::Duration;

use tracing::Level;

use super::{fault, twice, unknown, whole};
use crate::error::{Error, FieldError, Result};
use crate::limits;
use crate::services::logs::Wanted;

const NAMES: [&str; 5] = ["level", "q", "after", "limit", "wait"];
pub(crate) const LEVELS: [&str; 5] = ["error", "warn", "info", "debug", "trace"];

pub(crate) fn logged(parameters: &[(String, String)]) -> Result<Wanted> {
    let mut wanted = Wanted {
        level: Level::TRACE,
        text: None,
        after: None,
        limit: limits::LOG_PAGE,
        wait: Duration::ZERO,
    };
    let mut faults = twice(parameters, &NAMES);
    for (name, text) in parameters {
        let taken = match name.as_str() {
            "level" => level(text).map(|level| wanted.level = level),
            "q" => {
                let text = text.trim().to_lowercase();
                wanted.text = Some(text).filter(|text| !text.is_empty());
                Ok(())
            }
            "after" => {
                whole(name, text, 0, i64::MAX as u64).map(|after| wanted.after = Some(after))
            }
            "limit" => whole(name, text, 1, limits::LOG_PAGE as u64)
                .map(|limit| wanted.limit = limit as usize),
            "wait" => whole(name, text, 0, limits::WAIT)
                .map(|seconds| wanted.wait = Duration::from_secs(seconds)),
            _ => Err(unknown(name, NAMES)),
        };
        faults.extend(taken.err());
    }
    if faults.is_empty() {
        Ok(wanted)
    } else {
        Err(Error::invalid(faults))
    }
}

fn level(text: &str) -> Result<Level, FieldError> {
    let known = LEVELS.contains(&text);
    text.parse().ok().filter(|_| known).ok_or_else(|| {
        let message = "Input should be 'error', 'warn', 'info', 'debug' or 'trace'";
        fault("enum", "level", message)
    })
}
