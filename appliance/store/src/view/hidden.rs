//! What of a person is hidden. Pure.
//!
//! ```text
//! safety marker in force  --> addresses, every contact but the last digits of
//!                             the safe ones, whose they are, who may speak
//! do not disclose         --> addresses, every contact
//! caller not confirmed    --> addresses, contacts but the last digits of numbers
//! ```
//!
//! The invariant: hiding changes values and never how many there are, nor
//! their order.

use firebox_contract::record::Phone;
use firebox_protocol::person::Shown;
use jiff::civil::Date;

use super::rows::Told;

/// Digits of a number that may always be shown.
const ENDING_DIGITS: usize = 3;

/// What is hidden, from whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hiding {
    /// Nothing.
    Nothing,
    /// Where they are and how to reach them.
    Whereabouts,
    /// That, and everybody who may speak for them.
    Marker,
}

impl Hiding {
    /// Judges a person by all statements: one service's word is enough.
    pub(super) fn of(told: &[Told], today: Date) -> Self {
        let undisclosed = |one: &Told| one.person.addresses.iter().any(|a| a.do_not_disclose);
        if told.iter().any(|one| one.marker_on(today).is_some()) {
            Self::Marker
        } else if told.iter().any(undisclosed) {
            Self::Whereabouts
        } else {
            Self::Nothing
        }
    }

    /// Gives as much of a contact as may be shown. `number`: it can be rung or texted.
    pub(super) fn contact(
        self,
        confirmed: bool,
        value: &str,
        number: Option<&Phone>,
        safe: bool,
    ) -> Shown {
        match (self, number) {
            (Self::Marker, Some(number)) if safe => Shown::Ending(ending(number)),
            (Self::Marker | Self::Whereabouts, _) => Shown::Hidden,
            (Self::Nothing, _) if confirmed => Shown::Whole(value.to_owned()),
            (Self::Nothing, Some(number)) => Shown::Ending(ending(number)),
            (Self::Nothing, None) => Shown::Hidden,
        }
    }

    /// Tells whether addresses may be shown.
    pub(super) fn shows_addresses(self, confirmed: bool) -> bool {
        self == Self::Nothing && confirmed
    }
}

/// Gives the last digits of a number.
pub(super) fn ending(number: &Phone) -> String {
    let digits = number.as_str();
    digits[digits.len().saturating_sub(ENDING_DIGITS)..].to_owned()
}
