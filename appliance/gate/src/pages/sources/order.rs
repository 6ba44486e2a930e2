//! By what the table of sources is sorted, and the links that sort it. The
//! server sorts, so that it works without scripts and stays after a reload.

use maud::{Markup, html};

use super::state::rank;
use crate::answer::Feed;
use crate::components::{Cell, Sorted};
use crate::pages::said;

/// A column that can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Source,
    Status,
    Delivery,
    Records,
    Held,
}

/// A column, and which end of it stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Order {
    column: Column,
    largest_first: bool,
}

/// Each column: its code in the link, its words, and its two orders in words,
/// smallest first and largest first.
const COLUMNS: [(Column, &str, &str, [&str; 2]); 5] = [
    (Column::Source, "source", "Source", ["A to Z", "Z to A"]),
    (
        Column::Status,
        "status",
        "Status",
        ["worst first", "best first"],
    ),
    (
        Column::Delivery,
        "delivery",
        "Last delivery",
        ["oldest first", "newest first"],
    ),
    (
        Column::Records,
        "records",
        "Records",
        ["fewest first", "most first"],
    ),
    (
        Column::Held,
        "held",
        "Held rows",
        ["fewest first", "most first"],
    ),
];
/// Ends the code of an order with the largest first.
const LARGEST: &str = "-down";

impl Order {
    /// Reads an order; what is none is the usual one: the worst first.
    pub(super) fn read(text: &str) -> Self {
        let (code, largest_first) = match text.strip_suffix(LARGEST) {
            Some(code) => (code, true),
            None => (text, false),
        };
        let known = COLUMNS.iter().find(|(_, known, ..)| *known == code);
        known.map_or(
            Self {
                column: Column::Status,
                largest_first: false,
            },
            |(column, ..)| Self {
                column: *column,
                largest_first,
            },
        )
    }

    /// Sorts the sources; equal ones stay as the council lists them.
    pub(super) fn sort(self, feeds: &mut [Feed]) {
        match self.column {
            Column::Source => self.by(feeds, |feed| (feed.name.clone(), feed.source.clone())),
            Column::Status => self.by(feeds, |feed| rank(&feed.state)),
            // One that never came is the oldest of all.
            Column::Delivery => {
                self.by(feeds, |feed| {
                    feed.received.as_deref().and_then(said::instant)
                });
            }
            Column::Records => self.by(feeds, |feed| feed.records),
            Column::Held => self.by(feeds, |feed| feed.held_rows),
        }
    }

    fn by<K: Ord>(self, feeds: &mut [Feed], key: impl Fn(&Feed) -> K) {
        if self.largest_first {
            feeds.sort_by_key(|feed| std::cmp::Reverse(key(feed)));
        } else {
            feeds.sort_by_key(key);
        }
    }

    /// Says by what it is sorted: `status, worst first`.
    pub(super) fn said(self) -> String {
        let found = COLUMNS.iter().find(|(column, ..)| *column == self.column);
        found.map_or_else(String::new, |(_, _, words, orders)| {
            let order = orders[usize::from(self.largest_first)];
            format!("{}, {order}", words.to_lowercase())
        })
    }

    /// Writes the headings that sort; the one that sorts now turns round.
    pub(super) fn headings(self) -> impl Iterator<Item = Cell<'static>> {
        COLUMNS.iter().map(move |(column, code, words, orders)| {
            let sorts = *column == self.column;
            let turn = sorts && !self.largest_first;
            let link = link(code, words, (turn, orders[usize::from(turn)]));
            let numeric = matches!(column, Column::Records | Column::Held);
            let cell = if numeric {
                Cell::numeric(link)
            } else {
                Cell::from(link)
            };
            cell.sorted(match (sorts, self.largest_first) {
                (false, _) => Sorted::No,
                (true, false) => Sorted::Ascending,
                (true, true) => Sorted::Descending,
            })
        })
    }
}

fn link(code: &str, words: &str, (turn, order): (bool, &str)) -> Markup {
    let end = if turn { LARGEST } else { "" };
    html! {
        a class="govuk-link" href=(format!("/admin/sources?sort={code}{end}")) {
            (words)
            span class="govuk-visually-hidden" { ": sort " (order) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_order_is_the_usual_one() {
        for text in ["", "status", "phone", "-down", "source; drop"] {
            assert_eq!(Order::read(text).said(), "status, worst first", "{text:?}");
        }
        assert_eq!(
            Order::read("delivery-down").said(),
            "last delivery, newest first"
        );
    }

    #[test]
    fn every_heading_sorts_and_the_one_that_does_turns_round() {
        let sorted = |text| {
            Order::read(text)
                .headings()
                .map(|cell| cell.sorted)
                .collect::<Vec<_>>()
        };
        assert_eq!(sorted("source")[0], Some(Sorted::Ascending));
        assert_eq!(sorted("source-down")[0], Some(Sorted::Descending));
        assert_eq!(sorted("source")[1..], [Some(Sorted::No); 4]);
    }
}
