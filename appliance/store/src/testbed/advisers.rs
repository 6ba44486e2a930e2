//! Advisers who look at one person, the operator, and people to look at.

use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicU64, Ordering};

use firebox_contract::batch::Line;
use firebox_contract::record::{
    Address, AddressUse, Contact, ContactKind, Owner, Person, PersonName, Phone, Proxy, ProxyState,
    Record, Safety,
};
use firebox_protocol::answer::Answer;
use firebox_protocol::operator::{StoreReply, StoreRequest};
use firebox_protocol::permit::fields;
use firebox_protocol::person::PersonAnswer;
use firebox_protocol::query::{self, Caller, Confirmed, View};
use firebox_protocol::{Action, Ask, Refusal, frame, gate_store, socket};

use super::{Bed, permit_for, permit_key, place, query_for};
use crate::connection::receive;

/// Permits of advisers: told apart from the bed's own, whose ids repeat one byte.
static PERMITS: AtomicU64 = AtomicU64::new(1);

/// Somebody of the contact centre in a session.
pub(crate) struct Adviser<'a> {
    pub(crate) bed: &'a Bed,
    pub(crate) session: u8,
}

impl Adviser<'_> {
    /// Looks at a person while the caller is not known.
    pub(crate) fn looks_at(&self, person: i64) -> Result<PersonAnswer, Refusal> {
        self.asks(person, Caller::Unsure, Confirmed::default())
    }

    /// Looks at a person with what the caller said.
    pub(crate) fn hears(&self, person: i64, said: Confirmed) -> Result<PersonAnswer, Refusal> {
        self.asks(person, Caller::Person, said)
    }

    pub(crate) fn asks(
        &self,
        person: i64,
        caller: Caller,
        confirmed: Confirmed,
    ) -> Result<PersonAnswer, Refusal> {
        match frame::decode(&self.message(person, caller, confirmed)).unwrap() {
            gate_store::Reply::Answer(Answer::Person(answer)) => Ok(*answer),
            gate_store::Reply::Refused(refusal) => Err(refusal),
            _ => panic!("another reply"),
        }
    }

    /// Gives the reply's message as it crosses the socket.
    pub(crate) fn message(&self, person: i64, caller: Caller, confirmed: Confirmed) -> Vec<u8> {
        let view = View {
            person,
            caller,
            confirmed,
        };
        let query = query::to_bytes(&query_for(Ask::View(view))).unwrap();
        let number = PERMITS.fetch_add(1, Ordering::Relaxed);
        let mut id = [0xAD; 16];
        id[8..].copy_from_slice(&number.to_be_bytes());
        let mut permit = permit_for(id, &query, Action::View, self.bed.nonce(), 9_000);
        permit.fields = fields::PERSON;
        permit.session = [self.session; 32];
        self.bed.message(gate_store::Request::Answer {
            permit: permit.seal(&permit_key()),
            query,
        })
    }
}

impl Bed {
    pub(crate) fn adviser(&self) -> Adviser<'_> {
        self.adviser_in(1)
    }

    /// Gives an adviser in a session of their own.
    pub(crate) fn adviser_in(&self, session: u8) -> Adviser<'_> {
        Adviser { bed: self, session }
    }

    /// Gives the store's id of a record.
    pub(crate) fn id_of(&self, key: &str) -> i64 {
        self.database
            .reader()
            .unwrap()
            .query_row("SELECT id FROM statement WHERE key = ?1", [key], |row| {
                row.get(0)
            })
            .unwrap()
    }

    /// Asks as the operator's command line does.
    pub(crate) fn operator(&self, request: &StoreRequest) -> StoreReply {
        let path = socket::file(socket::STORE_OPERATOR);
        let mut stream = UnixStream::connect(self.settings.folders.run.join(path)).unwrap();
        let bytes = frame::encode(1, request).unwrap();
        std::io::Write::write_all(&mut stream, &bytes).unwrap();
        frame::decode(&receive(&mut stream).unwrap().1).unwrap()
    }
}

/// A statement of a person that the service changed on a day.
pub(crate) fn told_on(key: &str, day: &str, person: Person) -> Line {
    Line::Put {
        key: key.into(),
        version: 1,
        source_time: format!("{day}T00:00:00Z").parse().unwrap(),
        record: Record::Person(Box::new(person)),
        envelope: None,
    }
}

/// Sam Okoro, born on 3 May 1961, of whom nothing else is known.
pub(crate) fn sam() -> Person {
    let name = PersonName::parse("Mr", "Samuel", "Ade", "Okoro", "Sam").unwrap();
    Person {
        date_of_birth: Some("1961-05-03".parse().unwrap()),
        nhs_number: Some("9990000018".to_owned().try_into().unwrap()),
        ..Person::named(name)
    }
}

/// An address as text, of which nothing else is known.
pub(crate) fn address(purpose: AddressUse, lines: &str, postcode: &str) -> Address {
    Address {
        purpose,
        uprn: None,
        place: Some(place(lines, postcode)),
        from: None,
        to: None,
        do_not_disclose: false,
    }
}

pub(crate) fn phone(number: &str) -> Contact {
    Contact::phone(&Phone::parse(number).unwrap(), 1)
}

pub(crate) fn email(value: &str) -> Contact {
    Contact::new(ContactKind::Email, value, 2)
}

/// Somebody who may speak about council tax.
pub(crate) fn proxy(name: &str, relationship: &str) -> Proxy {
    Proxy {
        name: name.into(),
        relationship: relationship.into(),
        phone: None,
        basis: "consent".into(),
        about: vec!["council-tax".into()],
        may: Vec::new(),
        limits: None,
        evidence: None,
        verify: None,
        from: None,
        to: None,
        review_due: None,
        state: ProxyState::Given,
    }
}

/// A safety marker in force.
pub(crate) fn marker() -> Safety {
    Safety {
        instruction: "safe-contact-only".into(),
        source_code: Some("SC".into()),
        withheld: false,
        owner: Owner::parse("Duty desk", "01632 960100", "9 to 5", "").unwrap(),
        since: None,
        until: None,
    }
}
