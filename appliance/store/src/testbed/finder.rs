//! Advisers and officers who search for a person.

use std::sync::atomic::{AtomicU64, Ordering};

use firebox_contract::batch::Line;
use firebox_contract::record::{Address, AddressUse, Person, PersonName, Postcode, Record};
use firebox_protocol::answer::Answer;
use firebox_protocol::permit::fields;
use firebox_protocol::person::PeopleAnswer;
use firebox_protocol::query::{self, MAX_MATCHES, NameAnd};
use firebox_protocol::{Action, Ask, PersonBy, gate_store};

use super::{Bed, permit_for, permit_key, put_line, query_for, uprn};

/// Permits of searches: told apart from the bed's and the advisers'.
static PERMITS: AtomicU64 = AtomicU64::new(1);

impl Bed {
    /// Searches as an adviser, who is given hints.
    pub(crate) fn finds(&self, by: PersonBy) -> PeopleAnswer {
        self.searches(by, fields::HINTS, MAX_MATCHES)
    }

    /// Searches as an officer, who is given warnings only.
    pub(crate) fn warns(&self, by: PersonBy) -> PeopleAnswer {
        self.searches(by, fields::WARNINGS, MAX_MATCHES)
    }

    pub(crate) fn searches(&self, by: PersonBy, fields: u8, rows: u16) -> PeopleAnswer {
        let query = query::to_bytes(&query_for(Ask::Person(by))).unwrap();
        let number = PERMITS.fetch_add(1, Ordering::Relaxed);
        let mut id = [0xF1; 16];
        id[8..].copy_from_slice(&number.to_be_bytes());
        let mut permit = permit_for(id, &query, Action::Person, self.nonce(), 9_000);
        (permit.fields, permit.max_rows) = (fields, rows);
        let permit = permit.seal(&permit_key());
        match self.ask(gate_store::Request::Answer { permit, query }) {
            gate_store::Reply::Answer(Answer::People(answer)) => answer,
            _ => panic!("another reply"),
        }
    }
}

/// A person known by forename and surname, and no other name.
pub(crate) fn called(forename: &str, surname: &str) -> Person {
    Person::named(PersonName::parse("", forename, "", surname, "").unwrap())
}

/// A person with a date of birth and an NHS number.
pub(crate) fn known_as(forename: &str, surname: &str, born: &str, nhs: &str) -> Person {
    Person {
        date_of_birth: Some(born.parse().unwrap()),
        nhs_number: Some(nhs.to_owned().try_into().unwrap()),
        ..called(forename, surname)
    }
}

pub(crate) fn person_line(key: &str, version: u64, person: Person) -> Line {
    put_line(key, version, Record::Person(Box::new(person)))
}

/// An address by its UPRN, of which nothing else is known.
pub(crate) fn home_at(number: u64) -> Address {
    Address {
        purpose: AddressUse::Home,
        uprn: Some(uprn(number)),
        place: None,
        from: None,
        to: None,
        do_not_disclose: false,
    }
}

pub(crate) fn by_name_born(name: &str, born: &str) -> PersonBy {
    PersonBy::Name {
        name: name.into(),
        and: NameAnd::DateOfBirth(born.parse().unwrap()),
    }
}

pub(crate) fn by_name_at(name: &str, postcode: &str) -> PersonBy {
    PersonBy::Name {
        name: name.into(),
        and: NameAnd::Postcode(Postcode::parse(postcode).unwrap()),
    }
}

pub(crate) fn by_phone(number: &str) -> PersonBy {
    PersonBy::Phone(firebox_contract::record::Phone::parse(number).unwrap())
}

pub(crate) fn by_nhs(number: &str) -> PersonBy {
    PersonBy::NhsNumber(number.to_owned().try_into().unwrap())
}
