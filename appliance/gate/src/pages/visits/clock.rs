//! The time of a visit, as people write it before an address.

use jiff::civil::Time;

/// What stands at the beginning of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Beginning<'a> {
    /// No time.
    None,
    /// A time, and what follows it.
    Time(Time, &'a str),
    /// What looks like a time and is none, such as `25:70`.
    Wrong,
}

/// Looks for a time before an address: `9:30`, `09.30`, `2:15pm`, `9am`. A
/// house number is none: a time has minutes, or says am or pm.
pub(super) fn before(line: &str) -> Beginning<'_> {
    let (hours, rest) = digits(line);
    let (minutes, rest) = match rest.strip_prefix([':', '.']).map(digits) {
        Some((minutes, rest)) if minutes.len() == 2 => (Some(minutes), rest),
        _ => (None, rest),
    };
    let (half, rest) = half_of_day(rest);
    let is_one = matches!(hours.len(), 1 | 2) && (minutes.is_some() || half.is_some());
    let ends = rest.is_empty() || rest.starts_with(|c: char| !c.is_alphanumeric());
    if !is_one || !ends {
        return Beginning::None;
    }
    match time(hours, minutes.unwrap_or("0"), half) {
        Some(time) => Beginning::Time(time, rest.trim_start_matches(is_between)),
        None => Beginning::Wrong,
    }
}

/// Says a time: `9:30am`.
pub(super) fn said(time: Time) -> String {
    time.strftime("%-I:%M%P").to_string()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
}

fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit());
    text.split_at(end.unwrap_or(text.len()))
}

fn half_of_day(text: &str) -> (Option<Half>, &str) {
    let rest = text.trim_start_matches(' ');
    let half = rest.get(..2).and_then(|two| {
        let is = |half: &str| two.eq_ignore_ascii_case(half);
        let morning = is("am").then_some(Half::Morning);
        morning.or(is("pm").then_some(Half::Afternoon))
    });
    let after = rest.get(2..).unwrap_or_default();
    match half {
        Some(half) if !after.starts_with(char::is_alphanumeric) => (Some(half), after),
        _ => (None, text),
    }
}

fn time(hours: &str, minutes: &str, half: Option<Half>) -> Option<Time> {
    let (hours, minutes): (i8, i8) = (hours.parse().ok()?, minutes.parse().ok()?);
    let hours = match half {
        None => hours,
        Some(_) if !(1..=12).contains(&hours) => return None,
        Some(Half::Morning) => hours % 12,
        Some(Half::Afternoon) => hours % 12 + 12,
    };
    Time::new(hours, minutes, 0, 0).ok()
}

fn is_between(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | ';' | '-' | '–')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_before_an_address_however_it_is_parted() {
        for (line, hours, minutes) in [
            ("9:30 14 Mill Lane", 9, 30),
            ("09.30,14 Mill Lane", 9, 30),
            ("9:30\t14 Mill Lane", 9, 30),
            ("2:15pm - 14 Mill Lane", 14, 15),
            ("9am 14 Mill Lane", 9, 0),
            ("12 AM, 14 Mill Lane", 0, 0),
            ("12pm 14 Mill Lane", 12, 0),
            ("16:05; 14 Mill Lane", 16, 5),
        ] {
            let time = Time::constant(hours, minutes, 0, 0);
            assert_eq!(
                before(line),
                Beginning::Time(time, "14 Mill Lane"),
                "{line}"
            );
        }
    }

    #[test]
    fn a_house_number_or_uprn_is_no_time() {
        for line in [
            "14 Mill Lane",
            "14a Mill Lane",
            "1 Amber Close",
            "100023336956",
            "Flat 9:30",
            "2.5 Mill Lane",
            "",
            "1:2:3",
        ] {
            assert_eq!(before(line), Beginning::None, "{line}");
        }
    }

    #[test]
    fn what_looks_like_a_time_and_is_none_is_wrong() {
        for line in ["25:70 14 Mill Lane", "9:75 x", "13pm x", "0am x"] {
            assert_eq!(before(line), Beginning::Wrong, "{line}");
        }
    }

    #[test]
    fn a_time_is_said_on_twelve_hours() {
        assert_eq!(said(Time::constant(9, 30, 0, 0)), "9:30am");
        assert_eq!(said(Time::constant(14, 5, 0, 0)), "2:05pm");
        assert_eq!(said(Time::midnight()), "12:00am");
    }
}
