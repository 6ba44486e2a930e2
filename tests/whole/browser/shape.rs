//! The shape of pages: what fits, what is reached by keyboard and in which
//! order, what can be pressed with a thumb, and what comes out of a printer.
//!
//! The functions look at the page that is open and say what is wrong with it;
//! [`super::every_page`] goes to each page and keeps what they say.

mod borders;
mod control;
mod fit;
mod keyboard;
mod paper;
mod targets;

use std::collections::{BTreeMap, BTreeSet};

use super::every_page::{Window, sights};

pub use borders::borders;
pub use fit::{below_first_screen, too_wide, with_large_text, with_spaced_text};
pub use keyboard::keyboard;
pub use paper::on_paper;
pub use targets::small_targets;

/// Pages that are looked at at least in one window.
const AT_LEAST: usize = 90;
/// Half of them are looked at without scripts.
const OF_TWO_WINDOWS: usize = AT_LEAST + AT_LEAST / 2;

#[test]
fn nothing_scrolls_sideways_on_320_pixels() {
    sights().keep("320 pixels", OF_TWO_WINDOWS);
}

#[test]
fn text_of_twice_its_size_is_whole_and_overlaps_nothing() {
    sights().keep("large text", AT_LEAST);
}

#[test]
fn text_with_wide_spacing_is_whole_and_overlaps_nothing() {
    sights().keep("spaced text", AT_LEAST);
}

#[test]
fn targets_are_large_enough_and_buttons_are_44_pixels_high_on_a_phone() {
    sights().keep("targets", OF_TWO_WINDOWS);
}

#[test]
fn tab_goes_as_the_eye_does_reaches_everything_and_is_never_trapped() {
    sights().keep("order", AT_LEAST);
}

#[test]
fn the_focus_is_seen_on_everything_that_tab_reaches() {
    sights().keep("focus", AT_LEAST);
}

#[test]
fn what_to_do_has_its_own_border_for_each_level_in_the_users_own_colours() {
    let mut kinds: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let looks = sights().looks.iter();
    for (kind, border) in looks.flat_map(|look| &look.borders) {
        kinds.entry(border).or_default().insert(kind);
    }
    let all: BTreeSet<&str> = kinds.values().flatten().copied().collect();
    assert_eq!(all, ["care", "clear", "stop", "unchecked"].into());
    kinds.retain(|_, kinds| kinds.len() > 1);
    assert!(kinds.is_empty(), "{kinds:#?}");
}

#[test]
fn what_an_adviser_says_first_stands_in_the_first_625_pixels() {
    sights().keep("first screen", 5);
}

#[test]
fn the_visit_sheet_and_the_receipt_are_whole_on_tagged_sheets_of_a4() {
    sights().keep("paper", 4);
    let looks = sights().looks.iter();
    let desk = looks.filter(|look| look.window == Window::Desk);
    let printed = desk.filter(|look| look.faults.contains_key("paper"));
    let printed: BTreeSet<&str> = printed.map(|look| look.page).collect();
    for page in ["receipt", "visits-sheet", "visits-sheet-sixty"] {
        assert!(printed.contains(page), "{printed:?}");
    }
}
