//! What turns the store's codes into words, for one session on one day.

use firebox_protocol::answer::{Freshness, ServiceState};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::moment::spoken_day;
use crate::rooms::Words;

/// Turns the store's codes into words for one session on one day.
#[derive(Clone, Copy)]
pub(crate) struct Writer<'a> {
    /// The code lists, the calendar, the duty line, and what makes handles.
    pub(super) words: &'a Words,
    /// Hash of the session's token.
    pub(super) session: &'a [u8; 32],
    /// The council's date.
    pub(super) today: Date,
    /// Records of which the person has a release that has not ended.
    pub(super) standing: &'a [i64],
}

impl<'a> Writer<'a> {
    /// Writes for a session, by the hash of its token, at an instant.
    pub(crate) fn new(
        words: &'a Words,
        session: &'a [u8; 32],
        now: Timestamp,
        standing: &'a [i64],
    ) -> Self {
        Self {
            words,
            session,
            today: words.calendar.day(now),
            standing,
        }
    }

    /// Gives a line that may be shown. None: it is blank, or it names a
    /// cause; the store leaves those out, and here is the second look.
    pub(super) fn line(&self, line: Option<String>) -> Option<String> {
        line.filter(|line| !line.trim().is_empty() && !self.words.vocabulary.names_a_cause(line))
    }

    /// Says the council's day of an instant: `3 May 2026`.
    pub(super) fn day_of(&self, instant: Timestamp) -> String {
        spoken_day(self.words.calendar.day(instant))
    }
}

/// Whether every source that could hold an answer is in date.
pub(super) fn all_fresh(sources: &[ServiceState]) -> bool {
    sources
        .iter()
        .all(|source| source.state == Freshness::Fresh)
}

/// Says which services may know more than they sent, and whom to ask; none when all are in date.
pub(super) fn not_in_date(sources: &[ServiceState]) -> Option<String> {
    let late = sources
        .iter()
        .filter(|source| source.state != Freshness::Fresh);
    let each: Vec<String> = late
        .map(|source| {
            format!(
                "{} is not up to date: phone {}.",
                source.name,
                source.phone.spoken()
            )
        })
        .collect();
    (!each.is_empty()).then(|| format!("Something may be missing. {}", each.join(" ")))
}

/// Joins the parts of a list as a sentence does: "a, b and c".
pub(crate) fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Ends a text as a sentence, whatever its writer typed.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_joined_by_commas_and_one_and() {
        let parts: Vec<String> = ["a", "b", "c"].map(str::to_owned).into();
        let read: Vec<String> = (0..=3).map(|most| listed(&parts[..most])).collect();
        assert_eq!(read, ["", "a", "a and b", "a, b and c"]);
    }

    #[test]
    fn a_sentence_has_one_end() {
        for (typed, read) in [("No", "No."), ("No.", "No."), ("No! ", "No!")] {
            assert_eq!(sentence(typed), read);
        }
    }
}
