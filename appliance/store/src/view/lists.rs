//! The lists of an answer that hide nothing but words: how to speak with the
//! person, and with whom. Pure.

use firebox_contract::record::{Involvement, Language, Need, Proxy, UNMAPPED};
use firebox_protocol::person::{LanguageRow, NeedRow, ProxyRow, TeamRow};
use firebox_protocol::query::ProxyId;

use super::answer::Scene;
use super::rows::Told;
use super::said::{Item, List};
use super::words::Words;

impl<'a> Scene<'a> {
    /// Lists what to call them, a name they chose first: a service that never
    /// asked has the forename in its place.
    pub(super) fn preferred_names(&self) -> List<'a, String> {
        let named = |told: &'a Told| Item::new(told, told.person.name.preferred.clone());
        let mut list = List::new(self.told.iter().map(named), String::eq);
        list.items
            .sort_by_key(|item| !item.told.person.name.is_chosen());
        list
    }

    /// Lists their legal names in full.
    pub(super) fn legal_names(&self) -> List<'a, String> {
        let named = |told: &'a Told| {
            let name = &told.person.name;
            let parts = [
                name.title.as_deref(),
                Some(name.forename.as_str()),
                name.middle_names.as_deref(),
                Some(name.surname.as_str()),
            ];
            let parts: Vec<&str> = parts
                .into_iter()
                .flatten()
                .filter(|part| !part.is_empty())
                .collect();
            Item::new(told, parts.join(" "))
        };
        List::new(self.told.iter().map(named), String::eq)
    }

    /// Lists their pronouns.
    pub(super) fn pronouns(&self, words: &Words<'_>) -> List<'a, String> {
        let own = |told: &'a Told| {
            let own = words.line(told.person.pronouns.as_deref())?;
            Some(Item::new(told, own))
        };
        List::new(self.told.iter().filter_map(own), String::eq)
    }

    /// Lists their years of birth.
    pub(super) fn years_of_birth(&self) -> List<'a, i16> {
        let born = |told: &'a Told| {
            let date = told.person.date_of_birth?;
            Some(Item::new(told, date.year()))
        };
        List::new(self.told.iter().filter_map(born), i16::eq)
    }

    /// Lists who records a death.
    pub(super) fn deceased(&self) -> List<'a, ()> {
        let dead = self.told.iter().filter(|told| told.person.deceased);
        let died = dead.map(|told| Item::dated(told, (), told.person.deceased_on));
        List::new(died, |(), ()| true)
    }

    /// Lists needs and adjustments that may be shown to advisers.
    pub(super) fn needs(&self, words: &Words<'_>) -> List<'a, NeedRow> {
        let items = self.each(|told| &told.person.needs);
        let shown = items.filter_map(|(told, _, need)| self.need(told, need, words));
        // When it was confirmed is no part of what is needed: the newest stays.
        List::new(shown, |a, b| (&a.group, &a.words) == (&b.group, &b.words))
    }

    fn need(&self, told: &'a Told, need: &Need, words: &Words<'_>) -> Option<Item<'a, NeedRow>> {
        let group = match self.vocabulary.need(&need.group) {
            Some(known) if !known.show => return None,
            Some(known) => known.code.clone(),
            // Kept and shown as such, never dropped.
            None => UNMAPPED.to_owned(),
        };
        let row = NeedRow {
            group,
            words: words.line(need.words.as_deref()),
            confirmed_on: need.confirmed_on,
            phone: told.phone.clone().unwrap_or_else(|| self.duty_line.clone()),
        };
        Some(Item::dated(told, row, need.confirmed_on))
    }

    /// Lists their languages.
    pub(super) fn languages(&self) -> List<'a, LanguageRow> {
        let row = |(told, _, language): (&'a Told, usize, &'a Language)| {
            let row = LanguageRow {
                tag: language.tag.clone(),
                mode: language.mode,
                interpreter: language.interpreter,
            };
            Item::new(told, row)
        };
        List::new(
            self.each(|told| &told.person.languages).map(row),
            LanguageRow::eq,
        )
    }

    /// Lists teams that know them today.
    pub(super) fn teams(&self, words: &Words<'_>) -> List<'a, TeamRow> {
        let still = |team: &Involvement| team.until.is_none_or(|until| self.today <= until);
        let items = self.each(|told| &told.person.teams);
        let known = items.filter(|(_, _, team)| still(team));
        let row = |(told, _, team): (&'a Told, usize, &'a Involvement)| {
            let row = TeamRow {
                team: words.team(&team.team, &told.by),
                role: words.line(team.role.as_deref()),
                worker: words.worker(team.worker.as_deref()),
                transfer: team.transfer.clone(),
                hours: words.line(team.hours.as_deref()),
            };
            Item::dated(told, row, team.since)
        };
        List::new(known.map(row), TeamRow::eq)
    }

    /// Lists who may speak for them and who may not, those who may first.
    pub(super) fn proxies(&self, words: &Words<'_>) -> List<'a, ProxyRow> {
        let items = self.each(|told| &told.person.proxies);
        let row = |(told, place, proxy): (&'a Told, usize, &'a Proxy)| {
            let row = self.proxy(told, place, proxy, words);
            Item::dated(told, row, proxy.from)
        };
        let same = |a: &ProxyRow, b: &ProxyRow| {
            let id = a.id;
            ProxyRow { id, ..b.clone() } == *a
        };
        let mut list = List::new(items.map(row), same);
        list.items.sort_by_key(|item| !item.value.speaks);
        list
    }

    fn proxy(&self, told: &Told, place: usize, proxy: &Proxy, words: &Words<'_>) -> ProxyRow {
        ProxyRow {
            id: ProxyId {
                record: told.record,
                // Past the last place nobody can be named by it; a list stops far below.
                place: u16::try_from(place).unwrap_or(u16::MAX),
            },
            name: proxy.name.clone(),
            relationship: words.relationship(&proxy.relationship),
            basis: proxy.basis.clone(),
            about: proxy.about.clone(),
            may: proxy.may.clone(),
            limits: words.line(proxy.limits.as_deref()),
            evidence: proxy.evidence.as_ref().map(|seen| seen.kind.clone()),
            verify: words.line(proxy.verify.as_deref()),
            from: proxy.from,
            to: proxy.to,
            review_due: proxy.review_due,
            state: proxy.state,
            // Consent ends with a life; what follows it is the services' to say.
            speaks: proxy.speaks_on(self.today) && !self.has_died(),
        }
    }

    /// Goes through a list of every statement, each item with its place in it.
    pub(super) fn each<T: 'a>(
        &self,
        of: fn(&'a Told) -> &'a Vec<T>,
    ) -> impl Iterator<Item = (&'a Told, usize, &'a T)> + use<'a, T> {
        self.told.iter().flat_map(move |told| {
            let items = of(told).iter().enumerate();
            items.map(move |(place, item)| (told, place, item))
        })
    }
}
