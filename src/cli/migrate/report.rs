//! What a run did, a line for each step.

use std::time::Duration;

use super::{called, notes};
use crate::cli::print;
use crate::revisions::run::{Done, Report};

pub(super) fn up(report: &Report) {
    for done in &report.steps {
        let (from, to) = (called(done.below), called(done.version));
        step("upgrade", &from, &to, done);
    }
    rest(report);
}

pub(super) fn down(report: &Report) {
    for done in &report.steps {
        let (from, to) = (called(done.version), called(done.below));
        step("downgrade", &from, &to, done);
    }
    rest(report);
}

fn step(word: &str, from: &str, to: &str, done: &Done) {
    print::line(format_args!(
        "{word} {from} -> {to}, {} ({})",
        done.message,
        effort(done.rows, done.took)
    ));
}

fn rest(report: &Report) {
    for loss in &report.losses {
        print::line(format_args!("lost {loss}"));
    }
    if let Some(backup) = &report.backup {
        print::line(format_args!(
            "The database as it was before is in {}",
            backup.display()
        ));
    }
    notes(&report.notes);
}

/// "1,000,000 rows in 2.31 s, 432,900 rows/s".
pub(super) fn effort(rows: u64, took: Duration) -> String {
    let seconds = took.as_secs_f64();
    if rows == 0 {
        return format!("{seconds:.2} s");
    }
    let word = if rows == 1 { "row" } else { "rows" };
    let rate = (rows as f64 / seconds.max(0.001)) as u64;
    format!(
        "{} {word} in {seconds:.2} s, {} rows/s",
        grouped(rows),
        grouped(rate)
    )
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
