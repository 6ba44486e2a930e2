//! The addresses of a person, with what the property feeds know of them.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};

use firebox_contract::record::{Address, fold, numbers_of};
use rusqlite::Connection;

use crate::address;
use crate::database::DatabaseError;

use super::rows::Told;

/// The properties among the addresses, by UPRN.
#[derive(Default)]
pub(super) struct Places(BTreeMap<u64, address::Address>);

/// Every way an address is written.
#[derive(Default)]
pub(super) struct Written {
    /// One line with the postcode.
    pub(super) line: Option<String>,
    pub(super) postcodes: BTreeSet<String>,
    /// Postcode and numbers, as held rows are placed.
    pub(super) places: BTreeSet<(String, String)>,
    /// First lines, folded: "rose cottage", "flat 2".
    pub(super) names: BTreeSet<String>,
    /// All lines, folded.
    pub(super) lines: BTreeSet<String>,
}

impl Places {
    /// Reads the properties a person's addresses name.
    pub(super) fn load(reader: &Connection, told: &[Told]) -> Result<Self, DatabaseError> {
        let mut places = Self::default();
        let addresses = told.iter().flat_map(|one| &one.person.addresses);
        for uprn in addresses.filter_map(|address| address.uprn) {
            let number = uprn.number();
            if let Entry::Vacant(unread) = places.0.entry(number) {
                unread.insert(address::load(reader, number)?);
            }
        }
        Ok(places)
    }

    /// Gives every way an address is written: by the service, and by the
    /// property feeds where they know its UPRN.
    pub(super) fn written(&self, address: &Address) -> Written {
        let mut written = Written::default();
        if let Some(place) = &address.place {
            let postcode = &place.postcode;
            if !postcode.is_pseudo() {
                written.postcodes.insert(postcode.as_str().to_owned());
                let numbered = (postcode.as_str().to_owned(), place.numbers());
                written.places.insert(numbered);
            }
            written.read(&place.lines);
            written.line = Some(place.one_line());
        }
        let known = address.uprn.and_then(|uprn| self.0.get(&uprn.number()));
        if let Some(property) = known.filter(|property| property.known) {
            written.postcodes.insert(property.postcode.clone());
            written.places.extend(property.places.iter().cloned());
            written.read(&property.lines);
            let line = || format!("{}, {}", property.lines.join(", "), property.postcode);
            written.line = written.line.or_else(|| Some(line()));
        }
        // Known to nobody as text: the number says which it is.
        let number = || address.uprn.map(|uprn| format!("UPRN {uprn}"));
        written.line = written.line.or_else(number);
        written
    }
}

impl Written {
    fn read(&mut self, lines: &[String]) {
        let folded: Vec<String> = lines.iter().map(|line| fold(line)).collect();
        self.names.extend(folded.first().cloned());
        self.lines.extend(folded);
    }

    /// Tells whether a house number or name, as somebody says it, is this address's.
    pub(super) fn is_house(&self, said: &str) -> bool {
        let (folded, numbers) = (fold(said), numbers_of(said));
        if folded.is_empty() {
            return false;
        }
        let is_number = |of: &str| {
            !numbers.is_empty() && (of == numbers || of.split(' ').any(|word| fold(word) == folded))
        };
        self.names.contains(&folded) || self.places.iter().any(|(_, of)| is_number(of))
    }
}
