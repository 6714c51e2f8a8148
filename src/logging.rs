//! The log: one event a line on stderr, human on a terminal and JSON otherwise. Never to a file of ours.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::config::{LogFormat, Logs};

/// Starts it; once in a process.
pub(crate) fn start(settings: &Logs) {
    let json = match settings.format {
        LogFormat::Auto => !std::io::stderr().is_terminal(),
        LogFormat::Human => false,
        LogFormat::Json => true,
    };
    let filter =
        EnvFilter::try_new(directives(&settings.level)).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // An error means that a log runs already.
    let _ = if json {
        builder
            .json()
            .flatten_event(true)
            .with_target(false)
            .try_init()
    } else {
        let colours = std::io::stderr().is_terminal();
        builder
            .with_target(false)
            .with_ansi(colours)
            .compact()
            .try_init()
    };
}

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
    // refinery tells of each look at a ledger; what it does is told by us.
    let quiet = std::iter::once("refinery_core=warn".to_owned());
    quiet.chain(terms).collect::<Vec<_>>().join(",")
}
