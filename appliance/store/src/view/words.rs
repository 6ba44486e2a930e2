//! Which of a service's own lines may be shown. Pure.
//!
//! The invariant: a line that names a cause, or that repeats something hidden,
//! is not shown; the code beside it still is.

use std::collections::BTreeSet;

use firebox_contract::Vocabulary;
use firebox_contract::record::{Owner, fold};

use super::hidden::Hiding;
use super::places::Places;
use super::rows::Told;

/// Stands for a team whose own name and whose service's name both name a cause.
const SOME_TEAM: &str = "A council team";
/// Stands for a relationship that names a cause.
const SOMEBODY: &str = "relationship not shown";
/// Shortest word of a hidden name that no line may hold; shorter ones are initials.
const SHORTEST_NAME: usize = 3;
/// Digits at the end of a hidden number that no line may hold: what is written
/// the same with and without a country code.
const NUMBER_DIGITS: usize = 6;

/// Judges lines.
pub(super) struct Words<'a> {
    vocabulary: &'a Vocabulary,
    /// Folded names of people, whole, who are not named.
    names: BTreeSet<String>,
    /// The words of them.
    name_words: BTreeSet<String>,
    /// Folded lines and postcodes without blanks.
    places: BTreeSet<String>,
    /// Last digits of numbers; folded addresses of other kinds stand in `places`.
    numbers: BTreeSet<String>,
}

impl<'a> Words<'a> {
    /// Judges lines about a person of whom this is hidden.
    pub(super) fn new(
        vocabulary: &'a Vocabulary,
        told: &[Told],
        places: &Places,
        hiding: Hiding,
        confirmed: bool,
    ) -> Self {
        let mut words = Self {
            vocabulary,
            names: BTreeSet::new(),
            name_words: BTreeSet::new(),
            places: BTreeSet::new(),
            numbers: BTreeSet::new(),
        };
        for one in told {
            if !hiding.shows_addresses(confirmed) {
                words.hide_places(one, places);
            }
            if hiding == Hiding::Marker {
                words.hide_names(one);
            }
        }
        words
    }

    fn hide_places(&mut self, told: &Told, places: &Places) {
        for address in &told.person.addresses {
            let written = places.written(address);
            let postcodes = written.postcodes.iter().map(|text| joined(text));
            self.places
                .extend(written.lines.iter().filter_map(|l| street(l)));
            self.places.extend(written.names.iter().cloned());
            self.places.extend(postcodes);
        }
        for contact in &told.person.contacts {
            match contact.number() {
                Some(number) => {
                    self.numbers.insert(last_digits(number.as_str()));
                }
                None => {
                    self.places.insert(fold(&contact.value));
                }
            }
        }
        let empty = |text: &String| !text.is_empty();
        self.places.retain(empty);
        self.numbers.retain(empty);
    }

    fn hide_names(&mut self, told: &Told) {
        let of_contacts = told.person.contacts.iter().filter_map(|contact| {
            let whose = contact.whose.as_ref()?;
            Some(whose.name.as_str())
        });
        let proxies = &told.person.proxies;
        let names = proxies.iter().map(|proxy| proxy.name.as_str());
        for name in names.chain(of_contacts) {
            let folded = fold(name);
            let words = folded.split(' ').filter(|w| w.len() >= SHORTEST_NAME);
            self.name_words.extend(words.map(str::to_owned));
            self.names.insert(folded);
        }
        let numbers = proxies.iter().filter_map(|proxy| proxy.phone.as_ref());
        self.numbers
            .extend(numbers.map(|number| last_digits(number.as_str())));
    }

    /// Gives a line, where it may be shown.
    pub(super) fn line(&self, text: Option<&str>) -> Option<String> {
        let text = text?;
        let shown = !self.vocabulary.names_a_cause(text)
            && !self.names_somebody(text, &self.name_words)
            && !self.names_a_place(text);
        shown.then(|| text.to_owned())
    }

    /// Gives the name of somebody who works with the person. Only the whole name
    /// of somebody hidden is left out: many people share a surname.
    pub(super) fn worker(&self, name: Option<&str>) -> Option<String> {
        let name = name?;
        (!self.names_somebody(name, &self.names)).then(|| name.to_owned())
    }

    /// Gives what somebody is to the person.
    pub(super) fn relationship(&self, text: &str) -> String {
        let shown = self.line(Some(text));
        shown.unwrap_or_else(|| SOMEBODY.to_owned())
    }

