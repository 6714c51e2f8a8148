//! When a schedule is due: cron's five fields, in a time zone; a sixth one in front counts seconds. Pure.
//!
//! Where clocks are set forward, a time of day that does not exist runs right after the gap; where they are set back, a
//! fixed time of day runs once.

use croner::Cron;
use croner::parser::{CronParser, Year};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// One line of cron.
#[derive(Clone, Debug)]
pub struct Schedule {
    text: String,
    cron: Cron,
}

impl Schedule {
    /// Reads it, or says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parser = CronParser::builder().year(Year::Disallowed).build();
        let cron = parser.parse(text).map_err(|error| error.to_string())?;
        let schedule = Schedule {
            text: text.to_owned(),
            cron,
        };
        match schedule.next(Timestamp::UNIX_EPOCH, &TimeZone::UTC) {
            Some(_) => Ok(schedule),
            None => Err("There is no such day".to_owned()),
        }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The first time behind `after`.
    pub fn next(&self, after: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let after = after.to_zoned(zone.clone());
        let found = self.cron.find_next_occurrence(&after, false).ok()?;
        Some(found.timestamp())
    }

    /// The last time up to `now`, which may be it.
    pub fn last(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let now = now.to_zoned(zone.clone());
        let found = self.cron.find_previous_occurrence(&now, true).ok()?;
        Some(found.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(cron: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
        let schedule = Schedule::parse(cron).unwrap();
        let zone = TimeZone::get(zone).unwrap();
        let mut at: Timestamp = after.parse().unwrap();
        let mut list = Vec::new();
        for _ in 0..count {
            at = schedule.next(at, &zone).unwrap();
            list.push(at.to_string());
        }
        list
    }

    #[test]
    fn a_time_of_day_is_that_of_its_zone() {
        let found = times("0 3 * * *", "Europe/Berlin", "2026-01-01T00:00:00Z", 2);
        assert_eq!(found, ["2026-01-01T02:00:00Z", "2026-01-02T02:00:00Z"]);
    }

    #[test]
    fn where_clocks_are_set_a_time_of_day_runs_once() {
        // 2026-03-29: 02:00 becomes 03:00. 2026-10-25: 03:00 becomes 02:00.
        let spring = times("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 2);
        assert_eq!(spring, ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]);
        let autumn = times("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2);
        assert_eq!(autumn, ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]);
    }

    #[test]
    fn the_last_time_may_be_now() {
        let schedule = Schedule::parse("*/5 * * * *").unwrap();
        let last = |text: &str| {
            schedule
                .last(text.parse().unwrap(), &TimeZone::UTC)
                .unwrap()
        };
        assert_eq!(
            last("2026-01-01T00:05:00Z").to_string(),
            "2026-01-01T00:05:00Z"
        );
        assert_eq!(
            last("2026-01-01T00:09:59Z").to_string(),
            "2026-01-01T00:05:00Z"
        );
    }

    #[test]
    fn what_is_no_schedule_is_told() {
        for text in ["", "every day", "61 * * * *", "0 0 31 2 *", "* * * *"] {
            assert!(Schedule::parse(text).is_err(), "{text}");
        }
    }
}
