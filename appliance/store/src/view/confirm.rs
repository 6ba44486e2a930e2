//! What a caller said, compared with what the services say. Pure.
//!
//! The invariant: an address that is hidden matches nothing, since a hit would
//! confirm it. A miss is then no wrong answer either: who lives there and says
//! so must not be closed out for the truth.

use firebox_contract::record::{Address, AddressUse};
use firebox_protocol::query::Confirmed;

use crate::people::columns::born;

use super::answer::Scene;
use super::hidden::Hiding;
use super::places::Written;

/// How what was said compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Compared {
    /// Values right, of those given.
    pub(super) matched: u8,
    /// Whether a value that could be compared is wrong.
    pub(super) wrong: bool,
}

impl Scene<'_> {
    /// Compares the values given.
    pub(super) fn compared(&self, said: &Confirmed) -> Compared {
        let people = || self.told.iter().map(|one| &one.person);
        let birth = said.date_of_birth.is_some_and(|date| {
            // One that stands for "not known" is nobody's. Any service's will do:
            // an adviser cannot know which one is right.
            born(date).is_some() && people().any(|person| person.date_of_birth == Some(date))
        });
        let written = self.comparable();
        let postcode = said.postcode.as_ref().is_some_and(|postcode| {
            let is_it = |one: &Written| one.postcodes.contains(postcode.as_str());
            !postcode.is_pseudo() && written.iter().any(is_it)
        });
        let house = said
            .house_number
            .as_deref()
            .is_some_and(|house| written.iter().any(|one| one.is_house(house)));
        let missed_birth = said.date_of_birth.is_some() && !birth;
        let missed_address =
            said.postcode.is_some() && !postcode || said.house_number.is_some() && !house;
        Compared {
            matched: [birth, postcode, house].into_iter().map(u8::from).sum(),
            wrong: missed_birth || self.hiding() == Hiding::Nothing && missed_address,
        }
    }

    /// Lists the addresses that may be compared.
    fn comparable(&self) -> Vec<Written> {
        if self.hiding() != Hiding::Nothing {
            return Vec::new();
        }
        let addresses = self.told.iter().flat_map(|one| &one.person.addresses);
        addresses
            .filter(|address| somebody_lives_or_lived_at(address))
            .map(|address| self.places.written(address))
            .collect()
    }
}

/// Letters may go anywhere: where they go says nothing about who is calling.
fn somebody_lives_or_lived_at(address: &Address) -> bool {
    match address.purpose {
        AddressUse::Home
        | AddressUse::Temporary
        | AddressUse::OrdinaryResidence
        | AddressUse::Previous => true,
        AddressUse::Mailing => false,
    }
}
