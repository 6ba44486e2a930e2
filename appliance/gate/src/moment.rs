//! When an answer was given, and which day that is for the council.

use firebox_contract::record;
use firebox_protocol::Stop;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::problem::Problem;

/// The zone in which a review date ends: a UK council's day, summer and winter.
const ZONE: &str = "Europe/London";

/// The council's calendar.
pub(crate) struct Calendar(TimeZone);

impl Calendar {
    /// Finds the zone in the data this build carries.
    pub(crate) fn london() -> Result<Self, Stop> {
        TimeZone::get(ZONE)
            .map(Self)
            .map_err(|_| Stop::configuration("this build carries no time zones: reinstall it"))
    }

    /// Gives the council's date at an instant.
    pub(crate) fn day(&self, now: Timestamp) -> Date {
        now.to_zoned(self.0.clone()).date()
    }

    /// Says the council's time of an instant: `2:32pm`.
    pub(crate) fn time(&self, instant: Timestamp) -> String {
        let zoned = instant.to_zoned(self.0.clone());
        zoned.strftime("%-I:%M%P").to_string()
    }

    /// Says day and time of an instant: `22 November 2026 at 2:32pm`.
    pub(crate) fn said(&self, instant: Timestamp) -> String {
        format!(
            "{} at {}",
            spoken_day(self.day(instant)),
            self.time(instant)
        )
    }

    /// Gives day and time of an instant on the council's clock.
    pub(crate) fn clock(&self, instant: Timestamp) -> jiff::civil::DateTime {
        instant.to_zoned(self.0.clone()).datetime()
    }
}

/// Writes an instant as RFC 3339 in UTC, to the second.
pub(crate) fn rfc3339(instant: Timestamp) -> String {
    Timestamp::from_second(instant.as_second())
        .unwrap_or(instant)
        .to_string()
}

/// Reads a day as it is typed: `YYYY-MM-DD`, or day, month and year as `4/3/1961`.
pub(crate) fn typed_day(member: &str, text: &str) -> Result<Date, Problem> {
    let forms = ["%Y-%m-%d", "%d/%m/%Y"].into_iter();
    forms
        .map(|form| record::date("date", text, form))
        .find_map(Result::ok)
        .ok_or_else(|| Problem::unacceptable(member, "be a date as YYYY-MM-DD or d/m/YYYY"))
}

/// Writes a day as people say it: `3 May 2026`.
pub(crate) fn spoken_day(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_londons_in_summer_and_winter() {
        let calendar = Calendar::london().unwrap();
        let day = |text: &str| calendar.day(text.parse().unwrap()).to_string();
        assert_eq!(day("2026-07-01T23:30:00Z"), "2026-07-02");
        assert_eq!(day("2026-01-01T23:30:00Z"), "2026-01-01");
    }

    #[test]
    fn a_time_is_said_on_londons_clock() {
        let calendar = Calendar::london().unwrap();
        let said = |text: &str| calendar.said(text.parse().unwrap());
        assert_eq!(said("2026-11-22T14:32:10Z"), "22 November 2026 at 2:32pm");
        assert_eq!(said("2026-07-01T23:05:00Z"), "2 July 2026 at 12:05am");
        assert_eq!(said("2026-07-01T11:00:00Z"), "1 July 2026 at 12:00pm");
    }

    #[test]
    fn a_day_is_said_without_leading_zeros() {
        assert_eq!(spoken_day(Date::constant(2026, 5, 3)), "3 May 2026");
        assert_eq!(spoken_day(Date::constant(2026, 11, 22)), "22 November 2026");
    }

    #[test]
    fn an_instant_is_written_to_the_second() {
        assert_eq!(
            rfc3339("2026-05-03T10:00:00.987Z".parse().unwrap()),
            "2026-05-03T10:00:00Z"
        );
    }
}
