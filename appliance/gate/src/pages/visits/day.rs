//! One day of visits, as it lies on the desk: the list, the answer that waits
//! for its page, and what the officer saw last, on the screen and on paper.

use firebox_contract::record::Uprn;
use firebox_protocol::query::MAX_REFERENCE_CHARACTERS;
use firebox_protocol::{PropertyBy, Visit as Asked};
use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::clock;
use super::facts::Glance;
use crate::api::look_up_visits::LookedDay;
use crate::moment::spoken_day;
use crate::pages::desk::Once;

/// One day of visits.
#[derive(Default)]
pub(in crate::pages) struct Day {
    /// The visits, in the order in which they are made.
    pub(super) list: Vec<Visit>,
    /// The answer a form asked for.
    pub(super) waiting: Option<Once<Waiting>>,
    /// What the page showed last.
    pub(super) seen: Option<Glance>,
    /// What was printed last.
    pub(super) printed: Option<Glance>,
    /// The addresses that matched each visit which matched several, as the page
    /// showed them last: the visit's place, then UPRN and address of each.
    pub(super) choices: Vec<(usize, Vec<(Uprn, String)>)>,
}

/// An answer that waits for its page.
pub(super) struct Waiting {
    /// The answer.
    pub(super) looked: LookedDay,
    /// Whether it was asked for by "Check again", which then says so.
    pub(super) again: bool,
}

/// One visit of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Visit {
    /// When, where the list says so.
    pub(super) time: Option<Time>,
    /// The officer's own reference, where the list has one.
    pub(super) reference: Option<String>,
    /// Where.
    pub(super) at: PropertyBy,
}

impl Day {
    /// Takes the answer that waits, if it is still new.
    pub(super) fn take_waiting(&mut self) -> Option<Waiting> {
        self.waiting.as_mut().and_then(Once::take)
    }
}

impl Day {
    /// Gives the visit at a place, counted from 1, and the addresses it may mean.
    pub(super) fn choices_of(&self, place: usize) -> Option<(&Visit, &[(Uprn, String)])> {
        let visit = self.list.get(place.checked_sub(1)?)?;
        let mut choices = self.choices.iter();
        let (_, addresses) = choices.find(|(of, _)| *of == place)?;
        Some((visit, addresses))
    }

    /// Says which of its addresses a visit means. What was seen and printed of
    /// it before stays what it was, so that the change shows.
    pub(super) fn choose(&mut self, place: usize, uprn: Uprn) {
        let visit = place.checked_sub(1).and_then(|at| self.list.get_mut(at));
        let Some(visit) = visit else { return };
        let meant = PropertyBy::Uprn(uprn);
        for glance in [&mut self.seen, &mut self.printed].into_iter().flatten() {
            glance.rename(&visit.at, &meant);
        }
        visit.at = meant;
        self.waiting = None;
        self.choices.clear();
    }
}

impl Visit {
    /// Gives its reference in the log: the officer's own, or its place in the list.
    pub(super) fn reference(&self, place: usize) -> String {
        let own = self.reference.clone();
        own.unwrap_or_else(|| format!("Visit {place}"))
    }

    /// Gives its reference with time and day, for a request that is made from
    /// this list and is read by somebody who does not have it.
    pub(super) fn reference_in_full(&self, place: usize, day: Date) -> String {
        let (reference, day) = (self.reference(place), spoken_day(day));
        let full = match self.time {
            Some(time) => format!("{reference}, {} on {day}", clock::said(time)),
            None => format!("{reference}, {day}"),
        };
        if full.chars().count() > MAX_REFERENCE_CHARACTERS {
            return reference;
        }
        full
    }

    /// Gives it as it is asked.
    pub(super) fn asked(&self, place: usize) -> Asked {
        Asked {
            reference: self.reference(place),
            at: self.at.clone(),
        }
    }

    /// Gives the address as the list has it.
    pub(super) fn as_listed(&self) -> String {
        match &self.at {
            PropertyBy::Uprn(uprn) => format!("UPRN {uprn}"),
            PropertyBy::Place { postcode, number } => format!("{number}, {postcode}"),
            PropertyBy::Address(text) => text.clone(),
        }
    }
}

/// Names a day in a heading: `Sunday 22 November`.
pub(super) fn heading(day: Date) -> String {
    day.strftime("%A %-d %B").to_string()
}

/// Says when something was shown or printed: the time, with its day where that
/// is not the day of `now`.
pub(super) fn at(calendar: &crate::moment::Calendar, now: Timestamp, then: Timestamp) -> String {
    if calendar.day(now) == calendar.day(then) {
        format!("at {}", calendar.time(then))
    } else {
        format!("on {}", calendar.said(then))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(reference: Option<&str>, time: Option<Time>) -> Visit {
        Visit {
            time,
            reference: reference.map(str::to_owned),
            at: PropertyBy::Address("14 Mill Lane".into()),
        }
    }

    #[test]
    fn a_visit_without_a_reference_is_named_by_its_place() {
        let day = Date::constant(2026, 11, 22);
        let half_past = Some(Time::constant(9, 30, 0, 0));
        assert_eq!(visit(None, None).reference(3), "Visit 3");
        assert_eq!(visit(Some("V-104"), None).reference(3), "V-104");
        assert_eq!(
            visit(None, half_past).reference_in_full(3, day),
            "Visit 3, 9:30am on 22 November 2026"
        );
        assert_eq!(
            visit(Some("V-104"), None).reference_in_full(3, day),
            "V-104, 22 November 2026"
        );
    }

    #[test]
    fn a_reference_in_full_is_never_longer_than_a_reference_may_be() {
        let long = "V".repeat(MAX_REFERENCE_CHARACTERS);
        let day = Date::constant(2026, 11, 22);
        assert_eq!(visit(Some(&long), None).reference_in_full(1, day), long);
    }

    #[test]
    fn a_day_is_named_with_its_day_of_the_week() {
        assert_eq!(heading(Date::constant(2026, 11, 22)), "Sunday 22 November");
    }
}
