//! Dates in the one format a source file names. Nothing is guessed.

use jiff::civil::Date;

use super::{FieldError, Reason};

/// Reads `text` in `format` (strptime, for example `%d/%m/%Y`), whole and exact.
///
/// A two-digit year in the text never matches `%Y`, so 3/5/26 is refused and
/// not read as the year 26.
pub fn date(field: &'static str, text: &str, format: &str) -> Result<Date, FieldError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(FieldError::new(field, Reason::Missing));
    }
    let date =
        Date::strptime(format, text).map_err(|_| FieldError::new(field, Reason::Malformed))?;
    if date.year() < 1800 {
        return Err(FieldError::new(field, Reason::OutOfRange));
    }
    Ok(date)
}

/// Gives the first instant of a date in UTC, in milliseconds since 1970; for
/// `source_time` where a service gives a date and no time.
pub fn instant_from_date(date: Date) -> i64 {
    date.to_zoned(jiff::tz::TimeZone::UTC)
        .map_or(0, |zoned| zoned.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_named_format_is_read() {
        assert!(date("review_due", "03/05/2026", "%d/%m/%Y").is_ok());
        for text in [
            "2026-05-03",
            "03/05/26",
            "31/02/2026",
            "03/05/2026 10:00",
            "",
        ] {
            assert!(date("review_due", text, "%d/%m/%Y").is_err(), "{text}");
        }
    }
}
