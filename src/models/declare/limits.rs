//! Limits that belong together: a lower and an upper one that leave something between them.

use std::fmt::Display;

use super::section::Section;
use crate::models::Range;

/// The limits of an integer field.
pub(super) fn integers(section: &Section<'_>) -> Range<i64> {
    let range = read(section, |key| section.integer(key));
    // Between 3 and 4 there is a number, but no integer.
    check(section, &range, |low, open_low, high, open_high| {
        i128::from(low) + i128::from(open_low) > i128::from(high) - i128::from(open_high)
    });
    range
}

/// The limits of a number field.
pub(super) fn numbers(section: &Section<'_>) -> Range<f64> {
    let range = read(section, |key| section.number(key));
    check(section, &range, |low, open_low, high, open_high| {
        low > high || (low == high && (open_low || open_high))
    });
    range
}

/// A least and a greatest number of things, by the keys that say them.
pub(super) fn counts(
    section: &Section<'_>,
    least: &str,
    greatest: &str,
) -> (Option<usize>, Option<usize>) {
    let counts = (section.count(least), section.count(greatest));
    if let (Some(low), Some(high)) = counts
        && low > high
    {
        impossible(section, (least, low), (greatest, high));
    }
    counts
}

fn read<T: Copy + PartialOrd + Default>(
    section: &Section<'_>,
    limit: impl Fn(&str) -> Option<T>,
) -> Range<T> {
    let multiple_of = limit("multiple_of");
    if multiple_of.is_some_and(|step| step <= T::default()) {
        section.mistake(
            "multiple_of",
            format!("`multiple_of` of {} must be more than 0.", section.name),
        );
    }
    Range {
        minimum: limit("minimum"),
        maximum: limit("maximum"),
        exclusive_minimum: limit("exclusive_minimum"),
        exclusive_maximum: limit("exclusive_maximum"),
        multiple_of: multiple_of.filter(|step| *step > T::default()),
    }
}

/// `empty` says of a lower and an upper limit, each with whether it is exclusive, that nothing is between them.
fn check<T: Copy + Display>(
    section: &Section<'_>,
    range: &Range<T>,
    empty: impl Fn(T, bool, T, bool) -> bool,
) {
    let lower = [
        ("minimum", range.minimum, false),
        ("exclusive_minimum", range.exclusive_minimum, true),
    ];
    let upper = [
        ("maximum", range.maximum, false),
        ("exclusive_maximum", range.exclusive_maximum, true),
    ];
    for (low_key, low, open_low) in lower {
        for (high_key, high, open_high) in upper {
            if let (Some(low), Some(high)) = (low, high)
                && empty(low, open_low, high, open_high)
            {
                impossible(section, (low_key, low), (high_key, high));
            }
        }
    }
}

fn impossible<T: Display>(section: &Section<'_>, low: (&str, T), high: (&str, T)) {
    section.mistake(
        low.0,
        format!(
            "`{}` {} and `{}` {} of {} leave no possible value. Lower the first or raise the \
            second.",
            low.0, low.1, high.0, high.1, section.name
        ),
    );
}
