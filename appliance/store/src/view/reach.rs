//! Where a person is and how to reach them, with as much of it as may be
//! shown. Pure.
//!
//! The invariant: entries are counted and put in order as if all were shown;
//! only then is anything hidden.

use firebox_contract::record::{Address, AddressUse, Contact, Phone, Safety, UNMAPPED, Whose};
use firebox_protocol::person::{AddressRow, ContactRow, SafetyRow, Said, Shown};
use jiff::civil::Date;

use super::answer::Scene;
use super::hidden::{Hiding, ending};
use super::rows::Told;
use super::said::{Item, List, say};
use super::words::Words;

impl<'a> Scene<'a> {
    /// Lists ways to reach them, and whether these are all.
    pub(super) fn contacts(
        &self,
        words: &Words<'_>,
        confirmed: bool,
    ) -> (Vec<Said<ContactRow>>, bool) {
        let mut ways: Vec<_> = self.each(|told| &told.person.contacts).collect();
        // Another feed of the same service often has the bare number beside the one
        // that says what it is for.
        let bare = |contact: &Contact| {
            Contact::new(contact.kind, &contact.value, contact.order) == *contact
        };
        let fuller: Vec<(String, Contact)> = ways
            .iter()
            .filter(|(_, _, contact)| !bare(contact))
            .map(|(told, _, contact)| (told.service.clone(), (*contact).clone()))
            .collect();
        ways.retain(|(told, _, contact)| {
            let again = |(service, other): &(String, Contact)| {
                *service == told.service
                    && other.kind == contact.kind
                    && other.value == contact.value
            };
            !bare(contact) || !fuller.iter().any(again)
        });
        ways.sort_by_key(|(_, _, contact)| contact.order);
        let ways = ways
            .into_iter()
            .map(|(told, _, contact)| Item::new(told, contact));
        // Tried first or second, it is the same number.
        let same = |a: &&Contact, b: &&Contact| {
            let order = a.order;
            Contact {
                order,
                ..(*b).clone()
            } == **a
        };
        let list = List::new(ways, same);
        let shown = list.items.into_iter().map(|item| {
            let row = self.contact(item.value, words, confirmed);
            say(item.told, row, item.told.day())
        });
        (shown.collect(), list.whole)
    }

    fn contact(&self, contact: &Contact, words: &Words<'_>, confirmed: bool) -> ContactRow {
        let (hiding, number) = (self.hiding(), contact.number());
        // Numbers are shown in the one form they all have.
        let value = number
            .as_ref()
            .map_or(contact.value.as_str(), Phone::as_str);
        let whose = contact.whose.as_ref().map(|whose| Whose {
            name: whose.name.clone(),
            relationship: words.relationship(&whose.relationship),
        });
        ContactRow {
            kind: contact.kind,
            value: hiding.contact(confirmed, value, number.as_ref(), contact.safe),
            order: contact.order,
            purpose: words.line(contact.purpose.as_deref()),
            whose: whose.filter(|_| hiding != Hiding::Marker),
            // What held before the marker says nothing about after it.
            safe_to_leave_message: contact
                .safe_to_leave_message
                .filter(|_| hiding != Hiding::Marker || contact.safe),
            safe_times: words.line(contact.safe_times.as_deref()),
        }
    }

    /// Lists addresses, and whether these are all.
    pub(super) fn addresses(&self, confirmed: bool) -> (Vec<Said<AddressRow>>, bool) {
        let items = self.each(|told| &told.person.addresses);
        let lived = items.filter_map(|(told, _, address)| {
            // Neither text nor number: there is nothing to show or to hide.
            let line = self.places.written(address).line?;
            let row = AddressRow {
                purpose: self.purpose(address),
                value: Shown::Whole(line),
                from: address.from,
                to: address.to,
            };
            Some(Item::dated(told, row, address.from))
        });
        let list = List::new(lived, AddressRow::eq);
        let whole = list.whole;
        if self.hiding().shows_addresses(confirmed) {
            return (list.said(), whole);
        }
        let hidden = list.items.into_iter().map(|item| {
            let row = AddressRow {
                value: Shown::Hidden,
                from: None,
                to: None,
                ..item.value
            };
            // Its own first day is hidden with it.
            say(item.told, row, item.told.day())
        });
        (hidden.collect(), whole)
    }

    /// Gives what an address is today: one that ended is a previous one.
    fn purpose(&self, address: &Address) -> AddressUse {
        match address.to {
            Some(to) if to < self.today => AddressUse::Previous,
            _ => address.purpose,
        }
    }

    /// Gives what to do before talking, under a safety marker.
    pub(super) fn safety(&self, words: &Words<'_>) -> Option<SafetyRow> {
        let mut markers: Vec<(&Told, &Safety)> = self
            .told
            .iter()
            .filter_map(|told| Some((told, told.marker_on(self.today)?)))
            .collect();
        let since = |(told, safety): &(&Told, &Safety)| -> (Date, i64) {
            let day = safety.since.unwrap_or_else(|| told.day());
            (day, told.changed.as_millisecond())
        };
        markers.sort_by_key(|marker| std::cmp::Reverse(since(marker)));
        let (newest, first) = markers.first().copied()?;
        let mut instructions = Vec::new();
        for (_, safety) in &markers {
            let known = self.vocabulary.knows_safety(&safety.instruction);
            let code = if known { &safety.instruction } else { UNMAPPED };
            push_new(&mut instructions, code.to_owned());
        }
        let mut safe_numbers = Vec::new();
        let contacts = self.told.iter().flat_map(|told| &told.person.contacts);
        let safe = contacts.filter(|contact| contact.safe);
        for number in safe.filter_map(Contact::number) {
            push_new(&mut safe_numbers, ending(&number));
        }
        Some(SafetyRow {
            instructions,
            owner: words.owner(&first.owner, &newest.by),
            safe_numbers,
        })
    }
}

fn push_new(list: &mut Vec<String>, text: String) {
    if !list.contains(&text) {
        list.push(text);
    }
}
