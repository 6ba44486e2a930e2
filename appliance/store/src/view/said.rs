//! One list of an answer: who says what, newest first. Pure.
//!
//! The invariant: what two services say stands there twice, what one service
//! says twice stands there once, and the order is decided before anything is hidden.

use std::cmp::Reverse;

use firebox_protocol::person::Said;
use jiff::civil::Date;

use super::rows::Told;

/// Most entries of one list. A real person has a dozen; a feed that repeats an
/// item a million times must not hold up every other question.
pub(super) const MAX_ENTRIES: usize = 200;

/// One value, of one service, with its place in the record.
pub(super) struct Item<'a, T> {
    pub(super) value: T,
    pub(super) told: &'a Told,
    /// The value's own date, where it has one.
    pub(super) on: Option<Date>,
}

/// Entries of a list, and whether all of them are there.
pub(super) struct List<'a, T> {
    pub(super) items: Vec<Item<'a, T>>,
    pub(super) whole: bool,
}

impl<'a, T> Item<'a, T> {
    /// Takes a value that has no date of its own.
    pub(super) fn new(told: &'a Told, value: T) -> Self {
        Self::dated(told, value, None)
    }

    /// Takes a value with its own date, where it has one.
    pub(super) fn dated(told: &'a Told, value: T, on: Option<Date>) -> Self {
        Self { value, told, on }
    }

    fn since(&self) -> Date {
        self.on.unwrap_or_else(|| self.told.day())
    }
}

impl<'a, T> List<'a, T> {
    /// Puts the newest first and leaves out what the same service said already.
    /// `same` tells whether two values are one.
    pub(super) fn new(
        items: impl IntoIterator<Item = Item<'a, T>>,
        same: impl Fn(&T, &T) -> bool,
    ) -> Self {
        let mut sorted: Vec<_> = items.into_iter().collect();
        // Stable: within one record the service's own order stays.
        sorted.sort_by_key(|item| {
            (
                Reverse(item.since()),
                Reverse(item.told.changed),
                item.told.record,
            )
        });
        let mut list = Self {
            items: Vec::new(),
            whole: true,
        };
        for item in sorted {
            let is_same = |kept: &Item<'_, T>| {
                kept.told.service == item.told.service && same(&kept.value, &item.value)
            };
            if list.items.iter().any(is_same) {
                continue;
            }
            if list.items.len() == MAX_ENTRIES {
                list.whole = false;
                break;
            }
            list.items.push(item);
        }
        list
    }

    /// Gives the entries as they are answered.
    pub(super) fn said(self) -> Vec<Said<T>> {
        let entry = |item: Item<'_, T>| {
            let since = item.since();
            say(item.told, item.value, since)
        };
        self.items.into_iter().map(entry).collect()
    }
}

/// Says a value.
pub(super) fn say<T>(told: &Told, value: T, since: Date) -> Said<T> {
    Said {
        value,
        by: told.by.clone(),
        since,
        record: told.record,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testbed::{now, sam};

    fn told(service: &str, record: i64) -> Told {
        Told {
            record,
            feed: 1,
            key: record.to_string(),
            service: service.into(),
            by: service.into(),
            phone: None,
            changed: now(),
            person: sam(),
        }
    }

    #[test]
    fn one_service_says_a_thing_once_and_another_says_it_again() {
        let services = [told("a", 1), told("b", 2), told("a", 3)];
        let on = |day: &str| Some(day.parse().unwrap());
        let items = [
            Item::dated(&services[0], "x", on("2026-01-01")),
            Item::dated(&services[1], "x", on("2026-01-02")),
            Item::dated(&services[2], "x", on("2026-01-03")),
        ];
        let list = List::new(items, |a, b| a == b);
        assert!(list.whole);
        let said: Vec<_> = list.said().into_iter().map(|one| one.record).collect();
        assert_eq!(said, [3, 2]);
    }

    #[test]
    fn a_list_without_end_is_cut_and_says_so() {
        let service = told("a", 1);
        let many = |count: usize| {
            let items = (0..count).map(|n| Item::new(&service, n));
            List::new(items, usize::eq)
        };
        let whole = many(MAX_ENTRIES);
        assert!(whole.whole && whole.items.len() == MAX_ENTRIES);
        let cut = many(MAX_ENTRIES + 1);
        assert!(!cut.whole && cut.items.len() == MAX_ENTRIES);
        // Said over and over, it is still one thing.
        let items = (0..9 * MAX_ENTRIES).map(|_| Item::new(&service, 1));
        assert!(List::new(items, usize::eq).whole);
    }
}
