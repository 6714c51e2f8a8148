//! The last lines of the log, kept in memory for admins who look at it. The same events as on stderr, each as one JSON
//! object; what is older than the bounds allow is forgotten. Nothing is allocated before there is a line.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt::{Debug, Write as _};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tokio::sync::watch;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

use crate::clock;
use crate::limits;

/// Letters of one value: a stack of causes fits, a page does not.
const VALUE: usize = 2_000;
/// Whoever looks at the log would else be told of nothing but their own looking.
const OWN_PATH: &str = "/api/admin/logs";
/// What stands before the secret of a link, which is for the operator's eyes: an admin who reads it here would get into
/// another's account.
const LINKS: [&str; 4] = [
    "#/setup/",
    "#/reset-password/",
    "#/change-email/",
    "#/verify-email/",
];

static RECENT: LazyLock<Recent> = LazyLock::new(|| Recent {
    kept: Mutex::default(),
    bell: watch::Sender::new(0),
});

/// Those of this process, which has one log.
pub(crate) fn recent() -> &'static Recent {
    &RECENT
}

/// One line.
#[derive(Debug)]
pub(crate) struct Line {
    /// 1, 2, 3 … since the start.
    pub(crate) seq: u64,
    pub(crate) level: Level,
    /// An object: `seq`, `at`, `level`, `message`, `fields`.
    pub(crate) json: Box<str>,
}

pub(crate) struct Recent {
    kept: Mutex<Kept>,
    /// The number of the newest line.
    bell: watch::Sender<u64>,
}

#[derive(Default)]
struct Kept {
    lines: VecDeque<Arc<Line>>,
    /// Bytes of their texts.
    size: usize,
    last: u64,
    closed: bool,
}

impl Recent {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, level: Level, said: &Said) {
        let (message, fields) = (text(&said.message), &said.fields);
        let (level_text, at) = (level.as_str().to_lowercase(), clock::now());
        let mut kept = self.lock();
        let seq = kept.last + 1;
        let json = format!(
            r#"{{"seq":{seq},"at":"{at}","level":"{level_text}","message":{message},"fields":{{{fields}}}}}"#
        );
        let json = json.into_boxed_str();
        kept.last = seq;
        kept.size += json.len();
        kept.lines.push_back(Arc::new(Line { seq, level, json }));
        while kept.lines.len() > limits::RECENT_LINES || kept.size > limits::RECENT_SIZE {
            let Some(oldest) = kept.lines.pop_front() else {
                break;
            };
            kept.size -= oldest.json.len();
        }
        drop(kept);
        self.bell.send_replace(seq);
    }

    /// All lines behind that number, and the number of the newest.
    pub(crate) fn behind(&self, after: u64) -> (Vec<Arc<Line>>, u64) {
        let kept = self.lock();
        let first = kept.lines.partition_point(|line| line.seq <= after);
        (kept.lines.range(first..).cloned().collect(), kept.last)
    }

    /// From here on no line is missed: look first, then wait.
    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.bell.subscribe()
    }

    /// Whether nobody should wait any more, since the server is ending.
    pub(crate) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Whoever waits is answered.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.bell.send_modify(|_| ());
    }
}

/// Takes each event that the filter lets through.
pub(super) struct Keeper;

impl<S: Subscriber> Layer<S> for Keeper {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let level = *event.metadata().level();
        let mut said = Said::default();
        event.record(&mut said);
        if said.own && level >= Level::INFO {
            return;
        }
        RECENT.add(level, &said);
    }
}

/// What an event says.
#[derive(Default)]
struct Said {
    message: String,
    /// The members of an object of JSON.
    fields: String,
    /// Whether it is about somebody who looks at the log.
    own: bool,
}

impl Said {
    fn put(&mut self, field: &Field, value: impl Serialize) {
        // Those of events of the crate `log` tell where in the source they are.
        if !field.name().starts_with("log.") {
            let comma = if self.fields.is_empty() { "" } else { "," };
            let _ = write!(self.fields, "{comma}{}:{}", text(field.name()), text(value));
        }
    }

    fn put_text(&mut self, field: &Field, text: &str) {
        let text = without_link(cut(text));
        match field.name() {
            "message" => self.message = text.into_owned(),
            name => {
                self.own |= name == "path" && text == OWN_PATH;
                self.put(field, text);
            }
        }
    }
}

impl Visit for Said {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put_text(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put_text(field, &format!("{value:?}"));
    }
}

fn cut(text: &str) -> &str {
    match text.char_indices().nth(VALUE) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

/// As JSON.
fn text(value: impl Serialize) -> String {
    serde_json::to_string(&value).unwrap_or_else(|_| "null".to_owned())
}

fn without_link(text: &str) -> Cow<'_, str> {
    // Most texts have nothing like it.
    let links = if text.contains("#/") { &LINKS[..] } else { &[] };
    let found = links
        .iter()
        .find_map(|link| Some((link, text.split_once(link)?)));
    match found {
        Some((link, (before, rest))) => {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            format!("{before}{link}…{}", &rest[end..]).into()
        }
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh() -> Recent {
        Recent {
            kept: Mutex::default(),
            bell: watch::Sender::new(0),
        }
    }

    fn said(message: &str) -> Said {
        Said {
            message: message.to_owned(),
            ..Said::default()
        }
    }

    #[test]
    fn the_oldest_lines_are_forgotten_by_number_and_by_bytes() {
        let recent = fresh();
        assert_eq!(recent.lock().lines.capacity(), 0);
        for _ in 0..limits::RECENT_LINES + 10 {
            recent.add(Level::INFO, &said("short"));
        }
        let (lines, last) = recent.behind(0);
        assert_eq!((lines.len(), lines[0].seq), (limits::RECENT_LINES, 11));
        assert_eq!(last, limits::RECENT_LINES as u64 + 10);
        let long = "x".repeat(limits::RECENT_SIZE / 10);
        for _ in 0..12 {
            recent.add(Level::INFO, &said(&long));
        }
        let (lines, last) = recent.behind(0);
        assert_eq!(lines.len(), 9, "each is a little more than a tenth");
        assert!(recent.lock().size <= limits::RECENT_SIZE);
        assert_eq!(recent.behind(last - 2).0.len(), 2);
        assert_eq!(recent.behind(last + 5).0.len(), 0);
    }

    #[test]
    fn the_secret_of_the_link_is_not_kept() {
        let text = without_link("Open http://localhost/console/#/setup/abc-123_x now");
        assert_eq!(text, "Open http://localhost/console/#/setup/… now");
        let text = without_link("http://localhost/console/#/reset-password/abc");
        assert_eq!(text, "http://localhost/console/#/reset-password/…");
        assert_eq!(cut(&"ä".repeat(VALUE + 1)).chars().count(), VALUE);
    }
}
