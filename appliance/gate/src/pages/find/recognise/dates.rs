//! Dates of birth, day before month.

use jiff::civil::Date;

use super::tokens::Tokens;

/// The first year in which anybody who calls was born.
const FIRST_YEAR: i16 = 1900;
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// A date of birth, as far as it was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Day {
    /// A day.
    Whole(Date),
    /// A year alone.
    Year,
    /// It has the shape of a date and is no day on which anybody was born.
    Unreal,
}

/// Takes a date typed without blanks: `4/3/1961`, `04.03.61`, `1961-03-04`.
pub(super) fn in_one_word(tokens: &mut Tokens, today: Date) -> Option<Day> {
    tokens.take(1, |words| of(words.first()?, today))
}

/// Takes a date typed in three words: `4 3 1961`, `4th March 1961`.
pub(super) fn in_words(tokens: &mut Tokens, today: Date) -> Option<Day> {
    tokens.take(3, |words| read(words, today))
}

/// Takes a year that stands beside a name.
pub(super) fn year(tokens: &mut Tokens, today: Date) -> Option<Day> {
    if !tokens.has_words() {
        return None;
    }
    tokens.take(1, |words| {
        let year = words.first().filter(|word| word.len() == 4)?;
        let year: i16 = plain(year)?;
        (FIRST_YEAR..=today.year())
            .contains(&year)
            .then_some(Day::Year)
    })
}

/// Reads a whole text as a date.
pub(super) fn of(text: &str, today: Date) -> Option<Day> {
    let parts: Vec<&str> = text.split(['/', '.', '-', ' ']).collect();
    read(&parts, today)
}

/// Reads three parts. None: they have not the shape of a date.
pub(super) fn read(parts: &[&str], today: Date) -> Option<Day> {
    let [first, month, last] = *parts else {
        return None;
    };
    let (day, year) = if first.len() == 4 {
        (last, first)
    } else {
        (first, last)
    };
    let day = day_of_month(day)?;
    let month = month_of(month)?;
    let year = year_of(year, today)?;
    let date = Date::new(year, month, day).ok();
    let born = date.filter(|date| date.year() >= FIRST_YEAR && *date <= today);
    Some(born.map_or(Day::Unreal, Day::Whole))
}

fn day_of_month(text: &str) -> Option<i8> {
    let digits = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|end| text.strip_suffix(end));
    short(digits.unwrap_or(text))
}

fn month_of(text: &str) -> Option<i8> {
    let lower = text.to_lowercase();
    let named = MONTHS.iter().position(|month| {
        lower.len() >= 3
            && (month.starts_with(&lower) || lower == "sept" && month.starts_with("sep"))
    });
    match named {
        Some(at) => i8::try_from(at + 1).ok(),
        None => short(text),
    }
}

/// A year of two digits is the last one that is not still to come.
fn year_of(text: &str, today: Date) -> Option<i16> {
    let year: i16 = plain(text)?;
    match text.len() {
        4 => Some(year),
        2 if year + 2000 <= today.year() => Some(year + 2000),
        2 => Some(year + 1900),
        _ => None,
    }
}

/// Reads one or two digits.
fn short(text: &str) -> Option<i8> {
    (text.len() <= 2).then(|| plain(text)).flatten()
}

fn plain<N: std::str::FromStr>(text: &str) -> Option<N> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}
