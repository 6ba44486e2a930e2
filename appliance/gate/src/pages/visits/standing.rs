//! How one visit of a checked list stands: what its row says first, what the
//! sentence above the list counts, and what the filter keeps.

use crate::answer::flag::{Flag, Level};
use crate::answer::found::{Found, Match};
use crate::pages::address::known::Known;
use crate::pages::address::the_one;
use crate::pages::parts::says_stop;

/// The instruction that is met by going with somebody else.
const IN_PAIRS: &str = "visit-in-pairs";

/// How one visit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The address was not found, so nothing was checked.
    NotFound,
    /// Several addresses match, so nothing was checked.
    Choose,
    /// A warning says stop, and more is to do than to take somebody along.
    Stop,
    /// A warning says stop, and two people may go.
    TwoPeople,
    /// A warning says care, or a hazard was reported that nobody confirmed.
    Care,
    /// No warning is known, and something may be missing.
    Unsure,
    /// Every service said that it holds nothing.
    Clear,
}

impl Standing {
    /// Judges one visit.
    pub(super) fn of(found: &Found) -> Self {
        if found.matches.is_empty() {
            return Self::NotFound;
        }
        match the_one(found) {
            Some(one) => Self::of_one(found, one),
            None => Self::Choose,
        }
    }

    fn of_one(found: &Found, one: &Match) -> Self {
        let flags = one.flags.as_deref().unwrap_or_default();
        let stops = flags.iter().flat_map(stop_codes);
        match Known::of(found, one) {
            Known::Clear => Self::Clear,
            _ if flags.iter().any(says_stop) => {
                if stops.clone().all(|code| code == IN_PAIRS) {
                    Self::TwoPeople
                } else {
                    Self::Stop
                }
            }
            _ if !flags.is_empty() || !one.reports.is_empty() => Self::Care,
            Known::OnlyReports | Known::Warned | Known::Unsure => Self::Unsure,
        }
    }

    /// Whether somebody has to do something before the visit.
    pub(super) fn needs_action(self) -> bool {
        self != Self::Clear
    }
}

fn stop_codes(flag: &Flag) -> impl Iterator<Item = &str> + Clone {
    let stops = flag
        .instructions
        .iter()
        .filter(|one| matches!(one.level, Level::Stop));
    stops.map(|one| one.code.as_str())
}
