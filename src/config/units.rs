//! Amounts with a unit: durations, sizes and rates. A bare number is never guessed; what was probably meant is said.

use std::time::Duration;

use super::Rate;

/// A unit with how much it is of the smallest one, and how people also spell it.
struct Unit {
    name: &'static str,
    amount: u64,
    aliases: &'static [&'static str],
}

const fn unit(name: &'static str, amount: u64, aliases: &'static [&'static str]) -> Unit {
    Unit {
        name,
        amount,
        aliases,
    }
}

/// In milliseconds.
static DURATIONS: &[Unit] = &[
    unit("ms", 1, &["msec", "millis", "milliseconds"]),
    unit("s", 1_000, &["sec", "secs", "second", "seconds"]),
    unit("m", 60_000, &["min", "mins", "minute", "minutes"]),
    unit("h", 3_600_000, &["hr", "hrs", "hour", "hours"]),
    unit("d", 86_400_000, &["day", "days"]),
];

/// In bytes.
static SIZES: &[Unit] = &[
    unit("B", 1, &["b", "byte", "bytes"]),
    unit("KiB", 1 << 10, &["k", "kb", "kib"]),
    unit("MiB", 1 << 20, &["m", "mb", "mib"]),
    unit("GiB", 1 << 30, &["g", "gb", "gib"]),
];

/// In milliseconds.
static PERIODS: &[Unit] = &[
    unit("/s", 1_000, &["/sec", "/second", "/1s"]),
    unit("/m", 60_000, &["/min", "/minute", "/1m"]),
    unit("/h", 3_600_000, &["/hr", "/hour", "/1h"]),
];

/// Why a text is no amount.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// A number without a unit.
    Bare(u64),
    /// Something else; with what was probably meant.
    Spelling(Option<String>),
}

/// An amount that can be compared with its bounds and shown.
pub(super) trait Amount: Copy {
    fn parse(text: &str) -> Result<Self, Wrong>;

    /// A number whose order is that of the amounts.
    fn weight(self) -> f64;

    /// The bare number with each unit.
    fn spellings(number: u64) -> Vec<String>;
}

impl Amount for Duration {
    fn parse(text: &str) -> Result<Self, Wrong> {
        let (number, unit) = split(text, DURATIONS)?;
        Ok(Duration::from_millis(number.saturating_mul(unit.amount)))
    }

    fn weight(self) -> f64 {
        self.as_secs_f64()
    }

    fn spellings(number: u64) -> Vec<String> {
        spellings(number, DURATIONS)
    }
}

impl Amount for u64 {
    fn parse(text: &str) -> Result<Self, Wrong> {
        let (number, unit) = split(text, SIZES)?;
        Ok(number.saturating_mul(unit.amount))
    }

    fn weight(self) -> f64 {
        self as f64
    }

    fn spellings(number: u64) -> Vec<String> {
        spellings(number, SIZES)
    }
}

impl Amount for Rate {
    fn parse(text: &str) -> Result<Self, Wrong> {
        let (number, unit) = split(text, PERIODS)?;
        Ok(Rate {
            count: u32::try_from(number).unwrap_or(u32::MAX),
            per: Duration::from_millis(unit.amount),
        })
    }

    fn weight(self) -> f64 {
        f64::from(self.count) / self.per.as_secs_f64()
    }

    fn spellings(number: u64) -> Vec<String> {
        spellings(number, PERIODS)
    }
}

/// What a bare number probably meant: of the spellings within the bounds the one nearest to the default.
pub(super) fn probably<A: Amount>(
    number: u64,
    least: &str,
    most: &str,
    default: &str,
) -> Option<String> {
    let weight = |text: &str| A::parse(text).ok().map(A::weight);
    let (least, most, default) = (weight(least)?, weight(most)?, weight(default)?);
    A::spellings(number)
        .into_iter()
        .filter_map(|spelling| Some((weight(&spelling)?, spelling)))
        .filter(|(weight, _)| (least..=most).contains(weight))
        .min_by(|(a, _), (b, _)| {
            let distance = |weight: f64| (weight / default).ln().abs();
            distance(*a).total_cmp(&distance(*b))
        })
        .map(|(_, spelling)| spelling)
}

/// Every spelling, in the largest unit that is still exact: 1048576 bytes are "1MiB".
fn spellings(number: u64, units: &[Unit]) -> Vec<String> {
    let exact = |of: &Unit| {
        let total = number.checked_mul(of.amount)?;
        let larger = units.iter().rev().find(|unit| {
            unit.amount >= of.amount && total > 0 && total.is_multiple_of(unit.amount)
        })?;
        Some(format!("{}{}", total / larger.amount, larger.name))
    };
    if units.first().is_some_and(|unit| unit.name.starts_with('/')) {
        return units
            .iter()
            .map(|unit| format!("{number}{}", unit.name))
            .collect();
    }
    units.iter().filter_map(exact).collect()
}

fn split<'u>(text: &str, units: &'u [Unit]) -> Result<(u64, &'u Unit), Wrong> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, word) = text.split_at(digits);
    if digits.is_empty() {
        return Err(Wrong::Spelling(None));
    }
    let number = digits.parse().unwrap_or(u64::MAX);
    if word.is_empty() {
        return Err(Wrong::Bare(number));
    }
    if let Some(unit) = units.iter().find(|unit| unit.name == word) {
        return Ok((number, unit));
    }
    let plain: String = word
        .to_lowercase()
        .replace("per", "/")
        .split_whitespace()
        .collect();
    let meant = units
        .iter()
        .find(|unit| unit.name.to_lowercase() == plain || unit.aliases.contains(&plain.as_str()));
    Err(Wrong::Spelling(
        meant.map(|unit| format!("{number}{}", unit.name)),
    ))
}
