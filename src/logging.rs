//! The log: one event a line on stderr, human on a terminal and JSON otherwise; its last lines are in memory, too. Never
//! to a file of ours.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{LogFormat, Logs};
use crate::error::panic_text;

mod recent;

pub(crate) use recent::{Line, recent};

/// Starts it; once in a process. What panics is a line of it, too.
pub(crate) fn start(settings: &Logs) {
    let json = match settings.format {
        LogFormat::Auto => !std::io::stderr().is_terminal(),
        LogFormat::Human => false,
        LogFormat::Json => true,
    };
    let filter =
        EnvFilter::try_new(directives(&settings.level)).unwrap_or_else(|_| EnvFilter::new("info"));
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "panicked: {}", panic_text(panic.payload()));
    }));
    let machine = json.then(|| {
        let layer = fmt::layer().with_writer(std::io::stderr);
        layer.json().flatten_event(true).with_target(false)
    });
    let human = (!json).then(|| {
        let layer = fmt::layer().with_writer(std::io::stderr);
        let layer = layer.with_target(false).with_ansi(colours());
        layer.with_timer(TimeOfDay).compact()
    });
    let log = tracing_subscriber::registry()
        .with(filter)
        .with(machine)
        .with(human)
        .with(recent::Keeper);
    // An error means that a log runs already.
    let _ = log.try_init();
}

/// Whether stderr is a terminal whose owner has nothing against colours (<https://no-color.org>).
pub(crate) fn colours() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|no| no.is_empty())
}

/// People who look at a terminal know what day it is.
struct TimeOfDay;

impl FormatTime for TimeOfDay {
    fn format_time(&self, out: &mut Writer<'_>) -> std::fmt::Result {
        write!(out, "{}", jiff::Zoned::now().strftime("%H:%M:%S"))
    }
}

/// refinery tells at the level of information what our own lines tell as well. lettre tells each byte that it sends, and
/// so tokens and passwords: it is never heard, whatever the level.
const QUIET: &str = "refinery_core=warn";
const SILENT: &str = "lettre=off";

/// `info,store=debug` names our own modules without the crate.
fn directives(level: &str) -> String {
    let terms = level
        .split(',')
        .map(|term| match term.trim().split_once('=') {
            Some((module, level)) if !module.starts_with("hearth") => {
                format!("hearth::{}={level}", module.trim())
            }
            _ => term.trim().to_owned(),
        });
    let terms: Vec<String> = terms.collect();
    let general = terms.first().map_or("", String::as_str);
    if matches!(general, "off" | "error") {
        return format!("{SILENT},{}", terms.join(","));
    }
    format!("{SILENT},{QUIET},{}", terms.join(","))
}
