//! Dates and times as RFC 3339 has them, without the looser forms that jiff would read. Reasons are Pydantic's words.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time};

type Reason = &'static str;

const SHORT: Reason = "input is too short";
const EXTRA: Reason = "unexpected extra characters at the end of the input";

/// `2026-11-24`, a day that there is.
pub(super) fn date(text: &str) -> Result<(), Reason> {
    let (_, rest) = leading_date(text.as_bytes())?;
    if rest.is_empty() { Ok(()) } else { Err(EXTRA) }
}

/// A time of day, `14:39:23` or `14:39:23.120`; what is finer than a millisecond is cut off.
pub(super) fn time(text: &str) -> Result<String, Reason> {
    let (time, rest) = leading_time(text.as_bytes())?;
    if !rest.is_empty() {
        return Err(EXTRA);
    }
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    Ok(match time.millisecond() {
        0 => format!("{hour:02}:{minute:02}:{second:02}"),
        fraction => format!("{hour:02}:{minute:02}:{second:02}.{fraction:03}"),
    })
}

/// A moment with its offset, as UTC with milliseconds: the form of `clock::now`. What is finer is cut off.
///
/// Civil times are used rather than `Timestamp`, which ends a day before the year 9999 does.
pub(super) fn date_time(text: &str) -> Result<String, Reason> {
    let (date, rest) = leading_date(text.as_bytes())?;
    let rest = match rest {
        [b'T' | b't', rest @ ..] => rest,
        _ => return Err("invalid datetime separator, expected `T`"),
    };
    let (time, rest) = leading_time(rest)?;
    let utc = DateTime::from_parts(date, time)
        .checked_sub(SignedDuration::from_secs(offset(rest)?))
        .ok()
        .filter(|utc| utc.year() >= 0)
        .ok_or("in UTC it is not within the years 0 to 9999")?;
    Ok(format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        utc.year(),
        utc.month(),
        utc.day(),
        utc.hour(),
        utc.minute(),
        utc.second(),
        utc.millisecond()
    ))
}

fn leading_date(text: &[u8]) -> Result<(Date, &[u8]), Reason> {
    let (head, rest) = text.split_at_checked(10).ok_or(SHORT)?;
    let year = number(&head[..4]).ok_or("invalid character in year")?;
    separator(head[4], b'-', "invalid date separator, expected `-`")?;
    let month = number(&head[5..7]).ok_or("invalid character in month")?;
    separator(head[7], b'-', "invalid date separator, expected `-`")?;
    let day = number(&head[8..]).ok_or("invalid character in day")?;
    if !(1..=12).contains(&month) {
        return Err("month value is outside expected range of 1-12");
    }
    // Two digits fit.
    let date = Date::new(year, month as i8, day as i8)
        .map_err(|_| "day value is outside expected range")?;
    Ok((date, rest))
}

fn leading_time(text: &[u8]) -> Result<(Time, &[u8]), Reason> {
    let (head, rest) = text.split_at_checked(8).ok_or(SHORT)?;
    let hour = number(&head[..2]).ok_or("invalid character in hour")?;
    separator(head[2], b':', "invalid time separator, expected `:`")?;
    let minute = number(&head[3..5]).ok_or("invalid character in minute")?;
    separator(head[5], b':', "invalid time separator, expected `:`")?;
    let second = number(&head[6..]).ok_or("invalid character in second")?;
    if hour > 23 {
        return Err("hour value is outside expected range of 0-23");
    }
    if minute > 59 {
        return Err("minute value is outside expected range of 0-59");
    }
    let (milliseconds, rest) = fraction(rest)?;
    // A leap second is refused: there is no way to store it.
    let time = Time::new(
        hour as i8,
        minute as i8,
        second as i8,
        milliseconds * 1_000_000,
    )
    .map_err(|_| "second value is outside expected range of 0-59")?;
    Ok((time, rest))
}

/// The milliseconds of `.123456`.
fn fraction(text: &[u8]) -> Result<(i32, &[u8]), Reason> {
    let [b'.', digits @ ..] = text else {
        return Ok((0, text));
    };
    let count = digits
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if count == 0 {
        return Err("second fraction digits missing after `.`");
    }
    let milliseconds = (0..3).fold(0, |sum, place| {
        let digit = if place < count {
            digits[place] - b'0'
        } else {
            0
        };
        sum * 10 + i32::from(digit)
    });
    Ok((milliseconds, &digits[count..]))
}

/// The seconds of `Z`, `+02:00`.
fn offset(text: &[u8]) -> Result<i64, Reason> {
    let sign = match text.first() {
        None => return Err("an offset is missing, expected `Z` or one like `+02:00`"),
        Some(b'Z' | b'z') if text.len() == 1 => return Ok(0),
        Some(b'Z' | b'z') => return Err(EXTRA),
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) => return Err("invalid timezone sign"),
    };
    let hours = text.get(1..3).and_then(number);
    let hours = hours.ok_or("invalid timezone hour")?;
    let minutes = text.get(3..6).filter(|minutes| minutes[0] == b':');
    let minutes = minutes.and_then(|minutes| number(&minutes[1..]));
    let minutes = minutes.ok_or("invalid timezone minute")?;
    if text.len() > 6 {
        return Err(EXTRA);
    }
    if hours > 23 {
        return Err("timezone offset must be less than 24 hours");
    }
    if minutes > 59 {
        return Err("timezone minute value is outside expected range of 0-59");
    }
    Ok(sign * (i64::from(hours) * 3600 + i64::from(minutes) * 60))
}

fn separator(found: u8, expected: u8, reason: Reason) -> Result<(), Reason> {
    if found == expected {
        Ok(())
    } else {
        Err(reason)
    }
}

/// Up to four decimal digits.
fn number(digits: &[u8]) -> Option<i16> {
    digits.iter().try_fold(0, |sum, digit| {
        digit
            .is_ascii_digit()
            .then(|| sum * 10 + i16::from(digit - b'0'))
    })
}
