//! What a caller said, compared with what the services say. Pure.
//!
//! The invariant: an address that is hidden matches nothing, since a hit would
//! confirm it.

use firebox_contract::record::{Address, AddressUse};
use firebox_protocol::query::Confirmed;

use crate::people::columns::born;

use super::answer::Scene;
use super::hidden::Hiding;
use super::places::Written;

impl Scene<'_> {
    /// Counts the values that are right, of those given.
    pub(super) fn matched(&self, said: &Confirmed) -> u8 {
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
        [birth, postcode, house].into_iter().map(u8::from).sum()
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
