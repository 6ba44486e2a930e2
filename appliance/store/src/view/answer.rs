//! Puts the answer for one person together. Pure.

use firebox_contract::Vocabulary;
use firebox_contract::record::Phone;
use firebox_protocol::answer::{CorrectionState, ServiceState};
use firebox_protocol::person::{Joined, PersonAnswer, Said};
use firebox_protocol::query::Caller;
use jiff::civil::Date;

use super::hidden::Hiding;
use super::places::Places;
use super::rows::Told;
use super::said::List;
use super::words::Words;

/// A person on a day.
pub(super) struct Scene<'a> {
    /// What the services say, never empty.
    pub(super) told: &'a [Told],
    pub(super) places: &'a Places,
    pub(super) vocabulary: &'a Vocabulary,
    /// Stands for the number of a service that is no longer configured.
    pub(super) duty_line: &'a Phone,
    pub(super) today: Date,
}

/// How far the caller is confirmed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Confirming {
    pub(super) given: u8,
    pub(super) matched: u8,
    pub(super) tries_left: u8,
}

/// What stands around a person.
pub(super) struct Around {
    pub(super) corrections: Vec<CorrectionState>,
    pub(super) joined: Vec<Joined>,
    pub(super) sources: Vec<ServiceState>,
    pub(super) complete: bool,
}

/// Fewest values that confirm a caller.
const ENOUGH: u8 = 2;

impl Confirming {
    /// Tells whether enough was given and all of it was right.
    fn enough(self) -> bool {
        self.given >= ENOUGH && self.matched == self.given
    }
}

impl Scene<'_> {
    /// Tells what is hidden.
    pub(super) fn hiding(&self) -> Hiding {
        Hiding::of(self.told, self.today)
    }

    /// Tells whether a caller may hear what is the person's own: they, or one
    /// who speaks for them today. A relative knows a date of birth too.
    fn may_hear(&self, caller: &Caller) -> bool {
        match caller {
            Caller::Person => true,
            Caller::Unsure | Caller::Proxy(None) => false,
            Caller::Proxy(Some(id)) => self.told.iter().any(|told| {
                let proxy = told.person.proxies.get(usize::from(id.place));
                told.record == id.record
                    && proxy.is_some_and(|proxy| proxy.speaks_on(self.today))
                    && self.hiding() != Hiding::Marker
            }),
        }
    }

    /// Tells whether any service records their death.
    pub(super) fn has_died(&self) -> bool {
        self.told.iter().any(|told| told.person.deceased)
    }

    /// Gives the answer.
    pub(super) fn answer(
        &self,
        caller: &Caller,
        confirming: Confirming,
        around: Around,
    ) -> PersonAnswer {
        let confirmed = confirming.enough() && self.may_hear(caller);
        let hiding = self.hiding();
        let words = Words::new(self.vocabulary, self.told, self.places, hiding, confirmed);
        let mut whole = around.complete;
        let (contacts, all_contacts) = self.contacts(&words, confirmed);
        let (addresses, all_addresses) = self.addresses(confirmed);
        whole &= all_contacts && all_addresses;
        let proxies = match hiding {
            Hiding::Marker => Vec::new(),
            Hiding::Nothing | Hiding::Whereabouts => said(self.proxies(&words), &mut whole),
        };
        let named = match caller {
            Caller::Proxy(named) => *named,
            Caller::Person | Caller::Unsure => None,
        };
        PersonAnswer {
            confirmed,
            matched: confirming.matched,
            given: confirming.given,
            tries_left: confirming.tries_left,
            preferred_names: said(self.preferred_names(), &mut whole),
            legal_names: said_if(confirmed, self.legal_names(), &mut whole),
            pronouns: said(self.pronouns(&words), &mut whole),
            years_of_birth: said_if(confirmed, self.years_of_birth(), &mut whole),
            deceased: said(self.deceased(), &mut whole),
            needs: said(self.needs(&words), &mut whole),
            languages: said(self.languages(), &mut whole),
            safety: self.safety(&words),
            teams: said(self.teams(&words), &mut whole),
            proxy: named.filter(|id| proxies.iter().any(|proxy| proxy.value.id == *id)),
            proxies,
            contacts,
            addresses,
            corrections: around.corrections,
            joined: around.joined,
            sources: around.sources,
            complete: whole,
        }
    }
}

/// Gives a list's entries, and remembers whether all of them are there.
fn said<T>(list: List<'_, T>, whole: &mut bool) -> Vec<Said<T>> {
    *whole &= list.whole;
    list.said()
}

fn said_if<T>(confirmed: bool, list: List<'_, T>, whole: &mut bool) -> Vec<Said<T>> {
    if confirmed {
        said(list, whole)
    } else {
        Vec::new()
    }
}
