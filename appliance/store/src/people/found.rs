//! One person, with the records of all services that are joined, as a search
//! sees them.
//!
//! What it is not: it searches nothing. The invariants: what a safety marker or
//! a do-not-disclose address hides, on any of the records, is in no hint; the
//! name to use is the newest one.

use firebox_contract::record::{Address, AddressUse, Person, Phone, Record, Safety};
use firebox_protocol::person::{PersonHint, Why};
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension};

use super::columns::{born, is_lived};
use crate::database::{DatabaseError, stored};
use crate::property::Known;

/// One record of a person.
pub(crate) struct Held {
    pub(crate) statement: i64,
    source: String,
    source_time: i64,
    pub(crate) person: Person,
}

/// A person that was found.
pub(crate) struct Found {
    /// The first statement, which names the person.
    pub(crate) id: i64,
    /// Newest first.
    pub(crate) records: Vec<Held>,
}

/// Loads a person by their statements.
pub(crate) fn load(reader: &Connection, statements: &[i64]) -> Result<Found, DatabaseError> {
    let mut query = reader.prepare_cached(
        "SELECT statement.id, feed.source, statement.source_time, statement.record
         FROM statement JOIN feed ON feed.id = statement.feed WHERE statement.id = ?1",
    )?;
    let mut records = Vec::with_capacity(statements.len());
    for statement in statements {
        let mut rows = query.query([statement])?;
        let row = rows.next()?.ok_or(DatabaseError::Row("person"))?;
        let record = row.get_ref(3)?.as_str().unwrap_or_default();
        let Ok(Record::Person(person)) = serde_json::from_str(record) else {
            return Err(DatabaseError::Row("statement"));
        };
        records.push(Held {
            statement: row.get(0)?,
            source: row.get(1)?,
            source_time: row.get(2)?,
            person: *person,
        });
    }
    records.sort_by_key(|held| std::cmp::Reverse((held.source_time, held.statement)));
    Ok(Found {
        id: statements.first().copied().unwrap_or_default(),
        records,
    })
}

impl Found {
    fn markers(&self, today: Date) -> impl Iterator<Item = &Safety> {
        let markers = self
            .records
            .iter()
            .filter_map(|held| held.person.safety.as_ref());
        markers.filter(move |safety| in_force(safety, today))
    }

    /// Tells whether nobody may be shown them.
    pub(crate) fn is_withheld(&self, today: Date) -> bool {
        self.markers(today).any(|safety| safety.withheld)
    }

    /// Tells whether no address of theirs may be told, also not by being found by it.
    pub(crate) fn hides_addresses(&self, today: Date) -> bool {
        let mut addresses = self.addresses();
        self.markers(today).next().is_some() || addresses.any(|address| address.do_not_disclose)
    }

    /// Gives every address, those of the newest record first.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.records.iter().flat_map(|held| &held.person.addresses)
    }

    /// Gives why a telephone number finds them: theirs, or whose else. Under a
    /// safety marker nobody is named, and every number looks like theirs.
    pub(crate) fn why_phone(&self, phone: &Phone, today: Date) -> Vec<Why> {
        let marked = self.markers(today).next().is_some();
        let contacts = self.records.iter().flat_map(|held| &held.person.contacts);
        let (mut own, mut of) = (Vec::new(), Vec::new());
        for contact in contacts.filter(|one| one.number().as_ref() == Some(phone)) {
            match contact.whose.as_ref().filter(|_| !marked) {
                None if own.is_empty() => own.push(Why::OwnPhone(ending(phone))),
                None => {}
                Some(whose) => {
                    let why = Why::PhoneOf(whose.clone());
                    if !of.contains(&why) {
                        of.push(why);
                    }
                }
            }
        }
        own.append(&mut of);
        own
    }

    /// Makes the hint.
    pub(crate) fn hint(
        &self,
        reader: &Connection,
        known: &Known<'_>,
        why: Vec<Why>,
    ) -> Result<PersonHint, DatabaseError> {
        let newest = self.records.first().ok_or(DatabaseError::Row("person"))?;
        let names = self.records.iter().map(|held| &held.person.name);
        // A service that never asked has the forename in the preferred name's place.
        let chosen = names.clone().find(|name| name.is_chosen());
        let name = chosen.unwrap_or(&newest.person.name);
        let births = self
            .records
            .iter()
            .filter_map(|held| held.person.date_of_birth);
        let initial = name.surname.chars().next();
        Ok(PersonHint {
            person: self.id,
            preferred_name: name.preferred.clone(),
            surname_initial: initial.into_iter().flat_map(char::to_uppercase).collect(),
            year_of_birth: births
                .filter(|date| born(*date).is_some())
                .map(Date::year)
                .next(),
            postcode_hint: self.postcode_hint(reader, known.today())?,
            why,
            services: self.services(known),
        })
    }

    fn services(&self, known: &Known<'_>) -> u8 {
        let mut services: Vec<&str> = self
            .records
            .iter()
            .map(|held| {
                let service = known.settings.service_of(&held.source);
                service.map_or(held.source.as_str(), |service| service.id.as_str())
            })
            .collect();
        services.sort_unstable();
        services.dedup();
        u8::try_from(services.len()).unwrap_or(u8::MAX)
    }

    fn postcode_hint(
        &self,
        reader: &Connection,
        today: Date,
    ) -> Result<Option<String>, DatabaseError> {
        if self.hides_addresses(today) {
            return Ok(None);
        }
        for address in self.addresses().filter(|one| is_home(one, today)) {
            if let Some(postcode) = postcode_of(reader, address)? {
                return Ok(shortened(&postcode));
            }
        }
        Ok(None)
    }
}

/// Tells whether a marker is in force on a day.
fn in_force(safety: &Safety, today: Date) -> bool {
    safety.since.is_none_or(|since| since <= today)
        && safety.until.is_none_or(|until| today <= until)
}

/// Tells whether a person lives at an address on a day.
fn is_home(address: &Address, today: Date) -> bool {
    is_lived(address) && is_current(address, today)
}

/// Tells whether an address is in use on a day, whatever for.
pub(crate) fn is_current(address: &Address, today: Date) -> bool {
    address.purpose != AddressUse::Previous
        && address.from.is_none_or(|from| from <= today)
        && address.to.is_none_or(|to| today <= to)
}

fn postcode_of(reader: &Connection, address: &Address) -> Result<Option<String>, DatabaseError> {
    if let Some(place) = &address.place {
        let postcode = &place.postcode;
        return Ok((!postcode.is_pseudo()).then(|| postcode.as_str().to_owned()));
    }
    let Some(uprn) = address.uprn else {
        return Ok(None);
    };
    let postcode = reader
        .prepare_cached("SELECT postcode FROM property WHERE uprn = ?1 ORDER BY statement LIMIT 1")?
        .query_row([stored(uprn.number())?], |row| row.get(0))
        .optional()?;
    Ok(postcode)
}

/// Gives the outward part and the first inward digit: "NB1 4".
fn shortened(postcode: &str) -> Option<String> {
    let (outward, inward) = postcode.split_once(' ')?;
    Some(format!("{outward} {}", inward.chars().next()?))
}

/// Gives a number's last three digits.
fn ending(phone: &Phone) -> String {
    let digits = phone.as_str();
    digits[digits.len().saturating_sub(3)..].to_owned()
}
