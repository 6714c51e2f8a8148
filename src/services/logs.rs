//! The log as admins read it: the newest lines, then what comes, narrowed by level and text.

use std::time::{Duration, Instant};

use serde_json::value::RawValue;
use tracing::Level;

use crate::error::{Error, Result};
use crate::logging::{Line, recent};
use crate::services::access::Caller;

/// What is asked of the log.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    /// This level and what is graver.
    pub(crate) level: Level,
    /// In small letters; it may stand anywhere in a line, fields and their values included.
    pub(crate) text: Option<String>,
    /// The number of the last line that is known.
    pub(crate) after: Option<u64>,
    pub(crate) limit: usize,
    pub(crate) wait: Duration,
}

/// Lines, the oldest first.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) items: Vec<Box<RawValue>>,
    /// What to ask for next as `after`.
    pub(crate) next: u64,
    /// Whether lines between `after` and these are forgotten, or the server has started anew since.
    pub(crate) gap: bool,
}

/// Without `after` the newest lines; with it those behind, waiting until there is one or the time is over.
pub(crate) async fn list(caller: &Caller, wanted: &Wanted) -> Result<Page> {
    caller.must_be_admin()?;
    let until = Instant::now() + wanted.wait;
    let mut watcher = recent().watch();
    // What was looked at before need not be looked at once more.
    let mut after = wanted.after;
    loop {
        watcher.mark_unchanged();
        let page = look(wanted, after)?;
        let left = until.saturating_duration_since(Instant::now());
        if !page.items.is_empty() || page.gap || left.is_zero() || recent().is_closed() {
            return Ok(page);
        }
        after = Some(page.next);
        let changed = tokio::time::timeout(left, watcher.changed()).await;
        if changed.is_err() {
            return Ok(page);
        }
    }
}

fn look(wanted: &Wanted, after: Option<u64>) -> Result<Page> {
    let (lines, last) = recent().behind(after.unwrap_or(0));
    // Of another life of the server: what is there now is new.
    let (lines, gap) = match after {
        Some(after) if after > last => (recent().behind(0).0, true),
        Some(after) => {
            let first = lines.first().map_or(after + 1, |line| line.seq);
            (lines, first > after + 1)
        }
        None => (lines, false),
    };
    let mut found: Vec<_> = lines.iter().filter(|line| fits(wanted, line)).collect();
    let mut next = last;
    if found.len() > wanted.limit {
        if after.is_none() || gap {
            found.drain(..found.len() - wanted.limit);
        } else {
            found.truncate(wanted.limit);
            next = found.last().map_or(last, |line| line.seq);
        }
    }
    let items = found.iter().map(|line| {
        let text = String::from(&*line.json);
        RawValue::from_string(text).map_err(Error::internal)
    });
    Ok(Page {
        items: items.collect::<Result<_>>()?,
        next,
        gap,
    })
}

fn fits(wanted: &Wanted, line: &Line) -> bool {
    line.level <= wanted.level
        && wanted
            .text
            .as_ref()
            .is_none_or(|text| line.json.to_lowercase().contains(text))
}
