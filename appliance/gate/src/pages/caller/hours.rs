//! Whether a team is open now, out of the hours its service recorded. Pure.
//!
//! The invariant: what does not read whole is nothing, and then the hours are
//! said as they were recorded. A weekend of which nothing is recorded is not
//! guessed at either.

use jiff::civil::{DateTime, Time, Weekday};

const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// Some days, from one day of the week to another.
#[derive(Clone, Copy)]
struct Open {
    days: (Weekday, Weekday),
    from: Time,
    to: Time,
}

/// Says how a team stands at a moment of the council's clock: `Open until 5pm`,
/// `Closed, opens 9am`, `Closed, opens 9am on Monday`. None: the hours do not
/// read, or say nothing of such a day.
pub(super) fn now(hours: &str, at: DateTime) -> Option<String> {
    let (open, every_day_is_said) = read(hours)?;
    let today = at.date().weekday();
    if !every_day_is_said && is_weekend(today) {
        return None;
    }
    let of_today = open.iter().find(|one| one.is_on(today));
    match of_today {
        Some(one) if one.from <= at.time() && at.time() < one.to => {
            Some(format!("Open until {}", said(one.to)))
        }
        Some(one) if at.time() < one.from => Some(format!("Closed, opens {}", said(one.from))),
        _ => next(&open, today),
    }
}

fn next(open: &[Open], today: Weekday) -> Option<String> {
    let mut following = (1..=7).map(|days| (days, today.wrapping_add(days)));
    following.find_map(|(days, day)| {
        let one = open.iter().find(|one| one.is_on(day))?;
        let time = said(one.from);
        Some(match days {
            1 => format!("Closed, opens {time} tomorrow"),
            _ => format!("Closed, opens {time} on {}", name(day)),
        })
    })
}

/// Reads hours, and whether they name the days; hours without days are taken
/// as those of the working week.
fn read(hours: &str) -> Option<(Vec<Open>, bool)> {
    let hours = hours.to_lowercase().replace(['–', '-'], " to ");
    let parts: Vec<&str> = hours.split(',').map(str::trim).collect();
    if let [only] = parts.as_slice()
        && let Some((from, to)) = times(&only.split_whitespace().collect::<Vec<_>>())
    {
        let days = (Weekday::Monday, Weekday::Friday);
        return Some((vec![Open { days, from, to }], false));
    }
    let read: Option<Vec<Open>> = parts.into_iter().map(part).collect();
    read.map(|open| (open, true))
}

/// Reads days and times: `mon to thu 9am to 5pm`.
fn part(text: &str) -> Option<Open> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let at = words.len().checked_sub(3)?;
    let (days, clock) = words.split_at(at);
    let (from, to) = times(clock)?;
    let days = match days {
        ["weekdays"] => (Weekday::Monday, Weekday::Friday),
        ["daily"] | ["every", "day"] => (Weekday::Monday, Weekday::Sunday),
        [one] => (day(one)?, day(one)?),
        [first, "to", last] => (day(first)?, day(last)?),
        _ => return None,
    };
    Some(Open { days, from, to })
}

fn times(words: &[&str]) -> Option<(Time, Time)> {
    let [from, "to", to] = words else {
        return None;
    };
    let (from, to) = (time(from)?, time(to)?);
    (from < to).then_some((from, to))
}

/// Reads `9am`, `8:30am`, `5pm`, `17:00`. A bare `5` could be either half of the day.
fn time(text: &str) -> Option<Time> {
    let (clock, half) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(clock), _) => (clock, Some(0)),
        (_, Some(clock)) => (clock, Some(12)),
        _ => (text, None),
    };
    let (hour, minute) = match clock.split_once([':', '.']) {
        Some((hour, minute)) => (hour, minute.parse().ok()?),
        None => (clock, 0),
    };
    let hour: i8 = hour.parse().ok()?;
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        None if clock.contains(':') => hour,
        _ => return None,
    };
    Time::new(hour, minute, 0, 0).ok()
}

fn day(text: &str) -> Option<Weekday> {
    let short = text.get(..3)?;
    let (_, day) = DAYS.into_iter().find(|(start, _)| *start == short)?;
    let whole = name(day).to_lowercase();
    (text.len() == 3 || text == whole || text == format!("{short}s")).then_some(day)
}

fn name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

fn is_weekend(day: Weekday) -> bool {
    matches!(day, Weekday::Saturday | Weekday::Sunday)
}

fn said(time: Time) -> String {
    let form = if time.minute() == 0 {
        "%-I%P"
    } else {
        "%-I:%M%P"
    };
    time.strftime(form).to_string()
}

impl Open {
    fn is_on(&self, day: Weekday) -> bool {
        let place = |day: Weekday| day.to_monday_zero_offset();
        let (first, last) = self.days;
        (place(first)..=place(last)).contains(&place(day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 23 November 2026 is a Monday.
    fn at(day: i8, hour: i8, minute: i8) -> DateTime {
        jiff::civil::date(2026, 11, day).at(hour, minute, 0, 0)
    }

    #[test]
    fn a_team_is_open_from_its_first_minute_and_closed_from_its_last() {
        let hours = "Mon to Thu 9am to 5pm, Fri 9am to 4pm";
        for (when, said) in [
            (at(23, 8, 59), "Closed, opens 9am"),
            (at(23, 9, 0), "Open until 5pm"),
            (at(23, 16, 59), "Open until 5pm"),
            (at(23, 17, 0), "Closed, opens 9am tomorrow"),
            (at(27, 15, 0), "Open until 4pm"),
            (at(27, 16, 0), "Closed, opens 9am on Monday"),
            (at(28, 12, 0), "Closed, opens 9am on Monday"),
            (at(29, 12, 0), "Closed, opens 9am tomorrow"),
        ] {
            assert_eq!(now(hours, when).as_deref(), Some(said), "{when}");
        }
    }

    #[test]
    fn hours_read_in_the_ways_services_write_them() {
        for (hours, said) in [
            ("Mon to Fri 8:30am to 4:30pm", "Open until 4:30pm"),
            ("Weekdays 10am to 2pm", "Open until 2pm"),
            ("Monday-Friday 9:00–17:00", "Open until 5pm"),
            ("daily 8am to 8pm", "Open until 8pm"),
            ("9am to 5pm", "Open until 5pm"),
            ("Tuesday 9am to 5pm", "Closed, opens 9am tomorrow"),
            ("Wed 12pm to 5pm", "Closed, opens 12pm on Wednesday"),
        ] {
            let read = now(hours, at(23, 12, 30));
            assert_eq!(read.as_deref(), Some(said), "{hours}");
        }
    }

    #[test]
    fn what_does_not_read_or_says_nothing_of_a_day_is_not_guessed() {
        for hours in [
            "",
            "24 hours",
            "9 to 5",
            "office hours",
            "Mon to Fri",
            "5pm to 9am",
            "9am to 5pm, ask",
            "Mon to Fri 9am to 5pm except bank holidays",
            "25:00 to 26:00",
            "Wensday 12pm to 5pm",
            "Sat to Mon 9am to 5pm",
            "13pm to 14pm",
            "é to é",
        ] {
            assert_eq!(now(hours, at(23, 12, 0)), None, "{hours:?}");
        }
        assert_eq!(now("9am to 5pm", at(28, 12, 0)), None);
    }
}
