//! What the gate asks on a person's behalf. The same bytes go to the keeper,
//! which decides and logs, and to the store, which answers.

use firebox_contract::correction::{Field, HowKnown};
use firebox_contract::record::{NhsNumber, Phone, Postcode, Uprn};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::permit::Action;

/// Most visits in one question.
pub const MAX_VISITS: usize = 60;
/// Longest typed address in characters.
pub const MAX_ADDRESS_CHARACTERS: usize = 200;
/// Longest reference of a visit or call in characters.
pub const MAX_REFERENCE_CHARACTERS: usize = 64;
/// Most rows of any answer for one address or one search for a person.
pub const MAX_MATCHES: u16 = 20;
/// Longest typed name or service reference in characters.
pub const MAX_NAME_CHARACTERS: usize = 120;
/// Longest typed house number in characters.
pub const MAX_HOUSE_CHARACTERS: usize = 60;
/// Tries to confirm one person in one session that may hold a wrong value.
pub const MAX_WRONG_TRIES: u8 = 3;

/// One question, with why it is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// Purpose code of the policy.
    pub purpose: String,
    /// Id of the visit or call, in the caller's own words.
    pub reference: Option<String>,
    /// What is asked.
    pub ask: Ask,
}

/// What can be asked of the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    /// One address.
    Property(PropertyBy),
    /// The addresses of an officer's own visits on a day.
    Visits {
        /// The day.
        date: Date,
        /// Up to 60, answered in this order.
        visits: Vec<Visit>,
    },
    /// People, as hints: who may be meant.
    Person(PersonBy),
    /// One person.
    View(View),
    /// Say that something recorded is wrong.
    Correct(Correct),
    /// Say that there is a hazard nobody recorded.
    Report(Report),
    /// How a correction or a reported hazard stands, by its `COR-` reference.
    Correction(String),
    /// The state of the sources.
    Sources,
    /// The sealed envelope of one record. Only the keeper makes this question
    /// ([`crate::gate_keeper::Request::Fetch`]); brought by the gate it is malformed.
    Envelope {
        /// The store's id of the record.
        record: i64,
    },
    /// Decide a held reading.
    DecideHold {
        /// Its id, from the state of the sources.
        hold: u64,
        /// True to apply it (two persons), false to throw it away.
        apply: bool,
    },
}

impl Ask {
    /// Gives the action a permit must be for.
    pub fn action(&self) -> Action {
        match self {
            Ask::Property(_) => Action::Property,
            Ask::Visits { .. } => Action::Visits,
            Ask::Person(_) => Action::Person,
            Ask::View(_) => Action::View,
            Ask::Correct(_) => Action::Correct,
            Ask::Report(_) => Action::Report,
            Ask::Correction(_) => Action::Correction,
            Ask::Sources => Action::Sources,
            Ask::Envelope { .. } => Action::Envelope,
            Ask::DecideHold { apply: true, .. } => Action::ApplyHold,
            Ask::DecideHold { apply: false, .. } => Action::RejectHold,
        }
    }
}

/// How an address is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PropertyBy {
    /// By its number.
    Uprn(Uprn),
    /// By postcode and house number or name.
    Place {
        /// The postcode.
        postcode: Postcode,
        /// Number or name of the house, trimmed.
        number: String,
    },
    /// As typed, at most 200 characters.
    Address(String),
}

/// One visit of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// The officer's own reference of the visit.
    pub reference: String,
    /// Where.
    pub at: PropertyBy,
}

/// How a person is searched for. A name alone finds nobody: it needs one more thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PersonBy {
    /// By a number that is theirs or that somebody else answers for them.
    Phone(Phone),
    /// By NHS number.
    NhsNumber(NhsNumber),
    /// By name and one more thing.
    Name {
        /// Words of the name in any order, at most 120 characters.
        name: String,
        /// The other thing.
        and: NameAnd,
    },
    /// By a service's own id of the person, at most 120 characters.
    Reference(String),
}

