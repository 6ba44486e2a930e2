//! Dates, times and numbers as pages say them.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::moment::{Calendar, spoken_day};

/// Says a day that an answer holds as `YYYY-MM-DD`: `3 May 2026`. What is no
/// day is said as it stands.
pub(super) fn day(text: &str) -> String {
    text.parse::<Date>()
        .map_or_else(|_| text.to_owned(), spoken_day)
}

/// Reads an instant that an answer holds as RFC 3339.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// Says when something was, by today's measure: `6:00am today`,
/// `6:00am yesterday`, `19 November 2026 at 6:00am`.
pub(super) fn when(calendar: &Calendar, now: Timestamp, then: Timestamp) -> String {
    let (today, day) = (calendar.day(now), calendar.day(then));
    let time = calendar.time(then);
    if day == today {
        format!("{time} today")
    } else if today.yesterday().is_ok_and(|yesterday| day == yesterday) {
        format!("{time} yesterday")
    } else {
        calendar.said(then)
    }
}

/// Says how old something is: `under an hour old`, `2 hours old`, `3 days old`.
pub(super) fn age(now: Timestamp, then: Timestamp) -> String {
    let hours = now.duration_since(then).as_hours().max(0);
    match hours {
        0 => "under an hour old".to_owned(),
        1 => "1 hour old".to_owned(),
        2..=47 => format!("{hours} hours old"),
        _ => format!("{} days old", hours / 24),
    }
}

/// Says a number of things: `1 service`, `3 services`.
pub(super) fn count(number: usize, one: &str, several: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {several}")
    }
}

/// Gives what a telephone link dials: digits only, with a leading `+` kept.
pub(super) fn dialled(phone: &str) -> String {
    let dialled = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+');
    format!("tel:{}", dialled.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn an_instant_is_said_by_todays_measure() {
        let calendar = Calendar::london().unwrap();
        let now = at("2026-11-22T14:32:00Z");
        for (then, said) in [
            ("2026-11-22T06:00:00Z", "6:00am today"),
            ("2026-11-21T23:59:00Z", "11:59pm yesterday"),
            ("2026-11-19T06:00:00Z", "19 November 2026 at 6:00am"),
        ] {
            assert_eq!(when(&calendar, now, at(then)), said);
        }
    }

    #[test]
    fn an_age_is_said_in_hours_up_to_two_days() {
        let now = at("2026-11-22T14:32:00Z");
        for (then, said) in [
            ("2026-11-22T14:00:00Z", "under an hour old"),
            ("2026-11-22T13:00:00Z", "1 hour old"),
            ("2026-11-20T15:00:00Z", "47 hours old"),
            ("2026-11-20T14:00:00Z", "2 days old"),
            ("2026-11-23T14:00:00Z", "under an hour old"),
        ] {
            assert_eq!(age(now, at(then)), said);
        }
    }

    #[test]
    fn a_telephone_link_dials_digits() {
        assert_eq!(dialled("01632 960 001"), "tel:01632960001");
        assert_eq!(dialled("+44 1632 960001"), "tel:+441632960001");
        assert_eq!(dialled("4999"), "tel:4999");
    }

    #[test]
    fn a_day_of_an_answer_is_said_and_what_is_none_is_left() {
        assert_eq!(day("2026-05-03"), "3 May 2026");
        assert_eq!(day("soon"), "soon");
        assert_eq!(count(1, "service", "services"), "1 service");
        assert_eq!(count(0, "service", "services"), "0 services");
    }
}
