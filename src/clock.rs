//! The time, in the forms in which Hearth writes it: UTC, with milliseconds, sorting as text.

use std::time::Duration;

use jiff::fmt::temporal::DateTimePrinter;
use jiff::{SignedDuration, Timestamp};

const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

/// `2026-11-24T14:39:23.123Z`.
pub fn now() -> String {
    text(Timestamp::now())
}

pub fn text(at: Timestamp) -> String {
    PRINTER.timestamp_to_string(&at)
}

/// The text of a time so long ago.
pub fn before(age: Duration) -> String {
    let age = SignedDuration::try_from(age).unwrap_or(SignedDuration::MAX);
    text(Timestamp::now().checked_sub(age).unwrap_or(Timestamp::MIN))
}

/// Seconds since 1970.
pub fn seconds() -> i64 {
    Timestamp::now().as_second()
}

/// How long it is until then; nothing if it is past. To the millisecond, so that what ends at a second ends with it.
pub fn left_until(seconds: i64) -> Duration {
    let left = seconds.saturating_mul(1000) - Timestamp::now().as_millisecond();
    Duration::from_millis(left.max(0) as u64)
}

/// `2026-11-24T14:39:23.000Z` of seconds since 1970.
pub fn of_seconds(seconds: i64) -> String {
    text(Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX))
}

/// For names of files: `20261124T143923`.
pub fn file_stamp() -> String {
    Timestamp::now().strftime("%Y%m%dT%H%M%S").to_string()
}

/// For versions of revisions: 20261124143923.
pub fn revision_stamp() -> i64 {
    let text = Timestamp::now().strftime("%Y%m%d%H%M%S").to_string();
    text.parse().unwrap_or_default()
}