/// What a name must come with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NameAnd {
    /// Date of birth.
    DateOfBirth(Date),
    /// A postcode of theirs.
    Postcode(Postcode),
}

/// One person, as they are shown to an adviser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// The store's id of the person.
    pub person: i64,
    /// Who is on the line.
    pub caller: Caller,
    /// What the caller said, to be compared and never shown.
    pub confirmed: Confirmed,
}

/// Who is on the line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Caller {
    /// The person.
    Person,
    /// Somebody speaking for them; none: somebody who is not on the list.
    Proxy(Option<ProxyId>),
    /// Not known.
    Unsure,
}

/// One of the proxies of a person, as [`crate::person::ProxyRow`] names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProxyId {
    /// The store's id of the record they stand in.
    pub record: i64,
    /// Their place in it.
    pub place: u16,
}

/// What the caller said about the person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    /// Date of birth.
    pub date_of_birth: Option<Date>,
    /// Postcode.
    pub postcode: Option<Postcode>,
    /// House number or name, at most 60 characters.
    pub house_number: Option<String>,
}

impl Confirmed {
    /// Counts what was given.
    pub fn given(&self) -> u8 {
        u8::from(self.date_of_birth.is_some())
            + u8::from(self.postcode.is_some())
            + u8::from(self.house_number.is_some())
    }
}

/// What a correction or report is about, by the store's ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum About {
    /// A person.
    Person(i64),
    /// A warning.
    Flag(i64),
    /// An address.
    Property(Uprn),
}

/// Something recorded that is wrong. The words go to the services that own the
/// field, sealed, and into no log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correct {
    /// Whom or what it is about.
    pub about: About,
    /// What is wrong.
    pub field: Field,
    /// What it should be, in the field's normal form.
    pub should_be: String,
    /// How the one who reports it knows.
    pub how_known: HowKnown,
    /// Role of the one who reports it, for the service.
    pub by_role: String,
}

/// A hazard nobody recorded. The words go to one service, sealed, and into no log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// At which address.
    pub uprn: Uprn,
    /// A hazard code of the vocabulary.
    pub category: String,
    /// What was seen, at most [`firebox_contract::correction::MAX_SAW_CHARACTERS`].
    pub saw: String,
    /// When, as the one who saw it says, at most 120 characters.
    pub when: String,
    /// Code of the service that should know.
    pub to: String,
    /// Role of the one who reports it, for the service.
    pub by_role: String,
}

/// Gives the `COR-` reference of a correction: the permit's first fifty bits in
/// Crockford's base32, so that keeper and store name it alike without asking
/// each other.
pub fn correction_reference(permit: &[u8; 16]) -> String {
    const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits = u64::from_be_bytes([
        permit[0], permit[1], permit[2], permit[3], permit[4], permit[5], permit[6], permit[7],
    ]) >> 14;
    let sign = |place: u32| char::from(SIGNS[(bits >> (5 * (9 - place)) & 31) as usize]);
    format!("COR-{}", (0..10).map(sign).collect::<String>())
}

/// A query as both receive it: its postcard bytes.
pub fn to_bytes(query: &Query) -> Result<Vec<u8>, crate::frame::FrameError> {
    postcard::to_stdvec(query).map_err(|_| crate::frame::FrameError::Message)
}

/// Reads a query whole and exact.
pub fn from_bytes(bytes: &[u8]) -> Result<Query, crate::frame::FrameError> {
    crate::frame::decode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correction_is_named_by_its_permit_alone() {
        assert_eq!(correction_reference(&[0; 16]), "COR-0000000000");
        assert_eq!(correction_reference(&[0xff; 16]), "COR-ZZZZZZZZZZ");
        let mut permit = [0; 16];
        permit[6] = 0x40;
        assert_eq!(correction_reference(&permit), "COR-0000000001");
    }
}