    /// Gives the name of a team, or of its service where the team's names a cause.
    pub(super) fn team(&self, team: &str, service: &str) -> String {
        let may = |text: &&str| !self.vocabulary.names_a_cause(text);
        let name = [team, service].into_iter().find(may);
        name.unwrap_or(SOME_TEAM).to_owned()
    }

    /// Gives who can be asked.
    pub(super) fn owner(&self, owner: &Owner, service: &str) -> Owner {
        Owner {
            team: self.team(&owner.team, service),
            hours: self.line(Some(&owner.hours)).unwrap_or_default(),
            ..owner.clone()
        }
    }

    fn names_somebody(&self, text: &str, names: &BTreeSet<String>) -> bool {
        let text = format!(" {} ", fold(text));
        names.iter().any(|name| text.contains(&format!(" {name} ")))
    }

    fn names_a_place(&self, text: &str) -> bool {
        let folded = format!(" {} ", fold(text));
        let (without, digits) = (joined(text), digits(text));
        let holds = |place: &String| {
            folded.contains(&format!(" {place} "))
                // A postcode is written with and without its blank.
                || (is_postcode(place) && without.contains(place.as_str()))
        };
        self.places.iter().any(holds)
            || self
                .numbers
                .iter()
                .any(|number| digits.contains(number.as_str()))
    }
}

/// Gives a line without its numbers, where enough is left to name one street
/// and no more: "31 gooseberry row" is `gooseberry row`, "flat 2" is nothing.
fn street(line: &str) -> Option<String> {
    let has_digit = |word: &&str| word.bytes().any(|b| b.is_ascii_digit());
    let words: Vec<&str> = line.split(' ').filter(|word| !has_digit(word)).collect();
    (words.len() > 1).then(|| words.join(" "))
}

/// A postcode without its blank, as [`joined`] gives it: letters and digits, no blank.
fn is_postcode(place: &str) -> bool {
    (5..=7).contains(&place.len()) && place.bytes().any(|b| b.is_ascii_digit())
}

fn joined(text: &str) -> String {
    fold(text).replace(' ', "")
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn last_digits(number: &str) -> String {
    let digits = digits(number);
    digits[digits.len().saturating_sub(NUMBER_DIGITS)..].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testbed::vocabulary;

    fn words(vocabulary: &Vocabulary) -> Words<'_> {
        Words {
            vocabulary,
            names: ["maya shah".to_owned()].into(),
            name_words: ["maya".to_owned(), "shah".to_owned()].into(),
            places: ["14a mill lane".to_owned(), "nb14qx".to_owned()].into(),
            numbers: ["960482".to_owned()].into(),
        }
    }

    #[test]
    fn a_line_that_names_a_cause_or_repeats_what_is_hidden_is_not_shown() {
        let vocabulary = vocabulary();
        let words = words(&vocabulary);
        for text in [
            "Because of dementia",
            "Ask Maya",
            "The Shahs: Mrs SHAH",
            "Letters to 14A, Mill Lane",
            "Lives in NB1 4QX",
            "lives in nb14qx",
            "ring 01632 960 482",
        ] {
            assert_eq!(words.line(Some(text)), None, "{text}");
        }
        for text in ["Use short sentences", "ring 01632 960 100", "Mill Road"] {
            assert_eq!(words.line(Some(text)).as_deref(), Some(text));
        }
        assert_eq!(words.line(None), None);
    }

    #[test]
    fn a_team_whose_name_names_a_cause_is_named_by_its_service_or_not_at_all() {
        let vocabulary = vocabulary();
        let words = words(&vocabulary);
        assert_eq!(words.team("Repairs", "Housing"), "Repairs");
        assert_eq!(words.team("Dementia team", "Adult care"), "Adult care");
        assert_eq!(words.team("Dementia team", "Dementia care"), SOME_TEAM);
        assert_eq!(words.relationship("daughter"), "daughter");
        assert_eq!(words.relationship("dementia nurse"), SOMEBODY);
    }

    #[test]
    fn a_worker_is_left_out_only_by_the_whole_name_of_somebody_hidden() {
        let vocabulary = vocabulary();
        let words = words(&vocabulary);
        assert_eq!(words.worker(Some("Tom Shah")).as_deref(), Some("Tom Shah"));
        assert_eq!(words.worker(Some("Maya Shah")), None);
    }
}
