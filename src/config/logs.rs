//! Checks the words of `logs.level`: `info`, or by part as `info,store=debug`.

use crate::document::did_you_mean;

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// The levels as they are handed on; the error is a sentence with the remedy.
pub(super) fn levels(text: &str) -> Result<String, String> {
    for part in text.split(',').map(str::trim) {
        let (place, level) = match part.split_once('=') {
            Some((place, level)) => (Some(place.trim()), level.trim()),
            None => (None, part),
        };
        if !LEVELS.contains(&level) {
            return Err(format!(
                "\"{level}\" is no level: off, error, warn, info, debug, trace.{}",
                did_you_mean(&level.to_lowercase(), LEVELS)
            ));
        }
        let fits = |place: &str| {
            !place.is_empty()
                && place
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':'))
        };
        if place.is_some_and(|place| !fits(place)) {
            return Err("A level by part is written as \"info,store=debug\".".to_owned());
        }
    }
    Ok(text.split_whitespace().collect())
}
