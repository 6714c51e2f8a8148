//! How the command line speaks: results to stdout, everything else to stderr, colours only on a terminal.

use std::io::{IsTerminal as _, Write as _};

use crate::error::{Code, Error};
use crate::logging::colours;

/// A line of the result. A reader that went away ends nothing.
pub(super) fn line(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// A line beside the result.
pub(super) fn note(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

pub(super) fn error(error: &Error) {
    let word = if colours() {
        "\x1b[1;31merror\x1b[0m"
    } else {
        "error"
    };
    let text = match (error.code(), error.cause()) {
        (Code::Internal, Some(cause)) => cause.to_string(),
        _ => error.to_string(),
    };
    // The API's word for a rule that is ours says nothing here.
    let text = text.replace(": Value error, ", ": ");
    // What belongs to the first line stands under it.
    note(format_args!("{word}: {}", text.replace('\n', "\n  ")));
}

/// Bold on a terminal.
pub(super) fn strong(text: &str) -> String {
    if colours() && std::io::stdout().is_terminal() {
        format!("\x1b[1m{text}\x1b[0m")
    } else {
        text.to_owned()
    }
}

/// Columns under each other, two spaces apart.
pub(super) fn table(rows: &[Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            rows.iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        line(cells.join("  ").trim_end());
    }
}

/// A value as JSON, for programs.
pub(super) fn json(value: &impl serde::Serialize) {
    line(serde_json::to_string_pretty(value).unwrap_or_default());
}
